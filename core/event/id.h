#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"

namespace deskbell {

class Random;

/// A new UUIDv7 (RFC 9562, section 5.7) in lower case: 48 bits of `now`, then 74 random bits.
/// There is no counter in it: a device's store can be rolled back or cloned, and must not make the
/// same id twice.
std::string make_id(Millis now, Random& random);

/// Whether the text has the form of a UUID, in lower case with hyphens. Every id on the wire does.
bool is_id(std::string_view text);

/// When the id was made, by the clock of whoever made it; nothing where it does not tell.
std::optional<Millis> time_of(std::string_view id);

/// `bytes` random bytes as lower-case hexadecimal digits; for secrets and epochs.
std::string random_hex(std::size_t bytes, Random& random);

}  // namespace deskbell
