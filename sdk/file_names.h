#pragma once

#include <string>
#include <string_view>

namespace deskbell::sdk {

/// What a file may be called in a message: the last part of a path without what a message's file
/// names cannot hold (core/event/attachment.h), and not longer; the ending stays.
std::string file_name_of(std::string_view path);

}  // namespace deskbell::sdk
