#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

namespace deskbell {

/// A JSON object that is written field by field. Each field is one call; the library's braces make
/// a list of lists of every field first, in place, which weighs three times as much in a browser.
class JsonObject {
 public:
  JsonObject& text(const char* name, std::string_view value);
  JsonObject& number(const char* name, std::int64_t value);
  /// Null for none.
  JsonObject& number(const char* name, std::optional<std::int64_t> value);
  JsonObject& flag(const char* name, bool value);
  JsonObject& put(const char* name, nlohmann::json value);

  nlohmann::json take() { return std::move(object_); }

 private:
  nlohmann::json object_ = nlohmann::json::object();
};

}  // namespace deskbell
