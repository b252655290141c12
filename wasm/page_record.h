#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace deskbell {

/// SQLite's page size in the browser. Small, because a batch is written out in whole pages.
inline constexpr std::size_t kPageBytes = 1024;

/// Largest file: 256 MiB, far beyond what a browser tab should hold in memory.
inline constexpr std::uint32_t kMaxPages = 256 * 1024;

/// Longest piece that `fold` makes: values in IndexedDB stay in one piece below 64 KB.
inline constexpr std::size_t kMaxChunkBytes = 60 * 1000;

/// One page of a file; a view.
struct RecordPage {
  std::uint32_t number = 0;  ///< From 0.
  std::string_view bytes;    ///< Exactly kPageBytes.
};

/// What a batch of commands changed in a file: how long it is now, and the pages that differ. Also
/// a piece of a whole file.
///
/// As bytes, all numbers little-endian:
///
///     0   4  "DBpg"
///     4   2  version of this format, 1
///     6   2  0
///     8   4  version of the store (kSchemaVersion)
///    12   4  length of the file in pages
///    16   4  how many pages follow, n
///    20   4n their numbers, from 0, ascending
///    …       the pages, kPageBytes each
///    end  8  FNV-1a (64 bits) of all before
struct PageRecord {
  std::uint32_t file_pages = 0;
  std::vector<RecordPage> pages;
};

/// The most pages that a record of `kMaxChunkBytes` holds.
inline constexpr std::size_t kMaxChunkPages = (kMaxChunkBytes - 28) / (kPageBytes + 4);

std::string encode_record(const PageRecord& record, std::uint32_t store_version);

/// Reads a record; the views point into `bytes`. Everything is checked first: `store_too_new` for a
/// record of a newer format or store, `storage_failed` for anything else that is not as above.
Result<PageRecord> decode_record(std::string_view bytes, std::uint32_t store_version);

}  // namespace deskbell
