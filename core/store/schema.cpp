#include "core/store/schema.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/fnv1a.h"
#include "core/store/database.h"

namespace deskbell {
namespace {

/// SQL without its comments, each of which has lines of its own: for whoever reads this file, they
/// need not be in the widget's module. What they leave at the end is zeros.
template <std::size_t size>
consteval std::array<char, size> without_comments(const char (&sql)[size]) {
  std::array<char, size> kept{};
  std::size_t end = 0;
  bool comment = false;
  for (std::size_t at = 0; at < size; ++at) {
    if (at == 0 || sql[at - 1] == '\n') comment = sql[at] == '-' && sql[at + 1] == '-';
    if (!comment) kept[end++] = sql[at];
  }
  return kept;
}

constexpr auto kVersion1 = without_comments(R"sql(
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
)sql");

// What a message shows beside its text, what surveys other than stars say, what is known of a
// customer beside name and address. JSON of core/event/rich_fields.h, empty for none.
constexpr auto kVersion2 = without_comments(R"sql(
ALTER TABLE message ADD COLUMN replies TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN cards TEXT NOT NULL DEFAULT '';
CREATE TEMP TABLE older_answer AS SELECT * FROM survey_answer;
DROP TABLE survey_answer;
CREATE TABLE survey_answer (
  conversation TEXT PRIMARY KEY,
  score        INTEGER NOT NULL,
  comment      TEXT NOT NULL,
  at           INTEGER NOT NULL,
  kind         INTEGER NOT NULL DEFAULT 0,
  tags         TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
INSERT INTO survey_answer (conversation, score, comment, at)
SELECT conversation, stars, comment, at FROM temp.older_answer;
DROP TABLE temp.older_answer;
CREATE TABLE customer_attribute (
  customer TEXT NOT NULL,
  name     TEXT NOT NULL,
  value    TEXT NOT NULL,
  PRIMARY KEY (customer, name)
) WITHOUT ROWID;
)sql");

// - The answer book: `owner` is whose own entry it is, empty for the others'; `details` is JSON of
//   core/event/answer_fields.h; `valid_from` and `valid_to` are 0 where there is no bound.
// - Files that messages carry: JSON of core/event/attachment.h, empty for none.
// - The proactive message that a conversation began from; empty for none.
// - Who sees to a conversation: `handled_by` 0 nobody yet, 1 the robot, 2 people; since when:
//   `handled_since` is the place of its last end.
//
// Stores of versions 1 and 2 were also made with an index by SQLite's FTS5 that followed `answer`
// by triggers; core/answer/answer_search.h does without. SQLite drops a virtual table by its module
// only, which is not there any more, and the widget's drops no trigger: their rows in the schema
// are taken away, and the table's own tables after it.
constexpr auto kVersion3 = without_comments(R"sql(
ALTER TABLE answer ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE answer ADD COLUMN examples TEXT NOT NULL DEFAULT '';
ALTER TABLE answer ADD COLUMN category TEXT NOT NULL DEFAULT '';
ALTER TABLE answer ADD COLUMN shortcut TEXT NOT NULL DEFAULT '';
ALTER TABLE answer ADD COLUMN valid_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE answer ADD COLUMN valid_to INTEGER NOT NULL DEFAULT 0;
ALTER TABLE answer ADD COLUMN details TEXT NOT NULL DEFAULT '';
ALTER TABLE answer ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE answer ADD COLUMN published_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN attachments TEXT NOT NULL DEFAULT '';
ALTER TABLE conversation ADD COLUMN proactive TEXT NOT NULL DEFAULT '';
ALTER TABLE conversation ADD COLUMN handled_by INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN handled_since INTEGER NOT NULL DEFAULT 0;

PRAGMA writable_schema = ON;
DELETE FROM sqlite_schema WHERE name = 'answer_search' OR type = 'trigger';
PRAGMA writable_schema = RESET;
DROP TABLE IF EXISTS answer_search_data;
DROP TABLE IF EXISTS answer_search_idx;
DROP TABLE IF EXISTS answer_search_docsize;
DROP TABLE IF EXISTS answer_search_config;

-- One draft for the team (`owner` empty), and one of each agent's own. `entry` is JSON.
CREATE TABLE answer_draft (
  answer TEXT NOT NULL,
  owner  TEXT NOT NULL,
  author TEXT NOT NULL,
  at     INTEGER NOT NULL,
  entry  TEXT NOT NULL,
  PRIMARY KEY (answer, owner)
) WITHOUT ROWID;

CREATE TABLE answer_guide (
  answer    TEXT PRIMARY KEY,
  procedure TEXT NOT NULL,
  authority TEXT NOT NULL
) WITHOUT ROWID;

-- What was done to an entry, by whom; the event has its words. `version` counts what was published.
CREATE TABLE answer_version (
  answer      TEXT NOT NULL,
  position    INTEGER NOT NULL,
  deed        INTEGER NOT NULL,
  version     INTEGER NOT NULL,
  event       TEXT NOT NULL,
  author_kind INTEGER NOT NULL,
  author      TEXT NOT NULL,
  at          INTEGER NOT NULL,
  PRIMARY KEY (answer, position)
) WITHOUT ROWID;

-- What events of the outbox need to be at the hub before they are pushed (core/sync/upload.h):
-- `sent` of `size` bytes are there, or (`ready`) all, checked. `offered`: the event may have been
-- pushed, for once all of its files were ready. Not folded: of this device alone.
CREATE TABLE upload (
  event      TEXT NOT NULL,
  attachment TEXT NOT NULL,
  size       INTEGER NOT NULL,
  sent       INTEGER NOT NULL DEFAULT 0,
  ready      INTEGER NOT NULL DEFAULT 0,
  failures   INTEGER NOT NULL DEFAULT 0,
  offered    INTEGER NOT NULL,
  PRIMARY KEY (event, attachment)
) WITHOUT ROWID;

-- The conversation by e-mail: who asked for it (an event), and what came of it: `sent`, or the
-- `reason` why not, an error's name; neither yet.
CREATE TABLE transcript (
  request      TEXT PRIMARY KEY,
  conversation TEXT NOT NULL,
  position     INTEGER NOT NULL,
  email        TEXT NOT NULL,
  language     TEXT NOT NULL,
  sent         INTEGER NOT NULL DEFAULT 0,
  reason       TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
-- A conversation's requests, the newest last.
CREATE INDEX transcript_by_conversation ON transcript (conversation, position);

-- What the robot did, with the words that the book had then: what was said stays said, whatever
-- becomes of the book. `message` is what it answers (or the step that it follows), `answers` a JSON
-- array of {"id", "title", "text"}, `detail` the fields that it asked for or why it handed over,
-- `helpful` what the customer said of it (NULL: nothing).
CREATE TABLE robot_step (
  id           TEXT PRIMARY KEY,
  conversation TEXT NOT NULL,
  position     INTEGER NOT NULL,
  seq          INTEGER,
  at           INTEGER NOT NULL,
  kind         INTEGER NOT NULL,
  message      TEXT NOT NULL,
  answers      TEXT NOT NULL,
  detail       TEXT NOT NULL,
  helpful      INTEGER
) WITHOUT ROWID;
-- A conversation's steps in order.
CREATE INDEX robot_step_by_conversation ON robot_step (conversation, position);
)sql");

// `passed_by` is the place of a later event by the same author, which has passed an unsent one: the
// hub refused that, and the answer was lost.
constexpr auto kVersion4 = without_comments(R"sql(
ALTER TABLE outbox ADD COLUMN passed_by INTEGER;
)sql");

/// What brings a store from the version before to this one; the first makes it. Of what ALTER TABLE
/// can do, `ALTER TABLE name ADD COLUMN definition;` alone (see add_column): more is done by
/// copying.
constexpr std::array<const char*, kSchemaVersion> kMigrations = {
    kVersion1.data(), kVersion2.data(), kVersion3.data(), kVersion4.data()};

constexpr std::array<FoldTable, 14> kFoldTables = {{
    {"site_setting", "name"},
    {"customer", "id"},
    {"customer_attribute", "customer, name"},
    {"agent", "id"},
    {"conversation", "id"},
    {"message", "id"},
    {"receipt", "conversation, reader_kind, reader"},
    {"survey_answer", "conversation"},
    {"answer", "id"},
    {"answer_draft", "answer, owner"},
    {"answer_guide", "answer"},
    {"answer_version", "answer, position"},
    {"transcript", "request"},
    {"robot_step", "id"},
}};

constexpr std::string_view kAlter = "\nALTER TABLE ";

// As SQLite would, whose own ALTER TABLE the widget is without: 15 KB of its weight. Rows that are
// there have the column's default. The schema is to be read anew after it.
void add_column(Database& database, const std::string& table, std::string_view definition) {
  static constexpr std::string_view kConstraints = ",\n  PRIMARY KEY (";
  std::string sql =
      database.text("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", table)
          .value();
  sql.insert(std::min(sql.find(kConstraints), sql.rfind(')')), ", " + std::string(definition));
  database.run("UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?", sql, table);
}

/// Carries out the ALTER TABLE statements that `sql` begins with, and takes them off it.
void add_columns(Database& database, std::string_view& sql) {
  static constexpr std::string_view kAdd = " ADD COLUMN ";
  database.execute("PRAGMA writable_schema = ON");
  while (sql.starts_with(kAlter)) {
    const std::string_view statement = sql.substr(kAlter.size(), sql.find(';') - kAlter.size());
    sql.remove_prefix(sql.find(';') + 1);
    const std::size_t add = statement.find(kAdd);
    add_column(database, std::string(statement.substr(0, add)),
               statement.substr(add + kAdd.size()));
  }
  // So that other connections read it anew, too.
  const auto version = database.integer("PRAGMA schema_version").value() + 1;
  database.execute("PRAGMA schema_version = " + std::to_string(version));
  database.execute("PRAGMA writable_schema = RESET");
}

void run_migration(Database& database, std::string_view sql) {
  while (!sql.empty()) {
    const std::size_t alter = std::min(sql.find(kAlter), sql.size());
    database.execute(std::string(sql.substr(0, alter)));
    sql.remove_prefix(alter);
    if (!sql.empty()) add_columns(database, sql);
  }
}

}  // namespace

std::span<const FoldTable> fold_tables() {
  return kFoldTables;
}

bool migrate(Database& database, std::size_t to) {
  Transaction transaction(database);
  const auto version =
      static_cast<std::size_t>(database.integer("PRAGMA user_version").value_or(0));
  if (version > kMigrations.size())
    throw StoreError(ErrorCode::store_too_new,
                     "This store was written by a newer Deskbell (its version is " +
                         std::to_string(version) + ", this program knows " +
                         std::to_string(kMigrations.size()) + "); update this program.");
  if (version >= to) return false;
  for (std::size_t next = version; next < to; ++next) run_migration(database, kMigrations[next]);
  database.execute("PRAGMA user_version = " + std::to_string(to));
  transaction.commit();
  return true;
}

std::vector<std::string> key_columns(const FoldTable& table) {
  std::vector<std::string> columns;
  std::string_view rest = table.primary_key;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(", ");
    columns.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 2);
  }
  return columns;
}

std::vector<std::string> folded_columns(Database& database, const FoldTable& table) {
  std::vector<std::string> columns = database.columns(table.name);
  std::erase(columns, "rowid_");
  return columns;
}

std::uint64_t state_hash(Database& database) {
  Fnv1a hash;
  for (const FoldTable& table : kFoldTables) {
    hash.add(table.name);
    std::string columns;
    for (const std::string& name : folded_columns(database, table)) {
      if (!columns.empty()) columns += " || ',' || ";
      columns += "quote(" + name + ")";
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
