#include "core/event/email.h"

#include <algorithm>

namespace deskbell {
namespace {

constexpr std::size_t kMaxLocalBytes = 64;
constexpr std::string_view kMeaningful = "<>()[]\\,;:\"@";

/// Words with a dot between them.
bool is_dotted(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.back() != '.' &&
         text.find("..") == std::string_view::npos &&
         std::none_of(text.begin(), text.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte <= ' ' || byte == 0x7f || kMeaningful.find(c) != std::string_view::npos;
         });
}

}  // namespace

bool is_email(std::string_view text) {
  const std::size_t at = text.find('@');
  return text.size() <= kMaxEmailBytes && at <= kMaxLocalBytes && is_dotted(text.substr(0, at)) &&
         is_dotted(text.substr(at + 1));
}

}  // namespace deskbell
