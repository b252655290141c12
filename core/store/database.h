#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace deskbell {

/// The store itself failed (full, unreadable, broken). Thrown inside the core only, so that a
/// transaction unwinds from wherever it was; caught at each public border and returned as an Error.
class StoreError : public std::runtime_error {
 public:
  StoreError(ErrorCode code, const std::string& message)
      : std::runtime_error(message), code_(code) {}
  Error error() const { return {code_, what()}; }

 private:
  ErrorCode code_;
};

class Database;

/// One run of a prepared statement; its columns are those of the row that `next` stepped to.
/// Goes back to the database's cache when destroyed. Views are valid until the next step.
class Query {
 public:
  Query(Query&& other) noexcept;
  Query& operator=(Query&&) = delete;
  ~Query();

  /// Steps to the next row; false after the last. Throws StoreError.
  bool next();

  std::int64_t integer(int column) const;
  std::string_view text(int column) const;
  bool is_null(int column) const;

 private:
  friend class Database;
  Query(Database& database, std::string_view sql, sqlite3_stmt* statement);

  void bind(int index, std::nullptr_t);
  void bind(int index, std::string_view value);
  void bind_integer(int index, std::int64_t value);
  template <class T>
  void bind_any(int index, const T& value) {
    if constexpr (std::integral<T>)
      bind_integer(index, static_cast<std::int64_t>(value));
    else if constexpr (requires { value.has_value(); })
      value ? bind_any(index, *value) : bind(index, nullptr);
    else if constexpr (std::same_as<T, std::nullptr_t>)
      bind(index, nullptr);
    else
      bind(index, std::string_view(value));
  }

  Database* database_;
  std::string_view sql_;
  sqlite3_stmt* statement_;
};

/// What a commit promises when it returns.
enum class Commit {
  strict,   ///< As the file was opened: what it wrote survives a power cut, where it is to.
  relaxed,  ///< It may be undone by a power cut, unless a strict commit came after it: what it
            ///< wrote can be had again.
};

/// How a database file is opened.
struct OpenOptions {
  bool read_only = false;
  /// Relaxed commits do not wait for the disk. For a write-ahead log that `pragmas` makes
  /// `synchronous = FULL`; otherwise all commits are as the pragmas say.
  bool relaxes = false;
  const char* vfs = nullptr;      ///< SQLite's default when null
  std::string_view pragmas = "";  ///< Run before anything else, e.g. a page size.
};

/// A connection to one SQLite database, with its prepared statements. Not for use by two threads
/// at once. Every failure of SQLite is a StoreError.
class Database {
 public:
  /// Opens or creates the file. Throws StoreError.
  Database(const std::string& path, const OpenOptions& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs one or more statements without parameters. Not cached; for schemas and pragmas.
  void execute(const std::string& sql);

  /// Runs one query made at run time and hands over the first column of each row. Not cached.
  void each_row(const std::string& sql, const std::function<void(std::string_view)>& on_row);

  /// The names of a table's columns in their order.
  std::vector<std::string> columns(std::string_view table);

  /// A statement with its parameters bound in order: integers, text, optionals of these, nullptr.
  /// Text is copied. `sql` must outlive the database: pass a literal or a constant.
  template <class... Args>
  Query query(std::string_view sql, const Args&... args) {
    Query query = checkout(sql);
    int index = 0;
    (query.bind_any(++index, args), ...);
    return query;
  }

  /// The same for a statement that returns nothing.
  template <class... Args>
  void run(std::string_view sql, const Args&... args) {
    Query query = this->query(sql, args...);
    while (query.next()) {
    }
  }

  /// The first column of the first row as an integer; nothing if there is no row, or it is NULL.
  template <class... Args>
  std::optional<std::int64_t> integer(std::string_view sql, const Args&... args) {
    Query query = this->query(sql, args...);
    if (!query.next() || query.is_null(0)) return std::nullopt;
    return query.integer(0);
  }

  /// The same as text.
  template <class... Args>
  std::optional<std::string> text(std::string_view sql, const Args&... args) {
    Query query = this->query(sql, args...);
    if (!query.next() || query.is_null(0)) return std::nullopt;
    return std::string(query.text(0));
  }

  /// Rows changed by the last statement that changed any.
  std::int64_t changes() const;

  /// For what this class does not cover (online backup, a function in SQL). Still owned here.
  sqlite3* handle() const { return handle_; }

 private:
  friend class Query;
  friend class Transaction;
  using Statement = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;
  void prepare_for(Commit commit);
  Statement prepare(const std::string& sql);
  Query checkout(std::string_view sql);
  void give_back(std::string_view sql, sqlite3_stmt* statement);
  [[noreturn]] void fail(std::string_view doing) const;

  sqlite3* handle_ = nullptr;
  const bool relaxes_;
  Commit prepared_for_ = Commit::strict;
  std::unordered_map<std::string_view, std::vector<sqlite3_stmt*>> idle_;
};

/// A transaction that rolls back unless committed. Takes the write lock at once.
class Transaction {
 public:
  explicit Transaction(Database& database, Commit commit = Commit::strict);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// Throws StoreError, and has rolled back then.
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

/// Holds the database's picture of this moment for reading, unless a transaction holds one already.
class Snapshot {
 public:
  /// Throws StoreError.
  explicit Snapshot(Database& database);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  Database& database_;
  const bool own_;
};

}  // namespace deskbell
