// A browser dies around its first append to the page log, its second, and so on to the end of a
// story: before the append, after it but before the tab heard of it, and with the relaxed appends
// lost. What was told as saved is there for the next tab.

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "core/doctor/store_check.h"
#include "tests/support/loopback.h"
#include "tests/support/page_log.h"
#include "wasm/device.h"

namespace deskbell::test {
namespace {

using nlohmann::json;

constexpr Millis kNow = 1'763'770'000'000;

enum class Death { before_append, after_append, power_cut };

/// A customer who writes in a tab, batch by batch.
class Story {
 public:
  Story(int deadly_append, Death death) : deadly_append_(deadly_append), death_(death) {}

  /// False when the tab died.
  bool tell() {
    open_tab();
    for (; told_ < kMessages; ++told_) {
      const std::string text = "message " + std::to_string(told_);
      if (!batch({{"command", "message.post"}, {"text", text}})) return false;
      saved_.push_back(text);
      if (!batch({{"command", "customer.update"}, {"name", text}})) return false;
    }
    return true;
  }

  void check() {
    Database& store = open_tab();
    for (const std::string& text : saved_)
      BOOST_TEST((store.integer("SELECT count(*) FROM message WHERE text = ?", text) == 1),
                 "lost or doubled: " << text);
    for (const Finding& finding : check_store(store, {.kind = StoreKind::device}))
      BOOST_ERROR(finding.sentence);
  }

  /// The person sees what is not there, and writes it again.
  void go_on() {
    const auto here = tab_->database().integer("SELECT count(*) FROM message").value_or(0);
    told_ = static_cast<int>(here);
    deadly_append_ = 0;
  }

  static constexpr int kMessages = 6;

 private:
  Database& open_tab() {
    static int count = 0;
    tab_.reset();
    tab_ = std::make_unique<deskbell::Device>("crash-tab-" + std::to_string(++count), random_);
    for (const std::string& chunk : log_.chunks()) BOOST_REQUIRE_EQUAL(tab_->give(chunk), "");
    for (head_ = log_.base(); head_ < log_.head();)
      BOOST_REQUIRE_EQUAL(tab_->give(log_.record(++head_)), "");
    BOOST_REQUIRE_EQUAL(tab_->open(), "");
    BOOST_REQUIRE(json::parse(tab_->send(R"({"command":"new_customer","site":"site"})", kNow))
                      .contains("result"));
    return tab_->database();
  }

  bool batch(const json& command) {
    BOOST_REQUIRE(json::parse(tab_->send(command.dump(), kNow)).contains("result"));
    const json effects = json::parse(tab_->effects(kNow));
    const auto record = tab_->take();
    BOOST_REQUIRE(record);
    const bool dies = ++appends_ == deadly_append_;
    if (dies && death_ == Death::before_append) return false;
    BOOST_REQUIRE(log_.append(++head_, *record, effects.at("durability") == "strict"));
    if (head_ % 4 == 0) log_.fold(tab_->fold());
    if (dies && death_ == Death::power_cut) log_.cut_to(log_.durable());
    if (dies) return false;
    tab_->settle(true);
    return true;
  }

  PageLog log_;
  SeededRandom random_{9};
  std::unique_ptr<deskbell::Device> tab_;
  std::size_t head_ = 0;
  int appends_ = 0;
  int deadly_append_;
  Death death_;
  int told_ = 0;
  std::vector<std::string> saved_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(crash_at_every_write)

BOOST_AUTO_TEST_CASE(of_a_browser_loses_nothing_that_was_told_as_saved) {
  int deaths = 0;
  for (const Death death : {Death::before_append, Death::after_append, Death::power_cut}) {
    bool undisturbed = false;
    for (int append = 1; !undisturbed; ++append) {
      BOOST_TEST_CONTEXT("death " << static_cast<int>(death) << ", append " << append) {
        Story story(append, death);
        undisturbed = story.tell();
        if (undisturbed) continue;
        ++deaths;
        story.check();
        story.go_on();
        BOOST_TEST(story.tell());
        story.check();
      }
    }
  }
  BOOST_TEST(deaths == 3 * 2 * Story::kMessages);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deskbell::test
