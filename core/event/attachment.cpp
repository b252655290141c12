#include "core/event/attachment.h"

#include <algorithm>

#include "core/event/json_fields.h"
#include "core/event/json_object.h"

namespace deskbell {
namespace {

using nlohmann::json;

constexpr std::size_t kIdDigits = 64;
constexpr std::int64_t kMaxPixels = 1'000'000;

Attachment read_attachment(const json& object, JsonFields& outer, const std::string& name) {
  JsonFields fields(object, name, ErrorCode::invalid_event);
  Attachment file;
  file.id = fields.text("id", kIdDigits);
  file.name = fields.text("name", kMaxFileNameBytes);
  file.type = fields.text("type", kMaxMediaTypeBytes);
  file.size = fields.integer("size", 1, kMaxAttachmentBytes);
  file.width = fields.integer("width", 0, kMaxPixels, 0);
  file.height = fields.integer("height", 0, kMaxPixels, 0);
  if (fields.ok() && !is_attachment_id(file.id))
    fields.fail("id", "must be a SHA-256 in 64 lower-case hexadecimal digits");
  if (fields.ok() && !is_file_name(file.name)) fields.fail("name", "must be a file's name");
  if (fields.ok() && !is_media_type(file.type))
    fields.fail("type", "must be a media type in lower case, without parameters");
  if (!fields.ok()) outer.fail(fields.error());
  return file;
}

json to_json(const Attachment& file) {
  json object = JsonObject()
                    .text("id", file.id)
                    .text("name", file.name)
                    .text("type", file.type)
                    .number("size", file.size)
                    .take();
  if (file.width > 0) object["width"] = file.width;
  if (file.height > 0) object["height"] = file.height;
  return object;
}

}  // namespace

bool is_attachment_id(std::string_view text) {
  return text.size() == kIdDigits && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool is_file_name(std::string_view text) {
  if (text.empty() || text.size() > kMaxFileNameBytes || text == "." || text == "..") return false;
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f || c == '/' || c == '\\';
  });
}

bool is_media_type(std::string_view text) {
  const auto is_name = [](std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
             std::string_view("!#$&-^_.+").find(c) != std::string_view::npos;
    });
  };
  const std::size_t slash = text.find('/');
  return text.size() <= kMaxMediaTypeBytes && slash != std::string_view::npos &&
         is_name(text.substr(0, slash)) && is_name(text.substr(slash + 1));
}

std::string encode_file_name(std::string_view name) {
  static constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
  static constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (kPlain.find(c) != std::string_view::npos)
      encoded += c;
    else
      encoded.append({'%', kHexDigits[byte >> 4], kHexDigits[byte & 15]});
  }
  return encoded;
}

std::string read_attachments(JsonFields& fields) {
  const json* list = fields.find("attachments");
  if (!list) return "";
  if (!list->is_array() || list->size() > kMaxAttachments)
    return fields.fail("attachments", "must be an array of at most 10"), "";
  std::vector<Attachment> attachments;
  for (std::size_t i = 0; i < list->size(); ++i)
    attachments.push_back(
        read_attachment((*list)[i], fields, "data.attachments." + std::to_string(i)));
  return fields.ok() ? attachments_text(attachments) : "";
}

std::vector<Attachment> parse_attachments(std::string_view canonical) {
  std::vector<Attachment> attachments;
  if (canonical.empty()) return attachments;
  const json list = rich_json(canonical);
  const json none = json::object();
  JsonFields ignored(none, "", ErrorCode::invalid_event);
  for (const json& object : list) attachments.push_back(read_attachment(object, ignored, ""));
  return attachments;
}

std::string attachments_text(const std::vector<Attachment>& attachments) {
  if (attachments.empty()) return "";
  json list = json::array();
  for (const Attachment& file : attachments) list.push_back(to_json(file));
  return dump_json(list);
}

}  // namespace deskbell
