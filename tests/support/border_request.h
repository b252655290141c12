#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/sync/link.h"

namespace deskbell::test {

/// A request as the border's effects tell it.
Request request_from(const nlohmann::json& request);

}  // namespace deskbell::test
