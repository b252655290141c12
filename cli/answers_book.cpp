// `deskbell answers import`, `export` and `usage`: a site's book and files.

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <optional>

#include "cli/agent/input.h"
#include "cli/agent/safe_text.h"
#include "cli/agent/terminal.h"
#include "cli/answers_command.h"
#include "cli/book/exported_files.h"
#include "cli/book/hub_book.h"
#include "cli/book/record.h"
#include "cli/progress.h"
#include "core/view/answer_book.h"
#include "sdk/convert.h"

namespace deskbell::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kShownComplaints = 100;
constexpr std::size_t kMaxItems = 10'000;
/// Where exports keep the files of entries; such a folder holds no entries itself.
constexpr std::string_view kFolderOfFiles = "attachments";
constexpr std::uintmax_t kMaxFileBytes = 64 * 1024 * 1024;

int failed(const std::string& message) {
  std::cerr << "error: " << safe_line(message) << '\n';
  return 1;
}

/// The form that a name asks for; nothing for one that says none.
enum class Form { csv, json, markdown, questions };

std::optional<Form> form_of(const std::string& path) {
  std::error_code error;
  const std::string extension = fs::path(path).extension().string();
  if (extension == ".csv") return Form::csv;
  if (extension == ".json") return Form::json;
  if (extension == ".tsv") return Form::questions;
  if (extension.empty() || fs::is_directory(path, error)) return Form::markdown;
  return std::nullopt;
}

std::string no_form(const std::string& path) {
  return path + " is neither a .csv nor a .json file nor a folder of Markdown files.";
}

/// The bytes of a file, which must be UTF-8.
std::optional<std::string> read_file(const std::string& path, Complaints& complaints) {
  std::error_code error;
  if (const auto size = fs::file_size(path, error); !error && size > kMaxFileBytes) {
    complaints.push_back({path, "is larger than 64 MB"});
    return std::nullopt;
  }
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file) {
    complaints.push_back({path, "cannot be read"});
    return std::nullopt;
  }
  if (const std::size_t line = line_of_bad_utf8(bytes)) {
    complaints.push_back({path + ":" + std::to_string(line), "is not UTF-8; save it as UTF-8"});
    return std::nullopt;
  }
  return bytes;
}

/// "parcel.fr.md" beside "parcel.md" is its French.
void join_translation(const fs::path& file, const std::map<std::string, Record>& mains,
                      Record& record) {
  const fs::path stem = file.stem();
  const std::string language = stem.extension().string();
  if (language.size() < 2) return;
  const auto main = mains.find((file.parent_path() / stem.stem()).string() + ".md");
  if (main == mains.end()) return;
  record.fields["id"] = main->second.field("id");
  record.fields["language"] = language.substr(1);
}

std::vector<Record> read_folder(const std::string& folder, Complaints& complaints) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error))
    if (it.depth() == 0 && it->path().filename() == kFolderOfFiles)
      it.disable_recursion_pending();  // a Markdown file in there is an entry's, and none itself
    else if (it->is_regular_file() && it->path().extension() == ".md")
      files.push_back(it->path());
  if (error) complaints.push_back({folder, "cannot be read"});
  // Longer names last, so that an entry stands before its translations.
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
    return std::pair(a.string().size(), a.string()) < std::pair(b.string().size(), b.string());
  });
  Progress progress;
  std::map<std::string, Record> mains;
  std::vector<Record> records;
  for (const fs::path& file : files) {
    progress.show("Reading", static_cast<std::int64_t>(records.size()),
                  static_cast<std::int64_t>(files.size()));
    const auto bytes = read_file(file.string(), complaints);
    if (!bytes) continue;
    for (Record& record : read_markdown(file.string(), *bytes, complaints)) {
      join_translation(file, mains, record);
      // Without a name of its own, an entry is called as its file.
      if (record.field("id").empty())
        record.fields["id"] = fs::relative(file, folder).replace_extension().generic_string();
      mains.emplace(file.string(), record);
      records.push_back(std::move(record));
    }
  }
  if (files.empty() && complaints.empty()) complaints.push_back({folder, "has no .md files"});
  return records;
}

/// The folder that what a book names lies in: of the file that it is, or the one that it is.
fs::path root_of(const std::string& path, Form form) {
  return form == Form::markdown ? fs::path(path) : fs::path(path).parent_path();
}

/// Where in there an export puts the entries' files.
std::string file_folder_of(const std::string& path, Form form) {
  const std::string name(kFolderOfFiles);
  return form == Form::markdown ? name : fs::path(path).stem().string() + "." + name;
}

std::vector<Record> read_table(const std::string& path, Form form, Complaints& complaints) {
  const auto bytes = read_file(path, complaints);
  if (!bytes) return {};
  return form == Form::csv ? read_csv(path, *bytes, complaints)
                           : read_json(path, *bytes, complaints);
}

std::vector<Record> read_records(const std::string& path, Form form, Complaints& complaints) {
  auto records =
      form == Form::markdown ? read_folder(path, complaints) : read_table(path, form, complaints);
  for (Record& record : records) record.folder = root_of(path, form).string();
  return records;
}

int report(const Complaints& complaints) {
  for (std::size_t i = 0; i < std::min(complaints.size(), kShownComplaints); ++i)
    std::cerr << "error: "
              << (complaints[i].place.empty() ? "" : safe_line(complaints[i].place) + ": ")
              << safe_line(complaints[i].what) << '\n';
  if (complaints.size() > kShownComplaints)
    std::cerr << "error: ... and " << complaints.size() - kShownComplaints << " more\n";
  std::cerr << "Nothing was imported.\n";
  return 1;
}

/// Writes a file whole or not at all.
bool write_file(const fs::path& path, const std::string& bytes) {
  const fs::path fresh = path.string() + ".new";
  {
    std::ofstream file(fresh, std::ios::binary);
    file << bytes;
    if (!file.flush()) return false;
  }
  std::error_code error;
  fs::rename(fresh, path, error);
  return !error;
}

/// Makes a folder for an export; its exit code.
int make_folder(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return failed("Cannot make the folder " + folder + ": " + error.message() + ".");
  if (!fs::is_empty(folder, error))
    return failed("The folder " + folder +
                  " is not empty; name a new one, so that nothing old is left among the files.");
  return 0;
}

int write_folder(const std::string& folder, const std::vector<Record>& records) {
  const auto files = write_markdown(records);
  Progress progress;
  std::int64_t done = 0;
  for (const auto& [name, bytes] : files) {
    progress.show("Writing", done++, static_cast<std::int64_t>(files.size()));
    if (!write_file(fs::path(folder) / name, bytes))
      return failed("Cannot write " + (fs::path(folder) / name).string() + ".");
  }
  return 0;
}

std::string one_line(std::string text) {
  for (char& c : text)
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
  return text;
}

/// What the entries are found by, as `eval` and `try` read it: a text, a tab, its entry's title.
std::string write_questions(const std::vector<BookItem>& items) {
  std::map<std::string, int> titles;
  for (const BookItem& item : items) ++titles[item.entry.title];
  std::string lines;
  for (const auto& [entry, procedure, authority] : items) {
    const std::string label =
        one_line(entry.title) + (titles[entry.title] > 1 ? " (" + entry.answer + ")" : "");
    for (const std::string& text : finding_texts(entry))
      lines += one_line(text) + '\t' + label + '\n';
  }
  return lines;
}

/// From the input's first line, the environment or the terminal.
std::optional<std::string> password_of(const BookOptions& options) {
  if (options.password_stdin) {
    auto line = LineInput(STDIN_FILENO).next();
    return line && !line->too_long ? std::optional(std::move(line->text)) : std::nullopt;
  }
  if (const char* given = std::getenv("DESKBELL_PASSWORD"); given && *given) return given;
  return ask_password("Password of " + options.login + ": ");
}

sdk::Result<BookChanges> published(const BookOptions& options, const BookContent& content) {
  if (!options.hub.empty()) {
    const auto password = password_of(options);
    if (!password)
      return sdk::Error{sdk::ErrorCode::wrong_credentials,
                        "A password is needed: use --password-stdin, or set DESKBELL_PASSWORD."};
    return write_book_at({options.hub, options.site, options.login, *password}, content.items,
                         options.dry_run);
  }
  Progress progress;
  progress.show("Publishing", 0, 1);
  auto changes = write_book(options.data, options.site, content, options.dry_run);
  if (!changes) return sdk::to_public(changes.error());
  return *std::move(changes);
}

/// Writes the entries, after their files, in that form.
int write_items(const BookOptions& options, Form form, std::vector<BookItem> items) {
  const auto write = [&](const std::string& bytes) {
    return write_file(options.file, bytes) ? 0 : failed("Cannot write " + options.file + ".");
  };
  if (form == Form::questions) return write(write_questions(items));
  if (form == Form::markdown)
    if (const int code = make_folder(options.file); code != 0) return code;
  const std::string folder = file_folder_of(options.file, form);
  if (auto copied =
          export_files(options.data, options.site, items, root_of(options.file, form), folder);
      !copied)
    return failed(copied.error().message);
  const auto records = records_of(std::move(items), folder);
  if (form == Form::markdown) return write_folder(options.file, records);
  return write(form == Form::csv ? write_csv(records) : write_json(records));
}

}  // namespace

int run_answers_import(const BookOptions& options) {
  std::error_code error;
  if (!fs::exists(options.file, error)) return failed("There is no " + options.file + ".");
  const auto form = form_of(options.file);
  if (!form || *form == Form::questions ||
      (*form == Form::markdown && !fs::is_directory(options.file, error)))
    return failed(no_form(options.file));
  Complaints complaints;
  const auto records = read_records(options.file, *form, complaints);
  const auto content = content_of(records, options.max_attachment_bytes, complaints);
  if (content.items.size() > kMaxItems)
    complaints.push_back({options.file, "has more than " + std::to_string(kMaxItems) + " entries"});
  if (!complaints.empty()) return report(complaints);
  const auto changes = published(options, content);
  if (!changes) {
    failed(changes.error().message);
    std::cerr << "Nothing was imported.\n";
    return 1;
  }
  for (const BookGap& gap : changes->gaps)
    complaints.push_back(
        {"", "\"" + gap.title + "\" is related to " + gap.related + ", which is not there"});
  if (!complaints.empty()) return report(complaints);
  std::cout << (options.dry_run ? "Would publish " : "Published ") << changes->fresh << " new and "
            << changes->changed << " changed entries; " << changes->same << " are as they were.\n";
  return 0;
}

int run_answers_export(const BookOptions& options) {
  const auto form = form_of(options.file);
  if (!form) return failed(no_form(options.file));
  auto items = read_book(options.data, options.site);
  if (!items) return failed(items.error().message);
  const std::size_t count = items->size();
  if (const int code = write_items(options, *form, std::move(*items)); code != 0) return code;
  std::cout << "Wrote " << count << " entries to " << safe_line(options.file) << ".\n";
  return 0;
}

int run_answers_usage(const BookOptions& options) {
  const auto usage = read_usage(options.data, options.site);
  if (!usage) return failed(usage.error().message);
  if (usage->empty()) std::cout << "No answer of the book has been sent yet.\n";
  for (const AnswerUsage& each : *usage)
    std::cout << std::setw(7) << each.used << " sent  " << std::setw(7) << each.edited
              << " edited  " << (each.title.empty() ? each.answer : safe_line(each.title)) << '\n';
  return 0;
}

}  // namespace deskbell::cli
