#include "core/event/event.h"

#include <boost/test/unit_test.hpp>
#include <map>

#include "core/event/answer_fields.h"
#include "core/event/attachment.h"
#include "core/event/email.h"
#include "core/event/id.h"
#include "core/event/json_slice.h"
#include "tests/support/seeded_random.h"

namespace deskbell {
namespace {

const std::string kId = "01936d5e-7c00-7000-8000-000000000001";
const std::string kHash(64, 'a');

std::string message_with(const std::string& data) {
  return R"({"id":")" + kId + R"(","type":"message.posted","conversation":")" + kId +
         R"(","author":{"kind":"customer","id":")" + kId + R"("},"at":5,"data":)" + data + "}";
}

BOOST_AUTO_TEST_SUITE(event)

BOOST_AUTO_TEST_CASE(an_id_is_a_uuid_of_version_7_that_begins_with_its_time) {
  test::SeededRandom random(1);
  const std::string id = make_id(0x0123456789ab, random);
  BOOST_TEST(is_id(id));
  BOOST_TEST(time_of(id).value() == 0x0123456789ab);
  BOOST_TEST(!time_of("0123456789ab").has_value());
  BOOST_TEST(!time_of("01234567-89ab-4000-8000-000000000000").has_value());
  BOOST_TEST(id.substr(0, 13) == "01234567-89ab");
  BOOST_TEST(id[14] == '7');
  BOOST_TEST(std::string("89ab").find(id[19]) != std::string::npos);
  BOOST_TEST(id != make_id(0x0123456789ab, random));
}

BOOST_AUTO_TEST_CASE(what_is_no_uuid_in_lower_case_is_no_id) {
  for (const char* text :
       {"", "x", "01936D5E-7C00-7000-8000-000000000001", "01936d5e-7c00-7000-8000-00000000000",
        "01936d5e07c00-7000-8000-000000000001", "01936d5e-7c00-7000-8000-00000000000g"})
    BOOST_TEST(!is_id(text), text);
}

BOOST_AUTO_TEST_CASE(what_is_written_reads_the_same) {
  Event event{kId, "", kId, {ActorKind::agent, kId}, 7, {}};
  AnswerPublished answer{kId,        "Title",           "Hello {{customer.name}} \"\\\n\t ünï 漢",
                         {"a", "b"}, AnswerScope::team, "de"};
  AnswerPublished entry = answer;
  entry.translations = {{"fr", "Titre", "Bonjour"}, {"pt-BR", "T", "Olá"}};
  entry.examples = {"Where is it?", "我的包裹在哪里"};
  entry.category = "Shipping";
  entry.shortcut = "parcel";
  entry.from = 5;
  entry.to = 1'800'000'000'000;
  entry.related = {kId};
  entry.replies = R"(["Yes"])";
  entry.cards = R"([{"kind":"card","title":"Fern"}])";
  entry.attachments = attachments_text({{kHash, "label.pdf", "application/pdf", 7}});
  SiteUpdated site;
  site.hours = R"({"week":{"mon":["09:00-17:00"]},"zone":"CET-1CEST,M3.5.0,M10.5.0/3"})";
  site.suggestions = R"(["Where is my parcel?"])";
  site.form = R"({"properties":{"topic":{"enum":["A","B"],"type":"string"}},"required":["topic"]})";
  site.survey = R"({"kind":"ces","question":"Easy?"})";
  site.reply_minutes = 20;
  site.mail = false;
  site.proactive =
      R"([{"facts":[{"at_least":50,"name":"basket.total"}],"id":"a","once":"ever","text":"Hi"}])";
  for (const Payload& payload : std::initializer_list<Payload>{
           ConversationStarted{},
           ConversationStarted{"basket"},
           MessagePosted{"hi", SeenUpTo{"0011", 9}, kId},
           MessagePosted{"hi", {}, ""},
           ReceiptDelivered{3},
           ReceiptRead{4},
           NoteAdded{"psst"},
           ConversationAssigned{kId},
           ConversationAssigned{""},
           ConversationResolved{},
           ConversationReopened{},
           SurveyAnswered{5, "fine"},
           CustomerUpdated{kId, "Ann", {}},
           SurveyAnswered{10, "", SurveyKind::nps, R"(["Fast","Kind"])"},
           SurveyAnswered{0, "", SurveyKind::thumbs},
           CustomerUpdated{kId, {}, {}, {{"order", "17"}}},
           MessagePosted{"hi", {}, "", R"(["Yes","No"])", R"([{"kind":"product","title":"Fern"}])"},
           site,
           AgentUpdated{kId, "Bo"},
           answer,
           AnswerWithdrawn{kId},
           AnswerWithdrawn{kId, true},
           entry,
           AnswerDrafted{entry},
           AnswerGuided{kId, "1. Look up the order.", "Up to 20 EUR."},
           TranscriptRequested{"ada@example.org", "pt-BR"},
           TranscriptSent{kId},
           TranscriptFailed{kId, "mail_refused"},
           SiteUpdated{{}, "Welcome"}}) {
    event.payload = payload;
    event.type = type_name(payload);
    const std::string bytes = encode_event(event);
    const auto read = decode_event(bytes);
    BOOST_REQUIRE_MESSAGE(read.ok(), bytes);
    BOOST_TEST(read->payload.index() == payload.index());
    BOOST_TEST(encode_event(*read) == bytes);
  }
}

BOOST_AUTO_TEST_CASE(an_email_address_is_one_mailbox_and_nothing_more) {
  const std::string local(64, 'l'), domain(185, 'd');
  for (const std::string& good :
       {std::string("ada@example.org"), std::string("a@b"),
        std::string("o'neil+x/y=z@mail.example"), std::string("jörg@müller.example"),
        std::string("用户@例子.广告"), local + "@" + domain + ".org"})
    BOOST_TEST(is_email(good), good);
  for (const std::string& bad : {std::string(),
                                 std::string("@"),
                                 std::string("ada"),
                                 std::string("ada@"),
                                 std::string("@example.org"),
                                 std::string("a@b@c"),
                                 std::string("a b@c"),
                                 std::string("a@b\r\nRCPT TO:<x@y>"),
                                 std::string("a@b\tc"),
                                 std::string("<a@b>"),
                                 std::string("a@b,c@d"),
                                 std::string("a@b;c"),
                                 std::string("\"a\"@b"),
                                 std::string("a@[1.2.3.4]"),
                                 std::string("a(b)@c"),
                                 std::string("a\\@b"),
                                 std::string("a:b@c"),
                                 std::string("a..b@c"),
                                 std::string(".a@b"),
                                 std::string("a.@b"),
                                 std::string("a@b."),
                                 std::string("a@.b"),
                                 std::string("a@b\x7f"),
                                 local + "l@b",
                                 local + "@" + domain + ".orgs"})
    BOOST_TEST(!is_email(bad), bad);
}

BOOST_AUTO_TEST_CASE(a_wish_for_a_transcript_to_no_address_is_no_event) {
  const auto with = [](const std::string& data) {
    std::string bytes = message_with(data);
    return bytes.replace(bytes.find("message.posted"), 14, "transcript.requested");
  };
  BOOST_TEST(decode_event(with(R"({"email":"ada@example.org"})")).ok());
  for (const char* data :
       {R"({})", R"({"email":"ada"})", R"({"email":"a@b\nBcc: c@d"})", R"({"email":"a@b,c@d"})"}) {
    const auto event = decode_event(with(data));
    BOOST_REQUIRE(!event.ok());
    BOOST_TEST((event.error().code == ErrorCode::invalid_event));
    BOOST_TEST(event.error().message.starts_with("data.email"), event.error().message);
  }
}

BOOST_AUTO_TEST_CASE(an_entry_is_read_back_whole) {
  AnswerPublished entry{kId, "Title", "Text", {"a"}, AnswerScope::own, "en"};
  entry.translations = {{"fr", "Titre", "Bonjour"}};
  entry.examples = {"Where is it?"};
  entry.related = {kId};
  entry.to = 9;
  entry.attachments = attachments_text({{kHash, "label.pdf", "application/pdf", 7}});
  AnswerPublished kept;
  set_entry_details(kept, entry_details(entry));
  BOOST_TEST(kept.attachments == entry.attachments);
  const auto read = entry_from_json(entry_json(entry));
  BOOST_REQUIRE(read.ok());
  BOOST_TEST((*read == entry));
}

BOOST_AUTO_TEST_CASE(a_bad_entry_is_refused_with_the_name_of_the_field) {
  const std::string long_line(kMaxExampleBytes + 1, 'a');
  std::string many_lines;
  for (std::size_t i = 0; i <= kMaxExamples; ++i) many_lines += "q\\n";
  const std::pair<std::string, const char*> cases[] = {
      {R"("scope":"mine")", "data.scope"},
      {R"("shortcut":"/x")", "data.shortcut"},
      {R"("shortcut":"a b")", "data.shortcut"},
      {R"("from":5,"to":5)", "data.to"},
      {R"("from":-1)", "data.from"},
      {R"("related":["x"])", "data.related"},
      {R"("translations":[{"language":"fr","title":"T"}])", "data.translations.0.text"},
      {R"("translations":[{"title":"T","text":"t"}])", "data.translations.0.language"},
      {R"("translations":{})", "data.translations"},
      {"\"examples\":\"" + long_line + "\"", "data.examples"},
      {"\"examples\":\"" + many_lines + "\"", "data.examples"},
      {R"("examples":["a"])", "data.examples"},
      {R"("cards":[{}])", "data.cards.0.title"},
      {R"("attachments":["label.pdf"])", "data.attachments.0"},
      {R"("attachments":[{"id":"x"}])", "data.attachments.0"},
  };
  for (const auto& [fields, name] : cases) {
    std::string bytes = message_with(R"({"answer":")" + kId + R"(","title":"T","text":"t",)" +
                                     fields + "}");
    bytes.replace(bytes.find("message.posted"), 14, "answer.published");
    const auto read = decode_event(bytes);
    BOOST_REQUIRE_MESSAGE(!read.ok(), fields);
    BOOST_TEST(read.error().message.find(name) == 0u, read.error().message);
  }
}

BOOST_AUTO_TEST_CASE(an_entry_is_told_in_the_language_that_comes_nearest) {
  AnswerPublished entry{kId, "Title", "Text", {}, {}, "en-GB"};
  entry.translations = {{"fr", "Titre", "Bonjour"}, {"pt-BR", "Tema", "Olá"}};
  const std::pair<const char*, const char*> cases[] = {
      {"", "en-GB"},   {"en", "en-GB"}, {"fr", "fr"},    {"fr-CA", "fr"},
      {"pt", "pt-BR"}, {"PT-pt", "pt-BR"}, {"ja", "en-GB"}, {"f", "en-GB"}};
  for (const auto& [wanted, got] : cases)
    BOOST_TEST(text_in(entry, wanted).language == got, wanted);
}

BOOST_AUTO_TEST_CASE(a_type_of_a_newer_version_is_read_as_unknown) {
  std::string bytes = message_with(R"({"anything":[1,2]})");
  bytes.replace(bytes.find("message.posted"), 14, "hologram.shown");
  const auto read = decode_event(bytes);
  BOOST_REQUIRE(read.ok());
  BOOST_TEST(std::holds_alternative<UnknownPayload>(read->payload));
  BOOST_TEST(read->type == "hologram.shown");
}

BOOST_AUTO_TEST_CASE(an_unknown_field_is_passed_over) {
  BOOST_TEST(decode_event(message_with(R"({"text":"hi","mood":"great"})")).ok());
}

BOOST_AUTO_TEST_CASE(bad_events_are_refused_with_the_name_of_the_field) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({})", "data.text"},
      {R"({"text":5})", "data.text"},
      {R"({"text":"   "})", "data.text"},
      {R"({"text":"hi","seen":1.5,"epoch":""})", "data.seen"},
      {R"({"text":"hi","seen":-1,"epoch":""})", "data.seen"},
      {R"({"text":"hi","seen":99999999999999999999,"epoch":""})", "data.seen"},
      {R"({"text":"a\u0000b"})", "data.text"},
      {R"({"text":"hi","answer":"../etc"})", "data.answer"},
      {R"({"text":"hi","replies":"Yes"})", "data.replies"},
      {R"({"text":"hi","replies":[""]})", "data.replies.0"},
      {R"({"text":"hi","cards":[{}]})", "data.cards.0.title"},
      {R"({"text":"hi","cards":[{"title":"A","url":"javascript:x"}]})", "data.cards.0.url"},
      {R"({"text":"hi","cards":[{"title":"A","image":"data:image/png,x"}]})", "data.cards.0.image"},
      {R"({"text":"hi","cards":[{"title":"A","actions":[{"label":"Go"}]}]})",
       "data.cards.0.actions.0"},
      {R"({"text":"hi","cards":[{"title":"A","actions":[{"label":"Go","url":"data:x"}]}]})",
       "data.cards.0.actions.0.url"},
      {R"([])", "data"},
      {R"({"text":"","attachments":[]})", "data.text"},
      {R"({"attachments":{}})", "data.attachments"},
      {R"({"attachments":[5]})", "data.attachments.0"},
  };
  for (const auto& [data, field] : cases) {
    const auto read = decode_event(message_with(data));
    BOOST_REQUIRE_MESSAGE(!read.ok(), data);
    BOOST_TEST(read.error().message.find(field) == 0u, read.error().message);
  }
}

BOOST_AUTO_TEST_CASE(a_message_may_be_a_file_alone) {
  const std::string id(64, 'e');
  const std::string attachments = R"([{"height":20,"id":")" + id +
                                  R"(","name":"Kauf beleg.pdf","size":7,"type":"image/png","width":30}])";
  const auto read = decode_event(message_with(R"({"text":"","attachments":)" + attachments + "}"));
  BOOST_REQUIRE(read.ok());
  BOOST_TEST(std::get<MessagePosted>(read->payload).attachments == attachments);
  const auto again = decode_event(encode_event(*read));
  BOOST_REQUIRE(again.ok());
  BOOST_TEST(std::get<MessagePosted>(again->payload).attachments == attachments);
}

BOOST_AUTO_TEST_CASE(bad_attachments_are_refused_with_the_name_of_the_field) {
  const auto with = [](const std::string& name, const std::string& value) {
    std::map<std::string, std::string> fields = {{"id", '"' + std::string(64, 'e') + '"'},
                                                 {"name", R"("a.txt")"},
                                                 {"type", R"("text/plain")"},
                                                 {"size", "1"}};
    fields[name] = value;
    std::string object;
    for (const auto& [key, text] : fields)
      if (!text.empty()) object += (object.empty() ? "\"" : ",\"") + key + "\":" + text;
    return message_with(R"({"text":"","attachments":[{)" + object + "}]}");
  };
  BOOST_TEST(decode_event(with("name", R"("b.txt")")).ok());
  const std::pair<const char*, std::string> cases[] = {
      {"id", ""},
      {"id", R"("../../etc/passwd")"},
      {"id", '"' + std::string(64, 'E') + '"'},
      {"id", '"' + std::string(63, 'e') + '"'},
      {"name", R"("")"},
      {"name", R"("..")"},
      {"name", R"("../a.txt")"},
      {"name", R"("a\\b.txt")"},
      {"name", R"("a\r\nX-Evil: 1")"},
      {"name", '"' + std::string(256, 'x') + '"'},
      {"type", R"("text")"},
      {"type", R"("text/html; charset=utf-8")"},
      {"type", R"("Text/HTML")"},
      {"size", "0"},
      {"size", "-1"},
      {"size", "1.5"},
      {"size", "2000000000000"},
      {"width", "-1"},
  };
  for (const auto& [name, value] : cases) {
    const auto read = decode_event(with(name, value));
    BOOST_REQUIRE_MESSAGE(!read.ok(), std::string(name) + ": " + value);
    BOOST_TEST(read.error().message.starts_with("data.attachments.0." + std::string(name)),
               read.error().message);
  }
}

BOOST_AUTO_TEST_CASE(what_a_site_says_first_is_checked_rule_by_rule) {
  const auto read = [](const std::string& rules) {
    std::string bytes = message_with("{\"proactive\":" + rules + "}");
    return decode_event(bytes.replace(bytes.find("message.posted"), 14, "site.updated"));
  };
  const auto good = read(
      R"([{"id":"a","text":"Hi","replies":["Yes"],"pages":["/cart*"],"seconds":20,"scroll":50,)"
      R"("facts":[{"name":"plan","is":"pro"}],"returning":true,"open":false,"once":"days",)"
      R"("days":7,"mood":"great"},{"id":"b","text":"Ho"}])");
  BOOST_REQUIRE_MESSAGE(good.ok(), (good.ok() ? "" : good.error().message));
  BOOST_TEST(*std::get<SiteUpdated>(good->payload).proactive ==
             R"([{"days":7,"facts":[{"is":"pro","name":"plan"}],"id":"a","once":"days",)"
             R"("open":false,"pages":["/cart*"],"replies":["Yes"],"returning":true,"scroll":50,)"
             R"("seconds":20,"text":"Hi"},{"id":"b","once":"ever","text":"Ho"}])");
  const std::pair<const char*, const char*> bad[] = {
      {R"({})", "data.proactive"},
      {R"([5])", "data.proactive.0"},
      {R"([{"text":"Hi"}])", "data.proactive.0.id"},
      {R"([{"id":"a","text":""}])", "data.proactive.0.text"},
      {R"([{"id":"a","text":"Hi","pages":["cart"]}])", "data.proactive.0.pages.0"},
      {R"([{"id":"a","text":"Hi","pages":[7]}])", "data.proactive.0.pages.0"},
      {R"([{"id":"a","text":"Hi","scroll":101}])", "data.proactive.0.scroll"},
      {R"([{"id":"a","text":"Hi","open":"yes"}])", "data.proactive.0.open"},
      {R"([{"id":"a","text":"Hi","once":"often"}])", "data.proactive.0.once"},
      {R"([{"id":"a","text":"Hi","facts":[{"name":"x"}]}])", "data.proactive.0.facts.0"},
      {R"([{"id":"a","text":"Hi"},{"id":"a","text":"Ho"}])", "data.proactive.1.id"},
  };
  for (const auto& [rules, field] : bad) {
    const auto refused = read(rules);
    BOOST_REQUIRE_MESSAGE(!refused.ok(), rules);
    BOOST_TEST(refused.error().message.find(field) == 0u, refused.error().message);
  }
}

BOOST_AUTO_TEST_CASE(a_card_of_a_newer_version_is_read_as_far_as_it_is_known) {
  const auto read = decode_event(
      message_with(R"({"text":"hi","cards":[{"kind":"map","title":"Here","place":[1,2]}]})"));
  BOOST_REQUIRE(read.ok());
  BOOST_TEST(std::get<MessagePosted>(read->payload).cards == R"([{"kind":"map","title":"Here"}])");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_json_are_refused) {
  for (const std::string& bytes :
       {std::string(), std::string("nonsense"), std::string("{"), std::string("[]"),
        std::string("null"), message_with("{\"text\":\"\xff\xfe\"}"),
        message_with("{\"text\":\"hi\""), message_with(R"({"text":"hi"})") + "x",
        message_with(R"({"text":"hi"})") + std::string(1, '\0'),
        "\xEF\xBB\xBF" + message_with(R"({"text":"hi"})"), std::string(100'000, '[')})
    BOOST_TEST(!decode_event(bytes).ok(), bytes.substr(0, 60));
}

BOOST_AUTO_TEST_CASE(limits_on_size_depth_and_text_hold) {
  const auto text_of = [](std::size_t size) {
    return message_with(R"({"text":")" + std::string(size, 'a') + "\"}");
  };
  BOOST_TEST(decode_event(text_of(kMaxTextBytes)).ok());
  BOOST_TEST(!decode_event(text_of(kMaxTextBytes + 1)).ok());
  BOOST_TEST(!decode_event(text_of(kMaxEventBytes)).ok());
  BOOST_TEST(!decode_event(message_with(R"({"text":"hi","x":)" + std::string(20, '[') +
                                        std::string(20, ']') + "}"))
                  .ok());
}

BOOST_AUTO_TEST_CASE(every_prefix_and_every_changed_byte_is_read_or_refused_but_never_crashes) {
  const std::string bytes = message_with(R"({"text":"hi \"there\" ü","answer":")" + kId + "\"}");
  for (std::size_t size = 0; size < bytes.size(); ++size)
    BOOST_TEST(!decode_event(bytes.substr(0, size)).ok());
  for (std::size_t at = 0; at < bytes.size(); ++at)
    for (const char c : {'"', '\\', '{', '}', '[', ',', '\0', '\xff', '9'}) {
      std::string changed = bytes;
      changed[at] = c;
      if (const auto read = decode_event(changed); read.ok()) {
        const auto again = decode_event(encode_event(*read));
        BOOST_TEST((again.ok() || read->payload.index() == 0), changed);
      }
    }
}

BOOST_AUTO_TEST_CASE(slices_are_the_bytes_as_they_were_written) {
  const std::string_view array = R"( [ {"a": "]},[" } , "x\"]" ,12,[ ] ] )";
  const auto elements = slice_array(array);
  BOOST_REQUIRE(elements.ok());
  BOOST_REQUIRE(elements->size() == 4u);
  BOOST_TEST((*elements)[0] == R"({"a": "]},[" })");
  BOOST_TEST((*elements)[1] == R"("x\"]")");
  BOOST_TEST((*elements)[2] == "12");
  BOOST_TEST((*elements)[3] == "[ ]");

  const auto members = slice_object(R"({"a":1 , "b" : {"c":[1,2]}})");
  BOOST_REQUIRE(members.ok());
  BOOST_REQUIRE(members->size() == 2u);
  BOOST_TEST((*members)[1].first == "b");
  BOOST_TEST((*members)[1].second == R"({"c":[1,2]})");
}

BOOST_AUTO_TEST_CASE(broken_arrays_and_objects_are_not_sliced) {
  for (const char* text :
       {"", "[", "[1", "[1,", "[1,]", "[,]", "[1 2]", "[1]x", "{", "[\"", "[}", "[[]"})
    BOOST_TEST(!slice_array(text).ok(), text);
  for (const char* text :
       {"", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{a:1}", "{}x", "[]"})
    BOOST_TEST(!slice_object(text).ok(), text);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deskbell
