#include "core/event/json_object.h"

namespace deskbell {

using nlohmann::json;

JsonObject& JsonObject::text(const char* name, std::string_view value) {
  return put(name, json(value));
}

JsonObject& JsonObject::number(const char* name, std::int64_t value) {
  return put(name, json(value));
}

JsonObject& JsonObject::number(const char* name, std::optional<std::int64_t> value) {
  return put(name, value ? json(*value) : json());
}

JsonObject& JsonObject::flag(const char* name, bool value) {
  return put(name, json(value));
}

JsonObject& JsonObject::put(const char* name, json value) {
  object_[name] = std::move(value);
  return *this;
}

}  // namespace deskbell
