#include "core/doctor/fold_check.h"

#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/doctor/findings.h"
#include "core/store/database.h"
#include "core/store/schema.h"

namespace deskbell {
namespace {

[[noreturn]] void fail(sqlite3* handle) {
  throw StoreError(ErrorCode::storage_failed, sqlite3_errmsg(handle));
}

/// The rows of a table in the order of its key, one after the other.
class Rows {
 public:
  Rows(Database& database, const std::string& sql)
      : handle_(database.handle()), statement_(nullptr, sqlite3_finalize) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
      fail(handle_);
    statement_.reset(statement);
    next();
  }

  void next() {
    const int stepped = sqlite3_step(statement_.get());
    if (stepped != SQLITE_ROW && stepped != SQLITE_DONE) fail(handle_);
    at_end_ = stepped == SQLITE_DONE;
  }
  bool at_end() const { return at_end_; }

  bool is_integer(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_INTEGER;
  }
  bool is_null(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
  }
  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
  std::string_view text(int column) const {
    const auto* bytes =
        reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
    return bytes ? std::string_view(bytes, size) : std::string_view();
  }

 private:
  sqlite3* handle_;
  std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement_;
  bool at_end_ = false;
};

/// As SQLite orders the values of a key: numbers before texts, texts by their bytes.
int compare(const Rows& a, const Rows& b, int column) {
  if (a.is_integer(column) && b.is_integer(column))
    return a.integer(column) < b.integer(column)   ? -1
           : a.integer(column) > b.integer(column) ? 1
                                                   : 0;
  if (a.is_integer(column) != b.is_integer(column)) return a.is_integer(column) ? -1 : 1;
  if (a.is_null(column) != b.is_null(column)) return a.is_null(column) ? -1 : 1;
  return a.text(column).compare(b.text(column));
}

/// A table with its columns, those of the key first.
struct Table {
  std::string name;
  std::vector<std::string> columns;
  int keys = 0;

  std::string select() const {
    std::string list, order;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      list += (i == 0 ? "" : ", ") + columns[i];
      if (i < static_cast<std::size_t>(keys)) order += (i == 0 ? "" : ", ") + columns[i];
    }
    return "SELECT " + list + " FROM " + name + " ORDER BY " + order;
  }
};

Table describe(Database& database, const FoldTable& fold_table) {
  Table table{std::string(fold_table.name), key_columns(fold_table), 0};
  table.keys = static_cast<int>(table.columns.size());
  for (std::string& name : folded_columns(database, fold_table)) {
    const auto keys_end = table.columns.begin() + table.keys;
    if (std::find(table.columns.begin(), keys_end, name) == keys_end)
      table.columns.push_back(std::move(name));
  }
  return table;
}

/// "message 0193…, of conversation 0194…"
std::string name_row(const Table& table, const Rows& row) {
  const std::string key(row.text(0));
  if (table.name == "site_setting") return "site setting \"" + key + '"';
  if (table.name == "survey_answer") return "survey answer of conversation " + key;
  if (table.name == "receipt")
    return "watermark of reader " + std::string(row.text(2)) + " in conversation " + key;
  if (table.name == "answer") return "canned answer " + key;
  if (table.name == "answer_draft") return "draft of answer " + key;
  if (table.name == "answer_guide") return "team's guide to answer " + key;
  if (table.name == "transcript") return "transcript that event " + key + " asked for";
  if (table.name == "answer_version") return "version of answer " + key;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.name == "message" && table.columns[i] == "conversation")
      return "message " + key + " of conversation " + std::string(row.text(static_cast<int>(i)));
  return table.name + ' ' + key;
}

std::string differing_columns(const Table& table, const Rows& actual, const Rows& expected) {
  std::string names;
  for (int i = table.keys; i < static_cast<int>(table.columns.size()); ++i) {
    if (compare(actual, expected, i) == 0) continue;
    if (!names.empty()) names += ", ";
    names += '"' + table.columns[static_cast<std::size_t>(i)] + '"';
  }
  return names;
}

void compare_table(Database& database, Database& expected, const Table& table,
                   std::string_view code, std::string_view source, Findings& findings) {
  Rows is(database, table.select());
  Rows should(expected, table.select());
  while (!is.at_end() || !should.at_end()) {
    int order = is.at_end() ? 1 : should.at_end() ? -1 : 0;
    for (int key = 0; order == 0 && key < table.keys; ++key) order = compare(is, should, key);
    if (order > 0) {
      findings.add(code, "The " + name_row(table, should) + " is missing, although " +
                             std::string(source) + " says that it is there.");
      should.next();
    } else if (order < 0) {
      findings.add(code, "The " + name_row(table, is) + " is there, although nothing in " +
                             std::string(source) + " made it.");
      is.next();
    } else {
      if (const std::string names = differing_columns(table, is, should); !names.empty())
        findings.add(code, "The " + name_row(table, is) + " is not what " + std::string(source) +
                               " makes of it: it differs in " + names + '.');
      is.next();
      should.next();
    }
  }
}

void compare_tables(Database& database, Database& expected, std::string_view code,
                    std::string_view source, Findings& findings) {
  for (const FoldTable& table : fold_tables())
    compare_table(database, expected, describe(expected, table), code, source, findings);
}

}  // namespace

void compare_folds(Database& database, Database& expected, Findings& findings) {
  compare_tables(database, expected, "state_differs", "the log", findings);
}

void compare_without_overlay(Database& database, Database& expected, Findings& findings) {
  Database copy(":memory:", {});
  sqlite3_backup* backup = sqlite3_backup_init(copy.handle(), "main", database.handle(), "main");
  if (!backup) fail(copy.handle());
  sqlite3_backup_step(backup, -1);
  if (sqlite3_backup_finish(backup) != SQLITE_OK) fail(copy.handle());

  std::vector<std::string> statements;
  for (Query rows = copy.query("SELECT sql FROM overlay_undo ORDER BY n DESC"); rows.next();)
    statements.emplace_back(rows.text(0));
  try {
    for (const std::string& statement : statements) copy.execute(statement);
  } catch (const StoreError& error) {
    findings.add("overlay_differs", "What is unsent cannot be taken off the history again: " +
                                        std::string(error.what()));
    return;
  }
  compare_tables(copy, expected, "overlay_differs", "the log without what is unsent", findings);
}

}  // namespace deskbell
