#pragma once

#include <string>
#include <string_view>

namespace deskbell {

/// An FTS5 query that finds any of the words a person typed, the last one also as a prefix.
/// Whatever was typed, the result is valid FTS5; empty when there is no word in it.
std::string answer_search_query(std::string_view words);

}  // namespace deskbell
