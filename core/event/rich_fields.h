#pragma once

#include <map>
#include <string>
#include <string_view>

namespace deskbell {

class JsonFields;

// The parts of events that are lists and objects of their own, read into canonical JSON text: only
// what is known of them, checked, in one order of names. Folds keep that text, screens show it; no
// rule looks inside. Empty when the field is not there. What is wrong is said to `fields`.

/// `replies` of a message: up to 10 short answers that the customer can give with one touch.
std::string read_replies(JsonFields& fields);

/// `cards` of a message: up to 10 of `{"kind"?: "card"|"product"|"order"|"article"|…, "title",
/// "text"?, "image"?, "url"?, "answer"?, "number"?, "status"?, "amount"?, "currency"?, "lines"?:
/// [{"title", "count"?, "amount"?}], "actions"?: [{"label", "url"?, "reply"?}]}`. Amounts are in
/// the currency's smallest unit.
std::string read_cards(JsonFields& fields);

/// A name that can stand for an attribute: what a program would call it.
bool is_attribute_name(std::string_view name);

/// `attributes` of a customer: up to 32 texts by names of letters, digits and _.
std::map<std::string, std::string> read_attributes(JsonFields& fields);

/// `tags` of a survey's answer: up to 12 short texts.
std::string read_tags(JsonFields& fields);

/// `hours` of a site (core/desk/office_hours.h).
std::string read_hours(JsonFields& fields);

/// `suggestions` of a site: up to 8 questions to begin with.
std::string read_suggestions(JsonFields& fields);

/// `form` of a site, a subset of JSON Schema: `{"properties": {NAME: {"type": "string" | "integer"
/// | "boolean", "title"?, "description"?, "format"?: "email", "enum"?: […], "pattern"?}},
/// "required"?: [NAME…], "order"?: [NAME…]}`.
std::string read_form(JsonFields& fields);

/// `survey` of a site: `{"kind": "stars"|"thumbs"|"nps"|"ces", "question"?, "tags"?: [text…]}`.
std::string read_survey_settings(JsonFields& fields);

/// `proactive` of a site, what its pages may say first: up to 10 of `{"id", "text", "replies"?: [up
/// to 4 short texts], "pages"?: [up to 10 paths, `*` for anything], "seconds"?: on the page, "scroll"?:
/// percent, "facts"?: [up to 4 of {"name", "is"?: text, "at_least"?, "at_most"?}], "returning"?,
/// "open"?, "once"?: "ever" | "visit" | "days", "days"?}`. docs/widget.md says what each means; the
/// rule itself is web/src/proactive/rules.ts.
std::string read_proactive(JsonFields& fields);

}  // namespace deskbell
