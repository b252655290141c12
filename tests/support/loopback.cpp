#include "tests/support/loopback.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "core/event/id.h"
#include "core/fold/fold.h"
#include "core/store/schema.h"
#include "core/sync/placer.h"
#include "tests/support/cheap_hash.h"

namespace deskbell::test {
namespace {

constexpr Millis kTokenLife = 3'600'000;

std::string query_value(const std::string& path, const std::string& name) {
  const std::size_t start = path.find(name + "=");
  if (start == std::string::npos) return "";
  return path.substr(start + name.size() + 1, path.find('&', start) - start - name.size() - 1);
}

Response json_answer(const Request& request, std::string body) {
  return {request.id, 200, "application/json", std::nullopt, std::move(body)};
}

}  // namespace

LoopbackHub::LoopbackHub(std::uint64_t seed) : random_(seed), database_(":memory:", {}) {
  migrate(database_);
  system_ = {ActorKind::system, make_id(0, random_)};
  begin_epoch();
}

void LoopbackHub::begin_epoch() {
  epoch_ = random_hex(8, random_);
  database_.run("INSERT INTO meta VALUES ('epoch', ?1) ON CONFLICT DO UPDATE SET value = ?1",
                epoch_);
}

Response LoopbackHub::answer(const Actor& actor, const Request& request) {
  const Response other_history{request.id, 409, "application/problem+json", std::nullopt,
                               encode_problem({{ErrorCode::new_epoch, ""}, epoch_})};
  const std::string pushed_to = query_value(request.path, "epoch");
  switch (request.kind) {
    case RequestKind::token:
      return json_answer(request, encode_token_answer({"token", kTokenLife}));
    case RequestKind::push:
      if (!pushed_to.empty() && pushed_to != epoch_) return other_history;
      return json_answer(request, encode_push_answer(push(actor, request.body)));
    case RequestKind::upload:  // nothing that is written with it has a file
    case RequestKind::typing:
      return {request.id, 204, "", std::nullopt, ""};
    case RequestKind::stream:
      return {request.id, 200, "text/event-stream", std::nullopt, ""};
    case RequestKind::pull:
      break;
  }
  const auto cursor = decode_cursor(query_value(request.path, "cursor"));
  if (cursor && cursor->epoch != epoch_) return other_history;
  return json_answer(request, encode_page(page(actor, cursor.value_or(Cursor{epoch_, 0, 0}), 7)));
}

std::string LoopbackHub::stream(const Actor& reader, const Cursor& cursor) {
  if (cursor.epoch != epoch_) return "event: reset\ndata: {}\n\n";
  const Page next = page(reader, cursor, kMaxPageEvents);
  if (next.cursor == cursor) return "";
  return "event: page\ndata: " + encode_page(next) + "\n\n";
}

Page LoopbackHub::page(const Actor& reader, const Cursor& since, std::size_t limit) {
  Page page;
  page.since = since;
  const Seq head = this->head();
  page.events = EventLog(database_).read(since.seq, head, reader, limit, kMaxPageBytes);
  page.more = page.events.size() == limit && page.events.back().seq < head;
  page.cursor = {epoch_, page.more ? page.events.back().seq : head, 0};
  return page;
}

PushAnswer LoopbackHub::push(const Actor& actor, std::string_view body) {
  const auto events = decode_push(body);
  BOOST_REQUIRE(events.ok());
  PushAnswer answer{epoch_, {}};
  Transaction transaction(database_);
  Placer placer(database_, cheap_hash);
  for (const std::string_view event : *events)
    answer.results.push_back(placer.place_pushed(actor, event));
  transaction.commit();
  return answer;
}

bool LoopbackHub::try_place_own(Payload payload, const std::string& conversation) {
  std::string type(type_name(payload));
  Transaction transaction(database_);
  const auto placed = Placer(database_, cheap_hash)
                          .place_own({make_id(0, random_), std::move(type), conversation, system_,
                                      0, std::move(payload)});
  transaction.commit();
  return placed.ok();
}

void LoopbackHub::place_own(Payload payload, const std::string& conversation) {
  BOOST_REQUIRE(try_place_own(std::move(payload), conversation));
}

void LoopbackHub::restore_to(Seq keep) {
  database_.run("DELETE FROM event WHERE seq > ?", keep);
  rebuild_from_log(database_);
  begin_epoch();
}

std::uint64_t LoopbackHub::hash_for(const Actor& reader) {
  Database scoped(":memory:", {});
  migrate(scoped);
  for (const PlacedEvent& placed : EventLog(database_).read(0, head(), reader, 1'000'000, SIZE_MAX))
    fold_event(scoped, *decode_event(placed.body), {placed.seq, placed.seq});
  return state_hash(scoped);
}

Device::Device(ActorKind kind, std::uint64_t seed)
    : random_(seed),
      identity_{"site", {kind, make_id(now, random_)}, "secret"},
      database_(":memory:", {}),
      engine_(std::make_unique<Engine>(database_, random_)) {
  BOOST_REQUIRE(replica().adopt(identity_).ok());
}

void Device::restart() {
  engine_.reset();
  engine_ = std::make_unique<Engine>(database_, random_);
  outgoing.clear();
}

std::optional<Millis> Device::plan() {
  Effects effects = engine_->take_effects(now);
  for (const std::uint64_t id : effects.link.cancelled) {
    std::erase_if(outgoing, [&](const Request& request) { return request.id == id; });
    if (id == stream_) stream_ = 0;
  }
  for (Request& request : effects.link.requests) outgoing.push_back(std::move(request));
  return effects.link.wake_at;
}

void Device::sync(LoopbackHub& hub) {
  engine_->start(now);
  for (int round = 0; round < 1000; ++round) {
    const auto wake = plan();
    std::optional<Request> stream;
    bool said_something = false;
    for (const Request& request : std::exchange(outgoing, {})) {
      engine_->on_response(hub.answer(actor(), request), now);
      if (request.stream) stream = request;
      // A long poll is answered at once here, and asked again at once.
      said_something |= request.path.find("&wait=") == std::string::npos;
    }
    if (stream) stream_ = stream->id;
    if (const auto cursor = replica().cursor(); stream_ && cursor) {
      const std::string bytes = hub.stream(actor(), *cursor);
      if (!bytes.empty()) {
        engine_->on_stream_bytes(stream_, bytes, now);
        said_something = true;
      }
    }
    if (said_something) continue;
    // What waits for its time gets it.
    if (replica().unsent_count() == 0 && engine_->connection() == Connection::live) return;
    BOOST_REQUIRE_MESSAGE(wake, "the device waits for nothing, but has not drained");
    now = std::max(now, *wake);
  }
  BOOST_FAIL("the device does not come to rest");
}

}  // namespace deskbell::test
