#include "sdk/file_names.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/answer/folding.h"
#include "core/base/ascii.h"
#include "core/base/utf8.h"
#include "core/event/attachment.h"

namespace deskbell::sdk {
namespace {

/// What people send one another most. Types are hints: nobody runs or shows a file by them alone.
constexpr std::array<std::pair<std::string_view, std::string_view>, 30> kTypes = {{
    {"avif", "image/avif"},
    {"bmp", "image/bmp"},
    {"csv", "text/csv"},
    {"doc", "application/msword"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"eml", "message/rfc822"},
    {"gif", "image/gif"},
    {"gz", "application/gzip"},
    {"heic", "image/heic"},
    {"html", "text/html"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"json", "application/json"},
    {"log", "text/plain"},
    {"md", "text/markdown"},
    {"mov", "video/quicktime"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    {"odt", "application/vnd.oasis.opendocument.text"},
    {"pdf", "application/pdf"},
    {"png", "image/png"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"svg", "image/svg+xml"},
    {"txt", "text/plain"},
    {"wav", "audio/wav"},
    {"webp", "image/webp"},
    {"xls", "application/vnd.ms-excel"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"zip", "application/zip"},
}};

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

std::string media_type_of(std::string_view name) {
  const auto dot = name.find_last_of('.');
  const std::string ending =
      dot == std::string_view::npos ? "" : ascii_lower(name.substr(dot + 1));
  const auto* const found =
      std::ranges::find(kTypes, ending, [](const auto& row) { return row.first; });
  return found == kTypes.end() ? "application/octet-stream" : std::string(found->second);
}

}  // namespace deskbell::sdk
