#pragma once

#include <string>
#include <utility>

#include "core/event/event.h"
#include "core/event/json_fields.h"
#include "core/sync/engine.h"

namespace deskbell {

class Random;

/// What a command works with; its arguments are read by `fields`, which remembers what is wrong.
struct Call {
  Engine& engine;
  Random& random;
  JsonFields& fields;
  Millis now;

  Replica& replica() const { return engine.replica(); }
  /// Whose device this is.
  Result<Identity> owner() const {
    auto owner = replica().identity();
    if (!owner) return Error{ErrorCode::not_signed_in, "This device is nobody's yet."};
    return *std::move(owner);
  }
  std::string text(const char* name) const { return fields.text(name, kMaxTextBytes); }
  std::string text(const char* name, const char* fallback) const {
    return fields.text(name, kMaxTextBytes, fallback);
  }
};

/// `{"code","message"}`
nlohmann::json error_json(const Error& error);

}  // namespace deskbell
