#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"
#include "server/http/message.h"

namespace deskbell {

/// An answer in JSON that no cache keeps.
HttpResponse json_response(std::string body);

/// RFC 9457 for one of Deskbell's own errors. `epoch` goes with `new_epoch`.
HttpResponse problem_response(const Error& error, const std::string& epoch = "");

/// The same where the caller is to wait first; `seconds` become `Retry-After`.
HttpResponse problem_with_retry(const Error& error, int status, long seconds);

/// RFC 9457 for what only HTTP has a name for (405, 431): the type is "about:blank".
HttpResponse http_problem(int status, std::string_view detail);

/// What an address answers to a method that is not among `methods`: OPTIONS are told, others get 405.
HttpResponse allow_only(const HttpRequest& request, const std::string& methods);

}  // namespace deskbell
