#include "cli/agent/terminal.h"

#include <fcntl.h>
#include <histedit.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cwchar>

#include "cli/agent/safe_text.h"

namespace deskbell::cli {
namespace {

constexpr int kHistoryLines = 500;
constexpr int kEndOfInput = 0;

void write_out(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

/// A line without its end.
std::wstring without_end(std::wstring line) {
  while (!line.empty() && (line.back() == L'\n' || line.back() == L'\r')) line.pop_back();
  return line;
}

}  // namespace

struct Terminal::Editor {
  Setup setup;
  EditLine* line;
  HistoryW* history;
  std::wstring prompt;
  std::mbstate_t partial = {};
  bool reading = false;  // a line
  bool asked = false;    // something, meanwhile

  explicit Editor(Setup with) : setup(std::move(with)) {
    line = el_init("deskbell", stdin, stdout, stderr);
    history = history_winit();
    if (!line || !history) throw std::bad_alloc();
    HistEventW event;
    history_w(history, &event, H_SETSIZE, kHistoryLines);
    history_w(history, &event, H_SETUNIQUE, 1);
    el_wset(line, EL_CLIENTDATA, this);
    el_wset(line, EL_PROMPT, &Editor::prompt_of);
    el_wset(line, EL_EDITOR, L"emacs");
    el_wset(line, EL_SIGNAL, 1);
    el_wset(line, EL_HIST, history_w, history);
    el_wset(line, EL_GETCFN, &Editor::read_character);
    el_wset(line, EL_ADDFN, L"deskbell-complete", L"Complete the word", &Editor::complete);
    el_wset(line, EL_BIND, L"^I", L"deskbell-complete", nullptr);
    el_wset(line, EL_BIND, L"^R", L"em-inc-search-prev", nullptr);
    el_wset(line, EL_ADDFN, L"deskbell-insert", L"Insert a canned answer", &Editor::insert);
    for (wchar_t digit = L'1'; digit <= L'9'; ++digit)
      el_wset(line, EL_BIND, std::wstring({L'\033', digit}).c_str(), L"deskbell-insert", nullptr);
    el_source(line, nullptr);  // the person's own ~/.editrc
  }
  ~Editor() {
    history_wend(history);
    el_end(line);
  }
  Editor(const Editor&) = delete;
  Editor& operator=(const Editor&) = delete;

  static Editor& of(EditLine* line) {
    void* editor = nullptr;
    el_wget(line, EL_CLIENTDATA, &editor);
    return *static_cast<Editor*>(editor);
  }

  static wchar_t* prompt_of(EditLine* line) {
    Editor& self = of(line);
    self.prompt = to_wide(self.setup.prompt());
    return self.prompt.data();
  }

  /// Waits for a key and for news, whichever comes first. News go above the line.
  static int read_character(EditLine* line, wchar_t* character) {
    Editor& self = of(line);
    for (;;) {
      std::array<pollfd, 2> ready = {{{STDIN_FILENO, POLLIN, 0}, {self.setup.news, POLLIN, 0}}};
      if (::poll(ready.data(), ready.size(), -1) < 0) {
        if (errno == EINTR) return -1;  // libedit looks after the signal
        return kEndOfInput;
      }
      if (ready[1].revents) self.show_news();
      if (!ready[0].revents) continue;
      char byte = 0;
      const auto count = ::read(STDIN_FILENO, &byte, 1);
      if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (count <= 0) return kEndOfInput;
      const std::size_t used = std::mbrtowc(character, &byte, 1, &self.partial);
      if (used == static_cast<std::size_t>(-2)) continue;  // more bytes of it are to come
      if (used == static_cast<std::size_t>(-1)) {
        self.partial = {};
        continue;
      }
      const LineInfoW* typed = el_wline(line);
      self.setup.typed(from_wide({typed->buffer, typed->lastchar}));
      return 1;
    }
  }

  void show_news() {
    std::array<char, 64> sink;
    while (::read(setup.news, sink.data(), sink.size()) == static_cast<ssize_t>(sink.size())) {
    }
    const std::vector<std::string> news = setup.take_news();
    // The line may have grown over several rows; the cursor stands in one of them.
    const LineInfoW* typed = el_wline(line);
    const std::wstring before(typed->buffer, typed->cursor);
    const std::size_t used = columns_of(from_wide(prompt)) + columns_of(from_wide(before));
    std::string out = "\r";
    if (const std::size_t rows = used / std::max<std::size_t>(columns(), 1); rows > 0)
      out += "\033[" + std::to_string(rows) + "A";
    out += "\033[J";
    for (const std::string& each : news) out += each + "\r\n";
    write_out(out);
    el_wset(line, EL_REFRESH);
  }

  static unsigned char insert(EditLine* line, int digit) {
    Editor& self = of(line);
    self.asked = false;
    const LineInfoW* typed = el_wline(line);
    const std::string text = self.setup.inserted(static_cast<std::size_t>(digit - '0'),
                                                 from_wide({typed->buffer, typed->lastchar}));
    // It takes no more than the line has room for.
    const bool fits = !text.empty() && el_winsertstr(line, to_wide(text).c_str()) == 0;
    if (self.asked) return CC_REDISPLAY;  // below what was asked and answered
    return fits ? CC_REFRESH : CC_REFRESH_BEEP;
  }

  /// With an editor of its own, which knows nothing of the line being read and its history.
  std::optional<std::string> ask(const std::string& question) {
    std::wstring shown = to_wide(question);
    if (reading) {
      write_out("\r\n");
      el_wset(line, EL_PREP_TERM, 0);
    }
    asked = true;
    EditLine* asking = el_init("deskbell", stdin, stdout, stderr);
    if (!asking) throw std::bad_alloc();
    el_wset(asking, EL_CLIENTDATA, &shown);
    el_wset(asking, EL_PROMPT, &Editor::shown_question);
    el_wset(asking, EL_EDITOR, L"emacs");
    // The editor of the line being read looks after signals; two would be in each other's way.
    el_wset(asking, EL_SIGNAL, reading ? 0 : 1);
    int count = 0;
    const wchar_t* typed = el_wgets(asking, &count);
    std::optional<std::string> answer;
    if (typed && count > 0)
      answer = from_wide(without_end({typed, static_cast<std::size_t>(count)}));
    el_end(asking);
    if (!answer) write_out("\r\n");
    if (reading) el_wset(line, EL_PREP_TERM, 1);
    return answer;
  }

  static wchar_t* shown_question(EditLine* line) {
    void* shown = nullptr;
    el_wget(line, EL_CLIENTDATA, &shown);
    return static_cast<std::wstring*>(shown)->data();
  }

  static unsigned char complete(EditLine* line, int) {
    Editor& self = of(line);
    const LineInfoW* typed = el_wline(line);
    const std::string text = from_wide({typed->buffer, typed->cursor});
    const std::vector<std::string> words = self.setup.completions(text);
    if (words.empty()) return CC_REFRESH_BEEP;
    std::string common = words.front();
    for (const std::string& word : words) {
      const auto differs = std::mismatch(common.begin(), common.end(), word.begin(), word.end());
      common.erase(differs.first, common.end());
    }
    // What is typed already is the beginning of each.
    std::size_t begun = std::min(common.size(), text.size());
    while (begun > 0 && !text.ends_with(std::string_view(common).substr(0, begun))) --begun;
    std::string rest = common.substr(begun);
    if (words.size() == 1) rest += ' ';
    if (!rest.empty()) {
      el_winsertstr(line, to_wide(rest).c_str());
      return CC_REFRESH;
    }
    std::string list = "\r\n";
    for (const std::string& word : words) list += word + "  ";
    write_out(list + "\r\n");
    return CC_REDISPLAY;
  }
};

Terminal::Terminal(Setup setup) : editor_(std::make_unique<Editor>(std::move(setup))) {}
Terminal::~Terminal() = default;

std::optional<std::string> Terminal::read_line() {
  int count = 0;
  editor_->reading = true;
  const wchar_t* typed = el_wgets(editor_->line, &count);
  editor_->reading = false;
  if (!typed || count <= 0) return std::nullopt;
  const std::wstring line = without_end({typed, static_cast<std::size_t>(count)});
  if (!line.empty()) {
    HistEventW event;
    history_w(editor_->history, &event, H_ENTER, line.c_str());
  }
  return from_wide(line);
}

std::optional<std::string> Terminal::ask(const std::string& question) {
  return editor_->ask(question);
}

std::size_t Terminal::columns() {
  winsize size = {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::optional<std::string> ask_password(const std::string& prompt) {
  const int tty = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (tty < 0) return std::nullopt;
  const auto write_all = [&](std::string_view text) {
    return ::write(tty, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  };
  termios shown = {};
  std::optional<std::string> password;
  if (::tcgetattr(tty, &shown) == 0) {
    termios hidden = shown;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(tty, TCSAFLUSH, &hidden);  // before the prompt: what is typed behind it stays
    write_all(prompt);
    std::array<char, 1024> line;  // what a terminal gives at once is shorter
    const auto count = ::read(tty, line.data(), line.size());
    ::tcsetattr(tty, TCSAFLUSH, &shown);
    write_all("\n");
    if (count > 0) {
      password.emplace(line.data(), static_cast<std::size_t>(count));
      while (!password->empty() && (password->back() == '\n' || password->back() == '\r'))
        password->pop_back();
    }
  }
  ::close(tty);
  return password;
}

}  // namespace deskbell::cli
