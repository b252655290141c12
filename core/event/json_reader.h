#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace deskbell {

/// Reads JSON text (RFC 8259) into the library's value; a discarded value if it is none, or not
/// UTF-8. A byte order mark or a zero is no JSON. Of members with one name the last counts; a whole
/// number that fits in no 64 bits is read as one with a fraction. Any depth is borne.
///
/// The library's own parser reads the same; with it and its serializer the widget weighs 7 KB more
/// (brotli).
nlohmann::json read_json(std::string_view text);

}  // namespace deskbell
