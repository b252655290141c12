// An answer book as JSON: an array of entries, in the names of the site file's.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/book/record.h"
#include "core/event/answer_fields.h"
#include "core/event/json_slice.h"

namespace deskbell::cli {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr JsonLimits kLimits = {64 * 1024 * 1024, 12, 10'000'000};

std::size_t line_at(std::string_view bytes, std::size_t offset) {
  return 1 + static_cast<std::size_t>(std::count(
                 bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

/// One value as a record's field; nothing for what no field can be.
std::optional<std::string> as_text(std::string_view name, const json& value) {
  if (value.is_null()) return "";
  if (name == "cards") return value.dump();
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_integer() && (name == "from" || name == "to"))
    return std::to_string(value.get<std::int64_t>());
  if (!is_list_field(name) || !value.is_array()) return std::nullopt;
  std::vector<std::string> lines;
  for (const json& line : value) {
    if (!line.is_string()) return std::nullopt;
    lines.push_back(line.get<std::string>());
  }
  return join_lines(lines);
}

class JsonBookReader {
 public:
  explicit JsonBookReader(Complaints& complaints) : complaints_(complaints) {}

  void read_entry(const std::string& place, const json& entry) {
    Record record{place, {}};
    if (!entry.is_object()) return complain(place, "an entry must be an object");
    for (const auto& [name, value] : entry.items())
      if (name != "translations") read_field(record, name, value);
    const Record main = record;
    records_.push_back(std::move(record));
    if (const auto list = entry.find("translations"); list != entry.end())
      read_translations(main, *list);
  }

  std::vector<Record> take() { return std::move(records_); }

 private:
  void complain(const std::string& place, std::string what) {
    complaints_.push_back({place, std::move(what)});
  }

  void read_field(Record& record, const std::string& name, const json& value) {
    if (!is_record_field(name))
      return complain(record.place, "there is no field \"" + name + "\"");
    const auto text = as_text(name, value);
    if (!text)
      complain(record.place, name + (is_list_field(name) ? " must be an array of texts"
                                                          : " must be a text"));
    else if (!text->empty())
      record.fields[name] = *text;
  }

  void read_translations(const Record& main, const json& list) {
    if (!list.is_array()) return complain(main.place, "translations must be an array");
    for (const json& words : list) {
      if (!words.is_object()) return complain(main.place, "a translation must be an object");
      Record record{main.place, {}};
      for (const auto& [name, value] : words.items()) read_field(record, name, value);
      // Together with the entry whose translation it is, however that is named.
      for (const char* name : {"id", "shortcut", "title"})
        if (!main.field(name).empty()) {
          record.fields["id"] = main.field(name);
          break;
        }
      records_.push_back(std::move(record));
    }
  }

  Complaints& complaints_;
  std::vector<Record> records_;
};

}  // namespace

std::vector<Record> read_json(const std::string& path, std::string_view bytes,
                              Complaints& complaints) {
  const auto complain = [&](std::size_t line, std::string what) {
    complaints.push_back({path + ":" + std::to_string(line), std::move(what)});
    return std::vector<Record>();
  };
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (const auto fits = check_json_limits(bytes, kLimits); !fits)
    return complain(1, fits.error().message);
  json whole;
  try {
    whole = json::parse(bytes);
  } catch (const json::parse_error& error) {
    return complain(line_at(bytes, std::min(error.byte, bytes.size())), "this is no JSON any more");
  }
  if (!whole.is_array()) return complain(1, "the file must be an array of entries");
  const auto slices = slice_array(bytes);
  JsonBookReader reader(complaints);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const std::size_t line =
        slices && i < slices->size()
            ? line_at(bytes, static_cast<std::size_t>((*slices)[i].data() - bytes.data()))
            : 1;
    reader.read_entry(path + ":" + std::to_string(line), whole[i]);
  }
  return reader.take();
}

std::string write_json(const std::vector<Record>& records) {
  ordered_json list = ordered_json::array();
  std::string_view id;
  for (const Record& record : records) {
    ordered_json entry = ordered_json::object();
    const bool translation = record.field("id") == id;
    for (const std::string_view field : kRecordFields) {
      const std::string name(field);
      const std::string_view value = record.field(name);
      if (value.empty() || (translation && name == "id")) continue;
      if (name == "cards")
        entry[name] = ordered_json::parse(value);
      else if (is_list_field(name))
        entry[name] = split_lines(value);
      else
        entry[name] = value;
    }
    id = record.field("id");
    if (translation)
      list.back()["translations"].push_back(std::move(entry));
    else
      list.push_back(std::move(entry));
  }
  return list.dump(2) + "\n";
}

}  // namespace deskbell::cli
