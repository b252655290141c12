#include "core/base/error.h"

namespace deskbell {
namespace {

struct ErrorRow {
  ErrorCode code;
  std::string_view name;
  int http_status;
  std::string_view meaning;
};

constexpr ErrorRow kErrors[] = {
#define DESKBELL_ERROR(name, http_status, meaning) {ErrorCode::name, #name, http_status, meaning},
#include "core/base/error_codes.def"
#undef DESKBELL_ERROR
};

const ErrorRow& row(ErrorCode code) {
  return kErrors[static_cast<size_t>(code)];
}

}  // namespace

std::string_view error_name(ErrorCode code) {
  return row(code).name;
}
std::string_view error_meaning(ErrorCode code) {
  return row(code).meaning;
}
int error_http_status(ErrorCode code) {
  return row(code).http_status;
}

ErrorCode error_from_name(std::string_view name, ErrorCode fallback) {
  for (const ErrorRow& error : kErrors)
    if (error.name == name) return error.code;
  return fallback;
}

}  // namespace deskbell
