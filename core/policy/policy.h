#pragma once

#include "core/base/result.h"
#include "core/event/event.h"

namespace deskbell {

class Database;

/// How often one conversation can be had by e-mail.
inline constexpr int kMaxTranscripts = 5;

/// Whether `actor` may emit `event` in the state that the store has folded. The same rules refuse
/// early on the device and for good on the hub; on the device the state includes what is unsent.
/// The error says why. `unknown_conversation` is not final: its beginning may still be on its way
/// from another device (see `may_succeed_later`).
Result<void> check_policy(Database& database, const Actor& actor, const Event& event);

/// Whether pushing the same event again later can succeed although it failed with this code now.
bool may_succeed_later(ErrorCode code);

}  // namespace deskbell
