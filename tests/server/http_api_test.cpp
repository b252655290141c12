#include <zlib.h>

#include <boost/test/unit_test.hpp>

#include "core/sync/wire.h"
#include "server/accounts.h"
#include "server/hub/rate_limiter.h"
#include "tests/server/running_hub.h"

using namespace deskbell;
using namespace deskbell::test;

namespace {

struct HubFixture {
  RunningHub hub;
  HubFixture() { hub.start(); }
};

void check_problem(const Reply& reply, int status, ErrorCode code) {
  BOOST_CHECK_EQUAL(reply.status, status);
  BOOST_CHECK_EQUAL(reply.field("content-type"), "application/problem+json");
  const auto problem = decode_problem(reply.body);
  BOOST_REQUIRE_MESSAGE(problem.has_value(), reply.body);
  BOOST_CHECK_EQUAL(error_name(problem->error.code), error_name(code));
}

std::string gunzipped(const std::string& bytes) {
  z_stream stream{};
  BOOST_REQUIRE_EQUAL(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string out(1024 * 1024, '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  BOOST_REQUIRE_EQUAL(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_api, HubFixture)

BOOST_AUTO_TEST_CASE(a_long_page_is_compressed_for_who_wishes_it_and_reads_the_same) {
  std::vector<std::string> events{started(1, customer(1), 1)};
  for (int i = 2; i < 100; ++i) events.push_back(posted(i, customer(1), 1, "where is it?"));
  hub.push(customer(1), events);
  const std::string token = hub.token(customer(1));
  const auto pull = [&](const std::string& limit, const std::string& fields) {
    return hub.request("GET", kSitePath + "/events?limit=" + limit, "", token, fields);
  };
  const Reply plain = pull("500", "");
  BOOST_CHECK_EQUAL(plain.field("content-encoding"), "");
  const Reply refused = pull("500", "Accept-Encoding: br, gzip;q=0\r\n");
  BOOST_CHECK_EQUAL(refused.field("content-encoding"), "");
  const Reply small = pull("500", "Accept-Encoding: br, gzip\r\n");
  BOOST_CHECK_EQUAL(small.field("content-encoding"), "gzip");
  BOOST_CHECK_LT(small.body.size(), plain.body.size() / 4);
  const auto read = decode_page(gunzipped(small.body));
  BOOST_REQUIRE(read.ok());
  BOOST_CHECK_EQUAL(read->events.size(), decode_page(plain.body)->events.size());
  BOOST_CHECK_EQUAL(read->events.back().body, decode_page(plain.body)->events.back().body);
  BOOST_CHECK_EQUAL(pull("1", "Accept-Encoding: gzip\r\n").field("content-encoding"), "");
}

BOOST_AUTO_TEST_CASE(a_hub_says_that_it_is_well) {
  const Reply reply = hub.request("GET", "/v1/health");
  BOOST_CHECK_EQUAL(reply.status, 200);
  BOOST_CHECK_EQUAL(reply.field("content-type"), "application/json");
  BOOST_CHECK(reply.body.find("\"status\":\"ok\"") != std::string::npos);
  BOOST_CHECK(reply.body.find("\"version\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_customer_writes_and_an_agent_reads) {
  const PushAnswer answer = hub.push(
      customer(1), {started(1, customer(1), 1), posted(2, customer(1), 1, "where is it?")});
  BOOST_REQUIRE_EQUAL(answer.results.size(), 2u);
  BOOST_CHECK(answer.results[1].outcome == PushOutcome::placed);
  const Page page = hub.pull(agent(1));
  BOOST_CHECK_EQUAL(page.cursor.epoch, answer.epoch);
  BOOST_CHECK_EQUAL(page.events.back().seq, answer.results[1].seq);
  BOOST_CHECK_EQUAL(page.events.back().body, posted(2, customer(1), 1, "where is it?"));
  BOOST_CHECK_EQUAL(page.since.seq, 0);
  BOOST_CHECK(!page.more);
  BOOST_CHECK_GT(page.hub_time, 0);
}

BOOST_AUTO_TEST_CASE(a_pull_goes_on_where_its_cursor_stands) {
  hub.push(customer(1), {started(1, customer(1), 1), posted(2, customer(1), 1, "one")});
  const Page first = hub.pull(customer(1), "?limit=1");
  BOOST_CHECK_EQUAL(first.events.size(), 1u);
  BOOST_CHECK(first.more);
  Page page = first;
  std::size_t count = 1;
  while (page.more) {
    const Cursor since = page.cursor;
    page = hub.pull(customer(1), "?limit=1&cursor=" + encode_cursor(since));
    BOOST_CHECK(page.since == since);
    count += page.events.size();
  }
  // Two agents' names, the site, the conversation and the message.
  BOOST_CHECK_EQUAL(count, 5u);
  const Page end = hub.pull(customer(1), "?cursor=" + encode_cursor(page.cursor));
  BOOST_CHECK(end.events.empty());
  BOOST_CHECK(end.cursor == page.cursor);
}

BOOST_AUTO_TEST_CASE(what_is_not_for_a_customer_never_reaches_the_wire) {
  hub.push(customer(1), {started(1, customer(1), 1)});
  hub.push(customer(2), {started(2, customer(2), 2), posted(3, customer(2), 2, "of-another")});
  hub.push(
      agent(1),
      {event_bytes(4, agent(1), 1, NoteAdded{"a-secret-note"}),
       event_bytes(5, agent(1), 0,
                   AnswerPublished{id_of(70), "t", "team-answer", {}, AnswerScope::team, ""})});
  const Reply reply = hub.request("GET", kSitePath + "/events", "", hub.token(customer(1)));
  for (const char* hidden : {"a-secret-note", "team-answer", "of-another"})
    BOOST_CHECK_MESSAGE(reply.body.find(hidden) == std::string::npos, hidden);
  const Page page = decode_page(reply.body).value();
  BOOST_CHECK_EQUAL(page.cursor.seq, hub.pull(agent(1)).cursor.seq);
}

BOOST_AUTO_TEST_CASE(requests_without_a_good_token_are_turned_away) {
  for (const std::string& token : {std::string(), std::string("x"), hub.token(customer(1)) + "x"})
    for (const char* target : {"/events", "/stream"}) {
      const Reply reply = hub.request("GET", kSitePath + target, "", token);
      check_problem(reply, 401, ErrorCode::not_signed_in);
      BOOST_CHECK_EQUAL(reply.field("www-authenticate"), "Bearer");
    }
  check_problem(hub.request("POST", kSitePath + "/events", encode_push({})), 401,
                ErrorCode::not_signed_in);
}

BOOST_AUTO_TEST_CASE(a_customer_is_registered_by_its_first_secret) {
  const auto ask = [&](const Actor& actor, const std::string& secret) {
    return hub.request("POST", kSitePath + "/tokens", encode_token_request({actor, secret}));
  };
  BOOST_CHECK_EQUAL(ask(customer(1), secret_of(customer(1))).status, 200);
  BOOST_CHECK_EQUAL(ask(customer(1), secret_of(customer(1))).status, 200);
  check_problem(ask(customer(1), secret_of(customer(2))), 401, ErrorCode::wrong_credentials);
  check_problem(ask(agent(9), secret_of(agent(9))), 401, ErrorCode::wrong_credentials);
  check_problem(ask(agent(1), secret_of(agent(2))), 401, ErrorCode::wrong_credentials);
  check_problem(ask(customer(3), "short"), 422, ErrorCode::invalid_event);
  check_problem(ask({ActorKind::customer, "me"}, secret_of(customer(3))), 422,
                ErrorCode::invalid_event);
  check_problem(hub.request("POST", kSitePath + "/tokens", "{"), 400, ErrorCode::invalid_json);
}

BOOST_AUTO_TEST_CASE(
    a_network_may_bring_so_many_new_customers_and_the_others_are_told_when_to_come) {
  RunningHub strict;
  strict.options.max_new_customers = 2;
  strict.start();
  const auto ask = [&](int n, const std::string& address) {
    const std::string from = address.empty() ? "" : "X-Forwarded-For: " + address + "\r\n";
    return strict.request("POST", kSitePath + "/tokens",
                          encode_token_request({customer(n), secret_of(customer(n))}), "", from);
  };
  BOOST_CHECK_EQUAL(ask(11, "2001:db8::1").status, 200);
  BOOST_CHECK_EQUAL(ask(12, "2001:db8::2").status, 200);
  const Reply third = ask(13, "2001:db8::3");
  check_problem(third, 429, ErrorCode::too_many_attempts);
  const int wait_s = std::stoi(third.field("retry-after"));
  BOOST_CHECK(wait_s > 0 && wait_s <= kNewCustomersWindowMs / 1000 + 1);
  // Whom the hub knows is served, so are other networks, and a proxy that names nobody.
  BOOST_CHECK_EQUAL(ask(11, "2001:db8::1").status, 200);
  BOOST_CHECK_EQUAL(ask(13, "203.0.113.7").status, 200);
  for (int n = 14; n < 18; ++n) BOOST_CHECK_EQUAL(ask(n, "").status, 200);
}

BOOST_AUTO_TEST_CASE(an_event_by_somebody_else_is_refused_and_the_rest_placed) {
  const PushAnswer answer =
      hub.push(customer(1), {started(1, customer(2), 1), started(2, customer(1), 2)});
  BOOST_CHECK(answer.results[0].outcome == PushOutcome::refused);
  BOOST_CHECK(answer.results[0].error->code == ErrorCode::wrong_author);
  BOOST_CHECK(answer.results[1].outcome == PushOutcome::placed);
}

BOOST_AUTO_TEST_CASE(pushing_again_after_a_restart_gives_the_same_answer) {
  const std::vector<std::string> events = {started(1, customer(1), 1),
                                           posted(2, customer(1), 1, "once")};
  const PushAnswer first = hub.push(customer(1), events);
  hub.stop();
  hub.start();
  const PushAnswer again = hub.push(customer(1), events);
  BOOST_CHECK_EQUAL(again.epoch, first.epoch);
  BOOST_CHECK_EQUAL(again.results[0].seq, first.results[0].seq);
  BOOST_CHECK_EQUAL(again.results[1].seq, first.results[1].seq);
}

BOOST_AUTO_TEST_CASE(tokens_survive_a_restart) {
  const std::string token = hub.token(customer(1));
  hub.stop();
  hub.start();
  BOOST_CHECK_EQUAL(hub.request("GET", kSitePath + "/events", "", token).status, 200);
}

BOOST_AUTO_TEST_CASE(a_cursor_of_another_history_is_answered_with_the_one_there_is) {
  const std::string token = hub.token(customer(1));
  const std::string epoch = hub.pull(customer(1)).cursor.epoch;
  for (const std::string& cursor :
       {encode_cursor({"0123456789abcdef", 1, 0}), encode_cursor({epoch, 1'000'000, 0})}) {
    const Reply reply = hub.request("GET", kSitePath + "/events?cursor=" + cursor, "", token);
    check_problem(reply, 409, ErrorCode::new_epoch);
    BOOST_CHECK_EQUAL(decode_problem(reply.body)->epoch, epoch);
  }
}

BOOST_AUTO_TEST_CASE(bad_parameters_get_a_clear_error) {
  const std::string token = hub.token(customer(1));
  for (const char* query : {"?cursor=nonsense", "?cursor=", "?limit=0", "?limit=x", "?limit=-1",
                            "?wait=x", "?limit=99999999999999999999"})
    check_problem(hub.request("GET", kSitePath + "/events" + query, "", token), 400,
                  ErrorCode::invalid_command);
}

BOOST_AUTO_TEST_CASE(a_push_that_is_none_is_refused_as_a_whole) {
  const std::string token = hub.token(customer(1));
  const auto post = [&](const std::string& body) {
    return hub.request("POST", kSitePath + "/events", body, token);
  };
  check_problem(post("nonsense"), 400, ErrorCode::invalid_json);
  check_problem(post("{}"), 400, ErrorCode::invalid_json);
  check_problem(post(std::string(10'000, '[')), 400, ErrorCode::invalid_json);
  std::string many = "{\"events\":[1";
  for (std::size_t i = 0; i < kMaxPushEvents; ++i) many += ",1";
  check_problem(post(many + "]}"), 413, ErrorCode::too_large);
  BOOST_CHECK_EQUAL(post("{\"events\":[]}").status, 200);
}

BOOST_AUTO_TEST_CASE(unknown_sites_and_addresses_are_said_to_be_so) {
  check_problem(hub.request("POST", "/v1/sites/moss/tokens", "{}"), 404, ErrorCode::unknown_site);
  check_problem(hub.request("GET", "/v1/sites/fern/else"), 404, ErrorCode::not_found);
  check_problem(hub.request("GET", "/v1/sites/fern/"), 404, ErrorCode::not_found);
  check_problem(hub.request("GET", "/v1/sites/moss"), 404, ErrorCode::unknown_site);
  check_problem(hub.request("GET", "/v1/other"), 404, ErrorCode::not_found);
  check_problem(hub.request("GET", "/v1/sites/../sites/fern/events"), 404, ErrorCode::not_found);
}

BOOST_AUTO_TEST_CASE(anybody_is_told_what_every_customer_may_know_of_a_site) {
  const Reply reply = hub.request("GET", "/v1/sites/fern");
  BOOST_CHECK_EQUAL(reply.status, 200);
  BOOST_TEST(reply.body.find(R"("name":"Fern")") != std::string::npos, reply.body);
  BOOST_CHECK_EQUAL(hub.request("POST", "/v1/sites/fern", "{}").field("allow"),
                    "GET, HEAD, OPTIONS");
}

BOOST_AUTO_TEST_CASE(methods_that_make_no_sense_are_answered_with_those_that_do) {
  const Reply deleted = hub.request("DELETE", kSitePath + "/events");
  BOOST_CHECK_EQUAL(deleted.status, 405);
  BOOST_CHECK_EQUAL(deleted.field("allow"), "GET, POST, OPTIONS");
  BOOST_CHECK_EQUAL(deleted.field("content-type"), "application/problem+json");
  BOOST_CHECK_EQUAL(hub.request("GET", kSitePath + "/login").field("allow"), "POST, OPTIONS");
  const Reply options = hub.request("OPTIONS", kSitePath + "/stream");
  BOOST_CHECK_EQUAL(options.status, 204);
  BOOST_CHECK_EQUAL(options.field("allow"), "GET, OPTIONS");
  BOOST_CHECK_EQUAL(hub.request("OPTIONS", "*").status, 204);
  const Reply health = hub.request("HEAD", "/v1/health");
  BOOST_CHECK_EQUAL(health.status, 200);
  BOOST_CHECK(!health.field("content-length").empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(http_login)

BOOST_AUTO_TEST_CASE(an_agent_signs_in_with_a_password_and_works_with_a_token) {
  RunningHub hub;
  const auto account = add_account({hub.options.data, "fern", "ada", "a password", "Ada"});
  BOOST_REQUIRE(account.ok());
  hub.start();
  const auto log_in = [&](const std::string& login, const std::string& password) {
    return hub.request("POST", kSitePath + "/login",
                       R"({"login":")" + login + R"(","password":")" + password + "\"}");
  };
  const Reply reply = log_in("ada", "a password");
  BOOST_REQUIRE_EQUAL(reply.status, 200);
  BOOST_CHECK(reply.body.find("\"name\":\"Ada\"") != std::string::npos);
  BOOST_CHECK(reply.body.find(account->agent) != std::string::npos);
  const std::size_t at = reply.body.find("\"secret\":\"");
  BOOST_REQUIRE(at != std::string::npos);
  const std::string secret = reply.body.substr(at + 10, 64);
  const Reply token =
      hub.request("POST", kSitePath + "/tokens",
                  encode_token_request({{ActorKind::agent, account->agent}, secret}));
  BOOST_CHECK_EQUAL(token.status, 200);

  check_problem(log_in("ada", "another"), 401, ErrorCode::wrong_credentials);
  check_problem(log_in("nobody", "a password"), 401, ErrorCode::wrong_credentials);
  check_problem(hub.request("POST", kSitePath + "/login", "{}"), 400, ErrorCode::invalid_command);
  check_problem(hub.request("POST", kSitePath + "/login", "[[[[[["), 400, ErrorCode::invalid_json);
}

BOOST_AUTO_TEST_CASE(too_many_failed_logins_have_to_wait_and_others_have_not) {
  RunningHub hub;
  hub.start();
  const auto log_in = [&](const std::string& login, const std::string& from) {
    return hub.request("POST", kSitePath + "/login",
                       R"({"login":")" + login + R"(","password":"guess"})", "",
                       "X-Forwarded-For: 1.1.1.1, " + from + "\r\n");
  };
  for (int i = 0; i < kMaxFailedLogins; ++i)
    BOOST_CHECK_EQUAL(log_in("ada", "10.0.0.1").status, 401);
  const Reply reply = log_in("ada", "10.0.0.1");
  check_problem(reply, 429, ErrorCode::too_many_attempts);
  BOOST_CHECK_GT(std::stoi(reply.field("retry-after")), 0);
  BOOST_CHECK_EQUAL(log_in("ada", "10.0.0.2").status, 401);
  BOOST_CHECK_EQUAL(log_in("eve", "10.0.0.1").status, 401);
}

BOOST_AUTO_TEST_CASE(a_push_to_another_history_places_nothing) {
  RunningHub hub;
  hub.start();
  const std::string token = hub.token(customer(1));
  const std::string epoch = hub.pull(customer(1)).cursor.epoch;
  const std::string body = encode_push({started(1, customer(1), 1)});
  const Reply refused =
      hub.request("POST", kSitePath + "/events?epoch=0123456789abcdef", body, token);
  BOOST_CHECK_EQUAL(refused.status, 409);
  const auto problem = decode_problem(refused.body);
  BOOST_REQUIRE(problem.has_value());
  BOOST_CHECK(problem->error.code == ErrorCode::new_epoch);
  BOOST_CHECK_EQUAL(problem->epoch, epoch);
  const Reply placed = hub.request("POST", kSitePath + "/events?epoch=" + epoch, body, token);
  BOOST_CHECK_EQUAL(placed.status, 200);
  BOOST_CHECK_EQUAL(decode_push_answer(placed.body)->results.at(0).seq,
                    hub.pull(customer(1)).cursor.seq);
}

BOOST_AUTO_TEST_SUITE_END()
