#pragma once

#include <string>

#include "core/base/result.h"

namespace deskbell {

inline constexpr std::size_t kMinPasswordBytes = 8;
inline constexpr std::size_t kMaxPasswordBytes = 1024;

/// The password as argon2id keeps it, salt and cost included. Takes about a tenth of a second and
/// 64 MiB, on purpose. Any thread.
Result<std::string> hash_password(const std::string& password);

/// Whether the password is the one of that hash. An empty hash (no such login) takes as long as
/// any other and is false, so that nobody learns from the time which logins there are.
bool verify_password(const std::string& hash, const std::string& password);

/// Whether two hashes or secrets are equal, in a time that says nothing about where they differ.
bool equal_secrets(std::string_view one, std::string_view other);

}  // namespace deskbell
