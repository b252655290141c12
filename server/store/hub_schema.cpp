#include "server/store/hub_schema.h"

#include <array>
#include <string>

#include "core/store/database.h"
#include "core/store/schema.h"

namespace deskbell {
namespace {

constexpr const char* kVersion1 = R"sql(
-- A customer's pull: what concerns him, and what concerns everyone.
CREATE INDEX event_by_reader ON event (audience, customer, seq);

-- What the site's owner configured and the hub has placed as events, by content: `key` is "site",
-- "agent:<id>" or "answer:<id>".
CREATE TABLE hub_own (
  key  TEXT PRIMARY KEY,
  hash TEXT NOT NULL
) WITHOUT ROWID;

-- The sites whose pages may embed the widget.
CREATE TABLE hub_origin (
  origin TEXT PRIMARY KEY
) WITHOUT ROWID;

CREATE TABLE hub_account (
  login         TEXT PRIMARY KEY,
  agent         TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  password_hash TEXT NOT NULL
) WITHOUT ROWID;

-- Signed-in devices of agents. Secrets are kept as hashes only.
CREATE TABLE hub_session (
  n           INTEGER PRIMARY KEY,
  agent       TEXT NOT NULL,
  secret_hash TEXT NOT NULL,
  created_at  INTEGER NOT NULL
);
-- A token for a session; the oldest sessions of an agent.
CREATE UNIQUE INDEX hub_session_by_secret ON hub_session (agent, secret_hash);

CREATE TABLE hub_customer (
  id          TEXT PRIMARY KEY,
  secret_hash TEXT NOT NULL,
  created_at  INTEGER NOT NULL
) WITHOUT ROWID;
)sql";

// People whom the site's own server names (server/store/introduction.h).
constexpr const char* kVersion2 = R"sql(
-- `subject` is the site's name for the person; `told` the hash of what it said of him last. Tokens
-- from before `tokens_from` (milliseconds) are void: somebody else may hold them.
CREATE TABLE hub_person (
  subject  TEXT PRIMARY KEY,
  customer TEXT NOT NULL UNIQUE,
  told     TEXT NOT NULL,
  tokens_from INTEGER NOT NULL
) WITHOUT ROWID;

-- The devices that a person is signed in on. Secrets are kept as hashes only.
CREATE TABLE hub_person_session (
  n           INTEGER PRIMARY KEY,
  customer    TEXT NOT NULL,
  secret_hash TEXT NOT NULL,
  created_at  INTEGER NOT NULL
);
-- A token for a session; the oldest sessions of a person.
CREATE UNIQUE INDEX hub_person_session_by_secret ON hub_person_session (customer, secret_hash);
)sql";

// Those who wait for a mail (server/mail/transcripts.cpp).
constexpr const char* kVersion3 = R"sql(
CREATE INDEX transcript_waiting ON transcript (position) WHERE sent = 0 AND reason = '';
)sql";

constexpr std::array<const char*, 3> kMigrations = {kVersion1, kVersion2, kVersion3};

constexpr std::string_view kVersion = "SELECT value FROM meta WHERE name = 'hub_schema'";
constexpr std::string_view kSetVersion =
    "INSERT INTO meta (name, value) VALUES ('hub_schema', ?1) "
    "ON CONFLICT DO UPDATE SET value = ?1";

}  // namespace

void migrate_hub(Database& database) {
  migrate(database);
  Transaction transaction(database);
  const std::size_t version = std::stoul(database.text(kVersion).value_or("0"));
  if (version > kMigrations.size())
    throw StoreError(ErrorCode::store_too_new,
                     "This hub's store was written by a newer Deskbell; update this program.");
  if (version == kMigrations.size()) return;
  for (std::size_t next = version; next < kMigrations.size(); ++next)
    database.execute(kMigrations[next]);
  database.run(kSetVersion, std::to_string(kMigrations.size()));
  transaction.commit();
}

}  // namespace deskbell
