#include "core/event/json_fields.h"

#include <limits>

#include "core/event/json_reader.h"
#include "core/event/json_writer.h"

namespace deskbell {

std::string JsonFields::text(const char* name, std::size_t max_bytes,
                             std::optional<std::string> fallback) {
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

std::optional<std::string> JsonFields::optional_text(const char* name, std::size_t max_bytes) {
  if (!find(name)) return std::nullopt;
  return text(name, max_bytes);
}

std::int64_t JsonFields::integer(const char* name, std::int64_t min, std::int64_t max,
                                 std::optional<std::int64_t> fallback) {
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

bool JsonFields::boolean(const char* name, bool fallback) {
  const nlohmann::json* field = find(name);
  if (!field) return fallback;
  if (!field->is_boolean()) return fail(name, "must be true or false"), fallback;
  return field->get<bool>();
}

const nlohmann::json* JsonFields::find(const char* name) {
  if (!object_.is_object()) return nullptr;
  const auto field = object_.find(name);
  return field == object_.end() || field->is_null() ? nullptr : &*field;
}

void JsonFields::fail(std::string_view name, const std::string& how) {
  if (error_) return;
  error_ =
      Error{code_, std::string(what_) + (name.empty() ? "" : ".") + std::string(name) + " " + how};
}

Result<nlohmann::json> parse_json(std::string_view bytes) {
  nlohmann::json value = read_json(bytes);
  if (value.is_discarded())
    return Error{ErrorCode::invalid_json, "not valid JSON, or not valid UTF-8"};
  return value;
}

nlohmann::json parse_own_json(std::string_view text) {
  return read_json(text);
}

nlohmann::json rich_json(std::string_view text) {
  return text.empty() ? nlohmann::json() : parse_own_json(text);
}

std::string dump_json(const nlohmann::json& value) {
  return write_json(value);
}

}  // namespace deskbell
