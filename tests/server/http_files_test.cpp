#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/server/running_hub.h"

using namespace deskbell;
using namespace deskbell::test;

namespace {

struct FilesFixture {
  RunningHub hub;
  FilesFixture() {
    const TemporaryFolder& folder = hub.folder();
    for (const char* name :
         {"deskbell.js", "deskbell.de.js", "service-worker.js", "notify.js", "panel.html",
          "proactive.js", "assets/core-1a.wasm", "assets/panel-2b.css"})
      folder.write("web/" + std::string(name), std::string("plain ") + name);
    for (const char* name : {"deskbell.js", "panel.html", "assets/core-1a.wasm"}) {
      folder.write("web/" + std::string(name) + ".br", std::string("brotli ") + name);
      folder.write("web/" + std::string(name) + ".gz", std::string("gzip ") + name);
    }
    hub.options.web = folder / "web";
    hub.start();
  }

  Reply get(const std::string& target, const std::string& fields = "") {
    return hub.request("GET", target, "", "", fields);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_files, FilesFixture)

BOOST_AUTO_TEST_CASE(files_come_in_the_smallest_form_that_is_accepted) {
  const auto encoding = [&](const std::string& accept) {
    const Reply reply = get("/assets/core-1a.wasm", "Accept-Encoding: " + accept + "\r\n");
    BOOST_CHECK_EQUAL(reply.status, 200);
    BOOST_CHECK_EQUAL(reply.field("content-type"), "application/wasm");
    BOOST_CHECK_EQUAL(reply.field("vary"), "Accept-Encoding");
    return std::pair(reply.field("content-encoding"), reply.body);
  };
  BOOST_CHECK_EQUAL(encoding("gzip, deflate, br").first, "br");
  BOOST_CHECK_EQUAL(encoding("gzip, deflate, br").second, "brotli assets/core-1a.wasm");
  BOOST_CHECK_EQUAL(encoding("gzip, br;q=0").first, "gzip");
  BOOST_CHECK_EQUAL(encoding("identity").first, "");
  BOOST_CHECK_EQUAL(encoding("identity").second, "plain assets/core-1a.wasm");
  BOOST_CHECK_EQUAL(get("/assets/panel-2b.css", "Accept-Encoding: br\r\n").body,
                    "plain assets/panel-2b.css");
}

BOOST_AUTO_TEST_CASE(hashed_files_are_cached_for_good_and_pages_are_asked_for_again) {
  BOOST_CHECK_EQUAL(get("/assets/panel-2b.css").field("cache-control"),
                    "public, max-age=31536000, immutable");
  BOOST_CHECK_EQUAL(get("/service-worker.js").field("cache-control"), "no-cache");
  BOOST_CHECK_EQUAL(get("/panel/fern").field("cache-control"), "no-cache");
  BOOST_CHECK_EQUAL(get("/deskbell.js").field("cache-control"), "public, max-age=300");
}

BOOST_AUTO_TEST_CASE(what_has_not_changed_is_not_sent_again) {
  for (const char* target : {"/deskbell.js", "/service-worker.js", "/panel/fern"}) {
    const std::string etag = get(target, "Accept-Encoding: br\r\n").field("etag");
    BOOST_CHECK(!etag.empty());
    const Reply same =
        get(target, "Accept-Encoding: br\r\nIf-None-Match: \"x\", W/" + etag + "\r\n");
    BOOST_CHECK_EQUAL(same.status, 304);
    BOOST_CHECK_EQUAL(same.body, "");
    BOOST_CHECK_EQUAL(same.field("etag"), etag);
    BOOST_CHECK_EQUAL(get(target, "If-None-Match: \"x\"\r\n").status, 200);
  }
}

BOOST_AUTO_TEST_CASE(the_panel_may_be_framed_by_its_sites_pages_alone) {
  const Reply reply = get("/panel/fern");
  BOOST_CHECK_EQUAL(reply.status, 200);
  BOOST_CHECK_EQUAL(reply.body, "plain panel.html");
  BOOST_CHECK_EQUAL(reply.field("content-type"), "text/html; charset=utf-8");
  BOOST_CHECK_EQUAL(
      reply.field("content-security-policy"),
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' "
      "data: https:; connect-src 'self'; worker-src 'self'; manifest-src 'none'; "
      "require-trusted-types-for 'script'; trusted-types deskbell; base-uri 'none'; form-action "
      "'none'; frame-ancestors http://localhost:8081");
  BOOST_CHECK_EQUAL(reply.field("x-content-type-options"), "nosniff");
  BOOST_CHECK(!reply.field("referrer-policy").empty());
  BOOST_CHECK_EQUAL(reply.field("cross-origin-resource-policy"), "");
}

BOOST_AUTO_TEST_CASE(the_loader_and_its_files_may_be_loaded_by_other_origins) {
  for (const char* target : {"/deskbell.js", "/assets/core-1a.wasm"})
    BOOST_CHECK_EQUAL(get(target).field("cross-origin-resource-policy"), "cross-origin");
}

BOOST_AUTO_TEST_CASE(the_loader_speaks_the_language_of_whoever_asks_for_it) {
  const auto in = [&](const std::string& languages) {
    return get("/deskbell.js", "Accept-Language: " + languages + "\r\n");
  };
  BOOST_CHECK_EQUAL(in("de-DE,en;q=0.5").body, "plain deskbell.de.js");
  BOOST_CHECK_EQUAL(in("en-GB,de;q=0.5").body, "plain deskbell.js");
  BOOST_CHECK_EQUAL(in("it").body, "plain deskbell.js");
  BOOST_CHECK_NE(in("de").field("etag"), in("en").field("etag"));
  BOOST_CHECK_EQUAL(in("de").field("vary"), "Accept-Language");
  BOOST_CHECK_EQUAL(in("de").field("cache-control"), "public, max-age=300");
  BOOST_CHECK_EQUAL(get("/deskbell.de.js").body, "plain deskbell.de.js");
  BOOST_CHECK_EQUAL(get("/deskbell.fr.js").status, 404);
}

BOOST_AUTO_TEST_CASE(what_a_site_says_first_stands_in_front_of_the_script_that_shows_it) {
  const Reply nothing = get("/proactive/fern");
  BOOST_CHECK_EQUAL(nothing.status, 200);
  BOOST_CHECK_EQUAL(nothing.body,
                    "const DESKBELL_PROACTIVE={\"changes\":[],\"name\":\"Fern\",\"open\":null,"
                    "\"rules\":[]};\nplain proactive.js");
  BOOST_CHECK_EQUAL(nothing.field("content-type"), "text/javascript; charset=utf-8");
  BOOST_CHECK_EQUAL(nothing.field("access-control-allow-origin"), "*");
  BOOST_CHECK_EQUAL(nothing.field("cache-control"), "public, max-age=300");
  BOOST_CHECK_EQUAL(
      get("/proactive/fern", "If-None-Match: " + nothing.field("etag") + "\r\n").status, 304);
  hub.stop();
  hub.options.site_files = {hub.folder().write(
      "talkative.json",
      R"({"site":"fern","name":"Fern","origins":["http://localhost:8081"],)"
      R"("hours":{"week":{"mon":["00:00-24:00"]}},)"
      R"("proactive":[{"id":"a","text":"<script>\u2028"}]})")};
  hub.start();
  const Reply told = get("/proactive/fern");
  BOOST_CHECK(told.body.find(R"("rules":[{"id":"a","once":"ever","text":"<script>)") !=
              std::string::npos);
  const auto about = nlohmann::json::parse(
      told.body.substr(25, told.body.find(";\nplain") - 25), nullptr, false);
  BOOST_CHECK(about["open"].is_boolean());
  // Monday opens and closes, each week anew.
  BOOST_CHECK_EQUAL(about["changes"].size(), 8u);
  BOOST_CHECK_EQUAL(about["changes"][3].get<Millis>() - about["changes"][1].get<Millis>(),
                    7 * 24 * 60 * 60 * 1000);
  BOOST_CHECK_EQUAL(get("/proactive/moss").status, 404);
  BOOST_CHECK_EQUAL(get("/proactive/").status, 404);
  BOOST_CHECK_EQUAL(get("/proactive.js").status, 404);
}

BOOST_AUTO_TEST_CASE(a_site_that_is_not_there_is_said_so_to_people) {
  const Reply reply = get("/panel/moss");
  BOOST_CHECK_EQUAL(reply.status, 404);
  BOOST_CHECK_EQUAL(reply.field("content-type"), "text/html; charset=utf-8");
  BOOST_CHECK(reply.body.find("No such site") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(nothing_but_the_widgets_files_is_served) {
  hub.folder().write("web/other.txt", "not for strangers");
  for (const char* target : {"/", "/panel.html", "/panel", "/panel/", "/other.txt", "/assets/",
                             "/assets/../other.txt", "/assets/%2e%2e/other.txt", "//etc/passwd",
                             "/assets/core-1a.wasm.br", "/assets//core-1a.wasm"})
    BOOST_CHECK_EQUAL(get(target).status, 404);
}

BOOST_AUTO_TEST_CASE(head_says_what_get_would_without_the_body) {
  TestClient client(hub.port());
  client.send(request_bytes("HEAD", "/deskbell.js") + request_bytes("GET", "/deskbell.js"));
  const auto head = client.read_reply(/*head_only=*/true);
  BOOST_CHECK_EQUAL(head->field("content-length"), "17");
  // The next answer begins right after: no body came with the first.
  BOOST_CHECK_EQUAL(client.read_reply()->body, "plain deskbell.js");
}

BOOST_AUTO_TEST_CASE(a_widget_that_was_not_built_is_an_error_that_says_what_to_do) {
  hub.stop();
  hub.options.web = hub.folder() / "nowhere";
  const auto server = HubServer::open(hub.options, hub.limits, [](const std::string&) {});
  BOOST_REQUIRE(!server.ok());
  BOOST_CHECK(server.error().message.find("npm run build") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
