// An answer book as a folder of Markdown: a file for each entry, its fields in front matter, its
// text below. `parcel.fr.md` beside `parcel.md` is its translation.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/book/record.h"
#include "core/event/answer_fields.h"

namespace deskbell::cli {
namespace {

constexpr std::string_view kFence = "---";

/// The lines of a file's front matter, with their numbers.
class FrontMatter {
 public:
  FrontMatter(std::string path, Complaints& complaints)
      : path_(std::move(path)), complaints_(complaints) {}

  void read(const std::vector<std::string>& lines, Record& record) {
    for (at_ = 0; at_ < lines.size();) {
      const std::string& line = lines[at_];
      const std::size_t colon = line.find(':');
      if (line.find_first_not_of(' ') == std::string::npos || line.starts_with('#')) {
        ++at_;
        continue;
      }
      if (colon == std::string::npos || line.starts_with(' ')) {
        complain("must be a field such as \"title: Where is my parcel?\"");
        ++at_;
        continue;
      }
      const std::string name = line.substr(0, colon);
      if (!is_record_field(name) || name == "text") complain("there is no field \"" + name + "\"");
      const std::size_t begin = line.find_first_not_of(' ', colon + 1);
      const std::string rest = begin == std::string::npos ? "" : line.substr(begin);
      std::string value = read_value(lines, rest);
      if (!value.empty()) record.fields[name] = std::move(value);
    }
  }

 private:
  void complain(std::string what) {
    // The fence is the first line.
    complaints_.push_back({path_ + ":" + std::to_string(at_ + 2), std::move(what)});
  }

  std::string read_value(const std::vector<std::string>& lines, const std::string& rest) {
    if (rest == "|") return read_indented(lines);
    if (rest.empty()) return read_list(lines);
    std::string value = read_scalar(rest);
    ++at_;
    return value;
  }

  /// "…" in JSON's manner, or the text as it is.
  std::string read_scalar(const std::string& text) {
    if (!text.starts_with('"')) return text;
    const auto value = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (value.is_string()) return value.get<std::string>();
    complain("the quotation marks do not match, or something stands behind them");
    return "";
  }

  std::string read_indented(const std::vector<std::string>& lines) {
    std::string value;
    bool first = true;
    for (++at_; at_ < lines.size() && (lines[at_].starts_with("  ") || lines[at_].empty()); ++at_) {
      if (!first) value += '\n';
      first = false;
      if (!lines[at_].empty()) value += lines[at_].substr(2);
    }
    return value;
  }

  std::string read_list(const std::vector<std::string>& lines) {
    std::vector<std::string> items;
    for (++at_; at_ < lines.size(); ++at_) {
      const std::size_t begin = lines[at_].find_first_not_of(' ');
      if (begin == std::string::npos || lines[at_].substr(begin, 2) != "- ") break;
      items.push_back(read_scalar(lines[at_].substr(begin + 2)));
    }
    return join_lines(items);
  }

  std::string path_;
  Complaints& complaints_;
  std::size_t at_ = 0;
};

bool is_plain(std::string_view text) {
  return !text.empty() && text.find_first_of("\r\n\t") == std::string_view::npos &&
         !text.starts_with(' ') && !text.ends_with(' ') && text.front() != '"' &&
         text.front() != '|' && text.find(": ") == std::string_view::npos &&
         text.find(" #") == std::string_view::npos &&
         std::string_view("[]{}&*!%@`'>-?:,#").find(text.front()) == std::string_view::npos;
}

std::string scalar(std::string_view text) {
  return is_plain(text) ? std::string(text) : nlohmann::json(text).dump();
}

/// Whether a block of indented lines reads back as this text.
bool fits_block(std::string_view text) {
  if (text.find('\n') == std::string_view::npos || text.find('\r') != std::string_view::npos ||
      text.ends_with('\n') || text.ends_with(' '))
    return false;
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string_view::npos; ++at)
    if (text.substr(at + 1, 1) == " " && text.find_first_not_of(' ', at + 1) == text.find('\n', at + 1))
      return false;  // a line of spaces alone
  return true;
}

std::string block(std::string_view text) {
  std::string lines = "|\n";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines += end == 0 ? "\n" : "  " + std::string(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string front_matter(const Record& record, bool translation) {
  std::string text;
  for (const std::string_view name : kRecordFields) {
    const std::string_view value = record.field(name);
    if (value.empty() || name == "text") continue;
    // A translation's name says whose it is, and in which language.
    if (translation && (name == "id" || name == "language")) continue;
    text += std::string(name) + ":";
    if (is_list_field(name)) {
      text += '\n';
      for (const std::string& item : split_lines(value)) text += "  - " + scalar(item) + "\n";
    } else if (fits_block(value)) {
      text += " " + block(value);
    } else {
      text += " " + scalar(value) + "\n";
    }
  }
  return text;
}

/// A file's name after a title: letters and digits of ASCII, the rest as hyphens.
std::string slug_of(std::string_view title) {
  constexpr std::size_t kMaxSlug = 48;
  std::string slug;
  for (const char c : title) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool kept = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (kept && slug.size() < kMaxSlug)
      slug += upper ? static_cast<char>(c - 'A' + 'a') : c;
    else if (!slug.empty() && !slug.ends_with('-') && slug.size() < kMaxSlug)
      slug += '-';
  }
  while (slug.ends_with('-')) slug.pop_back();
  return slug.empty() ? "entry" : slug;
}

}  // namespace

std::vector<Record> read_markdown(const std::string& path, std::string_view bytes,
                                  Complaints& complaints) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  Record record{path + ":1", {}};
  std::vector<std::string> lines;
  bool windows = false;
  std::size_t at = 0;
  bool open = false, closed = false;
  while (at < bytes.size() && !closed) {
    const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
    std::string line(bytes.substr(at, end - at));
    if (line.ends_with('\r')) {
      windows = true;
      line.pop_back();
    }
    if (!open && line != kFence) break;
    if (open && line == kFence)
      closed = true;
    else if (open)
      lines.push_back(std::move(line));
    open = true;
    at = std::min(end + 1, bytes.size());
  }
  if (!closed) {
    complaints.push_back({path + ":1", open ? "the front matter is never closed by a line of ---"
                                            : "must begin with front matter: a line of ---, "
                                              "fields such as \"title: …\", a line of ---"});
    return {};
  }
  FrontMatter(path, complaints).read(lines, record);
  std::string text(bytes.substr(at));
  if (windows) std::erase(text, '\r');
  if (text.ends_with('\n')) text.pop_back();
  record.fields["text"] = std::move(text);
  return {std::move(record)};
}

std::map<std::string, std::string> write_markdown(const std::vector<Record>& records) {
  std::map<std::string, std::string> files;
  std::string_view id;
  std::string stem;
  for (const Record& record : records) {
    const bool translation = record.field("id") == id;
    std::string name;
    if (translation) {
      name = stem + "." + std::string(record.field("language")) + ".md";
    } else {
      const std::string slug = slug_of(record.field("title"));
      stem = slug;
      for (int n = 2; files.contains(stem + ".md"); ++n) stem = slug + "-" + std::to_string(n);
      name = stem + ".md";
      id = record.field("id");
    }
    files[name] = "---\n" + front_matter(record, translation) + "---\n" +
                  std::string(record.field("text")) + "\n";
  }
  return files;
}

}  // namespace deskbell::cli
