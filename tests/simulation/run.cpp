#include "tests/simulation/run.h"

#include <array>
#include <cstdio>

namespace deskbell::test {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Fault::count)> kFaultNames = {
#define DESKBELL_FAULT(name) #name,
    DESKBELL_FAULTS(DESKBELL_FAULT)
#undef DESKBELL_FAULT
};

constexpr std::string_view kSpins = "nobody asks for the same moment again and again";

constexpr std::uint64_t kSwarmPurpose = 1;
constexpr int kMostInAMoment = 10'000;

}  // namespace

std::string_view fault_name(Fault fault) {
  return kFaultNames[static_cast<std::size_t>(fault)];
}

std::optional<Fault> fault_from(std::string_view name) {
  for (std::size_t i = 0; i < kFaultNames.size(); ++i)
    if (kFaultNames[i] == name) return static_cast<Fault>(i);
  return std::nullopt;
}

FaultSet swarm(std::uint64_t seed) {
  SeededRandom random = dice(seed, kSwarmPurpose, 0);
  FaultSet faults;
  for (std::size_t i = 0; i < faults.size(); ++i) faults[i] = random.chance(50);
  return faults;
}

SeededRandom dice(std::uint64_t seed, std::uint64_t purpose, std::uint64_t number) {
  return SeededRandom((seed * 0x9e3779b97f4a7c15) ^ (purpose * 0xbf58476d1ce4e5b9) ^
                      (number * 0x94d049bb133111eb));
}

void Run::at(Millis time, std::function<void()> action) {
  actions_.emplace(std::pair(std::max(time, now_), ++asked_), std::move(action));
}

bool Run::step(Millis until) {
  if (failure_ || actions_.empty() || actions_.begin()->first.first > until) return false;
  auto next = actions_.extract(actions_.begin());
  in_this_moment_ = next.key().first == now_ ? in_this_moment_ + 1 : 0;
  now_ = next.key().first;
  if (in_this_moment_ > kMostInAMoment) fail(kSpins, "time does not go on");
  next.mapped()();
  return true;
}

void Run::say(const std::string& line) {
  if (telling_ != Telling::nothing) story_.push_back(clock_text(now_) + "  " + line);
}

void Run::say_detail(const std::string& line) {
  if (tells_details()) say("    " + line);
}

void Run::fail(std::string_view invariant, const std::string& what) {
  if (failure_) return;
  failure_ = Failure{std::string(invariant), what, now_};
  say("BROKEN (" + std::string(invariant) + "): " + what);
}

std::string clock_text(Millis time) {
  std::array<char, 48> text;
  const auto part = [](Millis value) { return static_cast<int>(value); };
  std::snprintf(text.data(), text.size(), "%d:%02d:%02d.%03d", part(time / 3'600'000),
                part(time / 60'000 % 60), part(time / 1'000 % 60), part(time % 1'000));
  return text.data();
}

}  // namespace deskbell::test
