#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/bit_cast.h"

namespace deskbell {

/// Writes numbers as few bytes.
class PackedWriter {
 public:
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }
  void real(float value) {
    const auto bits = bit_cast<std::uint32_t>(value);
    for (int i = 0; i < 4; ++i) bytes_ += static_cast<char>(bits >> (8 * i));
  }
  void text(std::string_view value) {
    number(value.size());
    bytes_ += value;
  }
  std::string take() && { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Reads what PackedWriter wrote, from bytes that may be anything: after the first that cannot be
/// read everything is zero, and `good` says so.
class PackedReader {
 public:
  explicit PackedReader(std::string_view bytes) : bytes_(bytes) {}

  bool good() const { return good_; }
  bool at_end() const { return bytes_.empty(); }
  void fail() {
    good_ = false;
    bytes_ = {};
  }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      if (bytes_.empty()) break;
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    fail();
    return 0;
  }
  /// A number that is at most `limit`.
  std::uint32_t number(std::uint32_t limit) {
    const std::uint64_t value = number();
    if (value <= limit) return static_cast<std::uint32_t>(value);
    fail();
    return 0;
  }
  /// A count of things each of which takes a byte at least, so that no header makes memory be
  /// taken that the bytes do not bear out.
  std::uint32_t count(std::uint32_t limit) {
    const std::uint32_t value = number(limit);
    if (value <= bytes_.size()) return value;
    fail();
    return 0;
  }
  /// A finite number.
  float real() {
    if (bytes_.size() < 4) return fail(), 0.0F;
    std::uint32_t bits = 0;
    for (int i = 0; i < 4; ++i)
      bits |= static_cast<std::uint32_t>(
                  static_cast<unsigned char>(bytes_[static_cast<std::size_t>(i)]))
              << (8 * i);
    bytes_.remove_prefix(4);
    constexpr std::uint32_t kExponent = 0x7f800000;
    if ((bits & kExponent) == kExponent) return fail(), 0.0F;
    return bit_cast<float>(bits);
  }
  std::string_view text() {
    const std::uint64_t length = number();
    if (length > bytes_.size()) return fail(), std::string_view{};
    const auto size = static_cast<std::size_t>(length);
    const std::string_view value = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return value;
  }

 private:
  std::string_view bytes_;
  bool good_ = true;
};

}  // namespace deskbell
