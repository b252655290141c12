#include "wasm/page_file.h"

#include <algorithm>

#include "tests/fuzz/target.h"

namespace deskbell::fuzz {
namespace {

constexpr std::uint32_t kStoreVersion = 1;
constexpr std::size_t kMaxBytes = 12 * kPageBytes;
constexpr std::size_t kMaxSteps = 100;

std::string content(const PageFile& file) {
  std::string bytes(static_cast<std::size_t>(file.size()), '?');
  require(file.read(0, bytes) == bytes.size(), "a file can be read up to its end");
  return bytes;
}

/// The content of a file of whole pages, which is what records speak of.
std::string in_pages(std::string bytes) {
  bytes.resize((bytes.size() + kPageBytes - 1) / kPageBytes * kPageBytes, '\0');
  return bytes;
}

/// A file, the same as plain bytes, and a copy that sees the records alone.
class Twins {
 public:
  Twins() { file_.note_batches(); }

  void step(std::string_view line) {
    const std::string_view verb = take_until(line, ' ');
    if (verb == "write") write(line);
    if (verb == "truncate") truncate(number_below(kMaxBytes, line));
    if (verb == "take") take();
    if (verb == "keep") settle(true);
    if (verb == "undo") settle(false);
    require(content(file_) == bytes_, "a file holds what was written to it");
  }

  /// Folded, the file can be made anew.
  void check_fold() {
    settle(true);
    PageFile anew;
    for (const std::string& chunk : file_.fold(kStoreVersion)) {
      require(chunk.size() <= kMaxChunkBytes, "a chunk fits into IndexedDB");
      require(anew.give(chunk, kStoreVersion).ok(), "a chunk can be given");
    }
    require(content(anew) == in_pages(bytes_), "a fold is the whole file");
    require(content(copy_) == in_pages(bytes_), "its records are the whole file");
  }

 private:
  void write(std::string_view arguments) {
    const std::size_t offset = number_below(kMaxBytes, take_until(arguments, ' '));
    const std::string_view bytes = arguments.substr(0, kMaxBytes - offset);
    const bool written = file_.write(offset, bytes);
    require(written == !taken_, "a file is written unless a batch is on its way");
    if (!written) return;
    bytes_.resize(std::max(bytes_.size(), offset + bytes.size()), '\0');
    bytes_.replace(offset, bytes.size(), bytes);
  }

  void truncate(std::size_t size) {
    const bool done = file_.truncate(size);
    require(done == !taken_, "a file is cut unless a batch is on its way");
    if (done) bytes_.resize(size, '\0');
  }

  void take() {
    const auto record = file_.take(kStoreVersion);
    require(record.has_value() == (bytes_ != before_), "a record is made of what changed");
    require(record == file_.take(kStoreVersion), "asked again, the same is answered");
    taken_ = record.has_value();
    record_ = record;
    if (record)
      require(!file_.give(*record, kStoreVersion).ok(), "a batch is settled before another's");
  }

  void settle(bool keep) {
    // A batch is kept when its record was; a driver takes before it keeps.
    if (keep && !taken_) take();
    file_.settle(keep);
    if (keep) {
      if (record_) require(copy_.give(*record_, kStoreVersion).ok(), "a record can be given");
      before_ = bytes_;
    } else {
      bytes_ = before_;
    }
    taken_ = false;
    record_.reset();
  }

  PageFile file_;
  PageFile copy_;
  std::string bytes_;
  std::string before_;
  std::optional<std::string> record_;
  bool taken_ = false;
};

}  // namespace

// A file with batches is the plain bytes that were written, whatever is kept and undone.
void try_page_file(std::string_view input) {
  Twins twins;
  for (std::size_t step = 0; step < kMaxSteps && !input.empty(); ++step)
    twins.step(take_until(input, '\n'));
  twins.check_fold();
}

}  // namespace deskbell::fuzz
