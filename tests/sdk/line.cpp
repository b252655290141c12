#include "tests/sdk/line.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>
#include <vector>

namespace deskbell::test {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

int tcp_socket() {
  return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

}  // namespace

Line::Line(const std::string& hub) : hub_port_(std::stoi(hub.substr(hub.rfind(':') + 1))) {
  listener_ = tcp_socket();
  sockaddr_in address = loopback(0);
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_, 32) != 0)
    throw std::runtime_error("no port");
  socklen_t length = sizeof address;
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
  url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  thread_ = std::thread([this] { loop(); });
}

Line::~Line() {
  ending_ = true;
  thread_.join();
  break_all();
  ::close(listener_);
}

void Line::break_after_sent(std::size_t bytes, bool dead) {
  dies_ = dead;
  broken_ = false;
  sent_limit_ = sent_ + bytes;
}

void Line::break_after_received(std::size_t bytes, bool dead) {
  dies_ = dead;
  broken_ = false;
  received_limit_ = received_ + bytes;
}

void Line::falsify(std::string from, std::string to) {
  const std::lock_guard lock(mutex_);
  from_ = std::move(from);
  to_ = std::move(to);
}

void Line::loop() {
  while (!ending_) {
    std::vector<pollfd> watched = {{listener_, POLLIN, 0}};
    for (const Connection& connection : connections_) {
      watched.push_back({connection.device, POLLIN, 0});
      watched.push_back({connection.hub, POLLIN, 0});
    }
    constexpr int kLookMs = 20;  // for `ending_`
    if (::poll(watched.data(), watched.size(), kLookMs) <= 0) continue;
    std::size_t i = 1;
    for (auto each = connections_.begin(); each != connections_.end() && !break_now_; i += 2) {
      const bool open =
          (!watched[i].revents || carry(each->device, each->hub, sent_, sent_limit_, false)) &&
          (!watched[i + 1].revents ||
           carry(each->hub, each->device, received_, received_limit_, true));
      if (!open && !break_now_) {
        ::close(each->device);
        ::close(each->hub);
        each = connections_.erase(each);
      } else {
        ++each;
      }
    }
    if (std::exchange(break_now_, false)) {
      dead_ = dies_.load();
      break_all();
      broken_ = true;
      continue;
    }
    if (watched[0].revents) take_connection();
  }
}

void Line::take_connection() {
  Connection connection;
  connection.device = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (connection.device < 0) return;
  connection.hub = tcp_socket();
  const sockaddr_in address = loopback(hub_port_);
  if (dead_ ||
      ::connect(connection.hub, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(connection.device);
    ::close(connection.hub);
    return;
  }
  connections_.push_back(connection);
}

/// False when the connection has ended, or all are to.
bool Line::carry(int from, int to, std::atomic<std::size_t>& count, std::atomic<std::size_t>& limit,
                 bool from_hub) {
  std::array<char, 16 * 1024> bytes;
  const ssize_t read = ::read(from, bytes.data(), bytes.size());
  if (read <= 0) return false;
  const auto end = bytes.begin() + read;
  if (from_hub) {
    const std::lock_guard lock(mutex_);
    if (const auto found = std::search(bytes.begin(), end, from_.begin(), from_.end());
        found != end && !from_.empty())
      std::copy(to_.begin(), to_.end(), found);
  }
  for (ssize_t done = 0; done < read;) {
    const ssize_t written =
        ::send(to, bytes.data() + done, static_cast<std::size_t>(read - done), MSG_NOSIGNAL);
    if (written <= 0) return false;
    done += written;
  }
  count += static_cast<std::size_t>(read);
  break_now_ = limit != 0 && count >= limit;
  if (break_now_) limit = 0;
  return !break_now_;
}

void Line::break_all() {
  for (const Connection& connection : connections_) {
    // What was carried still arrives: so that it can be counted on.
    ::close(connection.device);
    ::close(connection.hub);
  }
  connections_.clear();
}

}  // namespace deskbell::test
