#include "sdk/convert.h"

#include "core/answer/template.h"

namespace deskbell::sdk {

#define DESKBELL_ERROR(name, http_status, meaning)   \
  static_assert(static_cast<int>(ErrorCode::name) == \
                -1 - static_cast<int>(deskbell::ErrorCode::name));
#include "core/base/error_codes.def"
#undef DESKBELL_ERROR

ErrorCode to_public(deskbell::ErrorCode code) {
  return static_cast<ErrorCode>(-1 - static_cast<int>(code));
}

Error to_public(const deskbell::Error& error) {
  return {to_public(error.code), error.message};
}

Error unknown(deskbell::ErrorCode code) {
  return {to_public(code), std::string(error_meaning(code))};
}

Error not_signed_in() {
  return {ErrorCode::not_signed_in, "Nobody has signed in on this device yet."};
}

const char* error_name(ErrorCode code) noexcept {
  switch (code) {
#define DESKBELL_ERROR(name, http_status, meaning) \
  case ErrorCode::name:                            \
    return #name;
#include "core/base/error_codes.def"
#undef DESKBELL_ERROR
  }
  return "unknown";
}

ActorKind to_public(deskbell::ActorKind kind) {
  switch (kind) {
    case deskbell::ActorKind::customer:
      return ActorKind::customer;
    case deskbell::ActorKind::agent:
      return ActorKind::agent;
    case deskbell::ActorKind::system:
      break;
  }
  return ActorKind::system;
}

Connection to_public(deskbell::Connection connection) {
  switch (connection) {
    case deskbell::Connection::stopped:
      break;
    case deskbell::Connection::offline:
      return Connection::offline;
    case deskbell::Connection::connecting:
      return Connection::connecting;
    case deskbell::Connection::live:
      return Connection::live;
    case deskbell::Connection::signed_out:
      return Connection::signed_out;
  }
  return Connection::stopped;
}

Change to_public(const deskbell::Change& change) {
  switch (change.subject) {
    case deskbell::Subject::conversation:
      return {Subject::conversation, change.id};
    case deskbell::Subject::answers:
      return {Subject::answers, change.id};
    case deskbell::Subject::site:
      return {Subject::site, change.id};
    case deskbell::Subject::people:
      return {Subject::people, change.id};
    case deskbell::Subject::outbox:
      break;
  }
  return {Subject::outbox, change.id};
}

namespace {

MessageState to_public(deskbell::MessageState state) {
  switch (state) {
    case deskbell::MessageState::saved:
      return MessageState::saved;
    case deskbell::MessageState::sent:
      break;
    case deskbell::MessageState::delivered:
      return MessageState::delivered;
    case deskbell::MessageState::read:
      return MessageState::read;
    case deskbell::MessageState::refused:
      return MessageState::refused;
  }
  return MessageState::sent;
}

RobotStep to_public(RobotStepView view) {
  RobotStep step;
  step.kind = std::move(view.kind);
  step.reason = std::move(view.reason);
  step.away = view.away;
  step.helpful = view.helpful;
  for (BookAnswer& answer : view.answers) step.titles.push_back(std::move(answer.title));
  return step;
}

}  // namespace

Conversation to_public(ConversationView view) {
  return {.id = std::move(view.id),
          .customer = std::move(view.customer),
          .customer_name = std::move(view.customer_name),
          .resolved = view.resolved,
          .assignee = std::move(view.assignee),
          .assignee_name = std::move(view.assignee_name),
          .last_at = view.last_at,
          .last_text = std::move(view.last_text),
          .unread = view.unread,
          .with_robot = view.handled_by == HandledBy::robot,
          .unsent = view.unsent,
          .survey = {view.survey.open, view.survey.stars, std::move(view.survey.comment)},
          .proactive = std::move(view.proactive)};
}

Attachment to_public(AttachmentView view) {
  const auto state = [&] {
    switch (view.state) {
      case deskbell::AttachmentState::waiting:
        return FileState::waiting;
      case deskbell::AttachmentState::uploading:
        return FileState::uploading;
      case deskbell::AttachmentState::ready:
        break;
    }
    return FileState::ready;
  };
  return {.id = std::move(view.file.id),
          .name = std::move(view.file.name),
          .type = std::move(view.file.type),
          .size = view.file.size,
          .width = view.file.width,
          .height = view.file.height,
          .state = state(),
          .sent = view.sent};
}

Message to_public(MessageView view) {
  std::vector<Attachment> files;
  for (AttachmentView& file : view.attachments) files.push_back(to_public(std::move(file)));
  return {.id = std::move(view.id),
          .author_kind = to_public(view.author.kind),
          .author = std::move(view.author.id),
          .author_name = std::move(view.author_name),
          .own = view.own,
          .note = view.note,
          .at = view.at,
          .text = std::move(view.text),
          .files = std::move(files),
          .state = to_public(view.state),
          .refusal = view.refusal ? std::optional(to_public(*view.refusal)) : std::nullopt,
          .robot = view.step ? std::optional(to_public(std::move(*view.step))) : std::nullopt};
}

Answer to_public(AnswerView view) {
  std::vector<AnswerParameter> parameters;
  for (TemplateParameter& each : template_parameters(view.text))
    parameters.push_back({std::move(each.name), std::move(each.label), std::move(each.fallback),
                          std::string(each.format ? to_string(*each.format) : "")});
  return {.id = std::move(view.id),
          .title = std::move(view.title),
          .text = std::move(view.text),
          .language = std::move(view.language),
          .team_only = view.scope == deskbell::AnswerScope::team,
          .category = std::move(view.category),
          .shortcut = std::move(view.shortcut),
          .parameters = std::move(parameters),
          .files = {},
          .procedure = {},
          .authority = {}};
}

}  // namespace deskbell::sdk
