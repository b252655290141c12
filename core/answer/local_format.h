#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace deskbell {

// How values are written in the languages that the widget speaks. A small table of our own rather
// than the host's formatting: the same answer must read the same whoever fills it in, the widget,
// an agent's app, the hub; and the core has no ICU.

enum class LocalFormat { date, number, amount };

/// "date", "number" or "amount".
std::string_view to_string(LocalFormat format);
std::optional<LocalFormat> local_format_from(std::string_view name);

/// The value as `language` (BCP 47) writes it; as it is, where it is none of that kind. Languages
/// that the table does not have get 2026-11-26, 1234.5 and 1234.50 EUR.
std::string format_locally(const std::string& value, LocalFormat format, std::string_view language);

}  // namespace deskbell
