#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace deskbell {

/// Whether an `Accept-Encoding` allows that encoding (RFC 9110, 12.5.3).
bool accepts_encoding(std::string_view accept_encoding, std::string_view encoding);

/// The languages of an `Accept-Language` (RFC 9110, 12.5.4), the most wanted first, without what is
/// refused and `*`.
std::vector<std::string_view> accepted_languages(std::string_view accept_language);

/// The first of the wanted languages (BCP 47) that is among those there are: `pt` serves pt-BR, and
/// traditional characters serve zh-HK, as in web/src/panel/language.ts. Empty for none.
std::string_view best_language(const std::vector<std::string_view>& wanted,
                               const std::vector<std::string>& there);

/// Whether an `If-None-Match` has this tag (the weak comparison of RFC 9110, 13.1.2).
bool has_etag(std::string_view if_none_match, std::string_view etag);

}  // namespace deskbell
