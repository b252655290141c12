#include "tests/simulation/disk.h"

#include <algorithm>

namespace deskbell::test {
namespace {

// What a disk writes in one piece. SQLite counts on no more than that bytes outside of a write are
// left alone (SQLITE_IOCAP_POWERSAFE_OVERWRITE), as its own VFS for Unix does.
constexpr std::size_t kSectorBytes = 512;

std::map<std::string, Disk*, std::less<>>& disks() {
  static std::map<std::string, Disk*, std::less<>> disks;
  return disks;
}

}  // namespace

void DiskFile::apply(std::string& to, const Write& write) {
  if (write.truncates) return to.resize(write.offset);
  if (to.size() < write.offset + write.bytes.size()) to.resize(write.offset + write.bytes.size());
  std::copy(write.bytes.begin(), write.bytes.end(),
            to.begin() + static_cast<std::ptrdiff_t>(write.offset));
}

void DiskFile::write(std::uint64_t offset, std::string_view bytes) {
  unsynced_.push_back({offset, std::string(bytes), false});
  apply(bytes_, unsynced_.back());
}

void DiskFile::truncate(std::uint64_t size) {
  unsynced_.push_back({size, "", true});
  apply(bytes_, unsynced_.back());
}

void DiskFile::sync() {
  for (const Write& write : unsynced_) apply(on_disk_, write);
  unsynced_.clear();
}

DiskFile::Loss DiskFile::lose_power(SeededRandom& random) {
  Loss loss;
  for (const Write& write : unsynced_) {
    const std::uint64_t fate = random.below(3);
    if (fate == 0) {
      ++loss.lost;
    } else if (fate == 1 || write.truncates) {
      ++loss.kept;
      apply(on_disk_, write);
    } else {
      ++loss.torn;
      for (std::size_t at = 0; at < write.bytes.size(); at += kSectorBytes)
        if (random.chance(50))
          apply(on_disk_, {write.offset + at, write.bytes.substr(at, kSectorBytes), false});
    }
  }
  unsynced_.clear();
  bytes_ = on_disk_;
  return loss;
}

Disk::Disk(std::string name, std::uint64_t seed) : name_(std::move(name)), random_(seed) {
  disks()[name_] = this;
}

Disk::~Disk() {
  disks().erase(name_);
}

Disk* Disk::of(std::string_view path) {
  const auto found = disks().find(path.substr(0, path.find('/')));
  return found == disks().end() ? nullptr : found->second;
}

bool Disk::change() {
  if (stopped_) return false;
  ++changes_;
  if (stop_in_ > 0 && --stop_in_ == 0) stopped_ = true;
  return !stopped_;
}

DiskFile::Loss Disk::start_again(bool power_was_cut) {
  DiskFile::Loss all;
  for (auto& [path, file] : files_) {
    file->shared_memory.clear();
    file->locks = {};
    if (!power_was_cut) {
      file->sync();
      continue;
    }
    const DiskFile::Loss loss = file->lose_power(random_);
    all.kept += loss.kept;
    all.lost += loss.lost;
    all.torn += loss.torn;
  }
  stop_in_ = 0;
  stopped_ = false;
  return all;
}

Disk::Image Disk::image() const {
  Image image;
  for (const auto& [path, file] : files_) image[path] = file->bytes();
  return image;
}

void Disk::restore(const Image& image) {
  files_.clear();
  for (const auto& [path, bytes] : image) {
    const auto file = open(path, true);
    file->write(0, bytes);
    file->sync();
  }
  stop_in_ = 0;
  stopped_ = false;
}

std::shared_ptr<DiskFile> Disk::open(const std::string& path, bool create) {
  const auto found = files_.find(path);
  if (found != files_.end()) return found->second;
  if (!create) return nullptr;
  return files_[path] = std::make_shared<DiskFile>();
}

}  // namespace deskbell::test
