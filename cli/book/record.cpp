#include "cli/book/record.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "cli/book/exported_files.h"
#include "core/event/answer_fields.h"
#include "core/event/event.h"
#include "core/event/id.h"
#include "server/hub/content_hash.h"

namespace deskbell::cli {
namespace {

constexpr std::string_view kAnybody = "00000000-0000-7000-8000-000000000000";

/// The UUID that a name of a file's own stands for: version 8 of RFC 9562.
std::string id_of(std::string_view name) {
  if (is_id(name)) return std::string(name);
  const std::string hex = sha256_hex("deskbell answer\n" + std::string(name));
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-8" + hex.substr(13, 3) + "-8" +
         hex.substr(17, 3) + "-" + hex.substr(20, 12);
}

std::string name_of(const Record& record) {
  for (const std::string_view field : {"id", "shortcut", "title"})
    if (const auto value = record.field(field); !value.empty()) return std::string(value);
  return "";
}

bool read_number(std::string_view text, std::int64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

/// 2026-11-26, 2026-11-26T08:00Z, 2026-11-26T08:00:00.000Z, or milliseconds since 1970.
std::optional<Millis> read_time(const std::string& text) {
  using namespace std::chrono;
  std::int64_t number = 0;
  if (read_number(text, number)) return number;
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0, ms = 0, used = 0;
  constexpr std::array kForms = {"%4d-%2d-%2dT%2d:%2d:%2d.%3dZ%n", "%4d-%2d-%2dT%2d:%2d:%2dZ%n",
                                 "%4d-%2d-%2dT%2d:%2dZ%n", "%4d-%2d-%2d%n"};
  const auto whole = [&] { return used == static_cast<int>(text.size()); };
  const char* c = text.c_str();
  if (std::sscanf(c, kForms[0], &y, &mo, &d, &h, &mi, &s, &ms, &used) == 7 && whole()) {
  } else if (ms = 0; std::sscanf(c, kForms[1], &y, &mo, &d, &h, &mi, &s, &used) == 6 && whole()) {
  } else if (s = 0; std::sscanf(c, kForms[2], &y, &mo, &d, &h, &mi, &used) == 5 && whole()) {
  } else if (h = mi = 0; std::sscanf(c, kForms[3], &y, &mo, &d, &used) == 3 && whole()) {
  } else {
    return std::nullopt;
  }
  const year_month_day date{year(y), month(static_cast<unsigned>(mo)),
                            day(static_cast<unsigned>(d))};
  if (!date.ok() || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 59 || ms < 0)
    return std::nullopt;
  return duration_cast<milliseconds>(sys_days(date).time_since_epoch()).count() +
         ((h * 60 + mi) * 60 + s) * 1000 + ms;
}

std::string write_time(Millis time) {
  using namespace std::chrono;
  const sys_time<milliseconds> at{milliseconds(time)};
  const auto midnight = floor<days>(at);
  const year_month_day date(midnight);
  const std::int64_t rest = (at - midnight).count();
  char text[64];
  int length = std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                             static_cast<unsigned>(date.month()),
                             static_cast<unsigned>(date.day()));
  const auto part = [&](std::int64_t unit, std::int64_t modulus) {
    return static_cast<int>(rest / unit % modulus);
  };
  if (rest != 0)
    length += std::snprintf(text + length, sizeof text - static_cast<std::size_t>(length),
                            "T%02d:%02d:%02d.%03dZ", part(3'600'000, 24), part(60'000, 60),
                            part(1000, 60), part(1, 1000));
  return {text, static_cast<std::size_t>(length)};
}

nlohmann::json lines_json(std::string_view text) {
  return split_lines(text);
}

/// Makes one item of the records of one id.
class ItemReader {
 public:
  ItemReader(const Record& record, std::int64_t max_file_bytes, std::vector<LocalFile>& files,
             Complaints& complaints)
      : record_(record), max_file_bytes_(max_file_bytes), files_(files), complaints_(complaints) {}

  std::optional<BookItem> read(const std::vector<const Record*>& translations) {
    // Read by the code that reads the event, so that the rules and their words are the same.
    nlohmann::json data = {{"answer", id_of(name_of(record_))},
                           {"title", text("title")},
                           {"text", text("text")},
                           {"keywords", lines_json(record_.field("keywords"))},
                           {"scope", text("scope").empty() ? "everyone" : text("scope")},
                           {"language", text("language")}};
    for (const char* name : {"category", "shortcut"})
      if (!text(name).empty()) data[name] = text(name);
    if (!text("examples").empty()) data["examples"] = join_lines(split_lines(text("examples")));
    set_time("from", data);
    set_time("to", data);
    if (!text("related").empty()) {
      data["related"] = nlohmann::json::array();
      for (const std::string& name : split_lines(text("related")))
        data["related"].push_back(id_of(name));
    }
    if (!text("replies").empty()) data["replies"] = lines_json(record_.field("replies"));
    set_cards(data);
    set_attachments(data);
    for (const Record* other : translations) add_translation(*other, data);
    if (text("scope") == "own")
      complain("scope \"own\" is an agent's private answer; it is made in the agent's client");
    if (failed_) return std::nullopt;
    return checked(data);
  }

 private:
  std::string text(std::string_view name) const { return std::string(record_.field(name)); }

  void complain(std::string what) {
    complaints_.push_back({record_.place, std::move(what)});
    failed_ = true;
  }

  void set_time(const char* name, nlohmann::json& data) {
    if (text(name).empty()) return;
    if (const auto time = read_time(text(name)))
      data[name] = *time;
    else
      complain(std::string(name) +
               " must be a day such as 2026-11-26, or a time such as 2026-11-26T08:00Z");
  }

  void set_cards(nlohmann::json& data) {
    if (text("cards").empty()) return;
    data["cards"] = nlohmann::json::parse(text("cards"), nullptr, /*allow_exceptions=*/false);
    if (data["cards"].is_discarded()) complain("cards must be JSON: an array of cards");
  }

  void set_attachments(nlohmann::json& data) {
    const auto attachments =
        look_at_files(record_.folder, split_lines(text("attachments")), max_file_bytes_, files_);
    if (!attachments) return complain(attachments.error().message);
    if (!attachments->empty()) data["attachments"] = nlohmann::json::parse(*attachments);
  }

  void add_translation(const Record& other, nlohmann::json& data) {
    for (const auto& [name, value] : other.fields) {
      if (name == "id" || name == "language" || name == "title" || name == "text" || value.empty())
        continue;
      // A table repeats it in each row; that says nothing new.
      if (value == record_.field(name)) continue;
      complaints_.push_back({other.place, name + " stands with the entry's first language (" +
                                              record_.place + "), not with a translation"});
      failed_ = true;
    }
    data["translations"].push_back({{"language", other.field("language")},
                                    {"title", other.field("title")},
                                    {"text", other.field("text")}});
  }

  std::optional<BookItem> checked(const nlohmann::json& data) {
    const nlohmann::json event = {{"id", kAnybody},
                                  {"type", type_name(AnswerPublished{})},
                                  {"author", {{"kind", "system"}, {"id", kAnybody}}},
                                  {"at", 0},
                                  {"data", data}};
    auto decoded = decode_event(event.dump());
    if (!decoded) {
      std::string what = decoded.error().message;
      if (what.starts_with("data.")) what.erase(0, 5);
      complain(std::move(what));
      return std::nullopt;
    }
    BookItem item{std::get<AnswerPublished>(std::move(decoded->payload)), text("procedure"),
                  text("authority")};
    for (const auto& [name, value] :
         {std::pair("procedure", &item.procedure), std::pair("authority", &item.authority)})
      if (value->size() > kMaxTextBytes)
        complain(std::string(name) + " is longer than " + std::to_string(kMaxTextBytes) + " bytes");
    return failed_ ? std::nullopt : std::optional(std::move(item));
  }

  const Record& record_;
  const std::int64_t max_file_bytes_;
  std::vector<LocalFile>& files_;
  Complaints& complaints_;
  bool failed_ = false;
};

/// No two entries may answer to the same shortcut.
void check_shortcuts(const std::vector<BookItem>& items, Complaints& complaints) {
  std::map<std::string, std::string> titles;
  for (const BookItem& item : items) {
    if (item.entry.shortcut.empty()) continue;
    const auto [known, fresh] = titles.emplace(item.entry.shortcut, item.entry.title);
    if (!fresh)
      complaints.push_back({"", "the shortcut \"" + item.entry.shortcut + "\" is that of \"" +
                                    known->second + "\" and of \"" + item.entry.title + "\""});
  }
}

}  // namespace

bool is_record_field(std::string_view name) {
  return std::find(std::begin(kRecordFields), std::end(kRecordFields), name) !=
         std::end(kRecordFields);
}

bool is_list_field(std::string_view name) {
  return name == "keywords" || name == "examples" || name == "related" || name == "replies" ||
         name == "attachments";
}

std::string_view Record::field(std::string_view name) const {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

BookContent content_of(const std::vector<Record>& records, std::int64_t max_file_bytes,
                       Complaints& complaints) {
  struct Group {
    const Record* first;
    std::vector<const Record*> others;
    std::set<std::string, std::less<>> languages;
  };
  std::vector<Group> groups;
  std::map<std::string, std::size_t> by_id;
  for (const Record& record : records) {
    const std::string id = id_of(name_of(record));
    const auto [known, fresh] = by_id.emplace(id, groups.size());
    if (fresh) groups.push_back({&record, {}, {}});
    Group& group = groups[known->second];
    if (!group.languages.insert(std::string(record.field("language"))).second)
      complaints.push_back({record.place, "\"" + name_of(record) +
                                              "\" is there already in that language (" +
                                              group.first->place + ")"});
    else if (!fresh)
      group.others.push_back(&record);
  }
  BookContent content;
  for (const Group& group : groups)
    if (auto item =
            ItemReader(*group.first, max_file_bytes, content.files, complaints).read(group.others))
      content.items.push_back(std::move(*item));
  check_shortcuts(content.items, complaints);
  return content;
}

std::vector<Record> records_of(std::vector<BookItem> items, const std::string& file_folder) {
  std::sort(items.begin(), items.end(), [](const BookItem& a, const BookItem& b) {
    return std::tie(a.entry.title, a.entry.answer) < std::tie(b.entry.title, b.entry.answer);
  });
  std::vector<Record> records;
  for (BookItem& item : items) {
    AnswerPublished& entry = item.entry;
    Record record;
    const auto set = [&](const char* name, std::string value) {
      if (!value.empty()) record.fields[name] = std::move(value);
    };
    set("id", entry.answer);
    set("language", entry.language);
    set("title", entry.title);
    set("text", entry.text);
    set("scope", std::string(to_string(entry.scope)));
    set("category", entry.category);
    set("shortcut", entry.shortcut);
    set("keywords", join_lines(entry.keywords));
    set("examples", join_lines(entry.examples));
    if (entry.from != 0) set("from", write_time(entry.from));
    if (entry.to != 0) set("to", write_time(entry.to));
    set("related", join_lines(entry.related));
    if (!entry.replies.empty())
      set("replies", join_lines(nlohmann::json::parse(entry.replies)
                                    .get<std::vector<std::string>>()));
    set("cards", entry.cards);
    std::vector<std::string> files;
    for (const Attachment& file : parse_attachments(entry.attachments))
      files.push_back(exported_path(file_folder, file));
    set("attachments", join_lines(files));
    set("procedure", item.procedure);
    set("authority", item.authority);
    records.push_back(std::move(record));
    for (AnswerText& words : entry.translations)
      records.push_back({"",
                         {{"id", entry.answer},
                          {"language", std::move(words.language)},
                          {"title", std::move(words.title)},
                          {"text", std::move(words.text)}}});
  }
  return records;
}

std::size_t line_of_bad_utf8(std::string_view bytes) {
  std::size_t line = 1;
  for (std::size_t i = 0; i < bytes.size();) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    const std::size_t more = byte < 0x80 ? 0 : byte < 0xC2 ? 4 : byte < 0xE0 ? 1 : byte < 0xF0 ? 2
                             : byte < 0xF5 ? 3 : 4;
    if (more == 4 || i + more >= bytes.size() + (more == 0 ? 1 : 0)) return line;
    for (std::size_t k = 1; k <= more; ++k)
      if ((static_cast<unsigned char>(bytes[i + k]) & 0xC0) != 0x80) return line;
    const auto second = more > 0 ? static_cast<unsigned char>(bytes[i + 1]) : 0u;
    if ((byte == 0xE0 && second < 0xA0) || (byte == 0xED && second > 0x9F) ||
        (byte == 0xF0 && second < 0x90) || (byte == 0xF4 && second > 0x8F))
      return line;
    line += byte == '\n';
    i += more + 1;
  }
  return 0;
}

}  // namespace deskbell::cli
