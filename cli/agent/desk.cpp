#include "cli/agent/desk.h"

#include <algorithm>
#include <utility>

#include "cli/agent/safe_text.h"

namespace deskbell::cli {
namespace {

bool customer_types(const sdk::Client& client, const std::string& conversation) {
  const auto typists = client.typing(conversation);
  return typists && std::ranges::any_of(*typists, [](const sdk::Typist& typist) {
           return typist.kind == sdk::ActorKind::customer;
         });
}

constexpr std::size_t kMaxListed = 500;
/// More news of one conversation at once are told as a number.
constexpr std::int64_t kMaxTold = 3;

}  // namespace

sdk::Result<std::vector<NumberedConversation>> Desk::conversations() {
  auto list = client_.conversations(kMaxListed);
  if (!list) return list.error();
  std::vector<NumberedConversation> numbered;
  for (sdk::Conversation& conversation : *list)
    numbered.push_back({number_of(conversation.id), std::move(conversation)});
  return numbered;
}

std::optional<std::string> Desk::conversation_of(std::size_t number) const {
  const auto found =
      std::ranges::find_if(numbers_, [&](const auto& entry) { return entry.second == number; });
  if (found == numbers_.end()) return std::nullopt;
  return found->first;
}

std::size_t Desk::number_of(const std::string& conversation) {
  return numbers_.emplace(conversation, numbers_.size() + 1).first->second;
}

void Desk::remember(const sdk::Change& change) {
  if (change.subject != sdk::Subject::conversation) return;
  if (change.id.empty())
    all_changed_ = true;
  else
    changed_.insert(change.id);
}

std::vector<std::string> Desk::notices() {
  while (const auto change = client_.poll_change()) remember(*change);
  const bool live = client_.status().connection == sdk::Connection::live;
  const bool quiet = !was_live_;
  const bool first_live = live && !was_live_;
  was_live_ = was_live_ || live;

  const std::set<std::string> changed = std::exchange(changed_, {});
  if (std::exchange(all_changed_, false) || first_live) {
    if (const auto list = conversations())
      for (const NumberedConversation& each : *list) notice_conversation(each.conversation, quiet);
    if (quiet) notice_unread();
  } else {
    for (const std::string& id : changed)
      if (const auto conversation = client_.conversation(id))
        notice_conversation(*conversation, quiet);
  }
  notice_status();
  notice_refused(quiet);
  return std::exchange(lines_, {});
}

void Desk::notice_conversation(const sdk::Conversation& conversation, bool quiet) {
  const Seen before = seen_[conversation.id];
  seen_[conversation.id] = {conversation.unread, conversation.resolved, conversation.assignee,
                            conversation.survey.stars, customer_types(client_, conversation.id)};
  const std::size_t number = number_of(conversation.id);
  if (quiet) return;
  const std::string who = "#" + std::to_string(number) + " " + customer_name(conversation);
  if (conversation.unread > before.unread)
    notice_messages(conversation, conversation.unread - before.unread);
  else if (seen_[conversation.id].typing && !before.typing)
    say(screen_.dim(who + " is writing ..."));
  const auto self = client_.identity();
  if (self && conversation.assignee == self->id && before.assignee != self->id)
    say(screen_.noticed("assigned to you: ") + who);
  if (conversation.survey.stars && !before.stars)
    say(screen_.noticed("survey answered: ") + who + "  " +
        Screen::stars(*conversation.survey.stars) + "  " + safe_line(conversation.survey.comment));
}

/// What waits to be read when the client starts, and once it has caught up.
void Desk::notice_unread() {
  const auto count =
      std::ranges::count_if(seen_, [](const auto& entry) { return entry.second.unread > 0; });
  if (std::exchange(unread_, count) == count || count == 0) return;
  say(screen_.noticed(counted(count, "conversation") + " with unread messages: list"));
}

void Desk::notice_messages(const sdk::Conversation& conversation, std::int64_t count) {
  const std::string who =
      "#" + std::to_string(number_of(conversation.id)) + " " + customer_name(conversation);
  const auto messages = client_.messages(conversation.id, 50);
  if (count > kMaxTold || !messages) {
    say(screen_.noticed(counted(count, "new message") + " from ") + who);
    return;
  }
  std::vector<std::string> told;
  for (auto it = messages->rbegin(); it != messages->rend(); ++it) {
    if (static_cast<std::int64_t>(told.size()) == count) break;
    if (it->author_kind != sdk::ActorKind::customer) continue;
    told.push_back(screen_.noticed("new message from ") + who + ": " + summary(*it));
  }
  for (auto it = told.rbegin(); it != told.rend(); ++it) say(std::move(*it));
}

void Desk::notice_status() {
  const sdk::Status status = client_.status();
  const sdk::Connection before = std::exchange(connection_, status.connection);
  if (status.connection != before) {
    if (status.connection == sdk::Connection::signed_out)
      say(screen_.bad("The hub does not accept this device any more; type: sign-in"));
    if (status.connection == sdk::Connection::offline && !std::exchange(told_offline_, true))
      say(
          screen_.noticed("No hub in reach. Keep working: everything is saved on this device and "
                          "sent later."));
    if (status.connection == sdk::Connection::live && std::exchange(told_offline_, false))
      say(screen_.noticed("Connected."));
  }
  const std::string trouble = status.trouble ? status.trouble->message : "";
  if (trouble != std::exchange(trouble_, trouble) && !trouble.empty())
    say(screen_.bad("The store cannot be used at the moment: " + safe_line(trouble)));
}

void Desk::notice_refused(bool quiet) {
  const auto refused = client_.refused();
  if (!refused) return;
  const std::size_t before = std::exchange(refused_, refused->size());
  if (refused->size() > before && !quiet)
    say(screen_.bad("The hub refused what you did: ") + safe_line(refused->back().reason.message) +
        screen_.dim(" (see: refused)"));
}

}  // namespace deskbell::cli
