#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/answer/book_learner.h"
#include "core/base/result.h"
#include "core/event/payload.h"
#include "core/view/answer_usage.h"
#include "server/store/hub_store.h"
#include "server/store/local_files.h"

namespace deskbell {

class Database;

/// An entry of the answer book, with what the team alone knows of it.
struct BookItem {
  AnswerPublished entry;
  std::string procedure;
  std::string authority;

  bool operator==(const BookItem&) const = default;
};

/// What is to be in a book, and the files that its entries carry.
struct BookContent {
  std::vector<BookItem> items;
  std::vector<LocalFile> files;
};

/// The book of a site in a hub's data folder, without what is an agent's own. A hub may be running.
Result<std::vector<BookItem>> read_book(const std::string& data, const std::string& site);

/// What customers' devices find answers with, and which of them they may read now.
struct CustomersBook {
  BookToLearn learned;           ///< of each entry, its title comes first
  std::set<std::string> good;    ///< the ids of those that are good now
};

/// The book of a site's customers. A hub may be running.
Result<CustomersBook> read_customers_book(const std::string& data, const std::string& site);

/// How often the entries were sent. A hub may be running.
Result<std::vector<AnswerUsage>> read_usage(const std::string& data, const std::string& site);

/// An entry that is related to one that there is not.
struct BookGap {
  std::string title;    ///< of the entry that names it
  std::string related;  ///< the id it names
};

/// What writing did, or would do.
struct BookChanges {
  std::vector<BookGap> gaps;  ///< Not empty: nothing was written.
  int fresh = 0;
  int changed = 0;
  int same = 0;
};

/// What makes a book say what the items say, and how much of it is new.
struct BookPlan {
  std::vector<OwnEvent> events;
  BookChanges changes;
};

/// For the book that the store has.
BookPlan plan_book(const std::vector<BookItem>& items, Database& database);

/// Makes the site's book say what the items say, by events for what is new or other and nothing
/// else, when their files are kept; what the book has besides stays. All or nothing, on a hub that
/// is not running. `dry_run`: only looks what would be done.
Result<BookChanges> write_book(const std::string& data, const std::string& site,
                               const BookContent& content, bool dry_run);

}  // namespace deskbell
