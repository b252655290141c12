#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace deskbell::test {

/// A `ContentHash` where nobody attacks: 64-bit FNV-1a, the same natively and in WebAssembly.
inline std::string cheap_hash(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return std::to_string(hash);
}

}  // namespace deskbell::test
