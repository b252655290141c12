#pragma once

#include <memory>
#include <string>

#include "core/store/database.h"
#include "core/sync/placer.h"
#include "server/store/hub_store.h"

namespace deskbell {

class Random;

/// What a store on SQLite is opened with.
struct SqliteHubOptions {
  ContentHash content_hash;   ///< Always the same for one store.
  const char* vfs = nullptr;  ///< SQLite's default when null
  AttachmentCheck attachment_check = {};
};

/// A site's store in one SQLite database. Exactly one connection writes and checkpoints; a second
/// one reads, so that a pull never waits for a commit.
class SqliteHubStore final : public HubStore {
 public:
  /// Opens or makes the database and brings it up to date. ":memory:" gives one for tests, whose
  /// calls must all come from one thread.
  static Result<std::unique_ptr<SqliteHubStore>> open(const std::string& path, Random& random,
                                                      Millis now, const SqliteHubOptions& options);

  const std::string& epoch() const override { return epoch_; }

  /// See server/store/epoch.h. No other thread may be in a call.
  Result<void> begin_epoch();

  Result<Placement> place(std::span<const Push> pushes) override;
  Result<std::vector<Visibility>> place_own(std::span<const OwnEvent> events, Millis now) override;
  Result<void> set_origins(const std::vector<std::string>& origins) override;
  Result<void> put_account(const AgentAccount& account) override;
  Result<bool> remove_account(const std::string& login) override;
  Result<void> add_session(const std::string& agent, const std::string& secret_hash,
                           Millis now) override;
  Result<bool> register_customer(const std::string& id, const std::string& secret_hash,
                                 Millis now) override;
  Result<Introduced> introduce(const Introduction& introduction, Millis now) override;
  Result<void> end_session(const Actor& actor, const std::string& secret_hash, Millis now) override;
  Result<void> set_identity_secret(const std::string& secret) override;

  Result<Seq> head() override;
  Result<Page> read(const Actor& reader, Seq after, std::size_t limit, std::size_t max_bytes,
                    Millis now) override;
  Result<std::map<std::string, std::string>> own_hashes() override;
  Result<BookToLearn> book_to_learn() override;
  Result<std::vector<std::string>> origins() override;
  Result<SiteView> site() override;
  Result<std::optional<AgentAccount>> account(const std::string& login) override;
  Result<std::vector<AgentAccount>> accounts() override;
  Result<std::int64_t> session_count(const std::string& agent) override;
  Result<bool> has_session(const std::string& agent, const std::string& secret_hash) override;
  Result<bool> has_person_session(const std::string& customer,
                                  const std::string& secret_hash) override;
  Result<Millis> tokens_void_before(const std::string& customer) override;
  Result<std::string> identity_secret() override;
  Result<std::optional<std::string>> customer_secret_hash(const std::string& id) override;
  Result<std::optional<std::string>> customer_of(const std::string& conversation) override;
  Result<std::string> attachments_of(const Actor& reader, const std::string& message) override;
  Result<std::string> attachments_of_answer(const Actor& reader,
                                            const std::string& answer) override;

  /// The connection that writes; for tests and `doctor`.
  Database& writer() { return *writer_; }

 private:
  SqliteHubStore(const std::string& path, Random& random, Millis now,
                 const SqliteHubOptions& options);
  std::string identity(std::string_view name, const std::string& fresh);
  Database& reader() { return reader_ ? *reader_ : *writer_; }

  Random& random_;
  ContentHash content_hash_;
  AttachmentCheck attachment_check_;
  // The reader is closed first, so that the connection that closes last may checkpoint.
  std::unique_ptr<Database> writer_;
  std::unique_ptr<Database> reader_;  // none for ":memory:"
  std::string epoch_;
  Actor system_;
};

}  // namespace deskbell
