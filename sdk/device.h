#pragma once

#include <deskbell/client.h>

#include <memory>
#include <optional>
#include <string>

#include "sdk/change_queue.h"
#include "sdk/reader.h"
#include "sdk/worker.h"

namespace deskbell::sdk {

/// What stands behind both public interfaces, C++ and C: a store's worker, its reader and the
/// changes between them.
class Device {
 public:
  static Result<std::unique_ptr<Device>> open(Options options, bool as_customer);

  Worker& worker() { return worker_; }
  ChangeQueue& changes() { return changes_; }

  /// See `Reader::read`; as whose device this is.
  template <class F>
  auto read(F query) {
    return reader_.read(actor(), std::move(query));
  }

  std::optional<Identity> identity();

 private:
  Device(StoreFile store, std::string hub, Options options);
  Result<void> check_owner(bool as_customer);
  Actor actor() const;

  ChangeQueue changes_;
  const std::string path_;
  Worker worker_;
  Reader reader_;
};

}  // namespace deskbell::sdk
