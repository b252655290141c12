#include "core/event/media_type.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/ascii.h"

namespace deskbell {
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

}  // namespace

std::string media_type_of(std::string_view name) {
  const auto dot = name.find_last_of('.');
  const std::string ending = dot == std::string_view::npos ? "" : ascii_lower(name.substr(dot + 1));
  const auto* const found = std::find_if(kTypes.begin(), kTypes.end(),
                                         [&](const auto& row) { return row.first == ending; });
  return found == kTypes.end() ? "application/octet-stream" : std::string(found->second);
}

}  // namespace deskbell
