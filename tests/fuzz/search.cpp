#include <array>

#include "core/answer/answer_search.h"
#include "core/event/id.h"
#include "core/fold/fold.h"
#include "core/store/database.h"
#include "core/store/schema.h"
#include "core/view/views.h"
#include "tests/fuzz/target.h"

namespace deskbell::fuzz {
namespace {

constexpr std::string_view kReader = "00000000-0000-7000-8000-000000000001";
constexpr std::string_view kParcelAnswer = "00000000-0000-7000-8000-000000000011";
constexpr std::string_view kWanted = "parcel";
constexpr std::size_t kAll = 1000;

void publish(Database& database, std::string_view id, std::string title, std::string text) {
  Event event;
  event.id = id;
  event.type = "answer.published";
  event.payload = AnswerPublished{std::string(id), std::move(title), std::move(text), {}, {}, "en"};
  fold_event(database, event, {1, 1});
}

/// A store with a few canned answers; made once.
Database& answers() {
  static Database* const database = [] {
    auto* made = new Database(":memory:", {});
    migrate(*made);
    publish(*made, kParcelAnswer, "Parcel", "Your order is on its way.");
    publish(*made, "00000000-0000-7000-8000-000000000012", "Returns", "Send it back in 30 days.");
    publish(*made, "00000000-0000-7000-8000-000000000013", "Größe und Länge", "尺寸表在这里。");
    return made;
  }();
  return *database;
}

bool is_ascii_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Whether what is typed is of words that nobody could read in two ways.
bool is_plain(std::string_view input) {
  for (const char c : input)
    if (static_cast<unsigned char>(c) >= 0x80 || c == '\'' || c == '`') return false;
  return true;
}

/// Whether one of the words that count is the wanted one, or (at the very end) its beginning.
bool asks_for_wanted(std::string_view input) {
  std::string word;
  std::size_t words = 0;
  for (std::size_t i = 0; i <= input.size() && words < kMaxSearchWords; ++i) {
    if (i < input.size() && is_ascii_word(input[i])) {
      word += static_cast<char>(input[i] | 0x20);
      continue;
    }
    if (word.empty()) continue;
    ++words;
    if (word == kWanted || (i == input.size() && kWanted.starts_with(word))) return true;
    word.clear();
  }
  return false;
}

}  // namespace

// Whatever is typed can be looked for, and plain words find what has them.
void try_search(std::string_view input) {
  try {
    const Views views(answers(), {ActorKind::customer, std::string(kReader)});
    bool found = false;
    for (const AnswerView& answer : views.find_answers(input, kAll))
      found |= answer.id == kParcelAnswer;
    if (is_plain(input) && asks_for_wanted(input))
      require(found, "a word finds the answer that has it");
  } catch (const StoreError& error) {
    throw Broken{std::string("a search does not fail: ") + error.what()};
  }
}

}  // namespace deskbell::fuzz
