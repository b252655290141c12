#pragma once

#include <string>

namespace deskbell::cli {

struct DoctorOptions {
  std::string data;  ///< a hub's data folder, or
  std::string file;  ///< one store
  std::string site;
  bool json = false;
};

/// Checks stores and says what is wrong with them. Returns the process's exit code: 0 when all are
/// sound.
int run_doctor(const DoctorOptions& options);

}  // namespace deskbell::cli
