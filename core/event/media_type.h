#pragma once

#include <string>
#include <string_view>

namespace deskbell {

/// The media type that a file's name suggests; "application/octet-stream" for one that it does not.
std::string media_type_of(std::string_view name);

}  // namespace deskbell
