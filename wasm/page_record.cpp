#include "wasm/page_record.h"

namespace deskbell {
namespace {

constexpr std::string_view kMagic = "DBpg";
constexpr std::uint32_t kFormat = 1;
constexpr std::size_t kHeaderBytes = 20;
constexpr std::size_t kChecksumBytes = 8;

void append_number(std::string& out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

std::uint64_t number_at(std::string_view bytes, std::size_t offset, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(bytes[offset + i]);
  return value;
}

std::uint32_t word_at(std::string_view bytes, std::size_t offset) {
  return static_cast<std::uint32_t>(number_at(bytes, offset, 4));
}

std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return hash;
}

Error broken(const char* what) {
  return {ErrorCode::storage_failed,
          std::string("What this device has stored is damaged: ") + what + "."};
}

// The length that the header promises, or why it cannot be.
Result<std::size_t> promised_bytes(std::string_view bytes, std::uint32_t store_version) {
  if (bytes.size() < kHeaderBytes + kChecksumBytes) return broken("a record is cut short");
  if (!bytes.starts_with(kMagic)) return broken("a record does not begin as one");
  if (number_at(bytes, 4, 2) > kFormat || word_at(bytes, 8) > store_version)
    return Error{ErrorCode::store_too_new,
                 "A newer version of Deskbell wrote this device's store: load the page anew."};
  if (number_at(bytes, 4, 2) != kFormat || number_at(bytes, 6, 2) != 0)
    return broken("a record has an unknown format");
  if (word_at(bytes, 12) > kMaxPages || word_at(bytes, 16) > word_at(bytes, 12))
    return broken("a record's numbers are out of range");
  return kHeaderBytes + word_at(bytes, 16) * (4 + kPageBytes) + kChecksumBytes;
}

}  // namespace

std::string encode_record(const PageRecord& record, std::uint32_t store_version) {
  std::string out;
  out.reserve(kHeaderBytes + record.pages.size() * (4 + kPageBytes) + kChecksumBytes);
  out.append(kMagic);
  append_number(out, kFormat, 2);
  append_number(out, 0, 2);
  append_number(out, store_version, 4);
  append_number(out, record.file_pages, 4);
  append_number(out, record.pages.size(), 4);
  for (const RecordPage& page : record.pages) append_number(out, page.number, 4);
  for (const RecordPage& page : record.pages) out.append(page.bytes);
  append_number(out, checksum(out), kChecksumBytes);
  return out;
}

Result<PageRecord> decode_record(std::string_view bytes, std::uint32_t store_version) {
  const Result<std::size_t> promised = promised_bytes(bytes, store_version);
  if (!promised) return promised.error();
  if (bytes.size() != promised.value()) return broken("a record has the wrong length");
  const std::size_t content = bytes.size() - kChecksumBytes;
  if (checksum(bytes.substr(0, content)) != number_at(bytes, content, kChecksumBytes))
    return broken("a record's checksum is wrong");

  PageRecord record{word_at(bytes, 12), {}};
  const std::size_t count = word_at(bytes, 16);
  const std::size_t first_page = kHeaderBytes + 4 * count;
  record.pages.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t number = word_at(bytes, kHeaderBytes + 4 * i);
    if (number >= record.file_pages || (i > 0 && number <= record.pages.back().number))
      return broken("a record's page numbers are out of order");
    record.pages.push_back({number, bytes.substr(first_page + i * kPageBytes, kPageBytes)});
  }
  return record;
}

}  // namespace deskbell
