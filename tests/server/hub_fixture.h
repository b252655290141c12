#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/event/event.h"
#include "server/hub/system_random.h"
#include "server/store/sqlite_hub_store.h"

namespace deskbell::test {

/// A folder of its own, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  /// Writes a file and returns its path.
  std::string write(const std::string& name, const std::string& bytes) const;

 private:
  std::string path_;
};

/// "00000000-0000-7000-8000-00000000002a" for 42.
std::string id_of(int number);

Actor customer(int number);
Actor agent(int number);
/// The id of that conversation.
std::string conversation_id(int number);

/// An event's bytes as its author's device would send them.
std::string event_bytes(int id, const Actor& author, int conversation, Payload payload);

/// Conversation 0 stands for none.
std::string started(int id, const Actor& author, int conversation);
std::string posted(int id, const Actor& author, int conversation, const std::string& text);

/// Pushes and returns the results; the store must not fail.
std::vector<PushResult> push(HubStore& store, const Actor& author,
                             const std::vector<std::string>& events);

/// Everything that the reader may see, page by page.
std::vector<PlacedEvent> read_all(HubStore& store, const Actor& reader, std::size_t limit = 500);

std::unique_ptr<SqliteHubStore> open_store(const std::string& path);

}  // namespace deskbell::test
