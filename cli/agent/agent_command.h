#pragma once

#include <optional>
#include <string>

namespace deskbell::cli {

struct AgentOptions {
  std::string hub;
  std::string site;
  std::string login;
  std::string
      store;  ///< empty: one of its own for hub, site and login, in the person's data folder
  bool password_stdin = false;
  std::optional<double> timeout_seconds;
};

/// The exit codes of `deskbell agent`.
inline constexpr int kExitFailed = 1;    ///< a command failed, or nothing could begin
inline constexpr int kExitTimedOut = 3;  ///< a `wait` took longer than --timeout; the rest was left

/// Runs the agent's client: at a terminal with line editing, otherwise one command a line from
/// standard input. Returns the process's exit code.
int run_agent(const AgentOptions& options);

}  // namespace deskbell::cli
