#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/store/database.h"
#include "tests/support/seeded_random.h"

namespace deskbell::test {

/// A file as programs see it, as the disk has it, and what lies between the two.
class DiskFile {
 public:
  std::uint64_t size() const { return bytes_.size(); }
  std::string_view bytes() const { return bytes_; }

  void write(std::uint64_t offset, std::string_view bytes);
  void truncate(std::uint64_t size);
  /// Everything written so far is on the disk.
  void sync();

  /// What became of the writes that were not synced when the power went.
  struct Loss {
    int kept = 0;
    int lost = 0;
    int torn = 0;
  };
  /// Each write since the last sync reached the disk, did not, or did in some of its sectors.
  Loss lose_power(SeededRandom& random);

  /// Regions of the shared memory beside the file; gone with the processes.
  std::vector<std::unique_ptr<std::string>> shared_memory;
  /// SQLite's locks, by the connections that hold them (sqlite.org/lockingv3.html).
  struct Locks {
    int shared = 0;
    const void* reserved = nullptr;
    const void* pending = nullptr;
    int shared_memory_readers[8] = {};
    const void* shared_memory_owner[8] = {};
  } locks;

 private:
  struct Write {
    std::uint64_t offset = 0;
    std::string bytes;
    bool truncates = false;
  };
  static void apply(std::string& to, const Write& write);

  std::string bytes_;
  std::string on_disk_;
  std::vector<Write> unsynced_;
};

/// One machine's disk, which fails where it is told to. Each change (a write, a cut, a sync, the
/// removal of a file) is a point at which the machine may stop.
class Disk {
 public:
  /// `name` is the first part of its files' paths: "hub/store.db" lies on the disk "hub". One of a
  /// name at a time.
  Disk(std::string name, std::uint64_t seed);
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  /// The machine stops at the n-th change from now, in the middle of it; 0: not.
  void stop_at_change(std::uint64_t n) { stop_in_ = n; }
  /// The machine stops here and now: every access fails until it is on again.
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }
  std::uint64_t changes() const { return changes_; }
  /// How often a file was brought to the disk.
  std::uint64_t syncs() const { return syncs_; }

  /// No file can grow while the disk is full.
  void set_full(bool full) { full_ = full; }
  bool full() const { return full_; }

  /// The machine is on again. After a power cut what was not synced is in doubt; after the mere
  /// death of a process it is all there. Precondition: no connection is open.
  DiskFile::Loss start_again(bool power_was_cut);

  using Image = std::map<std::string, std::string>;
  /// A copy of all files, and putting one in the place of all. Precondition for the latter: no
  /// connection is open.
  Image image() const;
  void restore(const Image& image);

  // For the VFS
  bool change();  ///< False: the machine has stopped.
  void note_sync() { ++syncs_; }
  std::shared_ptr<DiskFile> open(const std::string& path, bool create);
  bool exists(const std::string& path) const { return files_.contains(path); }
  void remove(const std::string& path) { files_.erase(path); }
  static Disk* of(std::string_view path);

 private:
  std::string name_;
  SeededRandom random_;
  std::map<std::string, std::shared_ptr<DiskFile>> files_;
  std::uint64_t changes_ = 0;
  std::uint64_t syncs_ = 0;
  std::uint64_t stop_in_ = 0;
  bool stopped_ = false;
  bool full_ = false;
};

/// The name of the VFS that finds its files on disks, for `OpenOptions::vfs`.
inline constexpr const char* kDiskVfs = "deskbell-disk";

/// How an app's store lies on such a disk: as the SDK opens it.
inline constexpr OpenOptions kAppStore = {
    .relaxes = true,
    .vfs = kDiskVfs,
    .pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"};

/// To be called once before a database is opened there. One thread.
void register_disk_vfs();

}  // namespace deskbell::test
