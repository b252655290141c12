#include "core/store/database.h"

#include <sqlite3.h>

#include <utility>

namespace deskbell {

Query::Query(Database& database, std::string_view sql, sqlite3_stmt* statement)
    : database_(&database), sql_(sql), statement_(statement) {}

Query::Query(Query&& other) noexcept
    : database_(other.database_),
      sql_(other.sql_),
      statement_(std::exchange(other.statement_, nullptr)) {}

Query::~Query() {
  if (statement_) database_->give_back(sql_, statement_);
}

bool Query::next() {
  switch (sqlite3_step(statement_)) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      database_->fail(sql_);
  }
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view Query::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return bytes ? std::string_view(bytes, size) : std::string_view();
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

void Query::bind(int index, std::nullptr_t) {
  sqlite3_bind_null(statement_, index);
}

void Query::bind(int index, std::string_view value) {
  // An empty view may have no address, which SQLite would take for NULL.
  const char* bytes = value.data() ? value.data() : "";
  if (sqlite3_bind_text64(statement_, index, bytes, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8) !=
      SQLITE_OK)
    database_->fail(sql_);
}

void Query::bind_integer(int index, std::int64_t value) {
  sqlite3_bind_int64(statement_, index, value);
}

Database::Database(const std::string& path, const OpenOptions& options)
    : relaxes_(options.relaxes) {
  sqlite3_initialize();
  const int flags =
      options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const int opened = sqlite3_open_v2(path.c_str(), &handle_, flags, options.vfs);
  try {
    if (opened != SQLITE_OK) fail("opening " + path);
    sqlite3_extended_result_codes(handle_, 1);
    // A plan must not hang on the values bound: SQLite would compile `LIMIT ?` anew at each use.
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_QPSG, 1, nullptr);
    if (!options.pragmas.empty()) execute(std::string(options.pragmas));
  } catch (...) {
    sqlite3_close_v2(handle_);
    throw;
  }
}

Database::~Database() {
  for (auto& [sql, statements] : idle_)
    for (sqlite3_stmt* statement : statements) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

void Database::execute(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
}

Database::Statement Database::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) fail(sql);
  return {statement, sqlite3_finalize};
}

std::vector<std::string> Database::columns(std::string_view table) {
  // (Not `pragma_table_info`: that is a virtual table, which the widget's SQLite is without.)
  const Statement statement = prepare("SELECT * FROM " + std::string(table));
  std::vector<std::string> names;
  for (int column = 0; column < sqlite3_column_count(statement.get()); ++column)
    names.emplace_back(sqlite3_column_name(statement.get(), column));
  return names;
}

void Database::each_row(const std::string& sql,
                        const std::function<void(std::string_view)>& on_row) {
  const Statement statement = prepare(sql);
  int stepped = SQLITE_OK;
  while ((stepped = sqlite3_step(statement.get())) == SQLITE_ROW)
    on_row({reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), 0)),
            static_cast<std::size_t>(sqlite3_column_bytes(statement.get(), 0))});
  if (stepped != SQLITE_DONE) fail(sql);
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(handle_);
}

// With NORMAL, a commit to the write-ahead log does not sync it; the next FULL one syncs all that
// is before it as well, and a checkpoint syncs the log first. So a power cut takes the newest
// relaxed commits and leaves a whole store. (Not a prepared statement: SQLite carries this pragma
// out when it compiles it.)
void Database::prepare_for(Commit commit) {
  if (!relaxes_ || commit == prepared_for_) return;
  execute(commit == Commit::strict ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  prepared_for_ = commit;
}

Query Database::checkout(std::string_view sql) {
  if (auto found = idle_.find(sql); found != idle_.end() && !found->second.empty()) {
    sqlite3_stmt* statement = found->second.back();
    found->second.pop_back();
    return Query(*this, sql, statement);
  }
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
    fail(sql);
  return Query(*this, sql, statement);
}

void Database::give_back(std::string_view sql, sqlite3_stmt* statement) {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  idle_[sql].push_back(statement);
}

void Database::fail(std::string_view doing) const {
  const int code = handle_ ? sqlite3_errcode(handle_) : SQLITE_NOMEM;
  const std::string reason = handle_ ? sqlite3_errmsg(handle_) : "out of memory";
  throw StoreError(code == SQLITE_FULL ? ErrorCode::storage_full : ErrorCode::storage_failed,
                   reason + " (" + std::string(doing.substr(0, 120)) + ")");
}

Transaction::Transaction(Database& database, Commit commit) : database_(database) {
  database_.prepare_for(commit);
  database_.run("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  try {
    // After some failures (a full disk) SQLite has rolled back by itself.
    if (open_ && !sqlite3_get_autocommit(database_.handle())) database_.run("ROLLBACK");
    database_.prepare_for(Commit::strict);  // also for what is written outside of transactions
  } catch (const StoreError&) {
    // Nothing is left to be done: the journal rolls back when the file is opened next, and the next
    // transaction prepares anew.
  }
}

void Transaction::commit() {
  database_.run("COMMIT");
  open_ = false;
}

Snapshot::Snapshot(Database& database)
    : database_(database), own_(sqlite3_get_autocommit(database.handle()) != 0) {
  if (own_) database_.run("BEGIN");
}

Snapshot::~Snapshot() {
  // After some failures SQLite has ended it by itself.
  if (!own_ || sqlite3_get_autocommit(database_.handle()) != 0) return;
  try {
    database_.run("COMMIT");
  } catch (const StoreError&) {
    // It has only been looked at; the next BEGIN tells what is wrong with the store.
  }
}

}  // namespace deskbell
