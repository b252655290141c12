#include "core/store/schema.h"

#include <array>
#include <string>

#include "core/store/database.h"

namespace deskbell {
namespace {

constexpr const char* kVersion1 = R"sql(
-- What this store is. On every replica `epoch` names the history; on a device also `site`, `actor`,
-- `id`, `secret` (whose it is) and `cursor`.
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- The history, in the bytes of its authors. `hash` is the hub's; `audience` and `customer` say who
-- may see it (core/policy/audience.h).
CREATE TABLE event (
  seq          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  type         TEXT NOT NULL,
  conversation TEXT NOT NULL,
  author_kind  INTEGER NOT NULL,
  author       TEXT NOT NULL,
  audience     INTEGER NOT NULL,
  customer     TEXT NOT NULL,
  hash         BLOB,
  body         TEXT NOT NULL
);

-- What this device has written and not seen in the history yet. `seq` is set when the hub has
-- acknowledged it; `code` when the hub has refused it; `not_before` when it asked for patience.
CREATE TABLE outbox (
  n            INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  conversation TEXT NOT NULL,
  body         TEXT NOT NULL,
  seq          INTEGER,
  attempts     INTEGER NOT NULL DEFAULT 0,
  not_before   INTEGER NOT NULL DEFAULT 0,
  code         TEXT,
  message      TEXT
);
-- What is unsent in a conversation.
CREATE INDEX outbox_by_conversation ON outbox (conversation, n);
-- What the hub refused.
CREATE INDEX outbox_refused ON outbox (n) WHERE code IS NOT NULL;

-- How to take the unsent events' effect off the folded tables (core/store/overlay.h).
CREATE TABLE overlay_undo (
  n   INTEGER PRIMARY KEY,
  sql TEXT NOT NULL
);

CREATE TABLE site_setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE customer (
  id    TEXT PRIMARY KEY,
  name  TEXT NOT NULL,
  email TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE agent (
  id   TEXT PRIMARY KEY,
  name TEXT NOT NULL
) WITHOUT ROWID;

-- `last_position` is that of its last message. `was_resolved` opens the survey, once and for all.
CREATE TABLE conversation (
  id            TEXT PRIMARY KEY,
  customer      TEXT NOT NULL,
  resolved      INTEGER NOT NULL,
  was_resolved  INTEGER NOT NULL,
  assignee      TEXT NOT NULL,
  started_at    INTEGER NOT NULL,
  last_at       INTEGER NOT NULL,
  last_position INTEGER NOT NULL
) WITHOUT ROWID;
-- The list of conversations, newest first.
CREATE INDEX conversation_by_time ON conversation (last_position);
-- The panel: a customer's own. They are few: putting them in order is nothing, keeping an index in
-- order with every message is.
CREATE INDEX conversation_by_customer ON conversation (customer);

-- Messages and, with `note` set, the team's notes. `seq` is NULL while it is unsent.
CREATE TABLE message (
  id           TEXT PRIMARY KEY,
  conversation TEXT NOT NULL,
  position     INTEGER NOT NULL,
  seq          INTEGER,
  author_kind  INTEGER NOT NULL,
  author       TEXT NOT NULL,
  note         INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  text         TEXT NOT NULL,
  answer       TEXT NOT NULL
) WITHOUT ROWID;
-- A conversation's messages in order; its unread ones.
CREATE INDEX message_by_conversation ON message (conversation, position);

-- Watermarks that only rise: up to which seq a person has received and read a conversation.
CREATE TABLE receipt (
  conversation TEXT NOT NULL,
  reader_kind  INTEGER NOT NULL,
  reader       TEXT NOT NULL,
  delivered    INTEGER NOT NULL,
  read         INTEGER NOT NULL,
  PRIMARY KEY (conversation, reader_kind, reader)
) WITHOUT ROWID;

CREATE TABLE survey_answer (
  conversation TEXT PRIMARY KEY,
  stars        INTEGER NOT NULL,
  comment      TEXT NOT NULL,
  at           INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE answer (
  rowid_       INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  title        TEXT NOT NULL,
  text         TEXT NOT NULL,
  keywords     TEXT NOT NULL,
  scope        INTEGER NOT NULL,
  language     TEXT NOT NULL
);

-- Finding canned answers by words. Follows the table by triggers, so that whatever changes the
-- table (a fold, the overlay's undo, a rebuild) changes the index.
CREATE VIRTUAL TABLE answer_search USING fts5(
  title, keywords, text,
  content = 'answer', content_rowid = 'rowid_', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER answer_search_insert AFTER INSERT ON answer BEGIN
  INSERT INTO answer_search (rowid, title, keywords, text)
  VALUES (new.rowid_, new.title, new.keywords, new.text);
END;
CREATE TRIGGER answer_search_delete AFTER DELETE ON answer BEGIN
  INSERT INTO answer_search (answer_search, rowid, title, keywords, text)
  VALUES ('delete', old.rowid_, old.title, old.keywords, old.text);
END;
CREATE TRIGGER answer_search_update AFTER UPDATE ON answer BEGIN
  INSERT INTO answer_search (answer_search, rowid, title, keywords, text)
  VALUES ('delete', old.rowid_, old.title, old.keywords, old.text);
  INSERT INTO answer_search (rowid, title, keywords, text)
  VALUES (new.rowid_, new.title, new.keywords, new.text);
END;
)sql";

// What a message shows beside its text, what surveys other than stars say, what is known of a
// customer beside name and address. JSON of core/event/rich_fields.h, empty for none.
constexpr const char* kVersion2 = R"sql(
ALTER TABLE message ADD COLUMN replies TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN cards TEXT NOT NULL DEFAULT '';
ALTER TABLE survey_answer RENAME COLUMN stars TO score;
ALTER TABLE survey_answer ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
ALTER TABLE survey_answer ADD COLUMN tags TEXT NOT NULL DEFAULT '';
CREATE TABLE customer_attribute (
  customer TEXT NOT NULL,
  name     TEXT NOT NULL,
  value    TEXT NOT NULL,
  PRIMARY KEY (customer, name)
) WITHOUT ROWID;
)sql";

/// What brings a store from the version before to this one; the first makes it.
constexpr std::array<const char*, kSchemaVersion> kMigrations = {kVersion1, kVersion2};

constexpr std::array<FoldTable, 9> kFoldTables = {{
    {"site_setting", "name"},
    {"customer", "id"},
    {"customer_attribute", "customer, name"},
    {"agent", "id"},
    {"conversation", "id"},
    {"message", "id"},
    {"receipt", "conversation, reader_kind, reader"},
    {"survey_answer", "conversation"},
    {"answer", "id"},
}};

class Fnv1a {
 public:
  void add(std::string_view bytes) {
    for (const char c : bytes) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace

std::span<const FoldTable> fold_tables() {
  return kFoldTables;
}

bool migrate(Database& database) {
  Transaction transaction(database);
  const auto version =
      static_cast<std::size_t>(database.integer("PRAGMA user_version").value_or(0));
  if (version > kMigrations.size())
    throw StoreError(ErrorCode::store_too_new,
                     "This store was written by a newer Deskbell (its version is " +
                         std::to_string(version) + ", this program knows " +
                         std::to_string(kMigrations.size()) + "); update this program.");
  if (version == kMigrations.size()) return false;
  for (std::size_t next = version; next < kMigrations.size(); ++next)
    database.execute(kMigrations[next]);
  database.execute("PRAGMA user_version = " + std::to_string(kMigrations.size()));
  transaction.commit();
  return true;
}

std::uint64_t state_hash(Database& database) {
  Fnv1a hash;
  for (const FoldTable& table : kFoldTables) {
    hash.add(table.name);
    // A surrogate key says in which order rows came to be, which a rebuild may change.
    std::string columns;
    for (Query column = database.query(
             "SELECT name FROM pragma_table_info(?) WHERE name <> 'rowid_'", table.name);
         column.next();) {
      if (!columns.empty()) columns += " || ',' || ";
      columns += "quote(" + std::string(column.text(0)) + ")";
    }
    const std::string sql = "SELECT " + columns + " FROM " + std::string(table.name) +
                            " ORDER BY " + std::string(table.primary_key);
    database.each_row(sql, [&](std::string_view row) {
      hash.add(row);
      hash.add("\n");
    });
  }
  return hash.value();
}

}  // namespace deskbell
