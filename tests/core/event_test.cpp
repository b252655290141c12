#include "core/event/event.h"

#include <boost/test/unit_test.hpp>

#include "core/event/id.h"
#include "core/event/json_slice.h"
#include "tests/support/seeded_random.h"

namespace deskbell {
namespace {

const std::string kId = "01936d5e-7c00-7000-8000-000000000001";

std::string message_with(const std::string& data) {
  return R"({"id":")" + kId + R"(","type":"message.posted","conversation":")" + kId +
         R"(","author":{"kind":"customer","id":")" + kId + R"("},"at":5,"data":)" + data + "}";
}

BOOST_AUTO_TEST_SUITE(event)

BOOST_AUTO_TEST_CASE(an_id_is_a_uuid_of_version_7_that_begins_with_its_time) {
  test::SeededRandom random(1);
  const std::string id = make_id(0x0123456789ab, random);
  BOOST_TEST(is_id(id));
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
  SiteUpdated site;
  site.hours = R"({"week":{"mon":["09:00-17:00"]},"zone":"CET-1CEST,M3.5.0,M10.5.0/3"})";
  site.suggestions = R"(["Where is my parcel?"])";
  site.form = R"({"properties":{"topic":{"enum":["A","B"],"type":"string"}},"required":["topic"]})";
  site.survey = R"({"kind":"ces","question":"Easy?"})";
  site.reply_minutes = 20;
  for (const Payload& payload : std::initializer_list<Payload>{
           ConversationStarted{},
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
  };
  for (const auto& [data, field] : cases) {
    const auto read = decode_event(message_with(data));
    BOOST_REQUIRE_MESSAGE(!read.ok(), data);
    BOOST_TEST(read.error().message.find(field) == 0u, read.error().message);
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
