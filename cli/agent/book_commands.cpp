#include <algorithm>
#include <array>

#include "cli/agent/commands.h"
#include "cli/agent/safe_text.h"
#include "cli/agent/words.h"

// The commands that change the answer book: drafts, publishing, earlier versions.

namespace deskbell::cli {
namespace {

constexpr std::array<std::pair<std::string_view, sdk::AnswerScope>, 3> kScopes = {
    {{"everyone", sdk::AnswerScope::everyone},
     {"team", sdk::AnswerScope::team},
     {"own", sdk::AnswerScope::own}}};

/// "delivery; when does it come?" as a list.
std::vector<std::string> parted(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    if (const std::string_view part = trimmed(text.substr(0, end)); !part.empty())
      parts.emplace_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

/// Sets a draft's field; what is wrong, or nothing.
std::string set_field(sdk::AnswerDraft& draft, std::string_view field, std::string_view value) {
  const std::array<std::pair<std::string_view, std::string*>, 4> texts = {
      {{"title", &draft.title},
       {"language", &draft.language},
       {"category", &draft.category},
       {"shortcut", &draft.shortcut}}};
  for (const auto& [name, text] : texts)
    if (name == field) return *text = value, "";
  if (field == "text") return draft.text = with_line_ends(value), "";
  if (field == "keywords") return draft.keywords = parted(value), "";
  if (field == "examples") return draft.examples = parted(value), "";
  if (field != "scope")
    return "edit N FIELD VALUE: the fields are title, text, language, category, shortcut, scope, "
           "keywords and examples (these two with \";\" between them).";
  for (const auto& [name, scope] : kScopes)
    if (name == value) return draft.scope = scope, "";
  return "edit N scope: everyone, team or own.";
}

sdk::Answer as_found(const sdk::AnswerDraft& draft) {
  sdk::Answer answer;
  answer.id = draft.id;
  answer.title = draft.title;
  answer.text = draft.text;
  answer.language = draft.language;
  answer.team_only = draft.scope != sdk::AnswerScope::everyone;
  answer.category = draft.category;
  answer.shortcut = draft.shortcut;
  return answer;
}

}  // namespace

Outcome Commands::drafts(std::string_view) {
  const auto drafted = client_.drafted_answers();
  if (!drafted) return Outcome::failed(drafted.error());
  found_.clear();
  for (const sdk::DraftedAnswer& each : *drafted) found_.push_back(as_found(each.draft));
  screen_.drafts(*drafted);
  return {};
}

Outcome Commands::create(std::string_view arguments) {
  const auto [title, text] = first_argument(arguments);
  if (text.empty())
    return Outcome::failed(
        "new TITLE TEXT: the text is missing; put \"quotation marks\" around a title of several "
        "words.");
  sdk::AnswerDraft draft;
  draft.title = title;
  draft.text = with_line_ends(text);
  draft.language = language_;
  auto drafted = client_.draft_answer(draft);
  if (!drafted) return Outcome::failed(drafted.error());
  draft.id = *drafted;
  found_ = {as_found(draft)};
  screen_.line(screen_.dim("Drafted for the team, as answer 1: edit 1 FIELD VALUE, publish 1."));
  return {};
}

Outcome Commands::edit(std::string_view arguments) {
  const auto [number, rest] = first_word(arguments);
  const auto answer = found(number);
  if (!answer) return Outcome::failed(answer.error());
  auto draft = client_.answer_draft(answer->id);
  if (!draft) return Outcome::failed(draft.error());
  const auto [field, value] = first_word(rest);
  if (std::string wrong = set_field(*draft, field, value); !wrong.empty())
    return Outcome::failed(std::move(wrong));
  return told(client_.draft_answer(*std::move(draft)), "Drafted; publish puts it into the book.");
}

Outcome Commands::publish(std::string_view number) {
  const auto answer = found(number);
  if (!answer) return Outcome::failed(answer.error());
  const auto published = client_.publish_draft(answer->id);
  if (!published && published.error().code == sdk::ErrorCode::unknown_answer)
    return Outcome::failed("This answer has no draft: edit N FIELD VALUE makes one.");
  return told(published, "Published.");
}

Outcome Commands::drop(std::string_view number) {
  const auto answer = found(number);
  if (!answer) return Outcome::failed(answer.error());
  return told(client_.drop_draft(answer->id), "The draft is forgotten.");
}

Outcome Commands::versions(std::string_view number) {
  const auto answer = found(number);
  if (!answer) return Outcome::failed(answer.error());
  const auto versions = client_.answer_versions(answer->id);
  if (!versions) return Outcome::failed(versions.error());
  screen_.versions(*versions);
  return {};
}

Outcome Commands::restore(std::string_view arguments) {
  const auto [number, version] = first_word(arguments);
  const auto answer = found(number);
  if (!answer) return Outcome::failed(answer.error());
  const auto wanted = parse_number(version);
  if (!wanted) return Outcome::failed("restore N VERSION: versions N lists them.");
  return told(client_.restore_answer(answer->id, static_cast<std::int64_t>(*wanted)),
              "Published again; it is the newest version now.");
}

Outcome Commands::withdraw(std::string_view number) {
  const auto answer = found(number);
  if (!answer) return Outcome::failed(answer.error());
  return told(client_.withdraw_answer(answer->id), "Withdrawn.");
}

}  // namespace deskbell::cli
