#pragma once

#include <cstdint>
#include <limits>
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
                   std::optional<std::string> fallback = std::nullopt) {
    const nlohmann::json* field = find(name);
    if (!field && fallback) return *fallback;
    if (!field || !field->is_string()) return fail(name, "must be a string"), std::string();
    const auto& value = field->get_ref<const std::string&>();
    if (value.size() > max_bytes)
      return fail(name, "is longer than " + std::to_string(max_bytes) + " bytes"), std::string();
    if (value.find('\0') != std::string::npos)
      return fail(name, "must not contain the character U+0000"), std::string();
    return value;
  }

  std::optional<std::string> optional_text(const char* name, std::size_t max_bytes) {
    if (!find(name)) return std::nullopt;
    return text(name, max_bytes);
  }

  std::int64_t integer(const char* name, std::int64_t min, std::int64_t max,
                       std::optional<std::int64_t> fallback = std::nullopt) {
    const nlohmann::json* field = find(name);
    if (!field && fallback) return *fallback;
    if (!field || !field->is_number_integer()) return fail(name, "must be an integer"), min;
    const bool too_big = field->is_number_unsigned() &&
                         field->get<std::uint64_t>() >
                             static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const auto value = too_big ? 0 : field->get<std::int64_t>();
    if (too_big || value < min || value > max) return fail(name, "is out of range"), min;
    return value;
  }

  bool boolean(const char* name, bool fallback) {
    const nlohmann::json* field = find(name);
    if (!field) return fallback;
    if (!field->is_boolean()) return fail(name, "must be true or false"), fallback;
    return field->get<bool>();
  }

  /// The field itself, or nothing if it is absent or null.
  const nlohmann::json* find(const char* name) {
    if (!object_.is_object()) return nullptr;
    const auto field = object_.find(name);
    return field == object_.end() || field->is_null() ? nullptr : &*field;
  }

  void fail(std::string_view name, const std::string& how) {
    if (error_) return;
    error_ = Error{code_,
                   std::string(what_) + (name.empty() ? "" : ".") + std::string(name) + " " + how};
  }

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

/// Parses foreign bytes; a discarded value becomes an error. Numbers with a fraction or exponent
/// have no place on our wire, and are found by the fields that want integers.
inline Result<nlohmann::json> parse_json(std::string_view bytes) {
  // The library passes over a byte order mark and takes a zero for the end. These bytes may travel
  // on inside other JSON, where no parser would bear either.
  const bool strict =
      !bytes.starts_with("\xEF\xBB\xBF") && bytes.find('\0') == std::string_view::npos;
  nlohmann::json value = nlohmann::json::parse(bytes, nullptr, /*allow_exceptions=*/false);
  if (!strict || value.is_discarded())
    return Error{ErrorCode::invalid_json, "not valid JSON, or not valid UTF-8"};
  return value;
}

/// JSON text; a string that is not UTF-8 (which only a caller inside the process can make) has its
/// bad bytes replaced rather than failing.
inline std::string dump_json(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace deskbell
