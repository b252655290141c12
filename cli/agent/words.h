#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// How a line that was typed is taken apart.

namespace deskbell::cli {

/// The text without space around it.
std::string_view trimmed(std::string_view text);

/// A text in which "⏎" stands for its lines' ends, and back.
std::string in_one_line(std::string_view text);
std::string with_line_ends(std::string_view line);

/// The first word and what stands behind it, both without spaces around them.
std::pair<std::string_view, std::string_view> first_word(std::string_view line);

/// The same, but the first may stand in quotation marks, "my file.pdf" or 'my file.pdf', and have
/// spaces then.
std::pair<std::string_view, std::string_view> first_argument(std::string_view line);

/// 1, 2, 3, …; nothing for all else.
std::optional<std::size_t> parse_number(std::string_view text);

/// `order.id=4711 customer.name=Mira Kowalski`: a value goes on until the next name. Nothing when
/// it is not of that form.
std::optional<std::map<std::string, std::string>> parse_values(std::string_view text);

/// A path as a shell would have it: "~/" is the home folder.
std::string expanded_path(std::string_view path);

/// The name under which somebody else's file is saved: in no other folder, hidden from nobody, no
/// option of any program, nothing that steers a terminal or turns the direction of writing; not too
/// long, and with the ending that it has.
std::string saved_name(std::string_view foreign);

/// That name, with a number before its ending for all but the first: "a.pdf", "a (2).pdf".
std::string numbered_name(std::string_view name, int number);

/// ASCII letters in lower case, the rest as it is.
std::string lower(std::string_view text);

}  // namespace deskbell::cli
