#include "tests/simulation/simulation.h"

#include <memory>

#include "core/event/id.h"
#include "core/sync/replica.h"
#include "tests/simulation/app_device.h"
#include "tests/simulation/browser_device.h"
#include "tests/simulation/end_checks.h"

namespace deskbell::test {
namespace {

constexpr std::uint64_t kPeoplePurpose = 7;
constexpr std::uint64_t kStepPurpose = 8;
constexpr Millis kMinute = 60'000;
// A device that is cloned twice has told us all there is to learn.
constexpr std::size_t kMostDevices = 7;

/// One seed's world: who is in it, and what the script does to them.
class World {
 public:
  explicit World(const Setting& setting)
      : setting_(setting),
        run_(setting.seed, setting.faults, setting.phases.calm_at, setting.telling),
        ledger_(run_),
        hub_(run_, ledger_),
        network_(run_, hub_) {
    SeededRandom people = dice(setting.seed, kPeoplePurpose, 0);
    const auto person = [&](ActorKind kind) { return Actor{kind, make_id(0, people)}; };
    const Surroundings world{run_, hub_, network_, ledger_};
    const Actor agent_a = person(ActorKind::agent);
    const Actor agent_b = person(ActorKind::agent);
    hub_.holders = [this] { return holders(); };
    hub_.found({agent_a, agent_b});
    devices_.push_back(
        std::make_unique<BrowserDevice>(world, 0, "Ada's browser", 1 + people.below(2)));
    devices_.push_back(
        std::make_unique<AppDevice>(world, 1, "Ben's app", person(ActorKind::customer)));
    devices_.push_back(std::make_unique<AppDevice>(world, 2, "Agent Eve's laptop", agent_a));
    devices_.push_back(std::make_unique<AppDevice>(world, 3, "Agent Max's laptop", agent_b));
  }

  Outcome play() {
    Outcome outcome;
    for (const Step& step : write_script(setting_.seed, setting_.script_faults, setting_.phases,
                                         static_cast<int>(devices_.size()))) {
      if (setting_.steps && !setting_.steps->contains(step.number)) continue;
      if (!setting_.strikes(step.fault)) continue;
      outcome.steps.push_back(step.number);
      run_.at(step.at, [this, step] { carry_out(step); });
    }
    for (auto& device : devices_) device->start();
    run_.at(setting_.phases.calm_at, [this] { calm_down(); });
    while (run_.step(setting_.phases.end)) {
    }
    if (!run_.failure()) outcome.hash = check_end(run_, hub_, ledger_, devices_);
    outcome.failure = run_.failure();
    outcome.simulated = run_.failure() ? run_.failure()->at : setting_.phases.end;
    outcome.events = static_cast<std::size_t>(hub_.history().head());
    outcome.story = run_.story();
    return outcome;
  }

 private:
  void carry_out(const Step& step) {
    SeededRandom random =
        dice(setting_.seed, kStepPurpose, static_cast<std::uint64_t>(step.number));
    SimDevice& device = *devices_[static_cast<std::size_t>(step.device)];
    const auto minutes = [&](std::uint64_t most) {
      return static_cast<Millis>((1 + random.below(most * 60)) * 1'000);
    };
    switch (step.kind) {
      case StepKind::act:
        return device.act(random, "m" + std::to_string(step.number));
      case StepKind::hub_speaks:
        return hub_.speak(random);
      case StepKind::crash_hub:
        return hub_.crash_soon(random, false);
      case StepKind::cut_hub_power:
        return hub_.crash_soon(random, true);
      case StepKind::fill_hub:
        hub_.set_full(true);
        return run_.after(minutes(3), [this] { hub_.set_full(false); });
      case StepKind::back_up_hub:
        return hub_.back_up();
      case StepKind::restore_hub:
        return void(hub_.restore());
      case StepKind::unknown_from_hub:
        return hub_.place_unknown();
      case StepKind::partition: {
        // One after the other: compilers differ in the order of a call's arguments.
        const Millis time = minutes(5);
        return cut_off(step.device, time, random.chance(50));
      }
      case StepKind::portal:
        run_.say("A portal answers in the hub's place.");
        network_.set_portal(true);
        return run_.after(minutes(3), [this] { network_.set_portal(false); });
      case StepKind::crash_device:
        return device.crash(random);
      case StepKind::fill_device:
        device.set_full(true);
        return run_.after(minutes(3), [&device] { device.set_full(false); });
      case StepKind::remember_device:
        return device.remember();
      case StepKind::roll_back_device:
        return device.roll_back(random);
      case StepKind::wipe_device:
        return device.wipe();
      case StepKind::clone_device:
        return clone(step.device);
      case StepKind::set_clock:
        return set_clock(device, random);
      case StepKind::unknown_on_device:
        return device.leave_unknown_event();
    }
  }

  void cut_off(int device, Millis time, bool with_hint) {
    SimDevice& cut = *devices_[static_cast<std::size_t>(device)];
    run_.say(cut.name() + " is cut off for " + std::to_string(time / 1'000) + " s.");
    network_.cut_off(device, true);
    if (with_hint) cut.hint_network(false);
    run_.after(time, [this, device, with_hint, &cut] {
      network_.cut_off(device, false);
      if (with_hint) cut.hint_network(true);
    });
  }

  void set_clock(SimDevice& device, SeededRandom& random) {
    const Millis skew = static_cast<Millis>(random.below(4 * 60)) * kMinute - 120 * kMinute;
    run_.say(device.name() + " has a clock that is " + std::to_string(skew / kMinute) +
             " minutes wrong.");
    device.set_clock(skew);
  }

  void clone(int number) {
    const auto* app = dynamic_cast<AppDevice*>(devices_[static_cast<std::size_t>(number)].get());
    if (!app || devices_.size() >= kMostDevices) return;
    run_.say(app->name() + " is copied, and the copy used beside it.");
    devices_.push_back(std::make_unique<AppDevice>(Surroundings{run_, hub_, network_, ledger_},
                                                   static_cast<int>(devices_.size()),
                                                   "The copy of " + app->name(), *app));
    devices_.back()->start();
  }

  void calm_down() {
    run_.say("Calm: no more faults.");
    hub_.calm_down();
    network_.set_portal(false);
    for (std::size_t i = 0; i < devices_.size(); ++i) {
      network_.cut_off(static_cast<int>(i), false);
      devices_[i]->calm_down();
    }
  }

  std::vector<Holder> holders() {
    std::vector<Holder> holders;
    for (auto& device : devices_) holders.push_back({device->actor().id, device->store()});
    return holders;
  }

  const Setting& setting_;
  Run run_;
  Ledger ledger_;
  SimHub hub_;
  Network network_;
  std::vector<std::unique_ptr<SimDevice>> devices_;
};

}  // namespace

Outcome simulate(const Setting& setting) {
  return World(setting).play();
}

}  // namespace deskbell::test
