#include "cli/agent/screen.h"

#include <algorithm>
#include <cmath>
#include <ctime>

#include "cli/agent/safe_text.h"

namespace deskbell::cli {
namespace {

constexpr std::size_t kMaxNameColumns = 20;
constexpr std::size_t kMaxTitleColumns = 40;

/// What is left of the width behind so many columns; 0 (not cut) where there is no width.
std::size_t rest_of(std::size_t columns, std::size_t used) {
  if (columns == 0) return 0;
  return std::max<std::size_t>(columns > used ? columns - used : 0, 16);
}

/// A number in a column of three.
std::string right_aligned(const std::string& number) {
  return std::string(number.size() < 3 ? 3 - number.size() : 0, ' ') + number;
}

std::string author_of(const sdk::Message& message) {
  if (message.robot) return "robot";
  if (message.note) return message.own ? "note (you)" : "note: " + safe_line(message.author_name);
  if (message.own) return "you";
  if (!message.author_name.empty()) return safe_line(message.author_name);
  switch (message.author_kind) {
    case sdk::ActorKind::customer:
      return "customer";
    case sdk::ActorKind::agent:
      return "agent";
    case sdk::ActorKind::system:
      break;
  }
  return "Deskbell";
}

std::string state_of(const sdk::Conversation& conversation) {
  if (conversation.resolved) return "resolved";
  return conversation.with_robot ? "robot" : "open";
}

/// What the robot did, in a line before what it said.
std::string deed_of(const sdk::RobotStep& step) {
  std::string titles;
  for (const std::string& title : step.titles)
    titles += (titles.empty() ? "" : " | ") + safe_line(title);
  const std::string helped = !step.helpful ? "" : *step.helpful ? ", helped" : ", did not help";
  if (step.kind == "answered") return "[answered: " + titles + helped + "] ";
  if (step.kind == "chosen") return "[customer chose: " + titles + helped + "] ";
  if (step.kind == "offered") return "[offered: " + titles + "]";
  if (step.kind == "asked") return "[asked for what it needs to answer: " + titles + "]";
  if (step.kind == "missed") return "[did not know]";
  return "[handed over: " + safe_line(step.reason) + (step.away ? ", nobody was there] " : "]");
}

std::string assignee_of(const sdk::Conversation& conversation, std::string_view self) {
  if (conversation.assignee.empty()) return "nobody";
  if (conversation.assignee == self) return "me";
  if (!conversation.assignee_name.empty()) return safe_line(conversation.assignee_name);
  return conversation.assignee.substr(0, 8);
}

std::string names_of(const sdk::Refused& refused) {
  std::string names;
  for (const sdk::Attachment& file : refused.files) names += "  [" + safe_line(file.name) + "]";
  return names;
}

constexpr std::size_t kShownTextColumns = 60;

std::string_view name_of(sdk::AnswerDeed deed) {
  switch (deed) {
    case sdk::AnswerDeed::drafted:
      return "drafted";
    case sdk::AnswerDeed::published:
      break;
    case sdk::AnswerDeed::withdrawn:
      return "withdrawn";
    case sdk::AnswerDeed::guided:
      return "guided";
    case sdk::AnswerDeed::draft_dropped:
      return "draft dropped";
  }
  return "published";
}

}  // namespace

std::string customer_name(const sdk::Conversation& conversation) {
  if (!conversation.customer_name.empty()) return safe_line(conversation.customer_name);
  // The end of an id is its random part.
  const std::string& id = conversation.customer;
  return "customer " + safe_line(id.size() > 4 ? id.substr(id.size() - 4) : id);
}

std::string summary(const sdk::Message& message) {
  std::string text = safe_line(message.text);
  for (const sdk::Attachment& file : message.files)
    text += (text.empty() ? "[" : " [") + safe_line(file.name) + "]";
  return text;
}

std::string size_of(std::int64_t bytes) {
  constexpr std::int64_t kStep = 1024;
  if (bytes < kStep) return counted(bytes, "byte");
  const char* unit = "KB";
  if (bytes >= kStep * kStep) bytes /= kStep, unit = "MB";
  if (bytes >= kStep * kStep) bytes /= kStep, unit = "GB";
  const std::int64_t tenths = bytes * 10 / kStep;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " " + unit;
}

std::string time_of(std::int64_t at) {
  const std::time_t then = static_cast<std::time_t>(at / 1000), now = std::time(nullptr);
  std::tm local_then = {}, local_now = {};
  localtime_r(&then, &local_then);
  localtime_r(&now, &local_now);
  const bool today =
      local_then.tm_yday == local_now.tm_yday && local_then.tm_year == local_now.tm_year;
  char text[64];
  const auto length =
      std::strftime(text, sizeof text, today ? "%H:%M" : "%Y-%m-%d %H:%M", &local_then);
  return {text, length};
}

std::string counted(std::int64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string Screen::dressed(const char* code, std::string_view text) const {
  if (!colour_) return std::string(text);
  return "\033[" + std::string(code) + "m" + std::string(text) + "\033[0m";
}

void Screen::line(std::string_view text) {
  out_ << text << '\n';
}

void Screen::conversations(const std::vector<NumberedConversation>& list, std::string_view self) {
  if (list.empty()) return line(dim("No conversations yet."));
  std::size_t names = 8, assignees = 8;
  for (const auto& [number, conversation] : list) {
    names = std::max(names, columns_of(customer_name(conversation)));
    assignees = std::max(assignees, columns_of(assignee_of(conversation, self)));
  }
  names = std::min(names, kMaxNameColumns);
  assignees = std::min(assignees, kMaxNameColumns);
  line(dim("  #  " + padded("customer", names) + "  unread  state     " +
           padded("assigned", assignees) + "  last"));
  for (const auto& [number, conversation] : list) {
    const std::string index = std::to_string(number);
    const std::string unread = conversation.unread ? std::to_string(conversation.unread) : "-";
    const std::string state = state_of(conversation);
    const std::string head = right_aligned(index);
    const std::string name = padded(cut(customer_name(conversation), names), names);
    const std::string assigned = padded(cut(assignee_of(conversation, self), assignees), assignees);
    const std::size_t used = 3 + 2 + names + 2 + 6 + 2 + 8 + 2 + assignees + 2;
    const std::string last = cut(safe_line(conversation.last_text), rest_of(columns_, used));
    line(
        head + "  " + (conversation.unread ? bold(name) : name) + "  " + padded(unread, 6) + "  " +
        padded(state, 8) + "  " + assigned + "  " + last +
        (conversation.unsent ? dim("  (" + std::to_string(conversation.unsent) + " unsent)") : ""));
  }
}

void Screen::conversation(const NumberedConversation& numbered, std::string_view self,
                          const std::vector<sdk::Message>& messages) {
  const sdk::Conversation& conversation = numbered.conversation;
  line(bold("#" + std::to_string(numbered.number) + " " + customer_name(conversation)) +
       dim(" · " + state_of(conversation) + " · assigned to " + assignee_of(conversation, self)));
  if (!conversation.proactive.empty())
    line(dim("began from the proactive message " + safe_line(conversation.proactive)));
  std::size_t names = 0;
  for (const sdk::Message& each : messages)
    names = std::max(names, std::min(columns_of(author_of(each)), kMaxNameColumns));
  std::size_t file_number = 0;
  for (const sdk::Message& each : messages) message(each, names, file_number);
  if (conversation.survey.stars) survey(conversation.survey);
}

void Screen::message(const sdk::Message& message, std::size_t name_columns,
                     std::size_t& file_number) {
  const std::string time = time_of(message.at);
  const std::string name = padded(cut(author_of(message), name_columns), name_columns);
  const std::string shown = message.note ? note(name) : message.own ? own(name) : bold(name);
  const std::string indent(2 + columns_of(time) + 2 + name_columns + 2, ' ');
  std::string text = message.robot ? deed_of(*message.robot) : "";
  text += safe_text(message.text);
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 1 + indent.size())
    text.insert(at + 1, indent);
  const std::string mark = state(message);
  line("  " + dim(time) + "  " + shown + "  " + text + (mark.empty() ? "" : "  " + mark));
  for (const sdk::Attachment& file : message.files)
    line(indent + "[" + std::to_string(++file_number) + "] " + bold(safe_line(file.name)) +
         dim("  " + size_of(file.size) + "  " + safe_line(file.type) + progress(file)));
}

std::string Screen::progress(const sdk::Attachment& file) const {
  switch (file.state) {
    case sdk::FileState::waiting:
      return "  not sent yet";
    case sdk::FileState::uploading:
      return "  " + std::to_string(file.sent * 100 / std::max<std::int64_t>(file.size, 1)) +
             " % sent";
    case sdk::FileState::ready:
      break;
  }
  return "";
}

std::string Screen::state(const sdk::Message& message) const {
  if (!message.own && !message.note) return "";
  switch (message.state) {
    case sdk::MessageState::saved:
      return dim("saved on this device");
    case sdk::MessageState::sent:
      return dim("✓");
    case sdk::MessageState::delivered:
      return dim("✓✓");
    case sdk::MessageState::read:
      return good("✓✓ read");
    case sdk::MessageState::refused:
      break;
  }
  return bad("✗ refused: " + (message.refusal ? safe_line(message.refusal->message) : ""));
}

void Screen::answers(const std::vector<sdk::Answer>& answers) {
  if (answers.empty()) return line(dim("No canned answer has these words."));
  std::size_t titles = 0;
  for (const sdk::Answer& each : answers)
    titles = std::max(titles, std::min(columns_of(safe_line(each.title)), kMaxTitleColumns));
  std::size_t number = 0;
  for (const sdk::Answer& each : answers) {
    const std::string index = std::to_string(++number);
    line(right_aligned(index) + "  " + bold(padded(cut(safe_line(each.title), titles), titles)) +
         "  " + dim(cut(safe_line(each.text), columns_ ? rest_of(columns_, 7 + titles) : 80)));
  }
}

void Screen::suggested(const std::vector<sdk::SuggestedAnswer>& answers) {
  if (answers.empty()) return line(dim("No canned answer is like this."));
  std::size_t number = 0;
  for (const sdk::SuggestedAnswer& each : answers) {
    const std::string title = cut(safe_line(each.answer.title), kMaxTitleColumns);
    const std::string percent = std::to_string(std::lround(100 * each.confidence));
    std::string why = each.nearest.empty() ? "" : "like \"" + safe_line(each.nearest) + "\"";
    for (const std::string& word : each.words)
      why += (&word != each.words.data() ? ", "
              : why.empty()              ? "has "
                                         : "; has ") +
             safe_line(word);
    line(right_aligned(std::to_string(++number)) + "  " + right_aligned(percent) + " %  " +
         bold(title) + "  " +
         dim(cut(why, columns_ ? rest_of(columns_, 14 + columns_of(title)) : 80)));
  }
}

void Screen::answer(const sdk::Answer& answer) {
  line(bold(safe_line(answer.title)) + dim(answer.team_only ? " · for the team only" : ""));
  line(safe_text(answer.text));
  const auto more = [&](const char* name, const std::string& text) {
    if (!text.empty()) line(dim(name) + safe_text(text));
  };
  for (const sdk::Attachment& file : answer.files)
    line(dim("file       ") + safe_line(file.name) + dim("  " + size_of(file.size)));
  more("shortcut   ", answer.shortcut);
  more("category   ", answer.category);
  more("procedure  ", answer.procedure);
  more("authority  ", answer.authority);
}

void Screen::drafts(const std::vector<sdk::DraftedAnswer>& drafted) {
  if (drafted.empty()) return line(dim("There are no drafts."));
  std::size_t number = 0;
  for (const sdk::DraftedAnswer& each : drafted)
    line(right_aligned(std::to_string(++number)) + "  " +
         bold(cut(safe_line(each.draft.title), kMaxTitleColumns)) +
         dim(std::string("  ") + (each.published ? "published otherwise" : "new") + " · " +
             (each.own ? "only you see it" : safe_line(each.author_name)) + " · " +
             time_of(each.at)));
}

void Screen::versions(const std::vector<sdk::AnswerVersion>& versions) {
  for (const sdk::AnswerVersion& each : versions) {
    const bool published = each.deed == sdk::AnswerDeed::published;
    line(
        right_aligned(published ? std::to_string(each.number) : "") + "  " +
        padded(std::string(name_of(each.deed)), 13) + "  " + dim(time_of(each.at) + "  ") +
        padded(each.author_kind == sdk::ActorKind::agent ? safe_line(each.author_name) : "the site",
               16) +
        (each.draft ? "  " + bold(cut(safe_line(each.draft->title), kMaxTitleColumns)) + "  " +
                          dim(cut(safe_line(each.draft->text), kShownTextColumns))
                    : ""));
  }
}

std::string Screen::stars(int stars) {
  std::string text;
  for (int i = 1; i <= 5; ++i) text += i <= stars ? "★" : "☆";
  return text + " (" + std::to_string(stars) + " of 5)";
}

void Screen::survey(const sdk::Survey& survey) {
  if (!survey.stars)
    return line(dim(survey.open ? "The survey is open; the customer has not answered it yet."
                                : "The survey opens when the conversation is resolved."));
  line("Survey: " + good(stars(*survey.stars)) +
       (survey.comment.empty() ? "" : "  " + safe_line(survey.comment)));
}

void Screen::refused(const std::vector<sdk::Refused>& refused) {
  if (refused.empty()) return line(dim("Nothing was refused."));
  std::size_t number = 0;
  for (const sdk::Refused& each : refused) {
    line("  " + std::to_string(++number) + "  " + each.type +
         (each.text.empty() ? "" : "  " + cut(safe_line(each.text), 60)) + names_of(each) + "  " +
         bad(safe_line(each.reason.message)));
  }
}

}  // namespace deskbell::cli
