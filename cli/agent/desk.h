#pragma once

#include <deskbell/client.h>

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/agent/screen.h"

namespace deskbell::cli {

/// The numbers of conversations in one session, and what has been noticed about them: turns the
/// SDK's changes into lines for people.
class Desk {
 public:
  explicit Desk(sdk::Client& client, const Screen& screen) : client_(client), screen_(screen) {}

  /// Newest first; those that are new get the next numbers.
  sdk::Result<std::vector<NumberedConversation>> conversations();
  /// Gives all that are there a number.
  void number_all() { (void)conversations(); }
  /// Only those that have a number already have one.
  std::optional<std::string> conversation_of(std::size_t number) const;
  std::size_t number_of(const std::string& conversation);

  /// A change that was taken elsewhere and is to be noticed all the same.
  void remember(const sdk::Change& change);

  /// The agent did that just now, so it is no news.
  void know_assignee(const std::string& conversation, const std::string& agent) {
    seen_[conversation].assignee = agent;
  }

  /// Takes all changes that are there and says what is new. What comes in before the device has
  /// been up to date for the first time is taken as known.
  std::vector<std::string> notices();

 private:
  /// What was last seen of a conversation.
  struct Seen {
    std::int64_t unread = 0;
    bool resolved = false;
    std::string assignee;
    std::optional<int> stars;
    bool typing = false;  // the customer
  };

  void notice_conversation(const sdk::Conversation& conversation, bool quiet);
  void notice_unread();
  void notice_messages(const sdk::Conversation& conversation, std::int64_t count);
  void notice_status();
  void notice_refused(bool quiet);
  void say(std::string line) { lines_.push_back(std::move(line)); }

  sdk::Client& client_;
  const Screen& screen_;
  std::map<std::string, std::size_t> numbers_;
  std::map<std::string, Seen> seen_;
  std::set<std::string> changed_;  // conversations
  bool all_changed_ = true;
  sdk::Connection connection_ = sdk::Connection::stopped;
  std::string trouble_;
  std::size_t refused_ = 0;
  std::int64_t unread_ = 0;  // conversations with unread messages, as last told
  bool was_live_ = false;
  bool told_offline_ = false;
  std::vector<std::string> lines_;
};

}  // namespace deskbell::cli
