#include "core/store/overlay.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <utility>

#include "core/store/database.h"
#include "core/store/schema.h"

namespace deskbell {
namespace {

using Row = std::vector<std::string>;
using ReadColumn = int (*)(sqlite3*, int, sqlite3_value**);

/// As SQL has it. Folded tables hold texts (without NUL: the codec takes none) and integers alone.
std::string literal(sqlite3_value* value) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_NULL:
      return "NULL";
    case SQLITE_INTEGER:
      return std::to_string(sqlite3_value_int64(value));
    case SQLITE_TEXT: {
      const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(value));
      std::string quoted = "'";
      for (const char c :
           std::string_view(bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))))
        quoted.append(c == '\'' ? 2 : 1, c);
      return quoted += '\'';
    }
    default:
      throw StoreError(ErrorCode::storage_failed, "A folded table holds neither text nor integer.");
  }
}

Row row_of(sqlite3* connection, ReadColumn read) {
  Row row;
  for (int column = 0; column < sqlite3_preupdate_count(connection); ++column) {
    sqlite3_value* value = nullptr;
    if (read(connection, column, &value) != SQLITE_OK)
      throw StoreError(ErrorCode::storage_failed, sqlite3_errmsg(connection));
    row.push_back(literal(value));
  }
  return row;
}

}  // namespace

Overlay::Watch::Watch(Overlay& overlay) : overlay_(overlay) {
  overlay_.notes_.clear();
  overlay_.missed_ = false;
  sqlite3_preupdate_hook(overlay_.database_.handle(), see, &overlay_);
}

Overlay::Watch::~Watch() {
  sqlite3_preupdate_hook(overlay_.database_.handle(), nullptr, nullptr);
}

// SQLite calls it from C, through which nothing may be thrown.
void Overlay::see(void* overlay, sqlite3* connection, int what, const char* schema,
                  const char* table, long long, long long) noexcept {
  Overlay& self = *static_cast<Overlay*>(overlay);
  try {
    if (std::string_view(schema) == "main") self.note(connection, what, table);
  } catch (const std::exception&) {
    self.missed_ = true;
  }
}

void Overlay::note(sqlite3* connection, int what, std::string_view table) {
  const auto tables = fold_tables();
  const auto found = std::find_if(tables.begin(), tables.end(),
                                  [&](const FoldTable& each) { return each.name == table; });
  if (found == tables.end()) return;
  Note note{&*found, {}, {}};
  if (what != SQLITE_INSERT) note.before = row_of(connection, sqlite3_preupdate_old);
  if (what != SQLITE_DELETE) note.after = row_of(connection, sqlite3_preupdate_new);
  notes_.push_back(std::move(note));
}

void Overlay::write_notes() {
  if (missed_)
    throw StoreError(ErrorCode::storage_failed, "What is unsent could not be kept apart.");
  for (const Note& note : std::exchange(notes_, {}))
    database_.run("INSERT INTO overlay_undo (sql) VALUES (?)", undoing(note));
}

/// The statement that puts the row back.
std::string Overlay::undoing(const Note& note) {
  const Columns& columns = columns_of(*note.table);
  const std::string table(note.table->name);
  const auto listed = [](const Row& pieces) {
    std::string text;
    for (const std::string& piece : pieces) text += (text.empty() ? "" : ", ") + piece;
    return text;
  };
  if (note.after.empty())
    return "INSERT INTO " + table + " (" + listed(columns.names) + ") VALUES (" +
           listed(note.before) + ")";
  std::string statement = "DELETE FROM " + table;
  if (!note.before.empty()) {
    Row assignments;
    for (std::size_t i = 0; i < columns.names.size(); ++i)
      assignments.push_back(columns.names[i] + "=" + note.before[i]);
    statement = "UPDATE " + table + " SET " + listed(assignments);
  }
  const char* separator = " WHERE ";
  for (const std::size_t key : columns.keys) {
    statement += separator + columns.names[key] + "=" + note.after[key];
    separator = " AND ";
  }
  return statement;
}

const Overlay::Columns& Overlay::columns_of(const FoldTable& table) {
  Columns& columns = columns_[&table];
  if (!columns.names.empty()) return columns;
  std::vector<std::string> names = database_.columns(table.name);
  for (const std::string& key : key_columns(table))
    columns.keys.push_back(
        static_cast<std::size_t>(std::find(names.begin(), names.end(), key) - names.begin()));
  columns.names = std::move(names);
  return columns;
}

void Overlay::undo() {
  std::vector<std::string> statements;
  for (Query rows = database_.query("SELECT sql FROM overlay_undo ORDER BY n DESC"); rows.next();)
    statements.emplace_back(rows.text(0));
  for (const std::string& statement : statements) database_.execute(statement);
  database_.run("DELETE FROM overlay_undo");
}

}  // namespace deskbell
