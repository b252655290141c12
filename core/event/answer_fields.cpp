#include "core/event/answer_fields.h"

#include <algorithm>
#include <array>

#include "core/base/ascii.h"
#include "core/event/attachment.h"
#include "core/event/event.h"
#include "core/event/id.h"
#include "core/event/json_fields.h"
#include "core/event/json_object.h"
#include "core/event/rich_fields.h"

namespace deskbell {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 3> kScopes = {"everyone", "team", "own"};
constexpr Millis kMaxTime = Millis{1} << 53;
constexpr std::string_view kSpace = " \t\r\n";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(kSpace) == std::string_view::npos;
}

std::string read_words(JsonFields& fields, const char* name, std::size_t max_bytes) {
  std::string text = fields.text(name, max_bytes);
  if (fields.ok() && is_blank(text)) fields.fail(name, "must not be empty");
  return text;
}

std::vector<std::string> read_keywords(JsonFields& fields) {
  std::vector<std::string> keywords;
  const json* list = fields.find("keywords");
  if (!list) return keywords;
  if (!list->is_array() || list->size() > kMaxKeywords)
    return fields.fail("keywords", "must be an array of at most 64 strings"), keywords;
  for (const json& keyword : *list) {
    if (!keyword.is_string() || keyword.get_ref<const std::string&>().size() > kMaxNameBytes)
      return fields.fail("keywords", "must be short strings"), keywords;
    keywords.push_back(keyword.get<std::string>());
  }
  return keywords;
}

AnswerScope read_scope(JsonFields& fields) {
  const auto scope = answer_scope_from(fields.text("scope", kMaxNameBytes, "everyone"));
  if (!scope) fields.fail("scope", "must be \"everyone\", \"team\" or \"own\"");
  return scope.value_or(AnswerScope::team);
}

std::vector<AnswerText> read_translations(JsonFields& fields) {
  std::vector<AnswerText> translations;
  const json* list = fields.find("translations");
  if (!list) return translations;
  if (!list->is_array() || list->size() > kMaxTranslations)
    return fields.fail("translations", "must be an array of at most 32"), translations;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string here = "data.translations." + std::to_string(i);
    JsonFields inner((*list)[i], here, ErrorCode::invalid_event);
    AnswerText words;
    words.language = read_words(inner, "language", kMaxNameBytes);
    words.title = read_words(inner, "title", kMaxNameBytes);
    words.text = read_words(inner, "text", kMaxTextBytes);
    if (!inner.ok()) return fields.fail(inner.error()), translations;
    translations.push_back(std::move(words));
  }
  return translations;
}

std::vector<std::string> read_examples(JsonFields& fields) {
  auto examples = split_lines(fields.text("examples", kMaxExamplesBytes, ""));
  if (examples.size() > kMaxExamples) fields.fail("examples", "must be at most 500 lines");
  for (const std::string& example : examples)
    if (example.size() > kMaxExampleBytes)
      fields.fail("examples", "must be lines of at most 512 bytes");
  return examples;
}

std::string read_shortcut(JsonFields& fields) {
  std::string shortcut = fields.text("shortcut", kMaxShortcutBytes, "");
  if (shortcut.find_first_of(" \t\r\n/") != std::string::npos)
    fields.fail("shortcut", "must be one word without \"/\"");
  return shortcut;
}

json translations_json(const std::vector<AnswerText>& translations) {
  json list = json::array();
  for (const AnswerText& words : translations)
    list.push_back(JsonObject()
                       .text("language", words.language)
                       .text("title", words.title)
                       .text("text", words.text)
                       .take());
  return list;
}

void write_details(const AnswerPublished& entry, json& data) {
  if (!entry.translations.empty()) data["translations"] = translations_json(entry.translations);
  if (!entry.related.empty()) data["related"] = entry.related;
  if (!entry.replies.empty()) data["replies"] = rich_json(entry.replies);
  if (!entry.cards.empty()) data["cards"] = rich_json(entry.cards);
  if (!entry.attachments.empty()) data["attachments"] = rich_json(entry.attachments);
}

void read_details(JsonFields& fields, AnswerPublished& entry) {
  entry.translations = read_translations(fields);
  entry.related = read_ids(fields, "related", kMaxRelated);
  entry.replies = read_replies(fields);
  entry.cards = read_cards(fields);
  entry.attachments = read_attachments(fields);
}

}  // namespace

std::vector<std::string> read_ids(JsonFields& fields, const char* name, std::size_t most) {
  std::vector<std::string> ids;
  const json* list = fields.find(name);
  if (!list) return ids;
  if (!list->is_array() || list->size() > most)
    return fields.fail(name, "must be an array of at most " + std::to_string(most) + " ids"), ids;
  for (const json& id : *list) {
    if (!id.is_string() || !is_id(id.get_ref<const std::string&>()))
      return fields.fail(name, "must be UUIDs in lower case"), ids;
    ids.push_back(id.get<std::string>());
  }
  return ids;
}

std::string_view to_string(AnswerScope scope) {
  return kScopes[static_cast<std::size_t>(scope)];
}

std::optional<AnswerScope> answer_scope_from(std::string_view name) {
  for (std::size_t i = 0; i < kScopes.size(); ++i)
    if (kScopes[i] == name) return static_cast<AnswerScope>(i);
  return std::nullopt;
}

AnswerPublished read_answer_entry(JsonFields& fields) {
  AnswerPublished entry;
  entry.answer = fields.text("answer", kMaxNameBytes);
  if (fields.ok() && !is_id(entry.answer)) fields.fail("answer", "must be a UUID in lower case");
  entry.title = read_words(fields, "title", kMaxNameBytes);
  entry.text = read_words(fields, "text", kMaxTextBytes);
  entry.keywords = read_keywords(fields);
  entry.scope = read_scope(fields);
  entry.language = fields.text("language", kMaxNameBytes, "");
  entry.examples = read_examples(fields);
  entry.category = fields.text("category", kMaxNameBytes, "");
  entry.shortcut = read_shortcut(fields);
  entry.from = fields.integer("from", 0, kMaxTime, 0);
  entry.to = fields.integer("to", 0, kMaxTime, 0);
  if (entry.to != 0 && entry.to <= entry.from) fields.fail("to", "must be later than \"from\"");
  read_details(fields, entry);
  return entry;
}

void write_answer_entry(const AnswerPublished& entry, json& data) {
  data["answer"] = entry.answer;
  data["title"] = entry.title;
  data["text"] = entry.text;
  data["keywords"] = entry.keywords;
  data["scope"] = to_string(entry.scope);
  data["language"] = entry.language;
  if (!entry.examples.empty()) data["examples"] = join_lines(entry.examples);
  if (!entry.category.empty()) data["category"] = entry.category;
  if (!entry.shortcut.empty()) data["shortcut"] = entry.shortcut;
  if (entry.from != 0) data["from"] = entry.from;
  if (entry.to != 0) data["to"] = entry.to;
  write_details(entry, data);
}

std::string entry_json(const AnswerPublished& entry) {
  json data = json::object();
  write_answer_entry(entry, data);
  return dump_json(data);
}

Result<AnswerPublished> entry_from_json(std::string_view text) {
  auto parsed = parse_json(text);
  if (!parsed) return parsed.error();
  JsonFields fields(*parsed, "data", ErrorCode::invalid_event);
  AnswerPublished entry = read_answer_entry(fields);
  if (!fields.ok()) return fields.error();
  return entry;
}

std::string entry_details(const AnswerPublished& entry) {
  json details = json::object();
  write_details(entry, details);
  return details.empty() ? "" : dump_json(details);
}

void set_entry_details(AnswerPublished& entry, std::string_view details) {
  if (details.empty()) return;
  const json parsed = parse_own_json(details);
  JsonFields fields(parsed, "data", ErrorCode::invalid_event);
  read_details(fields, entry);
}

std::string join_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    if (!text.empty()) text += '\n';
    text += line;
  }
  return text;
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!is_blank(line)) lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

AnswerText text_in(const AnswerPublished& entry, std::string_view language) {
  const AnswerText first{entry.language, entry.title, entry.text};
  if (language.empty() || language == entry.language) return first;
  const auto found = [&](auto matches) -> const AnswerText* {
    for (const AnswerText& words : entry.translations)
      if (matches(words.language)) return &words;
    return nullptr;
  };
  if (const auto* same = found([&](const std::string& each) { return each == language; }))
    return *same;
  const std::string main = main_language(language);
  if (main_language(entry.language) == main) return first;
  const auto* alike = found([&](const std::string& each) { return main_language(each) == main; });
  return alike ? *alike : first;
}

}  // namespace deskbell
