#include "wasm/page_vfs.h"

#include <sqlite3.h>
#include <unistd.h>

#include <cstring>
#include <ctime>
#include <map>
#include <memory>
#include <new>

#include "wasm/page_file.h"

// SQLite calls these functions from C: nothing may be thrown through them. All that can be is
// bad_alloc, which each entry that may allocate turns into SQLITE_IOERR_NOMEM.

namespace deskbell {
namespace {

constexpr int kMaxPathBytes = 512;

/// A file and who holds which of SQLite's locks on it (sqlite.org/lockingv3.html).
struct NamedFile {
  PageFile file;
  int shared = 0;
  const void* reserved = nullptr;
  const void* pending = nullptr;  // or exclusive: no new reader either way
};

std::map<std::string, std::shared_ptr<NamedFile>>& named_files() {
  static std::map<std::string, std::shared_ptr<NamedFile>> files;
  return files;
}

std::shared_ptr<NamedFile> find_or_make(const std::string& name) {
  std::shared_ptr<NamedFile>& file = named_files()[name];
  if (!file) file = std::make_shared<NamedFile>();
  return file;
}

/// One connection's hold on a file, placed by us in memory that SQLite gives.
struct OpenFile {
  sqlite3_file base;  // must stand first
  std::shared_ptr<NamedFile> named;
  std::string forget_name;  // not empty: delete on close
  int level = SQLITE_LOCK_NONE;
};

OpenFile& open_file(sqlite3_file* file) {
  return *reinterpret_cast<OpenFile*>(file);
}

int unlock(sqlite3_file* base, int level) {
  OpenFile& file = open_file(base);
  NamedFile& named = *file.named;
  if (level >= file.level) return SQLITE_OK;
  if (named.reserved == &file) named.reserved = nullptr;
  if (named.pending == &file) named.pending = nullptr;
  if (level == SQLITE_LOCK_NONE) --named.shared;
  file.level = level;
  return SQLITE_OK;
}

int lock(sqlite3_file* base, int level) {
  OpenFile& file = open_file(base);
  NamedFile& named = *file.named;
  if (level <= file.level) return SQLITE_OK;
  if (level == SQLITE_LOCK_SHARED) {
    if (named.pending) return SQLITE_BUSY;
    ++named.shared;
  } else if (level == SQLITE_LOCK_RESERVED) {
    if (named.reserved || named.pending) return SQLITE_BUSY;
    named.reserved = &file;
  } else {
    if (named.pending && named.pending != &file) return SQLITE_BUSY;
    named.pending = &file;
    if (named.shared > 1) {  // readers go on, new ones wait
      file.level = SQLITE_LOCK_PENDING;
      return SQLITE_BUSY;
    }
  }
  file.level = level;
  return SQLITE_OK;
}

int check_reserved_lock(sqlite3_file* base, int* reserved) {
  const NamedFile& named = *open_file(base).named;
  *reserved = named.reserved || named.pending;
  return SQLITE_OK;
}

int close(sqlite3_file* base) {
  OpenFile& file = open_file(base);
  unlock(base, SQLITE_LOCK_NONE);
  if (!file.forget_name.empty()) named_files().erase(file.forget_name);
  file.~OpenFile();
  return SQLITE_OK;
}

int read(sqlite3_file* base, void* out, int amount, sqlite3_int64 offset) {
  const std::span<char> bytes(static_cast<char*>(out), static_cast<std::size_t>(amount));
  const std::size_t there =
      open_file(base).named->file.read(static_cast<std::uint64_t>(offset), bytes);
  return there == bytes.size() ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* base, const void* bytes, int amount, sqlite3_int64 offset) {
  const std::string_view view(static_cast<const char*>(bytes), static_cast<std::size_t>(amount));
  try {
    const bool written =
        open_file(base).named->file.write(static_cast<std::uint64_t>(offset), view);
    return written ? SQLITE_OK : SQLITE_FULL;
  } catch (const std::bad_alloc&) {
    return SQLITE_IOERR_NOMEM;
  }
}

int truncate(sqlite3_file* base, sqlite3_int64 size) {
  try {
    const bool cut = open_file(base).named->file.truncate(static_cast<std::uint64_t>(size));
    return cut ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
  } catch (const std::bad_alloc&) {
    return SQLITE_IOERR_NOMEM;
  }
}

int sync(sqlite3_file*, int) {
  return SQLITE_OK;
}

int file_size(sqlite3_file* base, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(open_file(base).named->file.size());
  return SQLITE_OK;
}

int file_control(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}

int sector_size(sqlite3_file*) {
  return kPageBytes;
}

int device_characteristics(sqlite3_file*) {
  // Nothing is ever cut off or reordered in memory; durability is the page log's affair.
  return SQLITE_IOCAP_ATOMIC | SQLITE_IOCAP_SAFE_APPEND | SQLITE_IOCAP_SEQUENTIAL |
         SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

constexpr sqlite3_io_methods kMethods = {
    .iVersion = 1,
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
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* base, int flags, int* out_flags) {
  base->pMethods = nullptr;  // SQLite calls xClose only when this is set
  try {
    std::shared_ptr<NamedFile> named;
    if (!name)
      named = std::make_shared<NamedFile>();
    else if (flags & SQLITE_OPEN_CREATE || named_files().contains(name))
      named = find_or_make(name);
    else
      return SQLITE_CANTOPEN;
    std::string forget_name = name && flags & SQLITE_OPEN_DELETEONCLOSE ? name : "";
    new (base) OpenFile{{&kMethods}, std::move(named), std::move(forget_name), SQLITE_LOCK_NONE};
  } catch (const std::bad_alloc&) {
    return SQLITE_IOERR_NOMEM;
  }
  if (out_flags) *out_flags = flags;
  return SQLITE_OK;
}

int remove(sqlite3_vfs*, const char* name, int) {
  try {
    return named_files().erase(name) ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
  } catch (const std::bad_alloc&) {
    return SQLITE_IOERR_NOMEM;
  }
}

int access(sqlite3_vfs*, const char* name, int, int* answer) {
  try {
    const auto found = named_files().find(name);
    // As SQLite's own VFS does: an empty journal is none.
    *answer = found != named_files().end() && found->second->file.size() > 0;
    return SQLITE_OK;
  } catch (const std::bad_alloc&) {
    return SQLITE_IOERR_NOMEM;
  }
}

int full_pathname(sqlite3_vfs*, const char* name, int size, char* out) {
  if (std::strlen(name) >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  std::strcpy(out, name);
  return SQLITE_OK;
}

int randomness(sqlite3_vfs*, int size, char* out) {
  // SQLite uses this for names and rowids only; getentropy gives at most 256 bytes at once.
  for (int done = 0; done < size; done += 256)
    if (getentropy(out + done, static_cast<std::size_t>(std::min(256, size - done))) != 0) return 0;
  return size;
}

int sleep(sqlite3_vfs*, int) {
  return 0;
}

int current_time_ms(sqlite3_vfs*, sqlite3_int64* now) {
  constexpr sqlite3_int64 kUnixEpochInJulianMs = 210866760000000;
  *now = kUnixEpochInJulianMs + static_cast<sqlite3_int64>(std::time(nullptr)) * 1000;
  return SQLITE_OK;
}

int current_time(sqlite3_vfs* vfs, double* now) {
  sqlite3_int64 ms = 0;
  current_time_ms(vfs, &ms);
  *now = static_cast<double>(ms) / 86400000.0;
  return SQLITE_OK;
}

int last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

sqlite3_vfs g_vfs = {
    .iVersion = 2,
    .szOsFile = sizeof(OpenFile),
    .mxPathname = kMaxPathBytes,
    .pNext = nullptr,
    .zName = kPageVfs,
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

bool register_page_vfs() {
  return sqlite3_initialize() == SQLITE_OK && sqlite3_vfs_register(&g_vfs, 0) == SQLITE_OK;
}

PageFile& page_file(const std::string& name) {
  return find_or_make(name)->file;
}

void forget_page_file(const std::string& name) {
  named_files().erase(name);
}

}  // namespace deskbell

#ifdef __EMSCRIPTEN__
// SQLite compiled with SQLITE_OS_OTHER asks for its platform here.
extern "C" int sqlite3_os_init() {
  return sqlite3_vfs_register(&deskbell::g_vfs, 1);
}
extern "C" int sqlite3_os_end() {
  return SQLITE_OK;
}
#endif
