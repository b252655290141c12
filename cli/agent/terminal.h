#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace deskbell::cli {

/// A line that is being edited at a terminal, with history and completion, above which news can
/// appear without disturbing it. One at a time; for the thread that made it.
class Terminal {
 public:
  struct Setup {
    /// A file descriptor that becomes readable when there is news; the terminal empties it.
    int news;
    /// What to print above the line then; called while a line is being read.
    std::function<std::vector<std::string>()> take_news;
    std::function<std::string()> prompt;
    /// A key was pressed; `line` is what stood there before it.
    std::function<void(std::string_view line)> typed;
    /// What may stand in place of the line's last, unfinished word.
    std::function<std::vector<std::string>(std::string_view line)> completions;
    /// What Alt and a digit from 1 to 9 put at the cursor.
    std::function<std::string(std::size_t digit, std::string_view line)> inserted;
  };

  explicit Terminal(Setup setup);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// The next line without its end; nothing at the end of input.
  std::optional<std::string> read_line();

  /// Asks a question on a line of its own, also while a line is being read, which stays as it is;
  /// nothing when no answer is given (Ctrl-D).
  std::optional<std::string> ask(const std::string& question);

  /// The terminal's width now.
  static std::size_t columns();

 private:
  struct Editor;
  std::unique_ptr<Editor> editor_;
};

/// Asks at the terminal for a password without showing it; nothing when there is no terminal.
std::optional<std::string> ask_password(const std::string& prompt);

}  // namespace deskbell::cli
