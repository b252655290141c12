#include <boost/test/unit_test.hpp>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/event/json_reader.h"
#include "core/event/json_writer.h"
#include "tests/support/seeded_random.h"

// The library's own parser and serializer say what is right.
namespace deskbell {
namespace {

using nlohmann::json;

json library_read(const std::string& text) {
  // It passes over a byte order mark and takes a zero for the end.
  if (text.starts_with("\xEF\xBB\xBF") || text.find('\0') != std::string::npos)
    return json::value_t::discarded;
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

std::string library_write(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Equal in kind as well, which the library's comparison of numbers is not about.
bool same(const json& one, const json& other) {
  if (one.type() != other.type() || one.size() != other.size()) return false;
  if (!one.is_structured()) return one.is_discarded() || one == other;
  for (auto a = one.begin(), b = other.begin(); a != one.end(); ++a, ++b)
    if ((one.is_object() && a.key() != b.key()) || !same(*a, *b)) return false;
  return true;
}

void check_read(const std::string& text) {
  BOOST_TEST(same(read_json(text), library_read(text)), text);
}

template <class Kinds>
const auto& any_of(const Kinds& kinds, test::SeededRandom& random) {
  return kinds[random.below(std::size(kinds))];
}

const std::vector<std::string> kPieces = {"{",
                                          "}",
                                          "[",
                                          "]",
                                          ",",
                                          ":",
                                          " ",
                                          "\n",
                                          "\t",
                                          "\r",
                                          "\v",
                                          "\"",
                                          "\\",
                                          "\"a\"",
                                          "\"b\"",
                                          "\"a\":",
                                          "true",
                                          "false",
                                          "null",
                                          "nul",
                                          "0",
                                          "-0",
                                          "01",
                                          "-",
                                          "17",
                                          "1.5",
                                          "1.",
                                          ".5",
                                          "2e3",
                                          "2E-3",
                                          "2e+",
                                          "1e400",
                                          "1e-400",
                                          "+1",
                                          "\"\\u00e9\"",
                                          "\"\\u",
                                          "\\ud83d",
                                          "\\ude00",
                                          "\"\\n\"",
                                          "\\x",
                                          "\"\x01\"",
                                          "\"\x7f\"",
                                          "\xc3\xa9",
                                          "\xf0\x9f\x98\x80",
                                          "\xed\xa0\x80",
                                          "\xc0\xaf",
                                          "\xf4\x90\x80\x80",
                                          "\xe2\x82",
                                          "18446744073709551615",
                                          "18446744073709551616",
                                          "-9223372036854775808",
                                          "-9223372036854775809",
                                          "\"\\ud83d\\ude00\"",
                                          "\"\\u0000\"",
                                          "\"\\uD83D\\u0041\"",
                                          "\"\\uDE00\"",
                                          "\"\\u12g4\"",
                                          "\xEF\xBB\xBF",
                                          "//",
                                          "NaN",
                                          "\"\\/\\b\\f\\r\\t\\\"\\\\\""};

std::string any_bytes(test::SeededRandom& random) {
  std::string bytes;
  for (auto left = random.below(6); left > 0; --left)
    bytes += random.chance(50) ? any_of(kPieces, random)
                               : std::string(1, static_cast<char>(random.below(256)));
  return bytes;
}

json any_value(test::SeededRandom& random, int depth) {
  const auto kind = random.below(depth > 0 ? 9 : 7);
  if (kind == 0) return nullptr;
  if (kind == 1) return random.chance(50);
  if (kind == 2) return static_cast<std::int64_t>(random.below(~0ull)) >> random.below(64);
  if (kind == 3) return random.below(~0ull) >> random.below(64);
  if (kind == 4) return static_cast<double>(random.below(1 << 20)) / 1024;
  if (kind < 7) return any_bytes(random);
  json value = kind == 7 ? json::array() : json::object();
  for (auto left = random.below(5); left > 0; --left)
    if (kind == 7)
      value.push_back(any_value(random, depth - 1));
    else
      value[any_bytes(random)] = any_value(random, depth - 1);
  return value;
}

BOOST_AUTO_TEST_SUITE(json_text)

BOOST_AUTO_TEST_CASE(each_piece_alone_between_and_cut_short_is_read_as_the_library_reads_it) {
  for (const std::string& piece : kPieces) {
    check_read(piece);
    check_read(" " + piece + "\n");
    check_read("[" + piece + "]");
    check_read("[1," + piece + "]");
    check_read("[" + piece + ",1]");
    check_read("{\"a\":" + piece + "}");
    check_read("{" + piece + ":1}");
    check_read("{\"a\":1,\"a\":" + piece + ",\"b\":2}");
    check_read("\"" + piece + "\"");
    for (std::size_t size = 0; size < piece.size(); ++size) check_read(piece.substr(0, size));
  }
}

BOOST_AUTO_TEST_CASE(any_bytes_are_read_as_the_library_reads_them) {
  test::SeededRandom random(11);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto left = 1 + random.below(12); left > 0; --left) text += any_of(kPieces, random);
    check_read(text);
  }
}

BOOST_AUTO_TEST_CASE(what_was_written_is_read_again_whole_cut_and_changed) {
  test::SeededRandom random(12);
  for (int round = 0; round < 2'000; ++round) {
    std::string text = library_write(any_value(random, 4));
    BOOST_TEST(same(read_json(text), library_read(text)), text);
    check_read(text.substr(0, random.below(text.size() + 1)));
    text[random.below(text.size())] = static_cast<char>(random.below(256));
    check_read(text);
    text.insert(random.below(text.size()), any_of(kPieces, random));
    check_read(text);
  }
}

BOOST_AUTO_TEST_CASE(any_value_is_written_as_the_library_writes_it) {
  test::SeededRandom random(13);
  for (int round = 0; round < 5'000; ++round) {
    const json value = any_value(random, 4);
    BOOST_TEST(write_json(value) == library_write(value));
  }
}

BOOST_AUTO_TEST_CASE(numbers_with_a_fraction_are_written_as_the_library_writes_them) {
  for (const double number :
       {0.0, -0.0, 1.0, 0.1, 1e20, 1e-9, 123456789.5, 1.7976931348623157e308, 5e-324,
        std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
    BOOST_TEST(write_json(number) == library_write(number));
}

BOOST_AUTO_TEST_CASE(every_control_character_is_written_as_an_escape) {
  for (char c = 0; c < 0x20; ++c) {
    const json text = std::string(1, c);
    BOOST_TEST(write_json(text) == library_write(text));
    BOOST_TEST(same(read_json(write_json(text)), text));
  }
}

BOOST_AUTO_TEST_CASE(any_depth_is_borne) {
  constexpr std::size_t kDeep = 100'000;
  BOOST_TEST(read_json(std::string(kDeep, '[') + std::string(kDeep, ']')).is_array());
  BOOST_TEST(read_json(std::string(kDeep, '[')).is_discarded());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deskbell
