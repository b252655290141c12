#pragma once

namespace deskbell {

/// The same bits as another type. It is std::bit_cast, which the C++ library of Emscripten 3.1.6
/// does not have; its compiler has what is beneath.
template <class To, class From>
constexpr To bit_cast(const From& from) {
  static_assert(sizeof(To) == sizeof(From));
  return __builtin_bit_cast(To, from);
}

}  // namespace deskbell
