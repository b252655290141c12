#pragma once

#include <string>

namespace deskbell {

class PageFile;

/// The name of the VFS, for `OpenOptions::vfs`.
inline constexpr const char* kPageVfs = "deskbell-pages";

/// An SQLite VFS whose files are `PageFile`s of this process, found by name. Where the build has no
/// other VFS (WebAssembly) it is SQLite's default by itself; elsewhere call this once before opening
/// a database on it. May be repeated. Returns false when SQLite has no memory for it.
///
/// Locking is SQLite's own protocol among the connections of this process, so that each notices
/// what another has committed. There is no WAL: its shared memory has no use here. One thread.
bool register_page_vfs();

/// The file of that name; made empty if there is none yet. Valid until forgotten.
PageFile& page_file(const std::string& name);

/// Forgets the file and its bytes. Precondition: no connection has it open.
void forget_page_file(const std::string& name);

}  // namespace deskbell
