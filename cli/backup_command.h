#pragma once

#include <string>

namespace deskbell::cli {

struct BackupOptions {
  std::string data;
  std::string site;
  std::string file;
  bool force = false;
  bool keep_unsound = false;
};

/// Backs up a site and says what is in the backup. Returns the process's exit code.
int run_backup(const BackupOptions& options);

struct RestoreOptions {
  std::string data;
  std::string site;
  std::string file;
};

/// Puts a backup in a site's place and says what happens next. Returns the process's exit code.
int run_restore(const RestoreOptions& options);

}  // namespace deskbell::cli
