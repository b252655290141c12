#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace deskbell {

/// The value as JSON text without white space, members in the order of their names. Bytes of a
/// string that are no UTF-8 are replaced by U+FFFD.
///
/// The library's own serializer writes the same (core/event/json_reader.h says why it is not used).
std::string write_json(const nlohmann::json& value);

}  // namespace deskbell
