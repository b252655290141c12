#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer/book_learner.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/event/event.h"
#include "core/policy/audience.h"
#include "core/sync/wire.h"
#include "core/view/views.h"
#include "server/store/introduction.h"

namespace deskbell {

/// One push as it arrived: who the token says it is from, and the bytes of each event.
struct Push {
  Actor author;
  std::vector<std::string_view> events;
};

/// What became of several pushes that were placed together.
struct Placement {
  std::vector<PushAnswer> answers;  ///< One for each push.
  std::vector<Visibility> placed;   ///< Who may see what is new now, in order.
};

/// Something that the site itself says: a setting, an agent, a canned answer of the owner's.
/// `key` names the thing across runs and `hash` its content, so that the hub says it only when it
/// changed; an empty hash forgets the key.
struct OwnEvent {
  std::string key;
  std::string hash;
  Payload payload;
  std::string conversation = {};  ///< Where it belongs to one.
};

/// An agent's login.
struct AgentAccount {
  std::string login;
  std::string agent;  ///< The agent's id.
  std::string name;
  std::string password_hash;  ///< As `hash_password` makes it.
};

/// Who a person is here, and who may see what is new by it.
struct Introduced {
  std::string customer;
  std::vector<Visibility> placed;
};

/// How many sessions (signed-in devices) an agent may have; the oldest gives way.
inline constexpr std::int64_t kMaxSessionsPerAgent = 64;

/// A site's history and accounts, kept for good. Synchronous and without threads of its own, so
/// that a simulator can drive it as well as a hub.
///
/// Two threads may use it at once: one calls what writes, one what reads (marked below). Whatever
/// a writing call has returned for is durable, and seen by the reading calls from then on. A
/// failing store is an Error (`storage_failed`, `storage_full`); the call has changed nothing then.
class HubStore {
 public:
  virtual ~HubStore() = default;

  /// Names this history: 16 hexadecimal digits, made once. Either thread.
  virtual const std::string& epoch() const = 0;

  // Writing

  /// Places the pushes in their order, all in one transaction, each event on its own merits:
  /// decoded, by its author, new (or the same bytes as before), allowed.
  virtual Result<Placement> place(std::span<const Push> pushes) = 0;

  /// Places what the site itself says, in one transaction, and notes the keys. A thing that is
  /// narrowed from everyone to the team is withdrawn first; one that is gone already stays gone.
  /// All or nothing: an event that policy refuses fails the call. Returns who may see what is new.
  virtual Result<std::vector<Visibility>> place_own(std::span<const OwnEvent> events,
                                                    Millis now) = 0;

  /// Where the site's pages may embed the widget.
  virtual Result<void> set_origins(const std::vector<std::string>& origins) = 0;

  /// Makes or replaces the login. The agent's sessions end.
  virtual Result<void> put_account(const AgentAccount& account) = 0;

  /// Takes the login away; the agent's sessions end. False if there is none.
  virtual Result<bool> remove_account(const std::string& login) = 0;

  /// Remembers the hash of an agent's device's secret.
  virtual Result<void> add_session(const std::string& agent, const std::string& secret_hash,
                                   Millis now) = 0;

  /// Registers a customer that has not been met. False if it has been, with another secret.
  virtual Result<bool> register_customer(const std::string& id, const std::string& secret_hash,
                                         Millis now) = 0;

  /// Makes a device that of a person whom the site's server has named
  /// (server/store/introduction.h).
  virtual Result<Introduced> introduce(const Introduction& introduction, Millis now) = 0;

  /// Signs a device out: its secret is worth nothing from now on, nor are a person's tokens from
  /// before (his other devices fetch new ones).
  virtual Result<void> end_session(const Actor& actor, const std::string& secret_hash,
                                   Millis now) = 0;

  /// The secret that the site's server signs with; empty for none.
  virtual Result<void> set_identity_secret(const std::string& secret) = 0;

  // Reading

  /// The last place taken.
  virtual Result<Seq> head() = 0;

  /// The page behind `after`: up to `limit` events and `max_bytes` of what the reader may see,
  /// and a cursor that also covers what scope hid. `after` beyond the head is `new_epoch`: the
  /// reader knows a history that this store does not.
  virtual Result<Page> read(const Actor& reader, Seq after, std::size_t limit,
                            std::size_t max_bytes, Millis now) = 0;

  /// The keys and hashes that `place_own` has noted.
  virtual Result<std::map<std::string, std::string>> own_hashes() = 0;

  /// The answers that customers may see, as their devices' finders are learned from them.
  virtual Result<BookToLearn> book_to_learn() = 0;

  virtual Result<std::vector<std::string>> origins() = 0;
  /// What every customer may know of the site.
  virtual Result<SiteView> site() = 0;
  virtual Result<std::optional<AgentAccount>> account(const std::string& login) = 0;
  /// All logins, by login.
  virtual Result<std::vector<AgentAccount>> accounts() = 0;
  virtual Result<std::int64_t> session_count(const std::string& agent) = 0;
  virtual Result<bool> has_session(const std::string& agent, const std::string& secret_hash) = 0;
  virtual Result<bool> has_person_session(const std::string& customer,
                                          const std::string& secret_hash) = 0;
  /// From when on a customer's tokens count; 0 for all.
  virtual Result<Millis> tokens_void_before(const std::string& customer) = 0;
  /// Empty when the site has none.
  virtual Result<std::string> identity_secret() = 0;
  /// The hash of the customer's secret, or nothing for one that has not been met.
  /// Empty for a person whom the site has named: his devices have sessions.
  virtual Result<std::optional<std::string>> customer_secret_hash(const std::string& id) = 0;
  /// Whose conversation that is; nothing for one that has not begun here.
  virtual Result<std::optional<std::string>> customer_of(const std::string& conversation) = 0;
  /// The attachments of a message, or of what the robot answered, that the reader may see
  /// (core/event/attachment.h); empty where there are none, or no such message for him.
  virtual Result<std::string> attachments_of(const Actor& reader, const std::string& message) = 0;
  /// Those of an entry of the answer book that the reader may see.
  virtual Result<std::string> attachments_of_answer(const Actor& reader,
                                                    const std::string& answer) = 0;
};

}  // namespace deskbell
