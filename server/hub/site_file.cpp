#include "server/hub/site_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "core/event/answer_fields.h"
#include "core/event/attachment.h"
#include "core/event/event.h"
#include "core/event/id.h"
#include "core/event/json_fields.h"
#include "core/event/json_slice.h"
#include "server/hub/content_hash.h"
#include "server/hub/data_folder.h"
#include "server/store/hub_store.h"

namespace deskbell {
namespace {

using nlohmann::json;

constexpr JsonLimits kFileLimits = {kMaxSiteFileBytes, 8, 2'000'000};
constexpr std::string_view kAnswerKey = "answer:";
constexpr std::string_view kGuideKey = "guide:";

Error in_file(const std::string& path, const Error& error) {
  return {error.code, path + ": " + error.message};
}

Error wrong(std::string message) {
  return {ErrorCode::invalid_command, std::move(message)};
}

Result<json> read_json_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file) return wrong("cannot be read");
  if (auto checked = check_json_limits(bytes, kFileLimits); !checked) return checked.error();
  return parse_json(bytes);
}

/// "https://shop.example" or "http://localhost:8081": a scheme, a host, perhaps a port. Whatever
/// passes here is put into a header, so that no other character may.
bool is_origin(std::string_view origin) {
  const std::size_t scheme = origin.starts_with("https://")  ? 8
                             : origin.starts_with("http://") ? 7
                                                             : 0;
  std::string_view host = origin.substr(scheme);
  if (host.starts_with("*.")) host.remove_prefix(2);
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == ':' || c == '[' || c == ']';
  };
  return scheme != 0 && !host.empty() && host.size() <= 255 &&
         std::all_of(host.begin(), host.end(), allowed);
}

Result<std::vector<std::string>> read_strings(JsonFields& fields, const char* name,
                                              std::size_t max_count) {
  std::vector<std::string> strings;
  const json* list = fields.find(name);
  if (!list) return strings;
  if (!list->is_array() || list->size() > max_count)
    return wrong(std::string(name) + " must be an array of at most " + std::to_string(max_count) +
                 " strings");
  for (const json& element : *list) {
    if (!element.is_string() || element.get_ref<const std::string&>().size() > kMaxNameBytes)
      return wrong(std::string(name) + " must be strings of at most " +
                   std::to_string(kMaxNameBytes) + " bytes");
    strings.push_back(element.get<std::string>());
  }
  return strings;
}

/// Whether that may be an event, which has limits of its own.
Result<void> check_event(const std::string& id, const Payload& payload) {
  const Event event{id, std::string(type_name(payload)), "", {ActorKind::system, id}, 0, payload};
  if (auto decoded = decode_event(encode_event(event)); !decoded) return decoded.error();
  return {};
}

/// An entry as an event says it: `id` is its `answer` there, and examples are lines of one text.
Result<json> as_event_data(const json& entry) {
  JsonFields fields(entry, "", ErrorCode::invalid_command);
  const std::string id = fields.text("id", kMaxNameBytes);
  const std::string scope = fields.text("scope", kMaxNameBytes, "everyone");
  if (!fields.ok()) return fields.error();
  if (!is_id(id)) return wrong("id must be a UUID in lower case");
  if (scope != "everyone" && scope != "team")
    return wrong("scope must be \"everyone\" or \"team\"");
  auto examples = read_strings(fields, "examples", kMaxExamples);
  if (!examples) return examples.error();
  json data = entry;
  data.erase("id");
  data["answer"] = id;
  data["scope"] = scope;
  data["examples"] = join_lines(*examples);
  if (!data.contains("keywords")) data["keywords"] = json::array();
  return data;
}

/// Entries, what the team alone knows of some of them, and the files that they carry.
struct Book {
  std::vector<AnswerPublished> answers;
  std::vector<AnswerGuided> guides;
  std::vector<LocalFile> files;
};

Result<AnswerGuided> read_guide(const json& entry, const std::string& id) {
  JsonFields fields(entry, "", ErrorCode::invalid_command);
  AnswerGuided guide{id, fields.text("procedure", kMaxTextBytes, ""),
                     fields.text("authority", kMaxTextBytes, "")};
  if (!fields.ok()) return fields.error();
  if (auto fit = check_event(id, guide); !fit) return fit.error();
  return guide;
}

/// Reads the answers that stand in one file.
class AnswersReader {
 public:
  /// What they name lies in `folder`.
  AnswersReader(std::string folder, std::int64_t max_file_bytes)
      : folder_(std::move(folder)), max_file_bytes_(max_file_bytes) {}

  Result<Book> read(const json& list) {
    if (!list.is_array() || list.size() > kMaxSiteAnswers)
      return wrong("the answers must be an array of at most " + std::to_string(kMaxSiteAnswers) +
                   " entries");
    for (std::size_t i = 0; i < list.size(); ++i)
      if (auto read = read_entry(list[i]); !read)
        return wrong("answer " + std::to_string(i + 1) + ": " + read.error().message);
    return std::move(book_);
  }

 private:
  Result<void> read_entry(const json& entry) {
    auto answer = read_answer(entry);
    if (!answer) return answer.error();
    if (!ids_.insert(answer->answer).second)
      return wrong("the id " + answer->answer + " is there twice");
    auto guide = read_guide(entry, answer->answer);
    if (!guide) return guide.error();
    if (!guide->procedure.empty() || !guide->authority.empty())
      book_.guides.push_back(std::move(*guide));
    book_.answers.push_back(std::move(*answer));
    return {};
  }

  Result<AnswerPublished> read_answer(const json& entry) {
    auto data = as_event_data(entry);
    if (!data) return data.error();
    data->erase("attachments");
    JsonFields fields(*data, "", ErrorCode::invalid_command);
    AnswerPublished answer = read_answer_entry(fields);
    if (!fields.ok()) return fields.error();
    JsonFields given(entry, "", ErrorCode::invalid_command);
    const auto names = read_strings(given, "attachments", kMaxAttachments);
    if (!names) return names.error();
    auto attachments = look_at_files(folder_, *names, max_file_bytes_, book_.files);
    if (!attachments) return attachments.error();
    answer.attachments = *std::move(attachments);
    if (auto fit = check_event(answer.answer, answer); !fit) return fit.error();
    return answer;
  }

  const std::string folder_;
  const std::int64_t max_file_bytes_;
  Book book_;
  std::set<std::string> ids_;
};

Result<Book> read_answers_of(const std::string& path, const json* field,
                             std::int64_t max_file_bytes) {
  if (!field) return Book();
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!field->is_string()) {
    auto answers = AnswersReader(folder, max_file_bytes).read(*field);
    if (!answers) return in_file(path, answers.error());
    return answers;
  }
  const std::filesystem::path answers_path = folder / field->get<std::string>();
  auto list = read_json_file(answers_path);
  if (!list) return in_file(answers_path, list.error());
  auto answers = AnswersReader(answers_path.parent_path(), max_file_bytes).read(*list);
  if (!answers) return in_file(answers_path, answers.error());
  return answers;
}

/// What the event of the site's settings says, read as any device will read it.
Result<SiteUpdated> read_settings(const json& file) {
  json data = json::object();
  for (const char* name : {"name", "greeting", "hours", "suggestions", "form", "survey",
                           "reply_minutes", "proactive", "robot"})
    if (const auto field = file.find(name); field != file.end()) data[name] = *field;
  static constexpr const char* kNobody = "00000000-0000-7000-8000-000000000000";
  const json event = {{"id", kNobody},
                      {"type", type_name(SiteUpdated{})},
                      {"author", {{"kind", "system"}, {"id", kNobody}}},
                      {"at", 0},
                      {"data", std::move(data)}};
  auto decoded = decode_event(dump_json(event));
  if (!decoded) return decoded.error();
  return std::get<SiteUpdated>(std::move(decoded->payload));
}

/// A payload's identity: the hash of what its event would say.
std::string content_hash(const Payload& payload) {
  return sha256_hex(encode_event({"", std::string(type_name(payload)), "", {}, 0, payload}));
}

}  // namespace

Result<SiteFile> read_site_file(const std::string& path, std::int64_t max_file_bytes) {
  auto parsed = read_json_file(path);
  if (!parsed) return in_file(path, parsed.error());
  JsonFields fields(*parsed, "the file", ErrorCode::invalid_command);
  SiteFile file;
  file.site = fields.text("site", kMaxNameBytes);
  file.settings.name = fields.optional_text("name", kMaxNameBytes);
  file.settings.greeting = fields.optional_text("greeting", kMaxTextBytes);
  if (!fields.ok()) return in_file(path, fields.error());
  auto settings = read_settings(*parsed);
  if (!settings) return in_file(path, settings.error());
  file.settings = std::move(*settings);
  if (!is_site_name(file.site))
    return wrong(path +
                 ": site must be 1 to 63 lower-case letters, digits and hyphens, such as "
                 "\"fern\"");
  auto origins = read_strings(fields, "origins", kMaxSiteOrigins);
  if (!origins) return in_file(path, origins.error());
  for (const std::string& origin : *origins)
    if (!is_origin(origin))
      return wrong(path + ": \"" + origin +
                   "\" is not an origin such as \"https://shop.example\" or "
                   "\"http://localhost:8081\"");
  file.origins = std::move(*origins);
  auto answers = read_answers_of(path, fields.find("answers"), max_file_bytes);
  if (!answers) return answers.error();
  file.answers = std::move(answers->answers);
  file.guides = std::move(answers->guides);
  file.files = std::move(answers->files);
  return file;
}

Result<SiteChanges> apply_site_file(HubStore& store, const SiteFile& file, Millis now) {
  auto known = store.own_hashes();
  if (!known) return known.error();
  std::vector<OwnEvent> events;
  SiteChanges changes;
  const auto want = [&](std::string key, Payload payload) {
    const std::string hash = content_hash(payload);
    const auto had = known->find(key);
    const bool same = had != known->end() && had->second == hash;
    if (had != known->end()) known->erase(had);
    if (same) return;
    events.push_back({std::move(key), hash, std::move(payload)});
    ++changes.placed;
  };
  if (content_hash(file.settings) != content_hash(SiteUpdated{})) want("site", file.settings);
  for (const AnswerPublished& answer : file.answers)
    want(std::string(kAnswerKey) + answer.answer, answer);
  for (const AnswerGuided& guide : file.guides) want(std::string(kGuideKey) + guide.answer, guide);
  // Before its answer may go.
  for (const auto& [key, hash] : *known)
    if (key.starts_with(kGuideKey))
      events.push_back({key, "", AnswerGuided{key.substr(kGuideKey.size()), "", ""}});
  for (const auto& [key, hash] : *known) {
    if (!key.starts_with(kAnswerKey)) continue;
    events.push_back({key, "", AnswerWithdrawn{key.substr(kAnswerKey.size())}});
    ++changes.withdrawn;
  }
  if (!events.empty())
    if (auto placed = store.place_own(events, now); !placed) return placed.error();
  auto origins = store.origins();
  if (!origins) return origins.error();
  std::vector<std::string> wanted = file.origins;
  std::sort(wanted.begin(), wanted.end());
  if (*origins != wanted)
    if (auto set = store.set_origins(wanted); !set) return set.error();
  return changes;
}

}  // namespace deskbell
