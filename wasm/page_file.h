#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "wasm/page_record.h"

namespace deskbell {

/// A file in memory, in pages, that can say what a batch of writes changed and put it back.
///
/// It knows nothing of SQLite. A batch begins with the first write after `settle`; `take` closes it
/// and hands out its record; until `settle` says whether the record was stored, the file refuses to
/// be written, so that what is put back is exactly what was handed out.
class PageFile {
 public:
  std::uint64_t size() const { return size_; }

  /// Copies bytes out; what lies beyond the end reads as zeros. Returns how many were there.
  std::size_t read(std::uint64_t offset, std::span<char> out) const;

  /// False when the file would grow beyond kMaxPages, or while a taken batch is not settled.
  /// May throw bad_alloc; the file then has a part of the bytes, the batch knows of them.
  [[nodiscard]] bool write(std::uint64_t offset, std::string_view bytes);

  /// Cuts the file off, or lengthens it with zeros. False as for `write`.
  [[nodiscard]] bool truncate(std::uint64_t size);

  /// From now on batches are noted. Files that are not kept anywhere (journals) need none.
  void note_batches() { noting_ = true; }

  /// The record of the current batch, which is closed by it; nothing if no page is different from
  /// before. Asked again before `settle`, it answers the same.
  std::optional<std::string> take(std::uint32_t store_version);

  /// Opens the taken batch again: its record could not be stored, and what is written from now on
  /// goes into the same batch.
  void hold() { taken_ = false; }

  /// Ends the batch: `keep` what it wrote, or put everything back as it was before it.
  void settle(bool keep);

  /// Whether something was written since the last `settle`.
  bool has_batch() const { return !before_.empty() || size_ != size_before_; }

  /// Applies a record of another's batch, or one piece of a whole file: all of it or, with an
  /// error, nothing. Refused while a batch is open.
  Result<void> give(std::string_view record, std::uint32_t store_version);

  /// The whole file, page for page, as records of at most kMaxChunkBytes. Giving all of them to
  /// any file makes it equal to this one.
  std::vector<std::string> fold(std::uint32_t store_version) const;

 private:
  using Page = std::array<char, kPageBytes>;
  using PagePointer = std::unique_ptr<Page>;

  std::string_view page_bytes(std::size_t number) const;
  std::string_view bytes_before(std::size_t number) const;
  void remember(std::size_t number);
  void resize(std::uint64_t size);

  std::vector<PagePointer> pages_;  // null: all zeros
  std::uint64_t size_ = 0;
  bool noting_ = false;
  bool taken_ = false;
  std::map<std::size_t, PagePointer> before_;  // pages of the batch as they were; null: all zeros
  std::uint64_t size_before_ = 0;
};

}  // namespace deskbell
