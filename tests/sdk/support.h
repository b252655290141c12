#pragma once

#include <deskbell/client.h>
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// The real parts around the tests of the SDK: a hub in a process of its own, on a port of the
// system's choice, and other programs.

namespace deskbell::test {

/// A folder that goes with the test.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string operator/(std::string_view name) const { return (path_ / name).string(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A program that was started, its input and output held by pipes. Killed when it still runs at the
/// end.
class Process {
 public:
  /// `environment`: "NAME=VALUE", added to this process's own.
  explicit Process(std::vector<std::string> arguments, std::vector<std::string> environment = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void write(std::string_view text);
  void close_input();
  /// The next line of its output without its end; "" at the end of it.
  std::string read_line();
  /// All the rest of its output.
  std::string read_all();
  /// What it has written to its error output.
  std::string errors() const;
  void signal(int number);
  /// Waits for its end; its exit code, or 128 and the signal that ended it.
  int wait();

 private:
  TempFolder folder_;
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  std::string read_;
  int exit_code_ = -1;
};

/// Runs a program to its end. `output` gets what it wrote.
int run(std::vector<std::string> arguments, std::string_view input, std::string& output,
        std::vector<std::string> environment = {});

/// `deskbell serve` with the site "demo", two canned answers and the agents "ada" and "ben", whose
/// password is `kPassword`.
class Hub {
 public:
  static constexpr const char* kPassword = "correct horse";

  /// `arguments`: more of `deskbell serve`.
  explicit Hub(std::vector<std::string> arguments = {});
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  /// The same through every restart.
  const std::string& url() const { return url_; }

  /// As a power cut: no goodbye.
  void kill();
  /// Starts it again on the same port.
  void start();
  /// Imports a book while it is stopped.
  void import_answers(const std::string& path);

 private:
  void add_agent(const std::string& login, const std::string& name);

  TempFolder folder_;
  std::vector<std::string> arguments_;
  std::string url_;
  std::string port_ = "0";
  std::unique_ptr<Process> process_;
};

/// Waits until it is so, looking at each change of the client.
void wait_until(sdk::Client& client, const std::function<bool()>& holds);

sdk::Client open_agent(const Hub& hub, const std::string& store, const std::string& login);
sdk::Client open_customer(const Hub& hub, const std::string& store);
/// Over a line to the hub, for example.
sdk::Client open_customer_at(const std::string& url, const std::string& store);

/// The texts of a conversation's messages, in order.
std::vector<std::string> texts(const sdk::Client& client, const std::string& conversation);

/// The id of the only conversation; "" while there is none.
std::string only_conversation(const sdk::Client& client);

}  // namespace deskbell::test
