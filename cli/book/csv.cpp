// An answer book as CSV (RFC 4180): a header of field names, a row for each entry and language.

#include <algorithm>

#include "cli/book/record.h"

namespace deskbell::cli {
namespace {

struct Row {
  std::size_t line = 1;
  std::vector<std::string> cells;
};

/// Takes CSV apart; what is wrong is said with its line.
class CsvReader {
 public:
  CsvReader(const std::string& path, std::string_view bytes, Complaints& complaints)
      : path_(path), bytes_(bytes), complaints_(complaints) {
    if (bytes_.starts_with("\xEF\xBB\xBF")) bytes_.remove_prefix(3);  // Excel's
    // Where a comma is for decimals, spreadsheets write semicolons.
    const std::string_view header = bytes_.substr(0, bytes_.find('\n'));
    if (std::count(header.begin(), header.end(), ';') >
        std::count(header.begin(), header.end(), ','))
      separator_ = ';';
  }

  std::vector<Row> rows() {
    std::vector<Row> rows;
    while (at_ < bytes_.size()) {
      Row row{line_, {}};
      if (!read_row(row)) break;
      if (row.cells.size() > 1 || !row.cells.front().empty()) rows.push_back(std::move(row));
    }
    return rows;
  }

 private:
  bool complain(std::size_t line, std::string what) {
    complaints_.push_back({path_ + ":" + std::to_string(line), std::move(what)});
    return false;
  }

  bool read_row(Row& row) {
    for (;;) {
      std::string& cell = row.cells.emplace_back();
      if (at_ < bytes_.size() && bytes_[at_] == '"') {
        if (!read_quoted(cell)) return false;
      } else {
        while (at_ < bytes_.size() && bytes_[at_] != separator_ && bytes_[at_] != '\n')
          cell += bytes_[at_++];
        if (cell.ends_with('\r') && at_ < bytes_.size() && bytes_[at_] == '\n') cell.pop_back();
      }
      if (at_ == bytes_.size()) return true;
      if (bytes_[at_++] == '\n') return ++line_, true;
    }
  }

  bool read_quoted(std::string& cell) {
    const std::size_t began = line_;
    for (++at_; at_ < bytes_.size(); ++at_) {
      if (bytes_[at_] == '"') {
        if (at_ + 1 == bytes_.size() || bytes_[at_ + 1] != '"') {
          ++at_;
          return end_of_quoted(began);
        }
        ++at_;
      }
      line_ += bytes_[at_] == '\n';
      cell += bytes_[at_];
    }
    return complain(began, "a quotation mark is opened and never closed");
  }

  bool end_of_quoted(std::size_t began) {
    if (at_ < bytes_.size() && bytes_[at_] == '\r') ++at_;
    if (at_ == bytes_.size() || bytes_[at_] == separator_ || bytes_[at_] == '\n') return true;
    return complain(began, "behind a closing quotation mark something follows; inside a cell, "
                           "quotation marks are doubled");
  }

  const std::string& path_;
  std::string_view bytes_;
  Complaints& complaints_;
  char separator_ = ',';
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

std::string quoted(std::string_view cell) {
  const bool plain = cell.find_first_of(",;\"\r\n") == std::string_view::npos &&
                     !cell.starts_with(' ') && !cell.ends_with(' ');
  if (plain) return std::string(cell);
  std::string text = "\"";
  for (const char c : cell) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

}  // namespace

std::vector<Record> read_csv(const std::string& path, std::string_view bytes,
                             Complaints& complaints) {
  const auto rows = CsvReader(path, bytes, complaints).rows();
  std::vector<Record> records;
  if (rows.empty()) {
    if (complaints.empty())
      complaints.push_back({path, "is empty; its first line must name the columns, such as "
                                  "id,language,title,text"});
    return records;
  }
  const std::vector<std::string>& header = rows.front().cells;
  for (const std::string& name : header)
    if (!is_record_field(name))
      complaints.push_back({path + ":1", "there is no column \"" + name + "\""});
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const Row& row = rows[i];
    Record record{path + ":" + std::to_string(row.line), {}};
    if (row.cells.size() > header.size()) {
      complaints.push_back({record.place, "the row has " + std::to_string(row.cells.size()) +
                                              " cells, the header " +
                                              std::to_string(header.size())});
      continue;
    }
    for (std::size_t cell = 0; cell < row.cells.size(); ++cell)
      if (!row.cells[cell].empty()) record.fields[header[cell]] = row.cells[cell];
    records.push_back(std::move(record));
  }
  return records;
}

std::string write_csv(const std::vector<Record>& records) {
  std::string text;
  for (const std::string_view name : kRecordFields)
    text += (text.empty() ? "" : ",") + std::string(name);
  text += "\r\n";
  for (const Record& record : records) {
    std::string row;
    for (const std::string_view name : kRecordFields) {
      if (name != kRecordFields[0]) row += ',';
      row += quoted(record.field(name));
    }
    text += row + "\r\n";
  }
  return text;
}

}  // namespace deskbell::cli
