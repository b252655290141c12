#include "tests/simulation/network.h"

#include <algorithm>
#include <vector>

namespace deskbell::test {
namespace {

constexpr std::uint64_t kNetworkPurpose = 3;
constexpr Millis kMinute = 60'000;

/// As a newer hub might say it: with a member that nobody here knows.
void add_unknown_member(std::string& body) {
  if (body.size() > 2 && body[0] == '{') body.insert(1, R"("tomorrow":{"x":[1,{"y":"z"}]},)");
}

std::string describe(const Client& client, const Request& request) {
  static constexpr const char* kKinds[] = {"token", "push", "pull", "stream"};
  return "device " + std::to_string(client.device()) + "/" + std::to_string(client.number()) + " " +
         kKinds[static_cast<int>(request.kind)] + " " + std::to_string(request.id);
}

}  // namespace

/// One request on its way, its answer, and for a stream what follows.
class Network::Connection : public Wire, public std::enable_shared_from_this<Connection> {
 public:
  Connection(Network& network, int device, std::weak_ptr<Client> client, Request request,
             SeededRandom random)
      : network_(network),
        run_(network.run_),
        client_(std::move(client)),
        device_(device),
        request_(std::move(request)),
        random_(random) {
    loses_request_ = run_.faulty(Fault::drop) && random_.chance(12);
    loses_answer_ = run_.faulty(Fault::drop) && random_.chance(12);
    truncates_ = run_.faulty(Fault::truncate) && random_.chance(10);
    buffers_ = run_.faulty(Fault::buffering) && random_.chance(50);
    unknown_ = run_.faulty(Fault::version_skew) && random_.chance(50);
  }

  int device() const { return device_; }
  const Request& request() const { return request_; }
  SeededRandom& random() { return random_; }
  bool loses_request() const { return loses_request_; }

  Millis latency() {
    Millis latency = static_cast<Millis>(5 + random_.below(60));
    if (run_.faulty(Fault::delay) && random_.chance(20))
      latency += static_cast<Millis>(random_.below(20'000));
    return latency;
  }

  /// Without an answer by then, the driver gives up.
  void begin() {
    run_.after(request_.timeout_ms, [self = shared_from_this()] {
      if (!self->answered_) self->fail();
    });
  }

  void answer(Response response) override {
    if (answer_sent_) return;
    answer_sent_ = true;
    if (loses_answer_ || cut_off()) return;
    if (unknown_) add_unknown_member(response.body);
    if (truncates_ && !request_.stream && !response.body.empty()) {
      response.body.resize(random_.below(response.body.size()));
      // Most drivers notice; some middle boxes set the length right.
      if (random_.chance(50)) return end();
    }
    arrives_at_ = run_.now() + latency();
    run_.at(arrives_at_, [self = shared_from_this(), response = std::move(response)] {
      if (self->over_ || self->cut_off()) return;
      if (const auto client = self->client_.lock()) {
        if (self->run_.tells_details())
          self->run_.say_detail(describe(*client, self->request_) + " is answered " +
                                std::to_string(response.status) + ": " + response.body);
        self->answered_ = true;
        if (!self->request_.stream) self->over_ = true;
        client->on_response(response);
      }
    });
  }

  void stream_bytes(std::string bytes) override {
    if (over_) return;
    if (cut_off()) return;
    if (unknown_) bytes = "event: tomorrow\ndata: {\"x\":1}\n\n: a remark\n" + bytes;
    if (buffers_) {
      held_back_ += bytes;
      return;
    }
    if (run_.faulty(Fault::truncate) && random_.chance(4)) {
      bytes.resize(random_.below(bytes.size()));
      pass_on(std::move(bytes));
      return end();
    }
    // In pieces, as they come.
    const std::size_t middle = random_.below(bytes.size());
    pass_on(bytes.substr(0, middle));
    pass_on(bytes.substr(middle));
  }

  void end() override {
    if (ended_) return;
    ended_ = true;
    if (cut_off()) return;
    pass_on(std::exchange(held_back_, {}));
    arrives_at_ = std::max(arrives_at_, run_.now() + static_cast<Millis>(random_.below(30)));
    run_.at(arrives_at_, [self = shared_from_this()] {
      if (!self->cut_off()) self->fail();
    });
  }

  bool gone() const override { return over_ || ended_ || silent_ || client_.expired(); }

  /// Nothing comes through any more, and nobody is told.
  void fall_silent() { silent_ = true; }

  void cancel() { over_ = true; }

  void fail() {
    if (std::exchange(over_, true)) return;
    const auto client = client_.lock();
    if (!client) return;
    run_.say_detail(describe(*client, request_) + " fails");
    client->on_failure(request_.id);
  }

  bool cut_off() const { return silent_ || network_.is_cut_off(device_); }

 private:
  // In order, as TCP does it, however long each piece takes.
  void pass_on(std::string bytes) {
    if (bytes.empty()) return;
    arrives_at_ = std::max(arrives_at_, run_.now() + latency());
    run_.at(arrives_at_, [self = shared_from_this(), bytes = std::move(bytes)] {
      if (self->over_ || !self->answered_ || self->cut_off()) return;
      const auto client = self->client_.lock();
      if (client && self->run_.tells_details())
        self->run_.say_detail(describe(*client, self->request_) + " brings " + bytes);
      if (client) client->on_stream_bytes(self->request_.id, bytes);
    });
  }

  Network& network_;
  Run& run_;
  std::weak_ptr<Client> client_;
  int device_;
  Request request_;
  SeededRandom random_;
  bool loses_request_;
  bool loses_answer_;
  bool truncates_;
  bool buffers_;
  bool unknown_;
  bool answer_sent_ = false;
  bool answered_ = false;
  bool ended_ = false;
  bool over_ = false;
  bool silent_ = false;
  Millis arrives_at_ = 0;
  std::string held_back_;
};

void Network::send(const std::shared_ptr<Client>& client, const Request& request) {
  const int device = client->device();
  SeededRandom random = dice(
      run_.seed, kNetworkPurpose + static_cast<std::uint64_t>(device) * 1'000, ++asked_[device]);
  if (run_.tells_details())
    run_.say_detail(describe(*client, request) + " " + request.path.substr(14) + " " +
                    request.body.substr(0, 3000));
  const auto connection = std::make_shared<Connection>(*this, device, client, request, random);
  open_[{client->number(), request.id}] = connection;
  connection->begin();
  if (is_cut_off(device)) {
    // Some networks say so at once, some let you wait.
    if (connection->random().chance(50)) run_.after(20, [connection] { connection->fail(); });
    return;
  }
  if (connection->loses_request()) return;
  run_.after(connection->latency(), [this, connection] { deliver(connection); });
  if (!run_.faulty(Fault::duplicate) || !connection->random().chance(15)) return;
  // The second one's answer reaches nobody.
  const auto again =
      std::make_shared<Connection>(*this, device, std::weak_ptr<Client>(), request, random);
  const std::uint64_t latest = connection->random().chance(50) ? 500 : 10 * kMinute;
  run_.after(static_cast<Millis>(connection->random().below(latest)),
             [this, again] { deliver(again); });
}

void Network::deliver(const std::shared_ptr<Connection>& connection) {
  if (connection->cut_off()) return;
  if (portal_ && run_.faulty(Fault::portal)) return answer_by_portal(connection);
  if (!hub_.up()) {
    if (connection->random().chance(70)) connection->fail();
    return;
  }
  hub_.take(connection->request(), connection);
}

void Network::answer_by_portal(const std::shared_ptr<Connection>& connection) {
  Response response{connection->request().id, 200, "text/html", std::nullopt,
                    "<html><body>Welcome to our WLAN. Please sign in.</body></html>"};
  if (connection->random().chance(30)) {
    response.content_type = "application/json";
    response.body = R"({"status":"login_required"})";
  }
  connection->answer(std::move(response));
}

void Network::cancel(const Client& client, std::uint64_t request) {
  const auto found = open_.find({client.number(), request});
  if (found == open_.end()) return;
  if (const auto connection = found->second.lock()) connection->cancel();
  open_.erase(found);
}

void Network::cut_off(int device, bool off) {
  cut_off_[device] = off;
  if (!off) return;
  // Half of what is under way breaks at once; the other half just falls silent.
  std::vector<std::shared_ptr<Connection>> breaking;
  for (auto open = open_.begin(); open != open_.end();) {
    const auto connection = open->second.lock();
    if (!connection || connection->gone()) {
      open = open_.erase(open);
      continue;
    }
    if (connection->device() == device) {
      if (connection->random().chance(50))
        breaking.push_back(connection);
      else
        connection->fall_silent();
    }
    ++open;
  }
  for (const auto& connection : breaking) connection->fail();
}

bool Network::is_cut_off(int device) const {
  const auto found = cut_off_.find(device);
  return found != cut_off_.end() && found->second;
}

}  // namespace deskbell::test
