#include "sdk/canned_answers.h"

#include "core/answer/template.h"
#include "core/event/answer_fields.h"

namespace deskbell::sdk {
namespace {

/// A message out of canned answers, with what the last of them that has any brings along.
MessagePosted message_from(const Views& views, std::string text,
                           const std::vector<std::string>& answers) {
  MessagePosted message;
  message.text = std::move(text);
  message.answer = join_lines(answers);
  for (const std::string& id : answers) {
    auto answer = views.answer(id);
    if (!answer) continue;
    if (!answer->replies.empty()) message.replies = std::move(answer->replies);
    if (!answer->cards.empty()) message.cards = std::move(answer->cards);
  }
  return message;
}

std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

}  // namespace

Answer with_guide(const Views& views, AnswerView view) {
  const auto guide = views.book().guide(view.id);
  Answer answer = to_public(std::move(view));
  if (guide) {
    answer.procedure = guide->procedure;
    answer.authority = guide->authority;
  }
  return answer;
}

Result<Answer> read_answer(Device& device, std::string_view id, std::string_view language) {
  return device.read([&](const Views& views) -> Result<Answer> {
    auto view = views.answer(id, language);
    if (!view) return unknown(deskbell::ErrorCode::unknown_answer);
    return with_guide(views, *std::move(view));
  });
}

Result<FilledAnswer> fill_answer(Device& device, std::string_view conversation,
                                 std::string_view answer, const Values& values,
                                 std::string_view language) {
  const auto self = device.identity();
  if (!self) return not_signed_in();
  return device.read([&](const Views& views) -> Result<FilledAnswer> {
    const auto where = views.conversation(conversation);
    if (!where) return unknown(deskbell::ErrorCode::unknown_conversation);
    const auto what = views.answer(answer, language);
    if (!what) return unknown(deskbell::ErrorCode::unknown_answer);
    Values all = values;
    all.merge(views.values_for(where->customer, where->id));
    if (!self->name.empty()) all.emplace("agent.name", self->name);
    FilledTemplate filled = fill_template(what->text, all, what->language);
    return FilledAnswer{std::move(filled.text), std::move(filled.missing)};
  });
}

Result<std::string> use_answer(Device& device, std::string conversation, std::string answer,
                               const Values& values, std::string_view language) {
  auto filled = fill_answer(device, conversation, answer, values, language);
  if (!filled) return filled.error();
  if (!filled->missing.empty())
    return Error{ErrorCode::invalid_command,
                 "Nothing is known for " + list_of(filled->missing) + "; give a value for it."};
  return post_from_answers(device, std::move(conversation), std::move(filled->text),
                           {std::move(answer)});
}

Result<std::string> post_from_answers(Device& device, std::string conversation, std::string text,
                                      const std::vector<std::string>& answers) {
  auto message = device.read([&](const Views& views) -> Result<MessagePosted> {
    return message_from(views, std::move(text), answers);
  });
  if (!message) return message.error();
  return to_public(device.worker().run([&](Engine& engine, Millis now) {
    return engine.replica().post_message(std::move(conversation), *std::move(message), now);
  }));
}

}  // namespace deskbell::sdk
