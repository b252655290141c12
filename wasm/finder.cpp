// The finder in a browser: a module of its own beside the core's, fetched by devices of sites that
// have an answer book, and by no other. Six plain functions, so that it needs no glue:
//
//   room = finder_room(size)         memory for `size` bytes, to be filled by the caller
//   finder_load(size)                the finder's bytes are in the room: 1 if they are one
//   finder_ask(size, limit)          a question is in the room, in UTF-8
//   finder_suggest(size, limit)      the beginning of one
//   finder_answer()                  where the answer to the last of these is
//   finder_answer_size()             and how long
//
// An answer is JSON: {"found": [{"answer": ID, "confidence": 0 to 1000}], "wish": "person",
// "answer_at": 0 to 1000, "offer_at": 0 to 1000}. web/src/worker/finder.ts is the other side.

#include <cstdint>
#include <optional>
#include <string>

#include "core/answer/answer_finder.h"

#define DESKBELL_EXPORT(name) __attribute__((export_name(#name)))

namespace {

using deskbell::AnswerFinder;
using deskbell::FoundAnswer;

constexpr float kThousand = 1000;

std::string g_room;
std::string g_answer;
std::optional<AnswerFinder> g_finder;

std::string thousandths(float share) {
  return std::to_string(static_cast<int>(share * kThousand + 0.5F));
}

void answer(const std::vector<FoundAnswer>& found, deskbell::Wish wish) {
  g_answer = "{\"found\":[";
  for (const FoundAnswer& one : found) {
    if (&one != found.data()) g_answer += ',';
    // An id is letters, digits and hyphens: the hub makes it so, and the core looks it up.
    g_answer +=
        "{\"answer\":\"" + one.answer + "\",\"confidence\":" + thousandths(one.confidence) + '}';
  }
  g_answer.append("],\"wish\":\"").append(to_string(wish)).append("\",\"answer_at\":");
  g_answer += thousandths(g_finder->thresholds().answer) +
              ",\"offer_at\":" + thousandths(g_finder->thresholds().offer) + '}';
}

std::string_view in_room(std::uint32_t size) {
  return std::string_view(g_room).substr(0, size);
}

}  // namespace

extern "C" {

DESKBELL_EXPORT(finder_room) char* finder_room(std::uint32_t size) {
  g_room.resize(size);
  return g_room.data();
}

DESKBELL_EXPORT(finder_load) std::int32_t finder_load(std::uint32_t size) {
  auto loaded = AnswerFinder::load(in_room(size));
  g_finder.reset();
  if (loaded.ok()) g_finder.emplace(std::move(*loaded));
  // The bytes have been read; a question takes far less.
  g_room = std::string();
  return g_finder ? 1 : 0;
}

DESKBELL_EXPORT(finder_ask) void finder_ask(std::uint32_t size, std::uint32_t limit) {
  g_answer.clear();
  if (g_finder) answer(g_finder->ask(in_room(size), limit), g_finder->wish_in(in_room(size)));
}

DESKBELL_EXPORT(finder_suggest) void finder_suggest(std::uint32_t size, std::uint32_t limit) {
  g_answer.clear();
  if (g_finder) answer(g_finder->suggest(in_room(size), limit), deskbell::Wish::none);
}

DESKBELL_EXPORT(finder_answer) const char* finder_answer() {
  return g_answer.data();
}

DESKBELL_EXPORT(finder_answer_size) std::uint32_t finder_answer_size() {
  return static_cast<std::uint32_t>(g_answer.size());
}
}
