#include <algorithm>

#include "cli/agent/commands.h"
#include "cli/agent/safe_text.h"
#include "cli/agent/words.h"

// The commands that are about canned answers, and what is written with them.

namespace deskbell::cli {
namespace {

constexpr std::size_t kShownAnswers = 15;
constexpr std::string_view kSay = "say ";

/// "Working days [3]: "
std::string question_for(const sdk::AnswerParameter& parameter) {
  std::string question = safe_line(parameter.label);
  if (parameter.format == "date") question += " (as 2026-11-26)";
  if (parameter.format == "amount") question += " (as 12.50 EUR)";
  if (!parameter.fallback.empty()) question += " [" + safe_line(parameter.fallback) + "]";
  return question + ": ";
}

}  // namespace

Outcome Commands::find(std::string_view words) {
  auto answers = client_.find_answers(words, kShownAnswers, language_);
  if (!answers) return Outcome::failed(answers.error());
  found_ = *std::move(answers);
  screen_.answers(found_);
  return {};
}

Outcome Commands::suggest(std::string_view question) {
  std::future<sdk::Result<std::vector<sdk::SuggestedAnswer>>> asked;
  if (question.empty()) {
    const auto id = opened();
    if (!id) return Outcome::failed(id.error());
    asked = client_.suggest_answers(*id);
  } else {
    asked = client_.answers_to(std::string(question));
  }
  const auto suggested = asked.get();
  if (!suggested) return Outcome::failed(suggested.error());
  found_.clear();
  for (const sdk::SuggestedAnswer& one : *suggested) found_.push_back(one.answer);
  screen_.suggested(*suggested);
  return {};
}

Outcome Commands::show(std::string_view number) {
  const auto answer = found(number);
  if (!answer) return Outcome::failed(answer.error());
  screen_.answer(*answer);
  return {};
}

Outcome Commands::language(std::string_view tag) {
  language_ = tag;
  screen_.line(screen_.dim(tag.empty() ? "Canned answers are in their first language."
                                       : "Canned answers are in \"" + safe_line(tag) +
                                             "\", where they have it."));
  return {};
}

Outcome Commands::use(std::string_view arguments) {
  const auto id = opened();
  if (!id) return Outcome::failed(id.error());
  std::vector<std::string> answers;
  std::string numbers;
  auto [number, rest] = first_word(arguments);
  do {
    const auto answer = found(number);
    if (!answer) return Outcome::failed(answer.error());
    answers.push_back(answer->id);
    numbers += std::string(number) + " ";
    arguments = rest;
    std::tie(number, rest) = first_word(arguments);
  } while (parse_number(number));
  auto values = parse_values(arguments);
  if (!values)
    return Outcome::failed("use N ... NAME=VALUE ...: \"" + safe_line(arguments) +
                           "\" is no such list of values.");
  for (const std::string& answer : answers)
    if (!ask_for_parameters(answer, *values))
      return Outcome::failed("Not sent: not everything was given that was asked for.");
  std::string text, names, example;
  for (const std::string& answer : answers) {
    const auto filled = client_.fill_answer(*id, answer, *values, language_);
    if (!filled) return Outcome::failed(filled.error());
    text += (text.empty() ? "" : "\n\n") + filled->text;
    for (const std::string& name : filled->missing) {
      names += (names.empty() ? "" : ", ") + name;
      example += " " + name + "=...";
    }
  }
  if (!names.empty())
    return Outcome::failed("Not sent: nothing is known for " + names + ". Give it: use " + numbers +
                           example.substr(1));
  const auto posted = client_.post_from_answers(*id, text, answers);
  if (!posted) return Outcome::failed(posted.error());
  screen_.line(screen_.dim("sent: ") + safe_text(text));
  return {};
}

std::string Commands::inserted(std::size_t number, std::string_view line) {
  const auto answer = found(std::to_string(number));
  const auto id = opened();
  if (!answer || !id) return "";
  Values values;
  if (!ask_for_parameters(answer->id, values)) return "";
  const auto filled = client_.fill_answer(*id, answer->id, values, language_);
  if (!filled) return "";
  if (line.empty()) inserted_.clear();
  inserted_.push_back(answer->id);
  return std::string(line.empty() ? kSay : "") + in_one_line(safe_text(filled->text));
}

Outcome Commands::say(std::string_view text) {
  const auto id = opened();
  if (!id) return Outcome::failed(id.error());
  if (text.empty()) return Outcome::failed("say TEXT: the text is missing.");
  const std::vector<std::string> answers = std::exchange(inserted_, {});
  if (answers.empty()) return told(client_.post(*id, std::string(text)), "");
  if (text.find("{{") != std::string_view::npos)
    return Outcome::failed("Not sent: there is a variable {{...}} left; write what stands for it.");
  return told(client_.post_from_answers(*id, with_line_ends(text), answers), "");
}

/// Asks for what the answer wants to be told and `values` do not say yet; whether all was given.
bool Commands::ask_for_parameters(const std::string& id, Values& values) const {
  const auto answer = client_.answer(id, language_);
  if (!answer || !setup_.ask) return true;
  for (const sdk::AnswerParameter& parameter : answer->parameters) {
    if (values.contains(parameter.name)) continue;
    auto given = setup_.ask(question_for(parameter));
    if (!given) return false;
    const std::string& value = given->empty() ? parameter.fallback : *given;
    if (value.empty()) return false;
    values.emplace(parameter.name, value);
  }
  return true;
}

sdk::Result<sdk::Answer> Commands::found(std::string_view number) const {
  const auto index = parse_number(number);
  if (index && *index <= found_.size()) return found_[*index - 1];
  return sdk::Error{sdk::ErrorCode::invalid_command,
                    found_.empty() ? "Find an answer first: find WORDS."
                                   : "\"" + safe_line(cut(number, 40)) +
                                         "\" is no number of what was found: 1 to " +
                                         std::to_string(found_.size()) + "."};
}

}  // namespace deskbell::cli
