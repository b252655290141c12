#pragma once

#include <string>
#include <string_view>

namespace deskbell::test {

/// The deliberate fault that is active; empty for none.
inline std::string active_mutant;

inline bool is_mutant(std::string_view name) {
  return active_mutant == name;
}

}  // namespace deskbell::test
