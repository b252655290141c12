#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace deskbell::cli {

// Text of customers goes to a terminal, which takes some characters for orders: to move the
// cursor, to change the window's title, to write from right to left. Here they become visible.

/// The text as it may be shown, line ends kept: control characters as their pictures (ESC as "␛"),
/// characters that turn the direction of writing and bytes that are no UTF-8 as "�".
std::string safe_text(std::string_view foreign);

/// The same in one line: line ends and tabs as spaces.
std::string safe_line(std::string_view foreign);

/// How many columns a safe, one-line text takes on a terminal.
std::size_t columns_of(std::string_view text);

/// The text, cut to so many columns, with "…" where something is missing. 0: not cut.
std::string cut(std::string_view text, std::size_t columns);

/// The text with spaces behind it, to so many columns.
std::string padded(std::string_view text, std::size_t columns);

/// Wide characters (Linux: code points) from UTF-8, and back. What is none becomes U+FFFD.
std::wstring to_wide(std::string_view text);
std::string from_wide(std::wstring_view text);

}  // namespace deskbell::cli
