#pragma once

#include <atomic>
#include <cstddef>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace deskbell::test {

/// A line between devices and a hub that breaks: a TCP proxy on 127.0.0.1.
class Line {
 public:
  /// `hub`: "http://127.0.0.1:PORT"
  explicit Line(const std::string& hub);
  ~Line();
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  const std::string& url() const { return url_; }

  /// Breaks every connection once so many more bytes have come from the devices, or from the hub;
  /// and, with `dead`, every new one until `mend`.
  void break_after_sent(std::size_t bytes, bool dead = false);
  void break_after_received(std::size_t bytes, bool dead = false);
  bool is_broken() const { return broken_; }
  void mend() { dead_ = false; }

  /// From now on the hub's bytes `from` arrive as `to`, which is as long, where one piece has them.
  void falsify(std::string from, std::string to);

  /// All bytes from the devices, and from the hub.
  std::size_t sent() const { return sent_; }
  std::size_t received() const { return received_; }

 private:
  struct Connection {
    int device = -1;
    int hub = -1;
  };
  void loop();
  void take_connection();
  bool carry(int from, int to, std::atomic<std::size_t>& count, std::atomic<std::size_t>& limit,
             bool from_hub);
  void break_all();

  std::string url_;
  std::mutex mutex_;  // guards the two that follow
  std::string from_, to_;
  int hub_port_ = 0;
  int listener_ = -1;
  bool break_now_ = false;
  std::list<Connection> connections_;
  std::atomic<std::size_t> sent_ = 0, received_ = 0;
  std::atomic<std::size_t> sent_limit_ = 0, received_limit_ = 0;  // 0: none
  std::atomic<bool> dies_ = false, dead_ = false, broken_ = false;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace deskbell::test
