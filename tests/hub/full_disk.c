// Loaded before a program's libraries (LD_PRELOAD): while the file that DESKBELL_TEST_DISK_FULL
// names exists, nothing more can be written to regular files, as on a disk that is full. Needs no
// rights and no disk of its own, and room comes back when the file goes.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_full(int file) {
  const char* flag = getenv("DESKBELL_TEST_DISK_FULL");
  struct stat about;
  if (!flag || file <= STDERR_FILENO || access(flag, F_OK) != 0) return 0;
  return fstat(file, &about) == 0 && S_ISREG(about.st_mode);
}

ssize_t write(int file, const void* bytes, size_t count) {
  static ssize_t (*real)(int, const void*, size_t);
  if (!real) real = (ssize_t(*)(int, const void*, size_t))dlsym(RTLD_NEXT, "write");
  if (is_full(file)) return errno = ENOSPC, -1;
  return real(file, bytes, count);
}

ssize_t pwrite(int file, const void* bytes, size_t count, off_t offset) {
  static ssize_t (*real)(int, const void*, size_t, off_t);
  if (!real) real = (ssize_t(*)(int, const void*, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
  if (is_full(file)) return errno = ENOSPC, -1;
  return real(file, bytes, count, offset);
}

ssize_t pwrite64(int file, const void* bytes, size_t count, off64_t offset) {
  static ssize_t (*real)(int, const void*, size_t, off64_t);
  if (!real) real = (ssize_t(*)(int, const void*, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
  if (is_full(file)) return errno = ENOSPC, -1;
  return real(file, bytes, count, offset);
}
