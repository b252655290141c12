#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// How a line that was typed is taken apart.

namespace deskbell::cli {

/// The first word and what stands behind it, both without spaces around them.
std::pair<std::string_view, std::string_view> first_word(std::string_view line);

/// 1, 2, 3, …; nothing for all else.
std::optional<std::size_t> parse_number(std::string_view text);

/// `order.id=4711 customer.name=Mira Kowalski`: a value goes on until the next name. Nothing when
/// it is not of that form.
std::optional<std::map<std::string, std::string>> parse_values(std::string_view text);

/// ASCII letters in lower case, the rest as it is.
std::string lower(std::string_view text);

}  // namespace deskbell::cli
