#include "wasm/page_file.h"

#include <algorithm>
#include <cstring>

namespace deskbell {
namespace {

constexpr std::array<char, kPageBytes> kZeros{};
constexpr std::string_view kZeroPage(kZeros.data(), kPageBytes);
constexpr std::uint64_t kMaxBytes = std::uint64_t{kMaxPages} * kPageBytes;

std::size_t pages_for(std::uint64_t bytes) {
  return static_cast<std::size_t>((bytes + kPageBytes - 1) / kPageBytes);
}

}  // namespace

std::string_view PageFile::page_bytes(std::size_t number) const {
  if (number >= pages_.size() || !pages_[number]) return kZeroPage;
  return {pages_[number]->data(), kPageBytes};
}

std::string_view PageFile::bytes_before(std::size_t number) const {
  const PagePointer& page = before_.at(number);
  return page ? std::string_view(page->data(), kPageBytes) : kZeroPage;
}

std::size_t PageFile::read(std::uint64_t offset, std::span<char> out) const {
  const std::size_t there =
      offset >= size_
          ? 0
          : static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_ - offset));
  for (std::size_t done = 0; done < there;) {
    const std::uint64_t at = offset + done;
    const std::size_t within = static_cast<std::size_t>(at % kPageBytes);
    const std::size_t count = std::min(kPageBytes - within, there - done);
    const std::string_view page = page_bytes(static_cast<std::size_t>(at / kPageBytes));
    std::memcpy(out.data() + done, page.data() + within, count);
    done += count;
  }
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(there), out.end(), '\0');
  return there;
}

void PageFile::remember(std::size_t number) {
  if (!noting_ || before_.contains(number)) return;
  PagePointer copy;
  if (number < pages_.size() && pages_[number]) copy = std::make_unique<Page>(*pages_[number]);
  before_.emplace(number, std::move(copy));
}

bool PageFile::write(std::uint64_t offset, std::string_view bytes) {
  if (taken_ || offset > kMaxBytes || bytes.size() > kMaxBytes - offset) return false;
  if (offset + bytes.size() > size_) resize(offset + bytes.size());
  for (std::size_t done = 0; done < bytes.size();) {
    const std::uint64_t at = offset + done;
    const auto number = static_cast<std::size_t>(at / kPageBytes);
    const auto within = static_cast<std::size_t>(at % kPageBytes);
    const std::size_t count = std::min(kPageBytes - within, bytes.size() - done);
    remember(number);
    if (!pages_[number]) pages_[number] = std::make_unique<Page>();
    std::memcpy(pages_[number]->data() + within, bytes.data() + done, count);
    done += count;
  }
  return true;
}

bool PageFile::truncate(std::uint64_t size) {
  if (taken_ || size > kMaxBytes) return false;
  // Bytes beyond the end must read as zeros should the file grow again.
  for (std::size_t number = static_cast<std::size_t>(size / kPageBytes); number < pages_.size();
       ++number) {
    remember(number);
    if (!pages_[number]) continue;
    if (number == size / kPageBytes && size % kPageBytes != 0)
      std::fill(pages_[number]->begin() + static_cast<std::ptrdiff_t>(size % kPageBytes),
                pages_[number]->end(), '\0');
    else
      pages_[number].reset();
  }
  resize(size);
  return true;
}

void PageFile::resize(std::uint64_t size) {
  pages_.resize(pages_for(size));
  size_ = size;
  if (!noting_) size_before_ = size;
}

std::optional<std::string> PageFile::take(std::uint32_t store_version) {
  PageRecord record{static_cast<std::uint32_t>(pages_.size()), {}};
  for (const auto& [number, page] : before_)
    if (number < pages_.size() && page_bytes(number) != bytes_before(number))
      record.pages.push_back({static_cast<std::uint32_t>(number), page_bytes(number)});
  if (record.pages.empty() && size_ == size_before_) return std::nullopt;
  taken_ = true;
  return encode_record(record, store_version);
}

void PageFile::settle(bool keep) {
  if (!keep) {
    resize(size_before_);
    for (auto& [number, page] : before_)
      if (number < pages_.size()) pages_[number] = std::move(page);
  }
  before_.clear();
  size_before_ = size_;
  taken_ = false;
}

Result<void> PageFile::give(std::string_view bytes, std::uint32_t store_version) {
  if (has_batch())
    return Error{ErrorCode::storage_failed,
                 "A record was given before the last batch was settled."};
  const Result<PageRecord> record = decode_record(bytes, store_version);
  if (!record) return record.error();
  // Whatever needs memory comes first, so that nothing can fail half-way.
  std::vector<PagePointer> fresh;
  fresh.reserve(record->pages.size());
  for (const RecordPage& page : record->pages) {
    fresh.push_back(std::make_unique<Page>());
    std::memcpy(fresh.back()->data(), page.bytes.data(), kPageBytes);
  }
  pages_.resize(record->file_pages);
  for (std::size_t i = 0; i < fresh.size(); ++i)
    pages_[record->pages[i].number] = std::move(fresh[i]);
  size_ = size_before_ = std::uint64_t{record->file_pages} * kPageBytes;
  return {};
}

std::vector<std::string> PageFile::fold(std::uint32_t store_version) const {
  std::vector<std::string> chunks;
  PageRecord chunk{static_cast<std::uint32_t>(pages_.size()), {}};
  const auto finish = [&] {
    chunks.push_back(encode_record(chunk, store_version));
    chunk.pages.clear();
  };
  for (std::size_t number = 0; number < pages_.size(); ++number) {
    chunk.pages.push_back({static_cast<std::uint32_t>(number), page_bytes(number)});
    if (chunk.pages.size() == kMaxChunkPages) finish();
  }
  if (!chunk.pages.empty() || chunks.empty()) finish();
  return chunks;
}

}  // namespace deskbell
