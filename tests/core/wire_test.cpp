#include "core/sync/wire.h"

#include <boost/test/unit_test.hpp>

namespace deskbell {
namespace {

const std::string kEpoch = "00112233445566ff";

/// An event with as many values as one may have, in few bytes.
std::string crowded_event(int number) {
  const std::string digits = std::to_string(100000 + number);
  std::string event = R"({"id":"01936d5e-7c00-7000-8000-000000)" + digits +
                      R"(","type":"hologram.shown","author":{"kind":"agent",)"
                      R"("id":"01936d5e-7c00-7000-8000-000000000001"},"at":5,"data":{"x":[1)";
  for (int i = 0; i < 490; ++i) event += ",1";
  return event + "]}}";
}

BOOST_AUTO_TEST_SUITE(wire)

BOOST_AUTO_TEST_CASE(what_single_events_may_be_a_full_push_and_a_full_page_can_carry) {
  std::vector<std::string> bodies;
  Page page{{kEpoch, 0, 0}, {kEpoch, kMaxPageEvents, 0}, false, 1, {}};
  std::size_t bytes = 0;
  for (int i = 1; i <= static_cast<int>(kMaxPageEvents); ++i) {
    const std::string body = crowded_event(i);
    BOOST_REQUIRE(decode_event(body).ok());
    bytes += body.size();
    if (bytes <= kMaxPageBytes) page.events.push_back({i, body});
    if (bodies.size() < kMaxPushEvents) bodies.push_back(body);
  }
  const auto pushed = decode_push(encode_push(bodies));
  BOOST_REQUIRE(pushed.ok());
  BOOST_TEST(pushed->size() == bodies.size());
  const auto pulled = decode_page(encode_page(page));
  BOOST_REQUIRE(pulled.ok());
  BOOST_REQUIRE(pulled->events.size() == page.events.size());
  BOOST_TEST(pulled->events.back().body == page.events.back().body);
}

BOOST_AUTO_TEST_CASE(a_page_out_of_order_is_refused) {
  const std::string body = crowded_event(1);
  const auto page = [&](Seq since, Seq cursor, std::vector<Seq> places) {
    Page made{{kEpoch, since, 0}, {kEpoch, cursor, 0}, false, 1, {}};
    for (const Seq seq : places) made.events.push_back({seq, body});
    return decode_page(encode_page(made)).ok();
  };
  BOOST_TEST(page(3, 7, {4, 7}));
  BOOST_TEST(page(3, 7, {}));
  BOOST_TEST(!page(3, 7, {3}));
  BOOST_TEST(!page(3, 7, {5, 5}));
  BOOST_TEST(!page(3, 7, {6, 4}));
  BOOST_TEST(!page(3, 7, {8}));
  BOOST_TEST(!page(7, 3, {}));
}

BOOST_AUTO_TEST_CASE(too_many_events_are_told_before_anything_is_built) {
  const std::vector<std::string> bodies(kMaxPushEvents + 1, "{}");
  const auto pushed = decode_push(encode_push(bodies));
  BOOST_REQUIRE(!pushed.ok());
  BOOST_TEST((pushed.error().code == ErrorCode::too_large));
}

BOOST_AUTO_TEST_CASE(a_cursor_reads_as_it_was_written_and_nothing_else_is_one) {
  const Cursor cursor{kEpoch, 4711, 2};
  BOOST_TEST((decode_cursor(encode_cursor(cursor)) == cursor));
  for (const char* token :
       {"", ".", "..", "x.1.0", "00112233445566ff", "00112233445566ff.1", "00112233445566ff.-1.0",
        "00112233445566ff.1.0.0", "00112233445566FF.1.0", "00112233445566ff.99999999999999999999.0",
        "00112233445566ff.1x.0", "00112233445566ff.1.0 ", "00112233445566ff.007.0",
        "00112233445566ff.-0.0"})
    BOOST_TEST(!decode_cursor(token), token);
}

BOOST_AUTO_TEST_CASE(a_token_that_no_header_can_carry_is_none) {
  BOOST_TEST(decode_token_answer(R"({"token":"v4.public.x","expires_in_ms":1})").ok());
  for (const char* body :
       {R"({"token":"","expires_in_ms":1})", R"({"token":"a b","expires_in_ms":1})",
        R"({"token":"a\r\nCookie: b","expires_in_ms":1})", R"({"token":"é","expires_in_ms":1})"})
    BOOST_TEST(!decode_token_answer(body).ok(), body);
}

BOOST_AUTO_TEST_CASE(a_problem_keeps_its_code_and_an_unknown_one_is_no_reason_to_fail) {
  const auto problem = decode_problem(encode_problem({{ErrorCode::new_epoch, "why"}, kEpoch}));
  BOOST_REQUIRE(problem);
  BOOST_TEST((problem->error.code == ErrorCode::new_epoch));
  BOOST_TEST(problem->error.message == "why");
  BOOST_TEST(problem->epoch == kEpoch);
  BOOST_TEST((decode_problem(R"({"type":"/problems/of_tomorrow"})")->error.code ==
              ErrorCode::network_failed));
  for (const char* body : {"", "<html>", "{}", R"({"type":5})", R"({"type":"about:blank"})"})
    BOOST_TEST(!decode_problem(body), body);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deskbell
