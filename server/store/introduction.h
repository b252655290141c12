#pragma once

#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/event/event.h"
#include "core/sync/placer.h"

namespace deskbell {

class Database;
class Random;

/// A device whose owner the site's server has named.
struct Introduction {
  std::string subject;      ///< The site's own name for the person.
  std::string secret_hash;  ///< Of the secret that the device has made for this.
  /// What the site's server says of the person; `customer` is filled in.
  CustomerUpdated about;
  std::string about_hash;  ///< Of its content: what was said already is not said again.
  /// The customer that the device was before, with the hash of its secret.
  struct Before {
    std::string customer;
    std::string secret_hash;
  };
  std::optional<Before> before;
};

/// How many devices a person may be signed in on; the oldest gives way.
inline constexpr int kMaxSessionsPerPerson = 64;

/// Carries an introduction out, in the caller's transaction, and answers the person's customer id.
///
/// Who is named for the first time becomes the customer that his device was before: all that was
/// written stays where it is. Who is known already, on a device that was another customer's, gets
/// copies of that one's conversations, and the originals are closed. Either way the anonymous
/// customer's own secret is worth nothing afterwards: on a shared computer, others may have had it.
/// The same introduction twice does no more than once.
///
/// `wrong_credentials` when the device does not prove who it was before. Throws StoreError.
Result<std::string> introduce(Database& database, Placer& placer, Random& random,
                              const Actor& system, const Introduction& introduction, Millis now);

}  // namespace deskbell
