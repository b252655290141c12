#pragma once

#include <cstdint>

#include "core/base/bit_cast.h"

namespace deskbell {

// (Emscripten's library has no std::bit_cast; both compilers have the built-in one.)
//
// Logarithm and exponential from the four operations alone. The C libraries of a hub and of
// WebAssembly differ in the last bit of theirs, and what is learned must be the same everywhere.

/// The natural logarithm of a positive, normal number, to about one part in 1e-9.
constexpr double exact_log(double x) {
  const auto bits = bit_cast<std::uint64_t>(x);
  int exponent = static_cast<int>(bits >> 52) - 1023;
  double m = bit_cast<double>((bits & 0xfffffffffffffULL) | 0x3ff0000000000000ULL);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    ++exponent;
  }
  const double t = (m - 1) / (m + 1);
  const double t2 = t * t;
  const double series =
      1 + t2 * (1.0 / 3 + t2 * (1.0 / 5 + t2 * (1.0 / 7 + t2 * (1.0 / 9 + t2 * (1.0 / 11)))));
  return 2 * t * series + exponent * 0.6931471805599453;
}

/// e to the power of x, for x between -700 and 700, to about one part in 1e-9.
constexpr double exact_exp(double x) {
  const double scaled = x * 1.4426950408889634;
  const int whole = static_cast<int>(scaled + (scaled < 0 ? -0.5 : 0.5));
  const double r = x - whole * 0.6931471805599453;
  double term = 1;
  double sum = 1;
  for (int i = 1; i <= 9; ++i) {
    term *= r / i;
    sum += term;
  }
  return sum * bit_cast<double>(static_cast<std::uint64_t>(whole + 1023) << 52);
}

}  // namespace deskbell
