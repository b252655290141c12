#include "wasm/device.h"

#include <exception>

#include "core/border/border.h"
#include "core/border/call.h"
#include "core/event/json_fields.h"
#include "core/event/json_object.h"
#include "core/store/database.h"
#include "core/store/schema.h"
#include "core/sync/engine.h"
#include "wasm/page_file.h"
#include "wasm/page_vfs.h"

// Why the session is closed and opened anew whenever pages change beneath it
// --------------------------------------------------------------------------
// SQLite keeps pages in its cache from one transaction to the next, and looks at the file's change
// counter (bytes 24 to 40 of page 1) to see whether they still hold. Two tabs that go on from the
// same state count alike: this tab's batch makes counter 11 out of 10, is undone, and then the
// other tab's record brings its own counter 11. SQLite, which saw 11 last, would go on with pages
// of a history that never happened. A read between `settle(false)` and `give` would make it see 10;
// a new connection makes the question go away, and with it everything else that a connection and
// the replica remember of the store (the identity, prepared statements, the schema). It costs about
// a millisecond, only when tabs really meet.

namespace deskbell {
namespace {

// No sync, for memory has nothing to sync to; a rollback journal in memory; and no spilling, so
// that the file sees the pages of committed transactions only.
constexpr std::string_view kPragmas = R"(
  PRAGMA page_size = 1024;
  PRAGMA journal_mode = MEMORY;
  PRAGMA synchronous = OFF;
  PRAGMA cache_spill = OFF;
  PRAGMA temp_store = MEMORY;
)";

std::string failure(const Error& error) {
  return dump_json(JsonObject().put("error", error_json(error)).take());
}

}  // namespace

struct Device::Session {
  Session(const std::string& name, Random& random)
      : database(name, {.vfs = kPageVfs, .pragmas = kPragmas}),
        engine(database, random),
        border(engine, random) {}

  Database database;
  Engine engine;
  Border border;
};

Device::Device(std::string name, Random& random)
    : name_(std::move(name)), random_(random), file_(page_file(name_)) {
  register_page_vfs();
  file_.note_batches();
}

Device::~Device() {
  close();
  forget_page_file(name_);
}

Device::Session& Device::session() {
  if (!session_) {
    session_ = std::make_unique<Session>(name_, random_);
    session_->engine.restore_link(link_);
  }
  return *session_;
}

void Device::close() {
  session_.reset();
}

template <class F>
std::string Device::guard(F&& body) {
  try {
    return body();
  } catch (const StoreError& error) {
    return failure(error.error());
  } catch (const std::exception& error) {
    return failure({ErrorCode::storage_failed, error.what()});
  }
}

std::string Device::open() {
  return guard([&] {
    session();
    return std::string();
  });
}

std::string Device::send(std::string_view command, Millis now) {
  return guard([&] { return session().border.send(command, now); });
}

std::string Device::receive(std::string_view input, Millis now) {
  return guard([&] { return session().border.receive(input, now); });
}

std::string Device::effects(Millis now) {
  return guard([&] { return session().border.effects(now); });
}

std::optional<std::string> Device::take() {
  return file_.take(kSchemaVersion);
}

void Device::hold() {
  file_.hold();
}

void Device::settle(bool keep) {
  if (keep) {
    if (session_) link_ = session_->engine.link_state();
    file_.settle(true);
  } else {
    close();
    file_.settle(false);
  }
}

std::string Device::give(std::string_view record) {
  return guard([&] {
    // What the link did in a batch that wrote nothing stands, though nobody settled it.
    if (session_ && !file_.has_batch()) link_ = session_->engine.link_state();
    if (!file_.has_batch()) close();
    const Result<void> given = file_.give(record, kSchemaVersion);
    return given ? std::string() : failure(given.error());
  });
}

Database& Device::database() const {
  return session_->database;
}

std::vector<std::string> Device::fold() const {
  return file_.fold(kSchemaVersion);
}

}  // namespace deskbell
