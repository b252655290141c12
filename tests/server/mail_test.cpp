// What a mail says, byte for byte where it matters. That mails arrive: tests/hub/mail.test.mjs.

#include <boost/test/unit_test.hpp>
#include <string>

#include "server/hub/hub.h"
#include "server/mail/compose.h"
#include "server/mail/transcripts.h"
#include "server/mail/words.h"
#include "tests/server/hub_fixture.h"

using namespace deskbell;
using namespace deskbell::test;

namespace {

constexpr Millis kNow = 1'763'816'700'000;  // Sat, 22 Nov 2025 13:05:00 UTC
const std::string kFrom = "desk@shop.example";

Transcript transcript_of(const std::string& text) {
  return {id_of(7),
          "ada@example.org",
          "en",
          "Fern & Oak",
          TimeZone::parse("CET-1CEST,M3.5.0,M10.5.0/3").value(),
          {{true, "", kNow, text, {}}},
          false};
}

std::string head_of(const std::string& mail) {
  return mail.substr(0, mail.find("\r\n\r\n") + 2);
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mail)

BOOST_AUTO_TEST_CASE(a_mail_is_this) {
  Transcript transcript = transcript_of("Where is my parcel? \xF0\x9F\x93\xA6");
  Attachment file{std::string(64, 'a'), "receipt.pdf", "application/pdf", 12'345};
  transcript.lines.push_back({false, "Mira", kNow + 60'000, "<1> day & a half", {file}});
  BOOST_CHECK_EQUAL(
      compose_mail(transcript, kFrom, kNow),
      "Date: Sat, 22 Nov 2025 13:05:00 +0000\r\n"
      "From: \"Fern & Oak\"\r\n"
      " <desk@shop.example>\r\n"
      "To: ada@example.org\r\n"
      "Subject: Your conversation with Fern & Oak\r\n"
      "Message-ID:\r\n"
      " <00000000-0000-7000-8000-000000000007.transcript@shop.example>\r\n"
      "Auto-Submitted: auto-generated\r\n"
      "Content-Language: en\r\n"
      "MIME-Version: 1.0\r\n"
      "Content-Type: multipart/alternative;\r\n"
      " boundary=\"=_00000000-0000-7000-8000-000000000007\"\r\n"
      "\r\n"
      "--=_00000000-0000-7000-8000-000000000007\r\n"
      "Content-Type: text/plain; charset=utf-8\r\n"
      "Content-Transfer-Encoding: quoted-printable\r\n"
      "\r\n"
      "This is your conversation with Fern & Oak, as it was asked for in the chat.=\r\n"
      " If you did not ask for it, you need not do anything.\r\n"
      "\r\n"
      "-- You, 2025-11-22 14:05 UTC+1\r\n"
      "Where is my parcel? =F0=9F=93=A6\r\n"
      "\r\n"
      "-- Mira, 2025-11-22 14:06 UTC+1\r\n"
      "<1> day & a half\r\n"
      "[receipt.pdf, 12 kB]\r\n"
      "\r\n"
      "\r\n"
      "--=_00000000-0000-7000-8000-000000000007\r\n"
      "Content-Type: text/html; charset=utf-8\r\n"
      "Content-Transfer-Encoding: quoted-printable\r\n"
      "\r\n"
      "<!doctype html>\r\n"
      "<html lang=3D\"en\" dir=3D\"ltr\"><head><meta charset=3D\"utf-8\"></head>\r\n"
      "<body style=3D\"font:16px/1.5 sans-serif;max-width:42em\">\r\n"
      "<h1 style=3D\"font-size:1.25em\">Your conversation with Fern &amp; Oak</h1>\r\n"
      "<p>This is your conversation with Fern &amp; Oak, as it was asked for in th=\r\n"
      "e chat. If you did not ask for it, you need not do anything.</p>\r\n"
      "<hr>\r\n"
      "<p style=3D\"margin:1em 0 0;color:#555\"><b dir=3D\"auto\">You</b> <span dir=3D=\r\n"
      "\"ltr\">2025-11-22 14:05 UTC+1</span></p>\r\n"
      "<p dir=3D\"auto\" style=3D\"margin:0\">Where is my parcel? =F0=9F=93=A6</p>\r\n"
      "<p style=3D\"margin:1em 0 0;color:#555\"><b dir=3D\"auto\">Mira</b> <span dir=\r\n"
      "=3D\"ltr\">2025-11-22 14:06 UTC+1</span></p>\r\n"
      "<p dir=3D\"auto\" style=3D\"margin:0\">&lt;1&gt; day &amp; a half<br>\r\n"
      "[receipt.pdf, 12 kB]</p>\r\n"
      "</body></html>\r\n"
      "\r\n"
      "--=_00000000-0000-7000-8000-000000000007--\r\n");
}

BOOST_AUTO_TEST_CASE(nothing_that_people_call_themselves_begins_a_field) {
  Transcript transcript = transcript_of("hello");
  const std::string evil = "Fern\r\nBcc: all@example.org\r\n\r\n--=_x\nX: y\x01\x7f";
  transcript.site = evil;
  transcript.lines[0] = {
      false, evil, kNow, "hello", {{std::string(64, 'a'), evil, "text/plain", 5}}};
  const std::string mail = compose_mail(transcript, kFrom, kNow);
  const std::string clean = compose_mail(transcript_of("hello"), kFrom, kNow);
  const auto count = [](const std::string& text, std::string_view what) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at) ++found;
    return found;
  };
  for (const char* field : {"\r\nBcc:", "\nX:", "\r\n\r\n--=_x", "\x01", "\x7f"})
    BOOST_CHECK_MESSAGE(!has(mail, field), mail);
  BOOST_CHECK_EQUAL(count(head_of(mail), ": "), count(head_of(clean), ": "));
  BOOST_CHECK_EQUAL(count(mail, "\r\n--=_"), 3u);
}

BOOST_AUTO_TEST_CASE(no_line_is_longer_than_mail_servers_bear_and_nothing_is_bare) {
  std::string text = std::string(5'000, 'x') + "\n" + std::string(75, 'y') + "\n" +
                     std::string(76, 'z') + "\n" + std::string(74, 'a') + "=\n" +
                     std::string(100, ' ') + "\n.\n..\nFrom here\n \t\n";
  for (int i = 0; i < 2'000; ++i) text += "漢";
  Transcript transcript = transcript_of(text + "\rold\r\nlines\x02");
  transcript.site.clear();
  for (int i = 0; i < 85; ++i) transcript.site += "é字";
  const std::string mail = compose_mail(transcript, kFrom, kNow);
  std::size_t start = 0;
  for (std::size_t end; (end = mail.find("\r\n", start)) != std::string::npos; start = end + 2) {
    const std::string line = mail.substr(start, end - start);
    BOOST_CHECK_MESSAGE(line.size() <= 78, line);
    BOOST_CHECK_MESSAGE(line.find_first_of("\r\n") == std::string::npos, line);
    BOOST_CHECK_MESSAGE(!line.ends_with(' ') && !line.ends_with('\t'), line);
    for (const char c : line)
      if (!((c >= ' ' && c <= '~') || c == '\t')) BOOST_ERROR("not ASCII: " + line);
  }
  BOOST_CHECK_EQUAL(start, mail.size());
  BOOST_CHECK(has(mail, "\r\nold\r\nlines\r\n"));
}

BOOST_AUTO_TEST_CASE(a_quotation_mark_in_a_name_is_no_end_of_it) {
  Transcript transcript = transcript_of("hello");
  transcript.site = R"(The "Fern" \ Oak)";
  BOOST_CHECK(has(compose_mail(transcript, kFrom, kNow),
                  "From: =?UTF-8?B?VGhlICJGZXJuIiBcIE9haw==?=\r\n <desk@shop.example>\r\n"));
  transcript.site = "=?UTF-8?B?SGk=?=";
  BOOST_CHECK(has(compose_mail(transcript, kFrom, kNow), "Subject: =?UTF-8?B?WW91ciBjb252"));
}

BOOST_AUTO_TEST_CASE(it_is_said_in_twelve_languages) {
  const std::pair<const char*, const char*> cases[] = {
      {"en", "en"},         {"", "en"},         {"tlh", "en"},
      {"de-AT", "de"},      {"PT-br", "pt"},    {"pt_BR", "pt"},
      {"zh", "zh-CN"},      {"zh-TW", "zh-TW"}, {"zh-Hant-HK", "zh-TW"},
      {"zh-Hans", "zh-CN"}, {"ar", "ar"},       {"he", "he"},
      {"hi", "hi"},         {"ja", "ja"},       {"ru", "ru"},
      {"es", "es"},         {"fr", "fr"},       {"e", "en"},
      {"\r\nBcc: x", "en"}};
  for (const auto& [asked, spoken] : cases) BOOST_CHECK_EQUAL(mail_words(asked).language, spoken);
  for (const char* language :
       {"en", "ar", "de", "es", "fr", "he", "hi", "ja", "pt", "ru", "zh-CN", "zh-TW"}) {
    const MailWords& words = mail_words(language);
    BOOST_CHECK_EQUAL(words.language, language);
    for (const std::string_view sentence : {words.subject, words.intro})
      BOOST_CHECK(in_words(sentence, "FERN").find("FERN") != std::string::npos);
    for (const std::string_view word : {words.you, words.team, words.shortened})
      BOOST_CHECK(!word.empty() && !has(std::string(word), "{"));
  }
  BOOST_CHECK_EQUAL(in_words("a {site} b", "{site}"), "a {site} b");
}

BOOST_AUTO_TEST_CASE(times_are_those_of_the_site) {
  Transcript transcript = transcript_of("hello");
  const auto at = [&](const char* rule) {
    transcript.zone = TimeZone::parse(rule).value();
    const std::string mail = compose_mail(transcript, kFrom, kNow);
    const std::size_t start = mail.find("-- You, ") + 8;
    return mail.substr(start, mail.find("\r\n", start) - start);
  };
  BOOST_CHECK_EQUAL(at("UTC0"), "2025-11-22 13:05 UTC");
  BOOST_CHECK_EQUAL(at("<+0530>-5:30"), "2025-11-22 18:35 UTC+5:30");
  BOOST_CHECK_EQUAL(at("<-03>3"), "2025-11-22 10:05 UTC-3");
  BOOST_CHECK_EQUAL(at("<-0330>3:30"), "2025-11-22 09:35 UTC-3:30");
}

BOOST_AUTO_TEST_CASE(a_conversation_is_read_as_it_stood_and_no_longer_than_a_mail_bears) {
  TemporaryFolder folder;
  const std::string path = folder / "hub.db";
  const auto store = open_store(path);
  SiteUpdated site;
  site.mail = true;
  const OwnEvent own[] = {{"mail", "on", site}, {"agent", "1", AgentUpdated{agent(1).id, "Mira"}}};
  BOOST_REQUIRE(store->place_own(own, 1).ok());
  std::vector<std::string> events{started(1, customer(1), 1)};
  for (int i = 0; i < 90; ++i)
    events.push_back(posted(10 + i, customer(1), 1, std::to_string(i) + std::string(15'000, 'x')));
  push(*store, customer(1), events);
  push(*store, agent(1),
       {event_bytes(200, agent(1), 1, NoteAdded{"psst"}), posted(201, agent(1), 1, "Hello")});
  push(*store, customer(1),
       {event_bytes(202, customer(1), 1, TranscriptRequested{"ada@example.org", "de"}),
        posted(203, customer(1), 1, "Afterwards"), started(204, customer(1), 2),
        posted(205, customer(1), 2, "Elsewhere")});

  TranscriptReader reader(path);
  const auto waiting = reader.waiting();
  BOOST_REQUIRE_EQUAL(waiting.size(), 1u);
  BOOST_CHECK_EQUAL(waiting[0].request, id_of(202));
  BOOST_CHECK_EQUAL(waiting[0].email, "ada@example.org");
  const Transcript transcript = reader.read(waiting[0], "fern");
  BOOST_CHECK_EQUAL(transcript.site, "fern");
  BOOST_CHECK_EQUAL(transcript.language, "de");
  BOOST_CHECK(transcript.shortened);
  BOOST_REQUIRE_EQUAL(transcript.lines.size(), 70u);  // a MiB of them
  BOOST_CHECK_EQUAL(transcript.lines.back().text, "Hello");
  BOOST_CHECK_EQUAL(transcript.lines.back().author, "Mira");
  BOOST_CHECK(!transcript.lines.back().own);
  BOOST_CHECK(transcript.lines.front().own);
  BOOST_CHECK(transcript.lines[68].text.starts_with("89x"));
  BOOST_CHECK(has(compose_mail(transcript, kFrom, kNow), "weggelassen"));

  const OwnEvent sent{"transcript", "", TranscriptSent{id_of(202)}, conversation_id(1)};
  BOOST_REQUIRE(store->place_own(std::span(&sent, 1), 1).ok());
  BOOST_CHECK(reader.waiting().empty());
  // A second end is none.
  BOOST_CHECK(!store->place_own(std::span(&sent, 1), 1).ok());
}

BOOST_AUTO_TEST_CASE(the_robots_answers_are_in_it_under_its_own_name) {
  TemporaryFolder folder;
  const std::string path = folder / "hub.db";
  const auto store = open_store(path);
  SiteUpdated site;
  site.mail = true;
  site.robot = R"({"works":"always","name":"Moss","away":"Back at nine."})";
  AnswerPublished entry;
  entry.answer = id_of(300);
  entry.title = "Where is my order?";
  entry.text = "On its way, {{customer.name|friend}}.";
  const OwnEvent own[] = {{"mail", "on", site}, {"answer", "1", entry}};
  BOOST_REQUIRE(store->place_own(own, 1).ok());
  push(*store, customer(1),
       {started(1, customer(1), 1), posted(2, customer(1), 1, "parcel?"),
        event_bytes(3, customer(1), 1, RobotOffered{id_of(2), {entry.answer}, "en"}),
        event_bytes(4, customer(1), 1, AnswerChosen{id_of(3), entry.answer, "en"}),
        posted(5, customer(1), 1, "order?"),
        event_bytes(6, customer(1), 1, RobotAnswered{id_of(5), entry.answer, "en"}),
        event_bytes(7, customer(1), 1,
                    ConversationHandedOver{HandOverReason::requested, "", /*away=*/true}),
        event_bytes(8, customer(1), 1, TranscriptRequested{"ada@example.org", "en"})});
  TranscriptReader reader(path);
  const auto waiting = reader.waiting();
  BOOST_REQUIRE_EQUAL(waiting.size(), 1u);
  std::vector<std::string> told;
  for (const TranscriptLine& line : reader.read(waiting[0], "fern").lines)
    told.push_back((line.own ? "own" : line.author) + ": " + line.text);
  const std::vector<std::string> expected = {
      "own: parcel?", "own: Where is my order?", "Moss: On its way, friend.", "own: order?",
      "Moss: On its way, friend.", "Moss: Back at nine."};
  BOOST_TEST(told == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
