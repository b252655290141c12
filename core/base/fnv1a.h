#pragma once

#include <cstdint>
#include <string_view>

namespace deskbell {

/// The 64-bit FNV-1a hash (Fowler, Noll and Vo; draft-eastlake-fnv): for telling whether two things
/// are the same where nobody has an interest in making them seem so.
class Fnv1a {
 public:
  void add(std::string_view bytes) {
    for (const char c : bytes) add_byte(static_cast<unsigned char>(c));
  }
  /// The same with an end, so that "ab", "c" is another thing than "a", "bc".
  void add_text(std::string_view text) {
    add(text);
    add_byte(0xff);  // no UTF-8 text has that byte
  }
  std::uint64_t value() const { return hash_; }

 private:
  void add_byte(unsigned char byte) { hash_ = (hash_ ^ byte) * 0x100000001b3; }

  std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace deskbell
