#include "core/store/overlay.h"

#include <sqlite3.h>

#include <array>
#include <string>
#include <vector>

#include "core/store/database.h"
#include "core/store/schema.h"

namespace deskbell {
namespace {

// Joins `pieces` as SQL text, each column wrapped by `before` and `after`.
std::string join(const std::vector<std::string>& columns, const std::string& before,
                 const std::string& after, const std::string& separator) {
  std::string text;
  for (const std::string& column : columns) {
    if (!text.empty()) text += separator;
    text += before + column + after;
  }
  return text;
}

constexpr std::array<std::string_view, 3> kEvents = {"INSERT", "UPDATE", "DELETE"};

std::string trigger_name(std::string_view table, std::string_view event) {
  return "overlay_" + std::string(table) + "_" + std::string(event);
}

// A trigger that writes `undo`, a SQL expression whose value is a statement, when `event` happens.
std::string trigger(const std::string& table, const std::string& event, const std::string& undo) {
  return "CREATE TEMP TRIGGER " + trigger_name(table, event) + " AFTER " + event + " ON main." +
         table + " WHEN overlay_records() BEGIN INSERT INTO overlay_undo (sql) VALUES (" + undo +
         "); END;";
}

std::string triggers_for(Database& database, const FoldTable& fold_table) {
  const std::string table(fold_table.name);
  const std::vector<std::string> columns = database.columns(table);
  const std::vector<std::string> keys = key_columns(fold_table);
  // In SQL text: 'a=' || quote(old.a) || ' AND b=' || quote(old.b)
  const auto assignments = [](const std::vector<std::string>& names, const std::string& row,
                              const std::string& separator) {
    std::string text;
    for (const std::string& name : names) {
      if (!text.empty()) text += " || '" + separator + "' || ";
      text += "'" + name + "=' || quote(" + row + "." + name + ")";
    }
    return text;
  };
  return trigger(table, "INSERT",
                 "'DELETE FROM " + table + " WHERE ' || " + assignments(keys, "new", " AND ")) +
         trigger(table, "UPDATE",
                 "'UPDATE " + table + " SET ' || " + assignments(columns, "old", ", ") +
                     " || ' WHERE ' || " + assignments(keys, "new", " AND ")) +
         trigger(table, "DELETE",
                 "'INSERT INTO " + table + " (" + join(columns, "", "", ", ") + ") VALUES (' || " +
                     join(columns, "quote(old.", ")", " || ',' || ") + " || ')'");
}

void overlay_records(sqlite3_context* context, int, sqlite3_value**) {
  sqlite3_result_int(context, *static_cast<const bool*>(sqlite3_user_data(context)));
}

}  // namespace

Overlay::Overlay(Database& database) : database_(database) {
  if (sqlite3_create_function_v2(database_.handle(), "overlay_records", 0, SQLITE_UTF8, &recording_,
                                 overlay_records, nullptr, nullptr, nullptr) != SQLITE_OK)
    throw StoreError(ErrorCode::storage_failed, sqlite3_errmsg(database_.handle()));
  for (const FoldTable& table : fold_tables()) database_.execute(triggers_for(database_, table));
}

Overlay::~Overlay() {
  // The triggers ask this object whether it records; they must not outlive it.
  try {
    for (const FoldTable& table : fold_tables())
      for (const std::string_view event : kEvents)
        database_.execute("DROP TRIGGER temp." + trigger_name(table.name, event));
  } catch (const StoreError&) {
    // A connection that cannot even do this will not run the triggers either.
  }
}

void Overlay::undo() {
  std::vector<std::string> statements;
  for (Query rows = database_.query("SELECT sql FROM overlay_undo ORDER BY n DESC"); rows.next();)
    statements.emplace_back(rows.text(0));
  for (const std::string& statement : statements) database_.execute(statement);
  database_.run("DELETE FROM overlay_undo");
}

}  // namespace deskbell
