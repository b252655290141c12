#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/event/payload.h"

namespace deskbell {

/// How far a device has read: a place in one history, seen through one scope. On the wire it is a
/// token that only hub and core take apart, "<epoch>.<seq>.<scope>". The hub keeps nothing about
/// it, so any node can answer it, for as long as the log lives.
struct Cursor {
  std::string epoch;  ///< 16 hexadecimal digits that name one history of the log
  Seq seq = 0;        ///< Everything up to here has been read; 0 for the beginning.
  int scope = 0;      ///< Version of what the reader may see.

  bool operator==(const Cursor&) const = default;
};

std::string encode_cursor(const Cursor& cursor);
std::optional<Cursor> decode_cursor(std::string_view token);

}  // namespace deskbell
