#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace deskbell {

class JsonFields;

/// A file that a message carries. The message names it; its bytes travel beside the events
/// (core/sync/upload.h) and are found by their content.
struct Attachment {
  std::string id;    ///< SHA-256 of the bytes, 64 hexadecimal digits.
  std::string name;  ///< As its author called it; no path.
  std::string type;  ///< Its media type, as its author says: not to be believed.
  std::int64_t size = 0;    ///< In bytes, at least 1.
  std::int64_t width = 0;   ///< In pixels, of a picture; 0: not said.
  std::int64_t height = 0;
};

inline constexpr std::size_t kMaxAttachments = 10;           ///< of one message
inline constexpr std::size_t kMaxFileNameBytes = 255;
inline constexpr std::size_t kMaxMediaTypeBytes = 127;
inline constexpr std::int64_t kMaxAttachmentBytes = std::int64_t{1} << 40;  ///< Hubs allow less.

/// Whether a text can be an attachment's id. It stands in addresses and names files.
bool is_attachment_id(std::string_view text);

/// Whether a text can name a file: UTF-8 without controls, no slash or backslash, not "." or "..".
bool is_file_name(std::string_view text);

/// Whether a text is a media type without parameters, in lower case: "image/png".
bool is_media_type(std::string_view text);

/// A file's name as header fields carry it: UTF-8 in percent signs (RFC 8187).
std::string encode_file_name(std::string_view name);

/// `attachments` of a message: up to 10 of `{"id", "name", "type", "size", "width"?, "height"?}`,
/// as canonical JSON (as in rich_fields.h). Empty when there are none.
std::string read_attachments(JsonFields& fields);

/// What such canonical JSON says; nothing for an empty text.
std::vector<Attachment> parse_attachments(std::string_view canonical);

/// The canonical JSON of attachments; empty for none.
std::string attachments_text(const std::vector<Attachment>& attachments);

}  // namespace deskbell
