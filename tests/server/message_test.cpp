#include "server/http/message.h"

#include <boost/test/unit_test.hpp>

#include "core/sync/sse_parser.h"
#include "server/http/live.h"
#include "server/http/negotiation.h"

using namespace deskbell;

BOOST_AUTO_TEST_SUITE(messages)

BOOST_AUTO_TEST_CASE(targets_are_taken_apart) {
  HttpRequest request;
  request.target = "/a/b?cursor=5f.7.0&empty=&flag&limit=1%30&odd=%zz%4";
  BOOST_CHECK_EQUAL(request.path(), "/a/b");
  BOOST_CHECK_EQUAL(request.query("cursor").value(), "5f.7.0");
  BOOST_CHECK_EQUAL(request.query("empty").value(), "");
  BOOST_CHECK_EQUAL(request.query("flag").value(), "");
  BOOST_CHECK_EQUAL(request.query("limit").value(), "10");
  BOOST_CHECK_EQUAL(request.query("odd").value(), "%zz%4");
  BOOST_CHECK(!request.query("curs"));
  request.target = "/a";
  BOOST_CHECK(!request.query("a"));
}

BOOST_AUTO_TEST_CASE(heads_are_written_with_their_length_or_as_chunks) {
  HttpResponse response;
  response.fields = {{"X", "y"}};
  const std::string fixed = encode_head(response, 3, true);
  BOOST_CHECK(fixed.starts_with("HTTP/1.1 200 OK\r\nDate: "));
  BOOST_CHECK(fixed.find("\r\nX: y\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\n") !=
              std::string::npos);
  const std::string chunked = encode_head(response, std::nullopt, false);
  BOOST_CHECK(chunked.ends_with("Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"));
  response.status = 304;
  BOOST_CHECK(encode_head(response, 0, true).find("Content-Length") == std::string::npos);
  BOOST_CHECK_EQUAL(encode_chunk("0123456789abcdef!"), "11\r\n0123456789abcdef!\r\n");
}

BOOST_AUTO_TEST_CASE(line_breaks_in_an_events_data_survive_the_stream) {
  std::vector<SseEvent> events;
  SseParser parser;
  BOOST_REQUIRE(parser.feed(encode_sse("page", "{\"a\":\n\n1}\r\n") + encode_sse("bye", ""),
                            [&](SseEvent event) { events.push_back(std::move(event)); }));
  BOOST_REQUIRE_EQUAL(events.size(), 2u);
  BOOST_CHECK_EQUAL(events[0].name, "page");
  BOOST_CHECK_EQUAL(events[0].data, "{\"a\":\n\n1}\n");
}

BOOST_AUTO_TEST_CASE(encodings_are_chosen_from_what_is_accepted) {
  BOOST_CHECK(accepts_encoding("gzip, deflate, br", "br"));
  BOOST_CHECK(accepts_encoding("br;q=0.5", "br"));
  BOOST_CHECK(accepts_encoding("gzip;q=1.0,br", "gzip"));
  BOOST_CHECK(!accepts_encoding("br;q=0", "br"));
  BOOST_CHECK(!accepts_encoding("br; q=0.000", "br"));
  BOOST_CHECK(!accepts_encoding("", "br"));
  BOOST_CHECK(!accepts_encoding("brotli", "br"));
}

BOOST_AUTO_TEST_CASE(the_most_wanted_language_that_there_is_serves) {
  const std::vector<std::string> there = {"en", "de", "pt", "zh-CN", "zh-TW"};
  const auto best = [&](std::string_view accept) {
    return best_language(accepted_languages(accept), there);
  };
  BOOST_CHECK_EQUAL(best("de-AT,de;q=0.9,en;q=0.8"), "de");
  BOOST_CHECK_EQUAL(best("en;q=0.8 , DE ;q=0.95"), "de");
  BOOST_CHECK_EQUAL(best("it, pt-BR"), "pt");
  BOOST_CHECK_EQUAL(best("de;q=0, en;q=0.1"), "en");
  BOOST_CHECK_EQUAL(best("zh"), "zh-CN");
  BOOST_CHECK_EQUAL(best("zh-SG"), "zh-CN");
  BOOST_CHECK_EQUAL(best("zh-HK"), "zh-TW");
  BOOST_CHECK_EQUAL(best("zh-Hant-MY"), "zh-TW");
  for (const char* none : {"", "*", "it", ",,;q=,", ";", "de;q=0.000"})
    BOOST_CHECK_EQUAL(best(none), "");
}

BOOST_AUTO_TEST_SUITE_END()
