#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/sync/link.h"
#include "tests/simulation/run.h"
#include "tests/simulation/sim_hub.h"

namespace deskbell::test {

/// One process of a device that asks the hub: the app of an agent, a tab of a customer. What comes
/// for one that has died is dropped.
class Client {
 public:
  Client(Run& run, int device) : number_(run.next_number()), device_(device) {}
  virtual ~Client() = default;
  /// Every client's own, in the order in which they began.
  std::uint64_t number() const { return number_; }
  int device() const { return device_; }
  virtual void on_response(const Response& response) = 0;
  virtual void on_stream_bytes(std::uint64_t request, std::string_view bytes) = 0;
  virtual void on_failure(std::uint64_t request) = 0;

 private:
  std::uint64_t number_;
  int device_;
};

/// What lies between devices and the hub, and fails.
class Network {
 public:
  Network(Run& run, SimHub& hub) : run_(run), hub_(hub) {}

  void send(const std::shared_ptr<Client>& client, const Request& request);
  void cancel(const Client& client, std::uint64_t request);

  /// Cuts a device off, or connects it again.
  void cut_off(int device, bool off);
  bool is_cut_off(int device) const;
  /// A portal answers for a while in the hub's place.
  void set_portal(bool on) { portal_ = on; }

 private:
  class Connection;

  void deliver(const std::shared_ptr<Connection>& connection);
  void answer_by_portal(const std::shared_ptr<Connection>& connection);

  Run& run_;
  SimHub& hub_;
  std::map<int, bool> cut_off_;
  bool portal_ = false;
  std::map<int, std::uint64_t> asked_;  // by device, for the dice
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::weak_ptr<Connection>>
      open_;  // by client and request
};

}  // namespace deskbell::test
