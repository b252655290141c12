#include "cli/agent/commands.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <map>

#include "cli/agent/safe_text.h"
#include "cli/agent/words.h"

namespace deskbell::cli {
namespace {

constexpr std::size_t kShownMessages = 100;
constexpr int kMostNamesakes = 999;  // files of one name in a folder

/// Whether its text has that in it, or the name of one of its files.
bool says(const sdk::Message& message, const std::string& text) {
  return message.text.find(text) != std::string::npos ||
         std::ranges::any_of(message.files, [&](const sdk::Attachment& file) {
           return file.name.find(text) != std::string::npos;
         });
}

/// What the beginning of a path may go on to; without those that would need quotation marks.
std::vector<std::string> paths_from(std::string_view begun) {
  std::vector<std::string> paths;
  const std::string shown(begun.substr(0, begun.find_last_of('/') + 1));  // npos + 1: nothing
  std::error_code error;
  const std::filesystem::path folder = shown.empty() ? "." : expanded_path(shown);
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.find_first_of(" \"'") != std::string::npos || safe_line(name) != name) continue;
    paths.push_back(shown + name + (entry->is_directory(error) ? "/" : ""));
  }
  return paths;
}

}  // namespace

Outcome Outcome::failed(const sdk::Error& error) {
  return failed(safe_line(error.message));
}

std::span<const Commands::Command> Commands::all() {
  static constexpr std::array kCommands = {
      Command{"help", "", "this list", &Commands::help},
      Command{"list", "", "the conversations, newest first", &Commands::list},
      Command{"open", "N", "show conversation N and mark it as read", &Commands::open},
      Command{"read", "[N]", "mark the open conversation, or N, as read", &Commands::read},
      Command{"say", "TEXT", "write to the customer", &Commands::say},
      Command{"attach", "FILE [TEXT]", "send a file, with a text or without", &Commands::attach},
      Command{"save", "N [FOLDER]", "save file N of the open conversation", &Commands::save},
      Command{"find", "WORDS", "look for canned answers", &Commands::find},
      Command{"suggest", "[QUESTION]", "canned answers for what the customer wrote last, and why",
              &Commands::suggest},
      Command{"show", "N", "the whole text of found answer N", &Commands::show},
      Command{"use", "N ... [NAME=VALUE ...]", "send found answers, their variables filled in",
              &Commands::use},
      Command{"language", "[TAG]", "canned answers in that language, where they have it",
              &Commands::language},
      Command{"drafts", "", "the answers that are to be published one day", &Commands::drafts},
      Command{"new", "TITLE TEXT", "begin a draft of a new answer", &Commands::create},
      Command{"edit", "N FIELD VALUE", "draft another title, text, ... of found answer N",
              &Commands::edit},
      Command{"publish", "N", "publish the draft of answer N", &Commands::publish},
      Command{"drop", "N", "forget the draft of answer N", &Commands::drop},
      Command{"versions", "N", "what was done to answer N, and by whom", &Commands::versions},
      Command{"restore", "N VERSION", "publish again what answer N said in that version",
              &Commands::restore},
      Command{"withdraw", "N", "take answer N out of the book", &Commands::withdraw},
      Command{"note", "TEXT", "a note that only the team sees", &Commands::note},
      Command{"assign", "me|nobody|AGENT", "say whose conversation it is", &Commands::assign},
      Command{"resolve", "", "the conversation is dealt with", &Commands::resolve},
      Command{"reopen", "", "it is not", &Commands::reopen},
      Command{"survey", "", "what the customer thinks of it", &Commands::survey},
      Command{"refused", "", "what the hub would not take", &Commands::refused},
      Command{"discard", "N", "forget refused N", &Commands::discard},
      Command{"resend", "N", "do refused N again, knowing what is known now", &Commands::resend},
      Command{"status", "", "the connection, and what is not sent yet", &Commands::status},
      Command{"wait", "placed|live|message TEXT|survey|read", "for scripts: until it is so",
              &Commands::wait},
      Command{"sign-in", "", "again, when the hub does not accept this device any more",
              &Commands::sign_in},
      Command{"quit", "", "leave; what is not sent yet is sent next time", &Commands::quit},
  };
  return kCommands;
}

Outcome Commands::run(std::string_view line) {
  if (line.starts_with('/')) return suggest(line.substr(1));
  const auto [name, argument] = first_word(line);
  if (name.empty()) return {};
  for (const Command& command : all())
    if (command.name == name) return (this->*command.handler)(argument);
  return Outcome::failed("There is no command \"" + safe_line(cut(name, 40)) +
                         "\"; help lists them all.");
}

std::string Commands::where() const {
  if (open_.empty()) return "";
  const auto conversation = client_.conversation(open_);
  if (!conversation) return "";
  return "#" + std::to_string(desk_.number_of(open_)) + " " + customer_name(*conversation);
}

void Commands::typed(std::string_view line) {
  if (line.empty()) inserted_.clear();
  if (!open_.empty() && line.starts_with("say ")) client_.note_typing(open_);
}

std::vector<std::string> Commands::completions(std::string_view line) const {
  const auto [name, argument] = first_word(line);
  std::vector<std::string> words;
  if (line.find(' ') == std::string_view::npos) {
    for (const Command& command : all()) words.emplace_back(command.name);
  } else if (name == "open" || name == "read") {
    if (const auto list = desk_.conversations())
      for (const NumberedConversation& each : *list) words.push_back(std::to_string(each.number));
  } else if (name == "assign") {
    words = {"me", "nobody"};
    if (const auto agents = client_.agents())
      for (const sdk::Agent& agent : *agents) words.push_back(safe_line(agent.name));
  } else if (name == "attach") {
    words = paths_from(argument);
  } else if (name == "wait") {
    words = {"placed", "live", "message", "survey", "read"};
  }
  const std::string_view begun = line.find(' ') == std::string_view::npos ? line : argument;
  std::erase_if(words, [&](const std::string& word) { return !word.starts_with(begun); });
  return words;
}

// ---- Looking

Outcome Commands::help(std::string_view) {
  for (const Command& command : all()) {
    const std::string usage = std::string(command.name) + (command.arguments.empty() ? "" : " ") +
                              std::string(command.arguments);
    screen_.line("  " + screen_.bold(padded(usage, 42)) + "  " + std::string(command.help));
  }
  return {};
}

Outcome Commands::list(std::string_view) {
  const auto list = desk_.conversations();
  if (!list) return Outcome::failed(list.error());
  const auto self = client_.identity();
  screen_.conversations(*list, self ? self->id : "");
  return {};
}

Outcome Commands::open(std::string_view number) {
  desk_.number_all();  // so that a script can open what has just come in
  const auto id = numbered(number);
  if (!id) return Outcome::failed(id.error());
  open_ = *id;
  const auto conversation = client_.conversation(open_);
  if (!conversation) return Outcome::failed(conversation.error());
  const auto messages = client_.messages(open_, kShownMessages);
  if (!messages) return Outcome::failed(messages.error());
  files_.clear();
  for (const sdk::Message& message : *messages)
    for (const sdk::Attachment& file : message.files) files_.push_back({message.id, file});
  const auto self = client_.identity();
  screen_.conversation({desk_.number_of(open_), *conversation}, self ? self->id : "", *messages);
  return told(client_.mark_read(open_), "");
}

Outcome Commands::read(std::string_view number) {
  const auto id = number.empty() ? opened() : numbered(number);
  if (!id) return Outcome::failed(id.error());
  return told(client_.mark_read(*id), "");
}

Outcome Commands::survey(std::string_view) {
  const auto id = opened();
  if (!id) return Outcome::failed(id.error());
  const auto conversation = client_.conversation(*id);
  if (!conversation) return Outcome::failed(conversation.error());
  screen_.survey(conversation->survey);
  return {};
}

Outcome Commands::refused(std::string_view) {
  auto refused = client_.refused();
  if (!refused) return Outcome::failed(refused.error());
  refused_ = *std::move(refused);
  screen_.refused(refused_);
  return {};
}

Outcome Commands::status(std::string_view) {
  const sdk::Status status = client_.status();
  const auto self = client_.identity();
  const auto connection = [&]() -> std::string {
    switch (status.connection) {
      case sdk::Connection::stopped:
        break;
      case sdk::Connection::offline:
        return screen_.bad("offline");
      case sdk::Connection::connecting:
        return "connecting";
      case sdk::Connection::live:
        return screen_.good("live");
      case sdk::Connection::signed_out:
        return screen_.bad("signed out");
    }
    return "stopped";
  };
  if (self) screen_.line("agent       " + safe_line(self->name) + " at " + self->site);
  screen_.line("connection  " + connection());
  screen_.line("unsent      " + std::to_string(status.unsent));
  if (status.trouble)
    screen_.line("store       " + screen_.bad(safe_line(status.trouble->message)));
  return {};
}

// ---- Doing

Outcome Commands::attach(std::string_view arguments) {
  const auto id = opened();
  if (!id) return Outcome::failed(id.error());
  const auto [path, text] = first_argument(arguments);
  if (path.empty())
    return Outcome::failed(
        "attach FILE [TEXT]: the file is missing; put \"quotation marks\" around spaces.");
  return told(client_.post(*id, std::string(text), {{.path = expanded_path(path)}}), "");
}

Outcome Commands::save(std::string_view arguments) {
  if (const auto id = opened(); !id) return Outcome::failed(id.error());
  const auto [number, rest] = first_word(arguments);
  const auto index = parse_number(number);
  if (!index || *index > files_.size())
    return Outcome::failed("\"" + safe_line(cut(number, 40)) +
                           "\" is no number of a file here; open shows them.");
  const std::string folder = rest.empty() ? "." : expanded_path(first_argument(rest).first);
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error))
    return Outcome::failed("There is no folder " + safe_line(folder) + ".");
  const auto saved = save_to(files_[*index - 1], folder);
  if (!saved) return Outcome::failed(saved.error());
  screen_.line(screen_.dim("saved: ") + safe_line(*saved));
  return {};
}

/// Under its own name, or one with a number where a file has that name: nothing is written over.
sdk::Result<std::string> Commands::save_to(const ShownFile& file, const std::string& folder) {
  const std::string name = saved_name(file.file.name);
  for (int number = 1; number <= kMostNamesakes; ++number) {
    const auto path = std::filesystem::path(folder) / numbered_name(name, number);
    std::error_code error;
    if (std::filesystem::exists(std::filesystem::symlink_status(path, error))) continue;
    if (auto saved = client_.save_file(file.message, file.file.id, path.string()).get(); !saved)
      return saved.error();
    return path.string();
  }
  return sdk::Error{sdk::ErrorCode::invalid_command, "There are too many files " + safe_line(name) +
                                                         " in " + safe_line(folder) +
                                                         "; choose another folder."};
}

Outcome Commands::note(std::string_view text) {
  const auto id = opened();
  if (!id) return Outcome::failed(id.error());
  if (text.empty()) return Outcome::failed("note TEXT: the text is missing.");
  return told(client_.add_note(*id, std::string(text)), "Noted.");
}

Outcome Commands::assign(std::string_view to) {
  const auto id = opened();
  if (!id) return Outcome::failed(id.error());
  if (to.empty()) return Outcome::failed("assign me, assign nobody, or assign an agent's name.");
  if (to == "nobody") return told(client_.assign(*id, ""), "Assigned to nobody.");
  const auto self = client_.identity();
  if (to == "me" && self) {
    desk_.know_assignee(*id, self->id);
    return told(client_.assign(*id, self->id), "Assigned to you.");
  }
  const auto agent = agent_called(to);
  if (!agent) return Outcome::failed(agent.error());
  return told(client_.assign(*id, *agent), "Assigned.");
}

Outcome Commands::resolve(std::string_view) {
  const auto id = opened();
  if (!id) return Outcome::failed(id.error());
  return told(client_.resolve(*id), "Resolved.");
}

Outcome Commands::reopen(std::string_view) {
  const auto id = opened();
  if (!id) return Outcome::failed(id.error());
  return told(client_.reopen(*id), "Reopened.");
}

Outcome Commands::discard(std::string_view number) {
  const auto refused = refused_at(number);
  if (!refused) return Outcome::failed(refused.error());
  return told(client_.discard(refused->id), "Forgotten.");
}

Outcome Commands::resend(std::string_view number) {
  const auto refused = refused_at(number);
  if (!refused) return Outcome::failed(refused.error());
  return told(client_.resend(refused->id), "Done again.");
}

Outcome Commands::sign_in(std::string_view) {
  const auto password = setup_.ask_password ? setup_.ask_password() : std::nullopt;
  if (!password)
    return Outcome::failed(
        "There is no password to sign in with: set DESKBELL_PASSWORD, or type "
        "this command at a terminal.");
  const auto identity = client_.sign_in(setup_.login, *password).get();
  if (!identity) return Outcome::failed(identity.error());
  screen_.line("Signed in as " + safe_line(identity->name) + ".");
  return {};
}

Outcome Commands::quit(std::string_view) {
  return {Outcome::Kind::quit, ""};
}

// ---- Waiting

Outcome Commands::wait(std::string_view what) {
  const auto [kind, argument] = first_word(what);
  if (kind == "placed")
    return wait_until(what, [&]() -> sdk::Result<bool> { return client_.status().unsent == 0; });
  if (kind == "live")
    return wait_until(what, [&]() -> sdk::Result<bool> {
      return client_.status().connection == sdk::Connection::live;
    });
  if (kind == "message") {
    if (argument.empty()) return Outcome::failed("wait message TEXT: the text is missing.");
    return wait_until(what, [&, text = std::string(argument)] { return message_is_there(text); });
  }
  if (kind == "survey") {
    const auto id = opened();
    if (!id) return Outcome::failed(id.error());
    const auto waited = wait_until(what, [&]() -> sdk::Result<bool> {
      const auto conversation = client_.conversation(*id);
      if (!conversation) return conversation.error();
      return conversation->survey.stars.has_value();
    });
    return waited.kind == Outcome::Kind::done ? survey("") : waited;
  }
  if (kind == "read") {
    if (const auto id = opened(); !id) return Outcome::failed(id.error());
    return wait_until(what, [&] { return own_last_is_read(); });
  }
  return Outcome::failed("wait placed, live, message TEXT, survey or read.");
}

Outcome Commands::wait_until(std::string_view what,
                             const std::function<sdk::Result<bool>()>& holds) {
  using namespace std::chrono;
  // Any change may be the one; looking anyway from time to time costs nothing.
  constexpr milliseconds kLookAnyway(1000);
  const auto begin = steady_clock::now();
  for (;;) {
    const auto held = holds();
    if (!held) return Outcome::failed(held.error());
    if (*held) return {};
    if (client_.status().connection == sdk::Connection::signed_out)
      return Outcome::failed("The hub does not accept this device any more: sign-in.");
    milliseconds pause = kLookAnyway;
    if (setup_.timeout_seconds) {
      const duration<double> left =
          duration<double>(*setup_.timeout_seconds) - (steady_clock::now() - begin);
      if (left.count() <= 0) return Outcome::timed_out("Waited in vain: wait " + safe_line(what));
      pause = std::min(pause, duration_cast<milliseconds>(left) + milliseconds(1));
    }
    if (const auto change = client_.wait_for_change(pause)) desk_.remember(*change);
  }
}

/// Whether somebody else has written that, in the open conversation or, with none open, in any.
sdk::Result<bool> Commands::message_is_there(const std::string& text) {
  const auto list = desk_.conversations();
  if (!list) return list.error();
  for (const NumberedConversation& each : *list) {
    if (!open_.empty() && each.conversation.id != open_) continue;
    const auto messages = client_.messages(each.conversation.id, kShownMessages);
    if (!messages) return messages.error();
    for (const sdk::Message& message : *messages) {
      if (message.own || message.note || !says(message, text)) continue;
      screen_.line("#" + std::to_string(each.number) + " " + customer_name(each.conversation) +
                   ": " + summary(message));
      return true;
    }
  }
  return false;
}

sdk::Result<bool> Commands::own_last_is_read() {
  const auto messages = client_.messages(open_, kShownMessages);
  if (!messages) return messages.error();
  for (auto it = messages->rbegin(); it != messages->rend(); ++it)
    if (it->own && !it->note) return it->state == sdk::MessageState::read;
  return sdk::Error{sdk::ErrorCode::invalid_command,
                    "You have written nothing in this conversation."};
}

// ---- What arguments mean

sdk::Result<std::string> Commands::opened() const {
  if (!open_.empty()) return open_;
  return sdk::Error{sdk::ErrorCode::invalid_command,
                    "No conversation is open: list shows them, open N opens one."};
}

sdk::Result<std::string> Commands::numbered(std::string_view number) const {
  if (const auto index = parse_number(number))
    if (auto id = desk_.conversation_of(*index)) return *std::move(id);
  return sdk::Error{
      sdk::ErrorCode::invalid_command,
      "\"" + safe_line(cut(number, 40)) + "\" is no conversation's number; list shows them."};
}

sdk::Result<std::string> Commands::agent_called(std::string_view name) const {
  const auto agents = client_.agents();
  if (!agents) return agents.error();
  std::vector<const sdk::Agent*> matching;
  for (const sdk::Agent& agent : *agents) {
    if (agent.id == name || agent.name == name) return agent.id;
    if (lower(agent.name).starts_with(lower(name))) matching.push_back(&agent);
  }
  if (matching.size() == 1) return matching.front()->id;
  std::string known;
  for (const sdk::Agent& agent : *agents)
    known += (known.empty() ? "" : ", ") + safe_line(agent.name);
  return sdk::Error{sdk::ErrorCode::unknown_agent,
                    (matching.empty() ? "No agent is called \"" : "Several agents are called \"") +
                        safe_line(name) + "\"; there are: " + known + "."};
}

sdk::Result<sdk::Refused> Commands::refused_at(std::string_view number) const {
  const auto index = parse_number(number);
  if (index && *index <= refused_.size()) return refused_[*index - 1];
  return sdk::Error{
      sdk::ErrorCode::invalid_command,
      "\"" + safe_line(cut(number, 40)) + "\" is no number of what was refused; refused lists it."};
}

Outcome Commands::told(const sdk::Result<std::string>& written, std::string_view done) {
  if (!written) return Outcome::failed(written.error());
  return told(sdk::Result<void>(), done);
}

Outcome Commands::told(const sdk::Result<void>& written, std::string_view done) {
  if (!written) return Outcome::failed(written.error());
  if (!done.empty()) screen_.line(screen_.dim(done));
  return {};
}

}  // namespace deskbell::cli
