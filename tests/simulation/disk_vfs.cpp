// The VFS through which SQLite reaches the simulated disks.

#include <sqlite3.h>

#include <cstring>
#include <new>

#include "tests/simulation/disk.h"

namespace deskbell::test {
namespace {

/// One connection's hold on a file, placed by us in memory that SQLite gives.
struct OpenFile {
  sqlite3_file base;  // must stand first
  Disk* disk;         // none for a temporary file
  std::shared_ptr<DiskFile> file;
  int level = SQLITE_LOCK_NONE;
  unsigned shared_mask = 0;
  unsigned exclusive_mask = 0;
};

OpenFile& open_file(sqlite3_file* file) {
  return *reinterpret_cast<OpenFile*>(file);
}

bool stopped(const OpenFile& open) {
  return open.disk && open.disk->stopped();
}

// ---- Locks ----

int unlock(sqlite3_file* base, int level) {
  OpenFile& open = open_file(base);
  DiskFile::Locks& locks = open.file->locks;
  if (level >= open.level) return SQLITE_OK;
  if (locks.reserved == &open) locks.reserved = nullptr;
  if (locks.pending == &open) locks.pending = nullptr;
  if (level == SQLITE_LOCK_NONE) --locks.shared;
  open.level = level;
  return SQLITE_OK;
}

int lock(sqlite3_file* base, int level) {
  OpenFile& open = open_file(base);
  DiskFile::Locks& locks = open.file->locks;
  if (level <= open.level) return SQLITE_OK;
  if (level == SQLITE_LOCK_SHARED) {
    if (locks.pending) return SQLITE_BUSY;
    ++locks.shared;
  } else if (level == SQLITE_LOCK_RESERVED) {
    if (locks.reserved || locks.pending) return SQLITE_BUSY;
    locks.reserved = &open;
  } else {
    if (locks.pending && locks.pending != &open) return SQLITE_BUSY;
    locks.pending = &open;
    if (locks.shared > 1) {
      open.level = SQLITE_LOCK_PENDING;
      return SQLITE_BUSY;
    }
  }
  open.level = level;
  return SQLITE_OK;
}

int check_reserved_lock(sqlite3_file* base, int* reserved) {
  const DiskFile::Locks& locks = open_file(base).file->locks;
  *reserved = locks.reserved || locks.pending;
  return SQLITE_OK;
}

int shared_memory_map(sqlite3_file* base, int region, int size, int extend, void volatile** out) {
  auto& regions = open_file(base).file->shared_memory;
  const auto wanted = static_cast<std::size_t>(region);
  *out = nullptr;
  if (wanted >= regions.size() && !extend) return SQLITE_OK;
  while (wanted >= regions.size())
    regions.push_back(std::make_unique<std::string>(static_cast<std::size_t>(size), '\0'));
  *out = regions[wanted]->data();
  return SQLITE_OK;
}

int shared_memory_unlock(OpenFile& open, int slot) {
  DiskFile::Locks& locks = open.file->locks;
  const unsigned bit = 1u << slot;
  if (open.shared_mask & bit) --locks.shared_memory_readers[slot];
  if (open.exclusive_mask & bit) locks.shared_memory_owner[slot] = nullptr;
  open.shared_mask &= ~bit;
  open.exclusive_mask &= ~bit;
  return SQLITE_OK;
}

int shared_memory_lock(sqlite3_file* base, int offset, int count, int flags) {
  OpenFile& open = open_file(base);
  DiskFile::Locks& locks = open.file->locks;
  const bool exclusive = flags & SQLITE_SHM_EXCLUSIVE;
  if (flags & SQLITE_SHM_UNLOCK) {
    for (int slot = offset; slot < offset + count; ++slot) shared_memory_unlock(open, slot);
    return SQLITE_OK;
  }
  for (int slot = offset; slot < offset + count; ++slot) {
    const int own = open.shared_mask >> slot & 1;
    if (locks.shared_memory_owner[slot] && locks.shared_memory_owner[slot] != &open)
      return SQLITE_BUSY;
    if (exclusive && locks.shared_memory_readers[slot] > own) return SQLITE_BUSY;
  }
  for (int slot = offset; slot < offset + count; ++slot) {
    const unsigned bit = 1u << slot;
    if (exclusive) {
      locks.shared_memory_owner[slot] = &open;
      open.exclusive_mask |= bit;
    } else if (!(open.shared_mask & bit)) {
      ++locks.shared_memory_readers[slot];
      open.shared_mask |= bit;
    }
  }
  return SQLITE_OK;
}

void shared_memory_barrier(sqlite3_file*) {}

int shared_memory_unmap(sqlite3_file* base, int forget) {
  OpenFile& open = open_file(base);
  for (int slot = 0; slot < 8; ++slot) shared_memory_unlock(open, slot);
  if (forget) open.file->shared_memory.clear();
  return SQLITE_OK;
}

// ---- Bytes ----

int close(sqlite3_file* base) {
  OpenFile& open = open_file(base);
  unlock(base, SQLITE_LOCK_NONE);
  open.~OpenFile();
  return SQLITE_OK;
}

int read(sqlite3_file* base, void* out, int amount, sqlite3_int64 offset) {
  const OpenFile& open = open_file(base);
  if (stopped(open)) return SQLITE_IOERR_READ;
  const auto wanted = static_cast<std::size_t>(amount);
  const std::string_view bytes = open.file->bytes();
  const auto start = std::min(bytes.size(), static_cast<std::size_t>(offset));
  const std::string_view there = bytes.substr(start, wanted);
  std::memcpy(out, there.data(), there.size());
  std::memset(static_cast<char*>(out) + there.size(), 0, wanted - there.size());
  return there.size() == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* base, const void* bytes, int amount, sqlite3_int64 offset) {
  OpenFile& open = open_file(base);
  if (stopped(open)) return SQLITE_IOERR_WRITE;
  const auto at = static_cast<std::uint64_t>(offset);
  const std::string_view view(static_cast<const char*>(bytes), static_cast<std::size_t>(amount));
  if (open.disk && open.disk->full() && at + view.size() > open.file->size()) return SQLITE_FULL;
  const bool running = !open.disk || open.disk->change();
  // A machine that stops in the middle of a write may have written it.
  open.file->write(at, view);
  return running ? SQLITE_OK : SQLITE_IOERR_WRITE;
}

int truncate(sqlite3_file* base, sqlite3_int64 size) {
  OpenFile& open = open_file(base);
  if (open.disk && !open.disk->change()) return SQLITE_IOERR_TRUNCATE;
  open.file->truncate(static_cast<std::uint64_t>(size));
  return SQLITE_OK;
}

int sync(sqlite3_file* base, int) {
  OpenFile& open = open_file(base);
  if (open.disk && !open.disk->change()) return SQLITE_IOERR_FSYNC;
  open.file->sync();
  if (open.disk) open.disk->note_sync();
  return SQLITE_OK;
}

int file_size(sqlite3_file* base, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(open_file(base).file->size());
  return SQLITE_OK;
}

int file_control(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}

int sector_size(sqlite3_file*) {
  return 512;
}

int device_characteristics(sqlite3_file*) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

constexpr sqlite3_io_methods kMethods = {
    .iVersion = 2,
    .xClose = close,
    .xRead = read,
    .xWrite = write,
    .xTruncate = truncate,
    .xSync = sync,
    .xFileSize = file_size,
    .xLock = lock,
    .xUnlock = unlock,
    .xCheckReservedLock = check_reserved_lock,
    .xFileControl = file_control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = device_characteristics,
    .xShmMap = shared_memory_map,
    .xShmLock = shared_memory_lock,
    .xShmBarrier = shared_memory_barrier,
    .xShmUnmap = shared_memory_unmap,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

// ---- The file system ----

int open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* base, int flags, int* out_flags) {
  base->pMethods = nullptr;  // SQLite calls xClose only when this is set
  Disk* disk = name ? Disk::of(name) : nullptr;
  if (name && (!disk || disk->stopped())) return SQLITE_CANTOPEN;
  auto file = name ? disk->open(name, flags & SQLITE_OPEN_CREATE) : std::make_shared<DiskFile>();
  if (!file) return SQLITE_CANTOPEN;
  new (base) OpenFile{{&kMethods}, disk, std::move(file)};
  if (out_flags) *out_flags = flags;
  return SQLITE_OK;
}

int remove(sqlite3_vfs*, const char* name, int) {
  Disk* disk = Disk::of(name);
  if (!disk || !disk->exists(name)) return SQLITE_IOERR_DELETE_NOENT;
  if (!disk->change()) return SQLITE_IOERR_DELETE;
  disk->remove(name);
  return SQLITE_OK;
}

int access(sqlite3_vfs*, const char* name, int, int* answer) {
  const Disk* disk = Disk::of(name);
  *answer = disk && disk->exists(name);
  return SQLITE_OK;
}

int full_pathname(sqlite3_vfs*, const char* name, int size, char* out) {
  if (std::strlen(name) >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  std::strcpy(out, name);
  return SQLITE_OK;
}

int randomness(sqlite3_vfs*, int size, char* out) {
  std::memset(out, 7, static_cast<std::size_t>(size));
  return size;
}

// Whoever waits in a simulation waits for ever: nothing else runs meanwhile.
int sleep(sqlite3_vfs*, int microseconds) {
  return microseconds;
}

int current_time_ms(sqlite3_vfs*, sqlite3_int64* now) {
  *now = 212000000000000;
  return SQLITE_OK;
}

int current_time(sqlite3_vfs*, double* now) {
  *now = 2453700.0;
  return SQLITE_OK;
}

int last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

sqlite3_vfs g_vfs = {
    .iVersion = 2,
    .szOsFile = sizeof(OpenFile),
    .mxPathname = 128,
    .pNext = nullptr,
    .zName = kDiskVfs,
    .pAppData = nullptr,
    .xOpen = open,
    .xDelete = remove,
    .xAccess = access,
    .xFullPathname = full_pathname,
    .xDlOpen = nullptr,
    .xDlError = nullptr,
    .xDlSym = nullptr,
    .xDlClose = nullptr,
    .xRandomness = randomness,
    .xSleep = sleep,
    .xCurrentTime = current_time,
    .xGetLastError = last_error,
    .xCurrentTimeInt64 = current_time_ms,
    .xSetSystemCall = nullptr,
    .xGetSystemCall = nullptr,
    .xNextSystemCall = nullptr,
};

}  // namespace

void register_disk_vfs() {
  sqlite3_initialize();
  sqlite3_vfs_register(&g_vfs, /*makeDefault=*/0);
}

}  // namespace deskbell::test
