#pragma once

#include <deskbell/client.h>

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/agent/desk.h"
#include "cli/agent/screen.h"

namespace deskbell::cli {

/// What a command came to.
struct Outcome {
  enum class Kind { done, failed, timed_out, quit };
  Kind kind = Kind::done;
  std::string message;  ///< for `failed` and `timed_out`: one line that says what to do

  static Outcome failed(std::string why) { return {Kind::failed, std::move(why)}; }
  static Outcome failed(const sdk::Error& error);
  static Outcome timed_out(std::string why) { return {Kind::timed_out, std::move(why)}; }
};

/// The commands of the agent's client: one line in, what it says on the screen. It knows the SDK
/// and neither terminal nor pipe.
class Commands {
 public:
  /// Asks for the login's password, for `sign-in`; nothing where nobody can be asked.
  using AskPassword = std::function<std::optional<std::string>()>;
  /// Asks a question; nothing when no answer is given.
  using Ask = std::function<std::optional<std::string>(const std::string& question)>;

  struct Setup {
    std::string login;
    std::optional<double> timeout_seconds;  ///< for `wait`; nothing: as long as it takes
    AskPassword ask_password;
    Ask ask;  ///< for what canned answers want to be told; none where nobody can be asked
  };

  Commands(sdk::Client& client, Desk& desk, Screen& screen, Setup setup)
      : client_(client), desk_(desk), screen_(screen), setup_(std::move(setup)) {}

  /// Carries out one line. An empty one does nothing.
  Outcome run(std::string_view line);

  /// "#2 Mira" or "", for the prompt.
  std::string where() const;

  /// What is being typed: who is writing to a customer is seen to do so.
  void typed(std::string_view line);

  /// What a key that wants found answer `number` puts at the cursor of `line`; nothing where there
  /// is none. What is said then is counted as made from it.
  std::string inserted(std::size_t number, std::string_view line);

  /// What may stand at the end of `line` in place of its last, unfinished word.
  std::vector<std::string> completions(std::string_view line) const;

 private:
  using Handler = Outcome (Commands::*)(std::string_view argument);
  struct Command {
    std::string_view name;
    std::string_view arguments;
    std::string_view help;
    Handler handler;
  };
  static std::span<const Command> all();

  /// A file that `open` has shown.
  struct ShownFile {
    std::string message;
    sdk::Attachment file;
  };

  Outcome help(std::string_view);
  Outcome list(std::string_view);
  Outcome open(std::string_view number);
  Outcome read(std::string_view number);
  Outcome say(std::string_view text);
  Outcome attach(std::string_view arguments);
  Outcome save(std::string_view arguments);
  Outcome find(std::string_view words);
  Outcome suggest(std::string_view question);
  Outcome show(std::string_view number);
  Outcome use(std::string_view arguments);
  Outcome language(std::string_view tag);
  Outcome drafts(std::string_view);
  Outcome create(std::string_view arguments);
  Outcome edit(std::string_view arguments);
  Outcome publish(std::string_view number);
  Outcome drop(std::string_view number);
  Outcome versions(std::string_view number);
  Outcome restore(std::string_view arguments);
  Outcome withdraw(std::string_view number);
  Outcome note(std::string_view text);
  Outcome assign(std::string_view to);
  Outcome resolve(std::string_view);
  Outcome reopen(std::string_view);
  Outcome survey(std::string_view);
  Outcome refused(std::string_view);
  Outcome discard(std::string_view number);
  Outcome resend(std::string_view number);
  Outcome status(std::string_view);
  Outcome wait(std::string_view what);
  Outcome sign_in(std::string_view);
  Outcome quit(std::string_view);

  /// Waits until `holds()` gives true; `what` for the message of a time-out.
  Outcome wait_until(std::string_view what, const std::function<sdk::Result<bool>()>& holds);
  sdk::Result<bool> message_is_there(const std::string& text);
  sdk::Result<bool> own_last_is_read();
  sdk::Result<std::string> opened() const;
  sdk::Result<std::string> numbered(std::string_view number) const;
  sdk::Result<std::string> agent_called(std::string_view name) const;
  sdk::Result<sdk::Answer> found(std::string_view number) const;
  using Values = std::map<std::string, std::string>;
  bool ask_for_parameters(const std::string& answer, Values& values) const;
  sdk::Result<std::string> save_to(const ShownFile& file, const std::string& folder);
  sdk::Result<sdk::Refused> refused_at(std::string_view number) const;
  Outcome told(const sdk::Result<std::string>& written, std::string_view done);
  Outcome told(const sdk::Result<void>& written, std::string_view done);

  sdk::Client& client_;
  Desk& desk_;
  Screen& screen_;
  const Setup setup_;
  std::string open_;                   // a conversation's id; empty for none
  std::vector<ShownFile> files_;       // of the open conversation, as `open` has shown them
  std::vector<sdk::Answer> found_;     // what `find`, `suggest` or `drafts` has shown
  std::vector<std::string> inserted_;  // the answers in the line being typed
  std::string language_;               // of canned answers; empty for their first
  std::vector<sdk::Refused> refused_;  // what `refused` has shown
};

}  // namespace deskbell::cli
