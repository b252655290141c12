#include "core/event/rich_fields.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/desk/office_hours.h"
#include "core/event/event.h"
#include "core/event/id.h"
#include "core/event/json_fields.h"
#include "core/event/json_object.h"

namespace deskbell {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxReplies = 10;
constexpr std::size_t kMaxCards = 10;
constexpr std::size_t kMaxLines = 20;
constexpr std::size_t kMaxActions = 3;
constexpr std::size_t kMaxSuggestions = 8;
constexpr std::size_t kMaxFormFields = 12;
constexpr std::size_t kMaxChoices = 20;
constexpr std::size_t kMaxTags = 12;
constexpr std::size_t kMaxAttributes = 32;
constexpr std::size_t kMaxAttributeBytes = 1024;
constexpr std::size_t kMaxAddressBytes = 2048;
constexpr std::size_t kMaxCardTextBytes = 2048;
constexpr std::size_t kMaxProactive = 10;
constexpr std::size_t kMaxProactiveReplies = 4;
constexpr std::size_t kMaxPages = 10;
constexpr std::size_t kMaxFacts = 4;
constexpr std::int64_t kMaxSecondsOnPage = 24 * 60 * 60;
constexpr std::int64_t kMaxDaysApart = 366;
constexpr std::int64_t kMaxAmount = std::int64_t{1} << 53;

constexpr std::array<std::string_view, 4> kSurveyKinds = {"stars", "thumbs", "nps", "ces"};
constexpr std::array<std::string_view, 3> kOnce = {"ever", "visit", "days"};
constexpr std::array<std::string_view, 3> kFieldTypes = {"string", "integer", "boolean"};

/// Copies what is known from a foreign object into one of ours, and remembers what is wrong.
class Copy {
 public:
  Copy(const json& from, JsonFields& outer, std::string name)
      : outer_(outer), name_(std::move(name)), fields_(from, name_, ErrorCode::invalid_event) {}
  ~Copy() {
    if (!fields_.ok()) outer_.fail(fields_.error());
  }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  void text(const char* name, std::size_t max_bytes = kMaxNameBytes) {
    if (fields_.find(name)) to_[name] = fields_.text(name, max_bytes);
  }
  void needed_text(const char* name) {
    const std::string value = fields_.text(name, kMaxNameBytes);
    if (fields_.ok() && value.empty()) fields_.fail(name, "must not be empty");
    to_[name] = value;
  }
  /// Shown as a link or a picture: nothing but the web's own addresses.
  void address(const char* name) {
    if (!fields_.find(name)) return;
    const std::string value = fields_.text(name, kMaxAddressBytes);
    if (!value.starts_with("https://") && !value.starts_with("http://"))
      return fields_.fail(name, "must begin with https:// or http://");
    to_[name] = value;
  }
  void integer(const char* name, std::int64_t min, std::int64_t max) {
    if (fields_.find(name)) to_[name] = fields_.integer(name, min, max);
  }
  void boolean(const char* name) {
    if (fields_.find(name)) to_[name] = fields_.boolean(name, false);
  }
  template <class Names>
  void one_of(const char* name, const Names& names) {
    const std::string value = fields_.text(name, kMaxNameBytes, std::string(names[0]));
    if (std::find(names.begin(), names.end(), value) == names.end())
      return fields_.fail(name, "is not known");
    to_[name] = value;
  }
  void strings(const char* name, std::size_t max_count) {
    list(name, max_count, [&](const json& element, const std::string& here) -> json {
      if (element.is_string() && element.get_ref<const std::string&>().size() <= kMaxNameBytes &&
          !element.get_ref<const std::string&>().empty())
        return element;
      fields_.fail(here, "must be a short text");
      return {};
    });
  }
  template <class Read>
  void list(const char* name, std::size_t max_count, Read read) {
    const json* from = fields_.find(name);
    if (!from) return;
    if (!from->is_array() || from->size() > max_count)
      return fields_.fail(name, "must be an array of at most " + std::to_string(max_count));
    json to = json::array();
    for (std::size_t i = 0; i < from->size(); ++i)
      to.push_back(read((*from)[i], std::string(name) + "." + std::to_string(i)));
    to_[name] = std::move(to);
  }

  JsonFields& fields() { return fields_; }
  bool has(const char* name) const { return to_.contains(name); }
  void set(const char* name, json value) { to_[name] = std::move(value); }
  json take() { return std::move(to_); }

 private:
  JsonFields& outer_;
  std::string name_;
  JsonFields fields_;
  json to_ = json::object();
};

json copy_line(const json& from, JsonFields& outer, const std::string& name) {
  Copy line(from, outer, name);
  line.needed_text("title");
  line.integer("count", 0, 1'000'000);
  line.integer("amount", -kMaxAmount, kMaxAmount);
  return line.take();
}

json copy_action(const json& from, JsonFields& outer, const std::string& name) {
  Copy action(from, outer, name);
  action.needed_text("label");
  action.address("url");
  action.text("reply");
  if (!action.has("url") && !action.has("reply"))
    action.fields().fail("", "needs a url or a reply");
  return action.take();
}

json copy_card(const json& from, JsonFields& outer, const std::string& name) {
  Copy card(from, outer, name);
  card.text("kind");  // of a newer version, too: then it is shown as a plain card
  card.needed_text("title");
  card.text("text", kMaxCardTextBytes);
  card.address("image");
  card.address("url");
  card.text("answer");
  card.text("number");
  card.text("status");
  card.integer("amount", -kMaxAmount, kMaxAmount);
  card.text("currency", 3);
  card.list("lines", kMaxLines, [&](const json& line, const std::string& here) {
    return copy_line(line, card.fields(), name + "." + here);
  });
  card.list("actions", kMaxActions, [&](const json& action, const std::string& here) {
    return copy_action(action, card.fields(), name + "." + here);
  });
  return card.take();
}

json copy_question(const json& from, JsonFields& outer, const std::string& name) {
  Copy question(from, outer, name);
  question.one_of("type", kFieldTypes);
  question.text("title");
  question.text("description", kMaxCardTextBytes);
  question.text("format");
  question.text("pattern");
  question.strings("enum", kMaxChoices);
  return question.take();
}

json copy_fact(const json& from, JsonFields& outer, const std::string& name) {
  Copy fact(from, outer, name);
  fact.needed_text("name");
  fact.text("is");
  fact.integer("at_least", -kMaxAmount, kMaxAmount);
  fact.integer("at_most", -kMaxAmount, kMaxAmount);
  if (!fact.has("is") && !fact.has("at_least") && !fact.has("at_most"))
    fact.fields().fail("", "needs is, at_least or at_most");
  return fact.take();
}

json copy_proactive(const json& from, JsonFields& outer, const std::string& name) {
  Copy rule(from, outer, name);
  rule.needed_text("id");
  const std::string text = rule.fields().text("text", kMaxCardTextBytes);
  if (rule.fields().ok() && text.empty()) rule.fields().fail("text", "must not be empty");
  rule.set("text", text);
  rule.strings("replies", kMaxProactiveReplies);
  rule.list("pages", kMaxPages, [&](const json& page, const std::string& here) -> json {
    const auto* path = page.get_ptr<const json::string_t*>();
    if (path && path->size() <= kMaxNameBytes && (path->starts_with('/') || path->starts_with('*')))
      return page;
    rule.fields().fail(here, "must be a path such as \"/checkout/*\"");
    return {};
  });
  rule.integer("seconds", 0, kMaxSecondsOnPage);
  rule.integer("scroll", 0, 100);
  rule.list("facts", kMaxFacts, [&](const json& fact, const std::string& here) {
    return copy_fact(fact, rule.fields(), name + "." + here);
  });
  rule.boolean("returning");
  rule.boolean("open");
  rule.one_of("once", kOnce);
  rule.integer("days", 1, kMaxDaysApart);
  return rule.take();
}

std::string text_of(JsonFields& fields, const json& value) {
  return fields.ok() && !value.is_null() ? dump_json(value) : "";
}

/// A field that is a list of short texts.
std::string read_texts(JsonFields& fields, const char* name, std::size_t max_count) {
  const json* list = fields.find(name);
  if (!list) return "";
  const json wrapped = JsonObject().put(name, *list).take();
  json texts;
  {
    Copy copy(wrapped, fields, "data");
    copy.strings(name, max_count);
    texts = copy.take();
  }
  return fields.ok() ? dump_json(texts[name]) : "";
}

}  // namespace

bool is_attribute_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
             std::string_view::npos;
}

std::string read_replies(JsonFields& fields) {
  return read_texts(fields, "replies", kMaxReplies);
}

std::string read_suggestions(JsonFields& fields) {
  return read_texts(fields, "suggestions", kMaxSuggestions);
}

std::string read_tags(JsonFields& fields) {
  return read_texts(fields, "tags", kMaxTags);
}

std::map<std::string, std::string> read_attributes(JsonFields& fields) {
  std::map<std::string, std::string> attributes;
  const json* list = fields.find("attributes");
  if (!list) return attributes;
  if (!list->is_object() || list->size() > kMaxAttributes)
    return fields.fail("attributes", "must be an object of at most 32 texts"), attributes;
  for (const auto& [name, value] : list->items()) {
    if (!is_attribute_name(name))
      fields.fail("attributes", "must have names of letters, digits and _");
    else if (!value.is_string() || value.get_ref<const std::string&>().size() > kMaxAttributeBytes)
      fields.fail("attributes." + name, "must be a text of at most 1024 bytes");
    else
      attributes[name] = value.get<std::string>();
  }
  return attributes;
}

std::string read_cards(JsonFields& fields) {
  const json* list = fields.find("cards");
  if (!list) return "";
  if (!list->is_array() || list->size() > kMaxCards)
    return fields.fail("cards", "must be an array of at most 10"), "";
  json cards = json::array();
  for (std::size_t i = 0; i < list->size(); ++i)
    cards.push_back(copy_card((*list)[i], fields, "data.cards." + std::to_string(i)));
  return text_of(fields, cards);
}

std::string read_hours(JsonFields& fields) {
  const json* hours = fields.find("hours");
  if (!hours) return "";
  const std::string text = dump_json(*hours);
  if (auto parsed = parse_office_hours(text); !parsed) {
    fields.fail(parsed.error());
    return "";
  }
  return text;
}

std::string read_form(JsonFields& fields) {
  const json* form = fields.find("form");
  if (!form) return "";
  json result;
  {
    Copy copy(*form, fields, "data.form");
    const json* properties = copy.fields().find("properties");
    if (!properties || !properties->is_object() || properties->size() > kMaxFormFields)
      return copy.fields().fail("properties", "must be an object of at most 12 fields"), "";
    json questions = json::object();
    for (const auto& [name, question] : properties->items()) {
      if (!is_attribute_name(name))
        copy.fields().fail("properties", "must have names of letters, digits and _");
      questions[name] = copy_question(question, copy.fields(), "data.form.properties." + name);
    }
    copy.set("properties", std::move(questions));
    copy.strings("required", kMaxFormFields);
    copy.strings("order", kMaxFormFields);
    result = copy.take();
  }
  return text_of(fields, result);
}

std::string read_proactive(JsonFields& fields) {
  const json* list = fields.find("proactive");
  if (!list) return "";
  if (!list->is_array() || list->size() > kMaxProactive)
    return fields.fail("proactive", "must be an array of at most 10"), "";
  json rules = json::array();
  std::set<std::string> ids;
  for (std::size_t i = 0; i < list->size() && fields.ok(); ++i) {
    const std::string name = "data.proactive." + std::to_string(i);
    json rule = copy_proactive((*list)[i], fields, name);
    if (fields.ok() && !ids.insert(rule["id"].get<std::string>()).second)
      fields.fail("proactive." + std::to_string(i) + ".id", "is there twice");
    rules.push_back(std::move(rule));
  }
  return text_of(fields, rules);
}

std::string read_survey_settings(JsonFields& fields) {
  const json* survey = fields.find("survey");
  if (!survey) return "";
  json result;
  {
    Copy copy(*survey, fields, "data.survey");
    copy.one_of("kind", kSurveyKinds);
    copy.text("question");
    copy.strings("tags", kMaxTags);
    result = copy.take();
  }
  return text_of(fields, result);
}

}  // namespace deskbell
