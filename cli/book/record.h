#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/book.h"

// An answer book in a file: CSV, JSON or a folder of Markdown. Whatever the form, it is read into
// records, each an entry in one language, and these into the book's items, with everything that is
// wrong said at once, each with its place.

namespace deskbell::cli {

/// What is wrong, and where: "answers.csv:12".
struct Complaint {
  std::string place;
  std::string what;
};
using Complaints = std::vector<Complaint>;

/// The names that a record's fields may have, in the order in which they are written. Fields of
/// several values (keywords, examples, related, replies, attachments) have a line for each.
inline constexpr std::string_view kRecordFields[] = {
    "id",       "language", "title",       "text",      "scope",    "category",
    "shortcut", "keywords", "examples",    "from",      "to",       "related",
    "replies",  "cards",    "attachments", "procedure", "authority"};

bool is_record_field(std::string_view name);
/// keywords, examples, related, replies and attachments.
bool is_list_field(std::string_view name);

/// An entry in one language. The first of an id says everything; those of other languages have a
/// title and a text besides.
struct Record {
  std::string place;
  std::map<std::string, std::string, std::less<>> fields;
  std::string folder = {};  ///< Where the files lie that it names.

  std::string_view field(std::string_view name) const;
};

/// What the records say; what is wrong is added to `complaints`. Each of their files may have
/// `max_file_bytes`. An id that is no UUID is a name of the file's own, and becomes the same UUID
/// each time; without one, the shortcut or the title is that name.
BookContent content_of(const std::vector<Record>& records, std::int64_t max_file_bytes,
                       Complaints& complaints);

/// The records that say the items, in the order of titles, with their files in `file_folder`
/// (exported_path).
std::vector<Record> records_of(std::vector<BookItem> items, const std::string& file_folder);

// The forms. Reading says what is wrong to `complaints` and gives what could be read; writing gives
// the same bytes for the same records.
std::vector<Record> read_csv(const std::string& path, std::string_view bytes,
                             Complaints& complaints);
std::string write_csv(const std::vector<Record>& records);
std::vector<Record> read_json(const std::string& path, std::string_view bytes,
                              Complaints& complaints);
std::string write_json(const std::vector<Record>& records);
/// One file of a folder; `name` is its path inside, `language` that of a translation or empty.
std::vector<Record> read_markdown(const std::string& path, std::string_view bytes,
                                  Complaints& complaints);
/// The files of a folder: their paths inside, and what stands in them.
std::map<std::string, std::string> write_markdown(const std::vector<Record>& records);

/// Where the bytes stop being UTF-8, as a line counted from 1; 0 where they do not.
std::size_t line_of_bad_utf8(std::string_view bytes);

}  // namespace deskbell::cli
