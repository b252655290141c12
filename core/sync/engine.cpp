#include "core/sync/engine.h"

#include <sqlite3.h>

#include "core/store/schema.h"

namespace deskbell {
namespace {

// A store that failed may work again (a disk with room): try then.
constexpr Millis kStorageRetry = 5'000;

}  // namespace

Engine::Engine(Database& database, Random& random)
    : database_(database),
      random_(random),
      made_or_changed_(migrate(database)),
      replica_(database, random),
      seen_writes_(sqlite3_total_changes64(database.handle())) {}

template <class F>
void Engine::guard(F&& body) {
  try {
    body();
  } catch (const StoreError& error) {
    storage_error_ = error.error();
  }
}

void Engine::on_response(const Response& response, Millis now) {
  guard([&] { link_.on_response(replica_, random_, response, now); });
}

void Engine::on_stream_bytes(std::uint64_t request, std::string_view bytes, Millis now) {
  guard([&] { link_.on_stream_bytes(replica_, random_, request, bytes, now); });
}

void Engine::on_failure(std::uint64_t request, Millis now) {
  link_.on_failure(random_, request, now);
}

void Engine::on_attachment_gone(std::uint64_t request, Millis now) {
  guard([&] { link_.on_attachment_gone(replica_, request, now); });
}

void Engine::note_store_trouble(Millis now) {
  // The link, which asked for a page to be applied, only knows that it was not.
  if (auto trouble = replica_.take_store_trouble(); trouble && !storage_error_)
    storage_error_ = std::move(trouble);
  // What comes now could not be kept: ask for nothing more until the store may work again.
  if (storage_error_) link_.hold(now + kStorageRetry);
}

Effects Engine::take_effects(Millis now) {
  Effects effects;
  note_store_trouble(now);
  guard([&] { effects.link = link_.next(replica_, random_, now); });
  note_store_trouble(now);
  if (storage_error_) effects.link.wake_at = now + kStorageRetry;
  effects.storage_error = std::exchange(storage_error_, std::nullopt);

  const std::int64_t writes = sqlite3_total_changes64(database_.handle());
  const bool own = replica_.take_wrote_own();
  if (own)
    effects.durability = Durability::strict;
  else if (writes != seen_writes_ || made_or_changed_)
    effects.durability = Durability::relaxed;
  seen_writes_ = writes;
  made_or_changed_ = false;

  effects.changes = replica_.take_changes();
  for (const std::string& conversation : effects.link.typing_changed)
    effects.changes.insert({Subject::conversation, conversation});
  effects.connection_changed = link_.connection() != told_;
  told_ = link_.connection();
  return effects;
}

}  // namespace deskbell
