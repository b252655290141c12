#include <boost/test/unit_test.hpp>

#include "core/answer/answer_finder.h"
#include "tests/server/running_hub.h"

using namespace deskbell;
using namespace deskbell::test;

namespace {

constexpr const char* kParcel = "00000000-0000-7000-8000-0000000000a1";
constexpr const char* kTeam = "00000000-0000-7000-8000-0000000000a2";

/// A hub whose site's book has an answer for customers and one for the team.
struct FinderFixture {
  RunningHub hub;

  void start(const std::string& answers) {
    hub.folder().write("site.json", R"({"site":"fern","answers":)" + answers + "}");
    hub.options.site_files = {hub.folder() / "site.json"};
    hub.start();
  }
  Reply get(const std::string& fields = "") {
    return hub.request("GET", kSitePath + "/finder", "", "", fields);
  }
  static std::string book() {
    return R"([{"id":")" + std::string(kParcel) +
           R"(","title":"Where is my parcel?","text":"On its way.","keywords":["track my order"]},)"
           R"({"id":")" +
           kTeam +
           R"(","title":"Refund limits","text":"50","keywords":["how much"],"scope":"team"}])";
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(finder, FinderFixture)

BOOST_AUTO_TEST_CASE(a_device_gets_what_finds_the_answers_that_customers_may_see) {
  start(book());
  const Reply reply = get();
  BOOST_REQUIRE_EQUAL(reply.status, 200);
  BOOST_CHECK_EQUAL(reply.field("cache-control"), "no-cache");
  const auto finder = AnswerFinder::load(reply.body);
  BOOST_REQUIRE(finder.ok());
  BOOST_CHECK_EQUAL(finder->size(), 1u);
  BOOST_CHECK_EQUAL(finder->ask("wheres my parcel", 3).at(0).answer, kParcel);
  // Nothing of the team's can be read out of it.
  BOOST_CHECK_EQUAL(reply.body.find(kTeam), std::string::npos);
}

BOOST_AUTO_TEST_CASE(it_knows_words_that_mean_alike_unless_the_hub_is_told_to_do_without) {
  const std::string answers = R"([{"id":")" + std::string(kParcel) +
                              R"(","title":"Where is my parcel?","text":"On its way."},{"id":")" +
                              std::string(kTeam) +
                              R"(","title":"How do I get a refund?","text":"Ask us."}])";
  start(answers);
  const Reply with = get();
  const auto finder = AnswerFinder::load(with.body);
  BOOST_REQUIRE(finder.ok());
  BOOST_CHECK_EQUAL(finder->ask("shipment tracking", 1).at(0).answer, kParcel);
  BOOST_CHECK_EQUAL(finder->ask("reimbursement", 1).at(0).answer, kTeam);

  RunningHub small;
  small.folder().write("site.json", R"({"site":"fern","answers":)" + answers + "}");
  small.options.site_files = {small.folder() / "site.json"};
  small.options.word_vectors = false;
  small.start();
  const Reply without = small.request("GET", kSitePath + "/finder");
  BOOST_CHECK(AnswerFinder::load(without.body).ok());
  BOOST_CHECK_LT(without.body.size() + 100'000, with.body.size());
}

BOOST_AUTO_TEST_CASE(it_comes_packed_and_only_when_it_is_another_one) {
  start(book());
  const Reply packed = get("Accept-Encoding: gzip\r\n");
  BOOST_CHECK_EQUAL(packed.field("content-encoding"), "gzip");
  const Reply same = get("If-None-Match: " + packed.field("etag") + "\r\n");
  BOOST_CHECK_EQUAL(same.status, 304);
  BOOST_CHECK_EQUAL(same.body, "");
}

BOOST_AUTO_TEST_CASE(a_site_without_answers_has_none) {
  start("[]");
  BOOST_CHECK_EQUAL(get().status, 204);
  BOOST_CHECK_EQUAL(hub.request("GET", "/v1/sites/nowhere/finder").status, 404);
  BOOST_CHECK_EQUAL(hub.request("POST", kSitePath + "/finder", "{}").status, 405);
}

BOOST_AUTO_TEST_CASE(it_follows_the_book) {
  start(book());
  const std::string before = get().field("etag");
  const Actor mira = agent(1);
  AnswerPublished answer;
  answer.answer = "00000000-0000-7000-8000-0000000000a3";
  answer.title = "Do you repot plants?";
  answer.text = "We do.";
  const Event event{
      "00000000-0000-7000-8000-0000000000e1", "answer.published", "", mira, 1, answer};
  BOOST_REQUIRE(hub.push(mira, {encode_event(event)}).results.at(0).outcome == PushOutcome::placed);
  // The news travels behind the answer to the push.
  Reply after = get();
  while (after.field("etag") == before) after = get();
  const auto finder = AnswerFinder::load(after.body);
  BOOST_REQUIRE(finder.ok());
  BOOST_CHECK_EQUAL(finder->ask("repot", 1).at(0).answer, answer.answer);
}

BOOST_AUTO_TEST_SUITE_END()
