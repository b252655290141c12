#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace deskbell::sdk {

/// SHA-256 (FIPS 180-4) of bytes that come piece by piece: what files are named by.
class Sha256 {
 public:
  void add(std::string_view bytes);
  /// Of all bytes so far, in 64 lower-case hexadecimal digits. Call it once, at the end.
  std::string hex();

 private:
  static constexpr std::size_t kBlockBytes = 64;

  void take_block(const unsigned char* block);

  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<unsigned char, kBlockBytes> block_ = {};
  std::size_t filled_ = 0;    // of the block
  std::uint64_t length_ = 0;  // in bytes
};

}  // namespace deskbell::sdk
