#include "sdk/file_names.h"

#include <algorithm>

#include "core/answer/folding.h"
#include "core/base/utf8.h"
#include "core/event/attachment.h"

namespace deskbell::sdk {
namespace {

constexpr std::size_t kKeptAtEnd = 16;  // characters of a name that is too long

}  // namespace

std::string file_name_of(std::string_view path) {
  path = path.substr(path.find_last_of('/') + 1);  // npos + 1: all of it
  std::u32string letters;
  while (!path.empty()) {
    const char32_t c = take_char(path);
    letters += c < 0x20 || c == 0x7f || c == '/' || c == '\\' ? U'_' : c;
  }
  const auto utf8 = [&] {
    std::string name;
    for (const char32_t c : letters) append_utf8(c, name);
    return name;
  };
  std::string name = utf8();
  while (name.size() > kMaxFileNameBytes) {
    letters.erase(letters.size() - std::min(letters.size(), kKeptAtEnd), 1);
    name = utf8();
  }
  return is_file_name(name) ? name : "file";
}

}  // namespace deskbell::sdk
