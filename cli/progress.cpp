#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>

namespace deskbell::cli {
namespace {

constexpr std::int64_t kBarWidth = 30;
/// What takes less needs no bar; and nobody sees more pictures than that.
constexpr std::int64_t kPatienceMs = 300;
constexpr std::int64_t kBetweenPicturesMs = 100;

std::int64_t steady_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

/// What a step is called on the screen.
std::string_view name_of(std::string_view step) {
  if (step == "copying") return "Copying";
  if (step == "file") return "Checking the file";
  if (step == "events") return "Checking the events";
  if (step == "tables") return "Comparing the tables";
  return step;
}

}  // namespace

Progress::Progress() : terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (drawn_) std::cerr << "\r\033[K" << std::flush;
}

void Progress::show(std::string_view step, std::int64_t done, std::int64_t total) {
  const std::int64_t now = steady_ms();
  if (step != step_) {
    step_ = step;
    began_ms_ = now;
    if (!terminal_) std::cerr << name_of(step) << " ...\n" << std::flush;
  }
  if (!terminal_ || now - began_ms_ < kPatienceMs || now - drawn_ms_ < kBetweenPicturesMs) return;
  drawn_ms_ = now;
  draw(done, std::max<std::int64_t>(total, 1));
}

void Progress::draw(std::int64_t done, std::int64_t total) {
  const auto filled =
      static_cast<std::size_t>(std::clamp<std::int64_t>(done, 0, total) * kBarWidth / total);
  std::string bar(filled, '#');
  bar.resize(kBarWidth, '.');
  std::cerr << "\r\033[K" << name_of(step_) << "  [" << bar << "] " << done * 100 / total << " %"
            << std::flush;
  drawn_ = true;
}

}  // namespace deskbell::cli
