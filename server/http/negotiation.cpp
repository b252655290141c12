#include "server/http/negotiation.h"

#include <algorithm>
#include <array>

#include "core/base/ascii.h"

namespace deskbell {
namespace {

// What says of a Chinese tag that it wants traditional characters.
constexpr std::array<std::string_view, 4> kTraditional = {"hant", "-tw", "-hk", "-mo"};

/// An element of a list with weights, as "de-DE;q=0.8".
struct Weighted {
  std::string_view value;
  int thousandths = 1000;  // 0: refused in so many words
};

/// Calls `body` with each element of a comma-separated list until it returns true.
template <class F>
bool any_element(std::string_view list, F&& body) {
  while (!list.empty()) {
    const std::string_view element = list.substr(0, list.find(','));
    if (body(trim(element))) return true;
    list.remove_prefix(std::min(list.size(), element.size() + 1));
  }
  return false;
}

/// "0.85" as 850; what cannot be read is wanted.
int read_weight(std::string_view text) {
  if (!text.starts_with('0')) return 1000;
  int thousandths = 0;
  int unit = 100;
  for (const char digit : text.substr(std::min<std::size_t>(2, text.size()), 3)) {
    if (digit < '0' || digit > '9') break;
    thousandths += (digit - '0') * unit;
    unit /= 10;
  }
  return thousandths;
}

Weighted read_weighted(std::string_view element) {
  const std::size_t semicolon = std::min(element.find(';'), element.size());
  const std::string_view parameter = trim(element.substr(std::min(semicolon + 1, element.size())));
  return {trim(element.substr(0, semicolon)),
          parameter.starts_with("q=") ? read_weight(parameter.substr(2)) : 1000};
}

/// The language that serves a wanted one, by its name among those there are.
std::string serving(std::string_view wanted) {
  const std::string base = main_language(wanted);
  if (base != "zh") return base;
  const std::string tag = ascii_lower(wanted);
  const bool traditional =
      std::any_of(kTraditional.begin(), kTraditional.end(),
                  [&](std::string_view part) { return tag.find(part) != tag.npos; });
  return traditional ? "zh-TW" : "zh-CN";
}

}  // namespace

bool accepts_encoding(std::string_view accept_encoding, std::string_view encoding) {
  return any_element(accept_encoding, [&](std::string_view element) {
    const Weighted one = read_weighted(element);
    return one.value == encoding && one.thousandths > 0;
  });
}

std::vector<std::string_view> accepted_languages(std::string_view accept_language) {
  std::vector<Weighted> list;
  any_element(accept_language, [&](std::string_view element) {
    const Weighted one = read_weighted(element);
    if (one.thousandths > 0 && !one.value.empty() && one.value != "*") list.push_back(one);
    return false;
  });
  std::stable_sort(list.begin(), list.end(), [](const Weighted& a, const Weighted& b) {
    return a.thousandths > b.thousandths;
  });
  std::vector<std::string_view> languages;
  for (const Weighted& one : list) languages.push_back(one.value);
  return languages;
}

std::string_view best_language(const std::vector<std::string_view>& wanted,
                               const std::vector<std::string>& there) {
  for (const std::string_view tag : wanted) {
    const auto found = std::find(there.begin(), there.end(), serving(tag));
    if (found != there.end()) return *found;
  }
  return {};
}

bool has_etag(std::string_view if_none_match, std::string_view etag) {
  return any_element(if_none_match, [&](std::string_view element) {
    if (element.starts_with("W/")) element.remove_prefix(2);
    return element == "*" || element == etag;
  });
}

}  // namespace deskbell
