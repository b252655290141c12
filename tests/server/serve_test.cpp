#include "server/serve.h"

#include <signal.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <mutex>
#include <sstream>
#include <streambuf>
#include <thread>

#include "core/sync/wire.h"
#include "tests/server/running_hub.h"

using namespace deskbell;
using namespace deskbell::test;

namespace {

/// Text that one thread writes and another waits for.
class SharedText : public std::streambuf {
 public:
  std::string wait_for_line() {
    std::unique_lock lock(mutex_);
    written_.wait(lock, [this] { return text_.find('\n') != std::string::npos; });
    return text_.substr(0, text_.find('\n'));
  }

 protected:
  int_type overflow(int_type c) override {
    const std::lock_guard lock(mutex_);
    text_ += static_cast<char>(c);
    written_.notify_all();
    return c;
  }

 private:
  std::mutex mutex_;
  std::condition_variable written_;
  std::string text_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(serve_)

BOOST_AUTO_TEST_CASE(a_hub_says_where_it_listens_and_stops_when_it_is_asked_to) {
  RunningHub hub;  // for its data
  for (const int signal : {SIGTERM, SIGINT}) {
    SharedText out_text;
    std::ostream out(&out_text);
    std::ostringstream err;
    int code = -1;
    std::thread server([&] { code = serve(hub.options, out, err); });
    const std::string line = out_text.wait_for_line();
    const std::string start = "deskbell is listening on http://127.0.0.1:";
    BOOST_REQUIRE_MESSAGE(line.starts_with(start), line);
    const auto port = static_cast<std::uint16_t>(std::stoi(line.substr(start.size())));

    TestClient idle(port);
    TestClient client(port);
    client.send(request_bytes("GET", "/v1/health"));
    BOOST_CHECK_EQUAL(client.read_reply()->status, 200);
    // Pushes that are on their way when the signal comes are answered.
    const std::string secret = encode_token_request({customer(1), secret_of(customer(1))});
    client.send(request_bytes("POST", kSitePath + "/tokens", secret));
    const std::string token = decode_token_answer(client.read_reply()->body).value().token;
    const std::string body = encode_push({started(signal, customer(1), signal)});
    client.send(request_bytes("GET", "/v1/health") +
                request_bytes("POST", kSitePath + "/events", body, token));
    BOOST_REQUIRE(client.read_reply().has_value());
    BOOST_REQUIRE_EQUAL(::kill(::getpid(), signal), 0);
    const auto answer = client.read_reply();
    BOOST_REQUIRE(answer.has_value());
    BOOST_CHECK_EQUAL(answer->status, 200);
    BOOST_CHECK(idle.read_to_end());
    server.join();
    BOOST_CHECK_EQUAL(code, 0);
    BOOST_CHECK(err.str().find("started") != std::string::npos);
    BOOST_CHECK(err.str().find("stopped") != std::string::npos);
    BOOST_CHECK(err.str().find(customer(1).id) == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_hub_that_cannot_start_says_why) {
  RunningHub hub;
  const auto complains = [](const ServeOptions& options, const std::string& what) {
    std::ostringstream out;
    std::ostringstream err;
    BOOST_CHECK_EQUAL(serve(options, out, err), 1);
    BOOST_CHECK_MESSAGE(err.str().find(what) != std::string::npos, err.str());
    BOOST_CHECK_EQUAL(out.str(), "");
  };
  ServeOptions options = hub.options;
  options.listen_host = "not an address";
  complains(options, "not an address");
  options = hub.options;
  options.site_files = {"/nowhere/site.json"};
  complains(options, "/nowhere/site.json");
  options = hub.options;
  options.data = "";
  complains(options, "--data");
  hub.start();
  complains(hub.options, "in use");
  RunningHub other;
  options = other.options;
  options.port = hub.port();
  complains(options, std::to_string(hub.port()));
}

BOOST_AUTO_TEST_SUITE_END()
