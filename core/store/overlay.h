#pragma once

#include <concepts>
#include <map>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;

namespace deskbell {

class Database;
struct FoldTable;

/// Unsent events are folded on top of the history by the same folds, so something must take their
/// effect off again before the next page of history goes in beneath them. While the overlay
/// records, each row that a fold changes is noted with the statement that puts it back; `undo`
/// plays these backwards. The notes are part of the store, so a restart finds the overlay as it
/// was.
///
/// Rows are seen by SQLite's pre-update hook (sqlite.org/c3ref/preupdate_blobwrite.html), which
/// costs nothing until something is recorded.
class Overlay {
 public:
  explicit Overlay(Database& database) : database_(database) {}
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;

  /// Notes what `fold` does to the folded tables. Runs inside the caller's transaction, which is to
  /// be rolled back when this throws StoreError.
  template <std::invocable F>
  void record(F&& fold) {
    {
      const Watch watch(*this);
      fold();
    }
    write_notes();
  }

  /// Takes off all that was noted, newest first. Must run inside the caller's transaction.
  void undo();

 private:
  /// A row's columns, as SQL has them.
  using Row = std::vector<std::string>;
  struct Note {
    const FoldTable* table;
    Row before;  ///< Empty for a row that was not there.
    Row after;   ///< Empty for one that is not there any more.
  };
  struct Columns {
    std::vector<std::string> names;
    std::vector<std::size_t> keys;  ///< Their places among the names.
  };

  /// The hook is there for as long as this lives.
  class Watch {
   public:
    explicit Watch(Overlay& overlay);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    Overlay& overlay_;
  };

  static void see(void* overlay, sqlite3* connection, int what, const char* schema,
                  const char* table, long long before, long long after) noexcept;
  void note(sqlite3* connection, int what, std::string_view table);
  void write_notes();
  std::string undoing(const Note& note);
  const Columns& columns_of(const FoldTable& table);

  Database& database_;
  std::vector<Note> notes_;
  bool missed_ = false;  ///< A row could not be noted.
  std::map<const FoldTable*, Columns> columns_;
};

}  // namespace deskbell
