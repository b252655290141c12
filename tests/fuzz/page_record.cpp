#include "wasm/page_record.h"

#include "tests/fuzz/target.h"
#include "wasm/page_file.h"

namespace deskbell::fuzz {
namespace {

constexpr std::uint32_t kStoreVersion = 1;

/// The bytes with a checksum that fits, so that the checks behind it are reached.
std::string resealed(std::string_view bytes) {
  constexpr std::size_t kSealBytes = 8;
  std::string out(bytes.substr(0, bytes.size() - kSealBytes));
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : out) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  for (std::size_t i = 0; i < kSealBytes; ++i) out += static_cast<char>(hash >> (8 * i) & 0xff);
  return out;
}

void try_bytes(std::string_view bytes) {
  PageFile file;
  file.note_batches();
  require(file.write(3, "before"), "a file can be written");
  file.settle(true);

  const Result<PageRecord> record = decode_record(bytes, kStoreVersion);
  const Result<void> given = file.give(bytes, kStoreVersion);
  require(given.ok() == record.ok(), "a file takes what is a record, and nothing else");
  if (!record) {
    std::string kept(6, ' ');
    file.read(3, kept);
    require(kept == "before", "what is refused changes nothing");
    return;
  }
  // An older store's is taken as well.
  std::uint32_t version = 0;
  for (std::size_t i = 12; i-- > 8;) version = version << 8 | static_cast<unsigned char>(bytes[i]);
  require(version <= kStoreVersion, "a newer store's record is not taken");
  require(encode_record(*record, version) == bytes, "a record has one form");
  require(file.size() == std::uint64_t{record->file_pages} * kPageBytes,
          "a file is as long as said");
  std::string page(kPageBytes, ' ');
  std::int64_t last = -1;
  for (const RecordPage& given_page : record->pages) {
    require(given_page.number > last && given_page.number < record->file_pages,
            "pages stand in order, inside the file");
    last = given_page.number;
    file.read(std::uint64_t{given_page.number} * kPageBytes, page);
    require(page == given_page.bytes, "a page reads as it was given");
  }
}

}  // namespace

// What was stored is taken as it was written, or refused as a whole.
void try_page_record(std::string_view input) {
  try_bytes(input);
  if (input.size() >= 8) try_bytes(resealed(input));
}

}  // namespace deskbell::fuzz
