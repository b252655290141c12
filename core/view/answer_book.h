#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer/entry_texts.h"
#include "core/base/time.h"
#include "core/event/event.h"
#include "core/fold/answer_deed.h"

namespace deskbell {

class Database;

/// An entry as it was published last.
struct BookEntry {
  AnswerPublished entry;
  std::string owner;         ///< Whose own it is; empty for the team's and everyone's.
  std::int64_t version = 1;  ///< How often it was published, as far as this store knows.
  Millis published_at = 0;
};

/// An entry that is to be published one day.
struct BookDraft {
  AnswerPublished entry;
  std::string owner;  ///< Who alone sees it; empty: the team.
  std::string author;
  Millis at = 0;
};

/// What the team alone knows of an entry.
struct BookGuide {
  std::string procedure;
  std::string authority;
};

/// What was done to an entry once.
struct BookVersion {
  AnswerDeed deed = AnswerDeed::published;
  std::int64_t version = 0;  ///< of what was published by then; 0: nothing was
  Actor author;
  std::string author_name;  ///< Empty where none is known.
  Millis at = 0;
  std::optional<AnswerPublished> entry;  ///< as it read, for what was drafted or published
};

struct BookCategory {
  std::string name;  ///< Empty: of the entries in none.
  std::int64_t entries = 0;
};

/// Which entries are wanted; what is not set is no condition.
struct BookFilter {
  std::optional<AnswerScope> scope = {};
  std::optional<Millis> at = {};  ///< Good then.
  std::optional<std::string> category = {};
};

/// What an event of the book, in its author's bytes, says an entry reads; nothing for other events.
std::optional<AnswerPublished> entry_of(std::string_view body);

/// The texts that an entry is found by: its titles, example questions and keywords.
std::vector<std::string> finding_texts(const AnswerPublished& entry);

/// The answer book as one store has it: what its owner may see, and no more. Articles are its
/// entries for everyone, canned answers all of them. One connection, no changes.
class AnswerBook {
 public:
  explicit AnswerBook(Database& database) : database_(database) {}

  /// By title.
  std::vector<BookEntry> entries(const BookFilter& filter = {}) const;
  std::optional<BookEntry> entry(std::string_view id) const;
  /// By title.
  std::vector<BookDraft> drafts() const;
  /// The one of `owner` (empty: the team's) for an entry.
  std::optional<BookDraft> draft(std::string_view id, std::string_view owner) const;
  std::optional<BookGuide> guide(std::string_view id) const;
  /// What was done to it, oldest first.
  std::vector<BookVersion> versions(std::string_view id) const;
  std::vector<BookCategory> categories() const;

  /// The texts that the entries of that scope (or of each) are found by, by the entries' ids.
  std::vector<EntryTexts> texts(std::optional<AnswerScope> scope = {}) const;

  /// Changes with everything that finding an entry depends on; 64 bits.
  std::uint64_t hash() const;

 private:
  Database& database_;
};

}  // namespace deskbell
