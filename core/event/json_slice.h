#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace deskbell {

/// Bounds on foreign JSON.
struct JsonLimits {
  std::size_t bytes;
  std::size_t depth;
  std::size_t values;  ///< scalars, objects and arrays together
};

/// Whether the bytes stay within the limits, found by one pass that builds nothing. It follows
/// strings and nesting only; what else may be wrong with the JSON is for the parser to find.
Result<void> check_json_limits(std::string_view bytes, const JsonLimits& limits);

/// The elements of a JSON array as the exact bytes they were written in. A view into `array`.
/// The elements themselves are not checked.
Result<std::vector<std::string_view>> slice_array(std::string_view array);

/// The members of a JSON object: the key (without quotes, escapes left as they are) and the exact
/// bytes of the value. Views into `object`. The values themselves are not checked.
Result<std::vector<std::pair<std::string_view, std::string_view>>> slice_object(
    std::string_view object);

}  // namespace deskbell
