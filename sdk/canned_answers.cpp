#include "sdk/canned_answers.h"

#include <algorithm>

#include "core/answer/template.h"
#include "core/event/answer_fields.h"
#include "core/event/attachment.h"

namespace deskbell::sdk {
namespace {

/// Puts an entry's files to those that a message has already; each once.
void add_files(const AnswerPublished& entry, std::vector<deskbell::Attachment>& files) {
  for (deskbell::Attachment& file : parse_attachments(entry.attachments))
    if (std::ranges::none_of(files, [&](const auto& other) { return other.id == file.id; }))
      files.push_back(std::move(file));
}

/// A message out of canned answers, with all their files, and the quick replies and cards of the
/// last of them that has any.
Result<MessagePosted> message_from(const Views& views, std::string text,
                                   const std::vector<std::string>& answers) {
  MessagePosted message;
  message.text = std::move(text);
  message.answer = join_lines(answers);
  std::vector<deskbell::Attachment> files;
  for (const std::string& id : answers) {
    auto answer = views.book().entry(id);
    if (!answer) continue;
    AnswerPublished& entry = answer->entry;
    add_files(entry, files);
    if (!entry.replies.empty()) message.replies = std::move(entry.replies);
    if (!entry.cards.empty()) message.cards = std::move(entry.cards);
  }
  if (files.size() > kMaxAttachments)
    return Error{ErrorCode::too_large, "These answers have " + std::to_string(files.size()) +
                                           " files together, and a message carries " +
                                           std::to_string(kMaxAttachments) +
                                           " at most; send them one by one."};
  message.attachments = attachments_text(files);
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
  const auto entry = views.book().entry(view.id);
  Answer answer = to_public(std::move(view));
  for (deskbell::Attachment& file : parse_attachments(entry ? entry->entry.attachments : ""))
    answer.files.push_back(to_public(AttachmentView{file, AttachmentState::ready, file.size}));
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
