#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace deskbell {

/// Reads the fields of a foreign JSON object one by one and remembers the first thing that is
/// wrong, so that a reader can be written as a plain list of fields and checked once at its end.
/// Included by codecs only: it brings the JSON library in.
class JsonFields {
 public:
  explicit JsonFields(const nlohmann::json& object, std::string_view what, ErrorCode code)
      : object_(object), what_(what), code_(code) {
    if (!object.is_object()) fail("", "must be an object");
  }

  /// A string of at most `max_bytes`. A missing one is an error unless a fallback is given.
  std::string text(const char* name, std::size_t max_bytes,
                   std::optional<std::string> fallback = std::nullopt);

  std::optional<std::string> optional_text(const char* name, std::size_t max_bytes);

  std::int64_t integer(const char* name, std::int64_t min, std::int64_t max,
                       std::optional<std::int64_t> fallback = std::nullopt);

  bool boolean(const char* name, bool fallback);

  /// The field itself, or nothing if it is absent or null.
  const nlohmann::json* find(const char* name);

  void fail(std::string_view name, const std::string& how);

  /// What is wrong inside a field, found by other fields, in their words.
  void fail(const Error& inside) {
    if (!error_) error_ = inside;
  }

  bool ok() const { return !error_; }
  const Error& error() const { return *error_; }

 private:
  const nlohmann::json& object_;
  std::string_view what_;
  ErrorCode code_;
  std::optional<Error> error_;
};

/// Parses foreign bytes. Numbers with a fraction or exponent have no place on our wire, and are
/// found by the fields that want integers.
Result<nlohmann::json> parse_json(std::string_view bytes);

/// Parses what this program has written; a discarded value if it is no JSON all the same.
nlohmann::json parse_own_json(std::string_view text);

/// The same of what the store keeps as canonical text (core/event/rich_fields.h); null for none.
nlohmann::json rich_json(std::string_view text);

/// JSON text; a string that is not UTF-8 (which only a caller inside the process can make) has its
/// bad bytes replaced rather than failing.
std::string dump_json(const nlohmann::json& value);

}  // namespace deskbell
