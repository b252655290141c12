#pragma once

#include <string>
#include <string_view>

namespace deskbell {

/// The codes of `error_codes.def`, which says what each means.
enum class ErrorCode {
#define DESKBELL_ERROR(name, http_status, meaning) name,
#include "core/base/error_codes.def"
#undef DESKBELL_ERROR
};

/// What went wrong: a code for programs and one line for people, which says what to do where
/// something can be done.
struct Error {
  ErrorCode code;
  std::string message;
};

/// The code's stable name, as it stands on the wire: "stale_reply".
std::string_view error_name(ErrorCode code);

/// What the code means in general, for documents and as a message of last resort.
std::string_view error_meaning(ErrorCode code);

/// The HTTP status a hub answers with when a whole request fails for this reason.
int error_http_status(ErrorCode code);

/// The code of that name; `fallback` for a name this version does not know (a newer hub's).
ErrorCode error_from_name(std::string_view name, ErrorCode fallback);

}  // namespace deskbell
