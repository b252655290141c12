#include <boost/test/unit_test.hpp>
#include <clocale>

#include "cli/agent/safe_text.h"
#include "cli/agent/screen.h"
#include "cli/agent/words.h"
#include "sdk/change_queue.h"
#include "sdk/convert.h"

using namespace deskbell::cli;
namespace sdk = deskbell::sdk;

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(control_characters_become_pictures_and_text_stays) {
  BOOST_TEST(safe_text("a\x1b[2J\x07\x7f b\nc\r\nd") == "a␛[2J␇␡ b\nc\nd");
  BOOST_TEST(safe_line("a\nb\tc") == "a b c");
  BOOST_TEST(safe_text("Grüße 日本 😀") == "Grüße 日本 😀");
  BOOST_TEST(safe_text("\u009b \u202e \u2066") == "� � �");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_utf8_become_one_replacement_each) {
  BOOST_TEST(safe_text("\xff\xfe") == "��");
  BOOST_TEST(safe_text("caf\xe9") == "caf�");
  BOOST_TEST(safe_text("\xc0\xaf") == "��");            // overlong
  BOOST_TEST(safe_text("\xed\xa0\x80") == "���");       // a surrogate
  BOOST_TEST(safe_text("\xf4\x90\x80\x80") == "����");  // beyond the last
  BOOST_TEST(safe_text("\xe2\x82") == "��");            // cut off
  for (int a = 0; a < 256; ++a)
    for (int b = 0; b < 256; ++b) {
      const std::string shown = safe_text(std::string{char(a), char(b), 'x'});
      if (shown.find('\x1b') != std::string::npos || !shown.ends_with('x')) {
        BOOST_TEST(false, "bytes " << a << " " << b << " became " << shown);
      }
    }
}

BOOST_AUTO_TEST_CASE(text_is_cut_and_padded_by_columns) {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  BOOST_TEST(columns_of("日本") == 4U);
  BOOST_TEST(cut("Grüße aus Köln", 6) == "Grüße…");
  BOOST_TEST(cut("short", 10) == "short");
  BOOST_TEST(cut("any length", 0) == "any length");
  BOOST_TEST(padded("ü", 3) == "ü  ");
  BOOST_TEST(from_wide(to_wide("Grüße 😀")) == "Grüße 😀");
}

BOOST_AUTO_TEST_CASE(a_first_argument_may_stand_in_quotation_marks) {
  const std::tuple<std::string, std::string, std::string> rows[] = {
      {"a.pdf see  this", "a.pdf", "see  this"},
      {"\"my file.pdf\" see", "my file.pdf", "see"},
      {"'my \"file\"'", "my \"file\"", ""},
      {"\"my file.pdf", "\"my", "file.pdf"},
      {"", "", ""},
      {"\"\" x", "", "x"},
  };
  for (const auto& [line, first, rest] : rows) {
    BOOST_TEST(first_argument(line).first == first, line);
    BOOST_TEST(first_argument(line).second == rest, line);
  }
}

BOOST_AUTO_TEST_CASE(a_file_is_saved_under_a_name_that_does_no_harm) {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  const std::pair<std::string, std::string> rows[] = {
      {"Invoice März.pdf", "Invoice März.pdf"},
      {".bashrc", "_bashrc"},
      {"-rf", "_rf"},
      {"~root", "_root"},
      {"../../etc/passwd", "_._.._etc_passwd"},
      {"a\\b", "a_b"},
      {"evil\u202egpj.exe", "evil�gpj.exe"},
      {"a\u009bb", "a�b"},
      {"  ", "file"},
      {"a\x1b[2J", "a␛[2J"},
  };
  for (const auto& [foreign, expected] : rows) BOOST_TEST(saved_name(foreign) == expected);
  const std::string longest = saved_name(std::string(251, 'x') + ".pdf");
  BOOST_TEST(longest.size() == 240U);
  BOOST_TEST(longest.ends_with("x.pdf"));
  BOOST_TEST(numbered_name("a.tar.gz", 1) == "a.tar.gz");
  BOOST_TEST(numbered_name("a.tar.gz", 2) == "a.tar (2).gz");
  BOOST_TEST(numbered_name("README", 3) == "README (3)");
}

BOOST_AUTO_TEST_CASE(sizes_are_told_as_people_tell_them) {
  BOOST_TEST(size_of(1) == "1 byte");
  BOOST_TEST(size_of(1023) == "1023 bytes");
  BOOST_TEST(size_of(1024) == "1.0 KB");
  BOOST_TEST(size_of(5 * 1024 * 1024 - 1) == "4.9 MB");
  BOOST_TEST(size_of(std::int64_t{3} << 30) == "3.0 GB");
}

BOOST_AUTO_TEST_CASE(lines_are_taken_apart_into_words_numbers_and_values) {
  BOOST_TEST(first_word("  say   hello  there ").first == "say");
  BOOST_TEST(first_word("  say   hello  there ").second == "hello  there");
  BOOST_TEST(*parse_number("12") == 12U);
  for (const char* wrong : {"", "0", "-1", "1x", "99999999999999999999"})
    BOOST_TEST(!parse_number(wrong).has_value());
  const auto values = parse_values("order.id=47 11 customer.name=Mira K");
  BOOST_REQUIRE(values.has_value());
  BOOST_TEST(values->at("order.id") == "47 11");
  BOOST_TEST(values->at("customer.name") == "Mira K");
  BOOST_TEST(!parse_values("no values").has_value());
  BOOST_TEST(parse_values("")->empty());
}

BOOST_AUTO_TEST_CASE(changes_are_told_once_and_melt_together_when_nobody_takes_them) {
  int told = 0;
  sdk::ChangeQueue queue([&] { ++told; });
  BOOST_TEST(!queue.wait(std::chrono::milliseconds(0)));
  queue.add({{sdk::Subject::conversation, "a"}, {sdk::Subject::conversation, "a"}});
  queue.add({{sdk::Subject::status, ""}});
  BOOST_TEST(told == 1);
  BOOST_TEST(queue.wait(std::chrono::milliseconds(0)));
  BOOST_TEST(queue.poll()->id == "a");
  BOOST_CHECK(queue.poll()->subject == sdk::Subject::status);
  BOOST_TEST(!queue.poll().has_value());
  for (int i = 0; i < 5000; ++i) queue.add({{sdk::Subject::conversation, std::to_string(i)}});
  BOOST_TEST(told == 2);
  BOOST_TEST(queue.poll()->id == "");
  BOOST_TEST(!queue.poll().has_value());
}

BOOST_AUTO_TEST_CASE(every_error_has_its_name_and_number_on_both_sides) {
  BOOST_TEST(std::string(sdk::error_name(sdk::ErrorCode::stale_reply)) == "stale_reply");
  BOOST_TEST(static_cast<int>(sdk::ErrorCode::stale_reply) ==
             static_cast<int>(DESKBELL_ERROR_STALE_REPLY));
  BOOST_CHECK(sdk::to_public(deskbell::ErrorCode::network_failed) ==
              sdk::ErrorCode::network_failed);
}

BOOST_AUTO_TEST_SUITE_END()
