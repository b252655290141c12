#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/store/schema.h"
#include "tests/fuzz/target.h"
#include "tests/support/seeded_random.h"
#include "wasm/device.h"
#include "wasm/page_file.h"
#include "wasm/page_record.h"

namespace deskbell::fuzz {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxSteps = 40;
constexpr Millis kNow = 1'763'770'000'000;
constexpr const char* kName = "fuzzed";

/// The records of a store that somebody has used; made once.
const std::vector<std::string>& used_store() {
  static const std::vector<std::string>* const records = [] {
    test::SeededRandom random(1);
    Device device("used", random);
    require(device.open().empty(), "a new store can be opened");
    for (const char* command : {R"({"command":"new_customer","site":"shop"})",
                                R"({"command":"message.post","text":"Where is my parcel?"})",
                                R"({"command":"message.post","text":"Hello?"})"})
      require(json::parse(device.send(command, kNow)).contains("result"),
              "the first steps succeed");
    (void)device.take();
    device.settle(true);
    return new std::vector<std::string>(device.fold());
  }();
  return *records;
}

/// A tab whose host says anything, and whose stored pages may be damaged.
class Tab {
 public:
  Tab() : device_(kName, random_) {
    for (const std::string& record : used_store())
      require(device_.give(record).empty(), "a stored record is taken");
  }

  void step(std::string_view line) {
    const std::string_view verb = take_until(line, ' ');
    if (verb == "send") check_answer(device_.send(line, kNow));
    if (verb == "receive") check_receipt(device_.receive(line, kNow));
    if (verb == "effects") check_effects();
    if (verb == "keep") settle(true);
    if (verb == "undo") settle(false);
    if (verb == "patch") patch(line);
    if (verb == "reopen") reopen();
  }

 private:
  static json parsed(const std::string& text) {
    json value = json::parse(text, nullptr, false);
    require(!value.is_discarded(), "every answer is JSON");
    return value;
  }

  void check_error(const json& error) {
    require(error.is_object() && error.contains("code") && error.contains("message"),
            "an error has a code and a message");
    require(damaged_ || error["code"] != error_name(ErrorCode::storage_failed),
            "nothing that is said breaks a store");
  }

  void check_answer(const std::string& answer) {
    const json value = parsed(answer);
    require(value.is_object() && value.size() == 1 &&
                (value.contains("result") || value.contains("error")),
            "a command has a result or an error");
    if (value.contains("error")) check_error(value["error"]);
  }

  void check_receipt(const std::string& answer) {
    if (!answer.empty()) check_error(parsed(answer).value("error", json()));
  }

  void check_effects() {
    const json effects = parsed(device_.effects(kNow));
    if (effects.contains("error")) return check_error(effects["error"]);
    for (const char* name : {"durability", "requests", "cancelled", "wake_at", "changes"})
      require(effects.contains(name), "effects say all that is to be done");
    require(damaged_ || effects["storage_error"].is_null(), "nothing that is said breaks a store");
  }

  void settle(bool keep) {
    const std::string before = hash_of_kept_;
    const auto record = device_.take();
    device_.settle(keep);
    if (!keep && !damaged_ && !before.empty())
      require(hash() == before, "what is undone was never there");
    if (keep && record) {
      std::string joined;
      for (const std::string& chunk : device_.fold()) joined += chunk;
      require(joined.size() >= record->size() - 64 || record->size() < 64, "a fold has every page");
    }
    hash_of_kept_ = hash();
  }

  std::string hash() {
    const std::string answer = device_.send(R"({"command":"hash"})", kNow);
    check_answer(answer);
    // It looks only; what SQLite touches for it is put back.
    (void)device_.take();
    device_.settle(false);
    return answer;
  }

  /// "patch PAGE OFFSET BYTES": what a broken disk, or a fault of ours, may do to stored pages.
  void patch(std::string_view arguments) {
    (void)device_.take();
    device_.settle(true);
    PageFile file;
    for (const std::string& chunk : device_.fold())
      require(file.give(chunk, kSchemaVersion).ok(), "a fold can be given");
    const auto pages = static_cast<std::size_t>(file.size() / kPageBytes);
    if (pages == 0) return;
    const std::size_t page = number_below(pages, take_until(arguments, ' '));
    const std::size_t offset = number_below(kPageBytes, take_until(arguments, ' '));
    arguments = arguments.substr(0, kPageBytes - offset);
    require(file.write(page * kPageBytes + offset, arguments), "a file can be written");
    damaged_ = true;
    for (const std::string& chunk : file.fold(kSchemaVersion)) check_receipt(device_.give(chunk));
  }

  void reopen() {
    (void)device_.take();
    device_.settle(true);
    check_receipt(device_.give(device_.fold().front()));
    check_receipt(device_.open());
  }

  test::SeededRandom random_{2};
  Device device_;
  bool damaged_ = false;
  std::string hash_of_kept_;
};

}  // namespace

// The core behind strings, on the page store: whatever a host says, and whatever became of the
// pages, the answer is JSON, and a sound store stays sound.
void try_store(std::string_view input) {
  Tab tab;
  for (std::size_t step = 0; step < kMaxSteps && !input.empty(); ++step)
    tab.step(take_until(input, '\n'));
}

}  // namespace deskbell::fuzz
