// How many durable pushes a hub takes, beside what its disk and its database can do.
//
//   bench-hub disk FOLDER SECONDS                         flushes of 4 KB to the disk, one by one
//   bench-hub sqlite FOLDER SECONDS BATCH                 the same rows in the same tables by
//   SQLite alone bench-hub store FOLDER SECONDS BATCH                  the hub's queue and store,
//   in this process bench-hub http SECONDS BATCH CLIENTS PORT SITE TOKEN CUSTOMER    a running hub,
//   CLIENTS at once
//
// Each prints "EVENTS COMMITS SECONDS"; for http, answered requests stand for commits.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/event/id.h"
#include "server/hub/commit_queue.h"
#include "server/hub/content_hash.h"
#include "server/hub/system_random.h"
#include "server/store/sqlite_hub_store.h"

namespace deskbell::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr Millis kNow = 1'763'770'000'000;
constexpr const char* kText = "Where is my parcel? The shop said that it would be here by Tuesday.";

struct Count {
  std::size_t events = 0;
  std::size_t commits = 0;
};

void require(bool good, const std::string& what) {
  if (!good) throw std::runtime_error(what);
}

/// Repeats `step`, which says how many events it wrote, for so many seconds, and prints the count.
void measure(double seconds, const std::function<std::size_t()>& step) {
  Count count;
  const auto start = Clock::now();
  std::chrono::duration<double> passed{};
  do {
    count.events += step();
    ++count.commits;
    passed = Clock::now() - start;
  } while (passed.count() < seconds);
  std::printf("%zu %zu %.6f\n", count.events, count.commits, passed.count());
}

/// Events as a customer's device would push them.
class Writer {
 public:
  Writer() : author_{ActorKind::customer, make_id(kNow, random_)} {}
  explicit Writer(std::string customer) : author_{ActorKind::customer, std::move(customer)} {}

  const Actor& author() const { return author_; }
  const std::string& conversation() const { return conversation_; }

  Event started() { return event(ConversationStarted{}); }
  Event message() { return event(MessagePosted{kText, {}, ""}); }

  std::string push_of_messages(std::size_t count) {
    std::vector<std::string> bodies;
    for (std::size_t i = 0; i < count; ++i) bodies.push_back(encode_event(message()));
    return encode_push(bodies);
  }

 private:
  Event event(Payload payload) {
    Event event;
    event.id = make_id(kNow, random_);
    event.type = type_name(payload);
    event.conversation = conversation_;
    event.author = author_;
    event.at = kNow;
    event.payload = std::move(payload);
    return event;
  }

  SystemRandom random_;
  Actor author_;
  std::string conversation_ = make_id(kNow, random_);
};

std::unique_ptr<SqliteHubStore> open_store(const std::string& folder, SystemRandom& random) {
  auto store = SqliteHubStore::open(folder + "/hub.db", random, kNow, {sha256_hex});
  require(store.ok(), "the store cannot be opened");
  return std::move(*store);
}

void push_one(HubStore& store, const Writer& writer, const Event& event) {
  const std::string body = encode_event(event);
  const Push push{writer.author(), {body}};
  const auto placed = store.place(std::span(&push, 1));
  require(placed.ok() && placed->answers[0].results[0].outcome == PushOutcome::placed,
          "an event is not placed");
}

void bench_disk(const std::string& folder, double seconds) {
  const std::string bytes(4096, 'x');
  const int file = ::open((folder + "/disk").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  require(file >= 0, "a file cannot be made");
  measure(seconds, [&] {
    require(::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
                ::fdatasync(file) == 0,
            "the disk does not write");
    return std::size_t{1};
  });
  ::close(file);
}

/// One prepared statement of SQLite's own, without anything of ours around it.
class Statement {
 public:
  Statement(sqlite3* database, const char* sql) {
    require(sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr) == SQLITE_OK, sql);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void text(int index, const std::string& value) {
    sqlite3_bind_text(statement_, index, value.data(), static_cast<int>(value.size()),
                      SQLITE_STATIC);
  }
  void integer(int index, std::int64_t value) { sqlite3_bind_int64(statement_, index, value); }
  void run() {
    require(sqlite3_step(statement_) == SQLITE_DONE, "SQLite does not write");
    sqlite3_reset(statement_);
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

/// The rows that a hub writes for each message, written as fast as SQLite alone can.
void bench_sqlite(const std::string& folder, double seconds, std::size_t batch) {
  SystemRandom random;
  Writer writer;
  const auto store = open_store(folder, random);  // the same tables, the same pragmas
  push_one(*store, writer, writer.started());
  sqlite3* database = store->writer().handle();

  Statement begin(database, "BEGIN IMMEDIATE");
  Statement commit(database, "COMMIT");
  Statement event_row(database,
                      "INSERT INTO event (seq, id, type, conversation, author_kind, author, "
                      "audience, customer, hash, body) VALUES (?, ?, ?, ?, 0, ?, 2, ?, ?, ?)");
  Statement message_row(database,
                        "INSERT INTO message (id, conversation, position, seq, author_kind, "
                        "author, note, at, text, answer) VALUES (?, ?, ?, ?, 0, ?, 0, ?, ?, '')");
  Statement conversation_row(database,
                             "UPDATE conversation SET last_at = ?, last_position = ?, resolved = 0 "
                             "WHERE id = ?");
  const std::string hash(64, 'a');
  const std::string text = kText;
  Seq seq = 1;
  std::vector<std::pair<Event, std::string>> rows(batch);
  measure(seconds, [&] {
    for (auto& [event, body] : rows) {
      event = writer.message();
      body = encode_event(event);
    }
    begin.run();
    for (const auto& [event, body] : rows) {
      ++seq;
      event_row.integer(1, seq);
      event_row.text(2, event.id);
      event_row.text(3, event.type);
      event_row.text(4, event.conversation);
      event_row.text(5, event.author.id);
      event_row.text(6, event.author.id);
      event_row.text(7, hash);
      event_row.text(8, body);
      event_row.run();
      message_row.text(1, event.id);
      message_row.text(2, event.conversation);
      message_row.integer(3, seq);
      message_row.integer(4, seq);
      message_row.text(5, event.author.id);
      message_row.integer(6, event.at);
      message_row.text(7, text);
      message_row.run();
      conversation_row.integer(1, event.at);
      conversation_row.integer(2, seq);
      conversation_row.text(3, event.conversation);
      conversation_row.run();
    }
    commit.run();
    return batch;
  });
}

void bench_store(const std::string& folder, double seconds, std::size_t batch) {
  SystemRandom random;
  Writer writer;
  const auto store = open_store(folder, random);
  push_one(*store, writer, writer.started());
  CommitQueue queue([](HubStore&, std::vector<Visibility>) {});
  measure(seconds, [&] {
    std::promise<bool> durable;
    const bool queued = queue.push(
        *store, writer.author(), writer.push_of_messages(batch), [&](Result<PushAnswer> answer) {
          durable.set_value(answer.ok() && answer->results.back().outcome == PushOutcome::placed);
        });
    require(queued && durable.get_future().get(), "a push is not placed");
    return batch;
  });
}

/// A connection that pushes, one request after the other.
class Connection {
 public:
  Connection(int port, std::string site, std::string token)
      : site_(std::move(site)), token_(std::move(token)) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    require(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0,
            "the hub does not answer");
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void push(const std::string& body) {
    std::string request =
        "POST /v1/sites/" + site_ + "/events HTTP/1.1\r\nHost: localhost\r\n" +
        "Authorization: Bearer " + token_ +
        "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + body;
    for (std::size_t sent = 0; sent < request.size();) {
      const auto count =
          ::send(socket_, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
      require(count > 0, "the hub hung up");
      sent += static_cast<std::size_t>(count);
    }
    const std::string answer = read_answer();
    require(answer.starts_with("HTTP/1.1 200") && answer.find("\"refused\"") == std::string::npos &&
                answer.find("\"retry\"") == std::string::npos,
            "a push was not placed: " + answer.substr(0, 600));
  }

 private:
  std::string read_answer() {
    std::string answer;
    std::size_t needed = 0;
    while (needed == 0 || answer.size() < needed) {
      char bytes[16384];
      const auto count = ::recv(socket_, bytes, sizeof bytes, 0);
      require(count > 0, "the hub hung up");
      answer.append(bytes, static_cast<std::size_t>(count));
      const std::size_t end = answer.find("\r\n\r\n");
      if (needed > 0 || end == std::string::npos) continue;
      static const std::string kLength = "Content-Length: ";
      const std::size_t length = answer.find(kLength);
      require(length < end, "the answer does not say how long it is");
      needed = end + 4 + std::stoul(answer.substr(length + kLength.size()));
    }
    return answer;
  }

  int socket_;
  std::string site_;
  std::string token_;
};

void bench_http(double seconds, std::size_t batch, std::size_t clients, int port,
                const std::string& site, const std::string& token, const std::string& customer) {
  std::atomic<std::size_t> requests = 0;
  std::atomic<bool> failed = false;
  const auto start = Clock::now();
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < clients; ++i)
    threads.emplace_back([&] {
      try {
        Writer writer(customer);
        Connection connection(port, site, token);
        connection.push(encode_push({encode_event(writer.started())}));
        while (std::chrono::duration<double>(Clock::now() - start).count() < seconds) {
          connection.push(writer.push_of_messages(batch));
          ++requests;
        }
      } catch (const std::exception& error) {
        std::fprintf(stderr, "bench-hub: %s\n", error.what());
        failed = true;
      }
    });
  for (std::thread& thread : threads) thread.join();
  const std::chrono::duration<double> passed = Clock::now() - start;
  require(!failed, "a client failed");
  std::printf("%zu %zu %.6f\n", requests * batch, requests.load(), passed.count());
}

int run(const std::vector<std::string>& arguments) {
  const std::string mode = arguments.empty() ? "" : arguments[0];
  const auto number = [&](std::size_t i) {
    return static_cast<std::size_t>(std::stoul(arguments.at(i)));
  };
  if (mode == "disk")
    bench_disk(arguments.at(1), std::stod(arguments.at(2)));
  else if (mode == "sqlite")
    bench_sqlite(arguments.at(1), std::stod(arguments.at(2)), number(3));
  else if (mode == "store")
    bench_store(arguments.at(1), std::stod(arguments.at(2)), number(3));
  else if (mode == "http")
    bench_http(std::stod(arguments.at(1)), number(2), number(3), static_cast<int>(number(4)),
               arguments.at(5), arguments.at(6), arguments.at(7));
  else
    require(false, "which one? disk, sqlite, store or http; see the top of hub_bench.cpp");
  return 0;
}

}  // namespace
}  // namespace deskbell::bench

int main(int argc, char** argv) {
  try {
    return deskbell::bench::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench-hub: %s\n", error.what());
    return 1;
  }
}
