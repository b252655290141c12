#include "server/store/sqlite_hub_store.h"

#include <algorithm>

#include "core/event/id.h"
#include "core/event/robot_fields.h"
#include "core/store/event_log.h"
#include "core/view/answer_book.h"
#include "core/view/views.h"
#include "server/store/epoch.h"
#include "server/store/hub_schema.h"

namespace deskbell {
namespace {

constexpr std::string_view kWriterPragmas = R"sql(
  PRAGMA busy_timeout = 5000;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA journal_size_limit = 67108864;
)sql";
// A reader waits only where another process looks at the same file (a backup).
constexpr std::string_view kReaderPragmas = "PRAGMA busy_timeout = 5000;";

/// Runs what may throw and turns a failing store into an Error: the border of this room.
template <class F>
auto guarded(F&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const StoreError& error) {
    return error.error();
  }
}

AgentAccount read_account(const Query& row) {
  return {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
          std::string(row.text(3))};
}

}  // namespace

Result<std::unique_ptr<SqliteHubStore>> SqliteHubStore::open(const std::string& path,
                                                             Random& random, Millis now,
                                                             const SqliteHubOptions& options) {
  return guarded([&]() -> Result<std::unique_ptr<SqliteHubStore>> {
    return std::unique_ptr<SqliteHubStore>(new SqliteHubStore(path, random, now, options));
  });
}

SqliteHubStore::SqliteHubStore(const std::string& path, Random& random, Millis now,
                               const SqliteHubOptions& options)
    : random_(random),
      content_hash_(options.content_hash),
      attachment_check_(options.attachment_check) {
  writer_ =
      std::make_unique<Database>(path, OpenOptions{.vfs = options.vfs, .pragmas = kWriterPragmas});
  migrate_hub(*writer_);
  Transaction transaction(*writer_);
  // By this name the policy finds it, on devices and here.
  epoch_ = identity("epoch", make_epoch(random));
  system_ = {ActorKind::system, identity("hub_system", make_id(now, random))};
  transaction.commit();
  if (path != ":memory:")
    reader_ = std::make_unique<Database>(
        path, OpenOptions{.read_only = true, .vfs = options.vfs, .pragmas = kReaderPragmas});
}

std::string SqliteHubStore::identity(std::string_view name, const std::string& fresh) {
  writer_->run("INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING", name, fresh);
  return writer_->text("SELECT value FROM meta WHERE name = ?", name).value_or(fresh);
}

Result<void> SqliteHubStore::begin_epoch() {
  return guarded([&]() -> Result<void> {
    Transaction transaction(*writer_);
    std::string epoch = deskbell::begin_epoch(*writer_, random_);
    transaction.commit();
    epoch_ = std::move(epoch);
    return {};
  });
}

Result<Placement> SqliteHubStore::place(std::span<const Push> pushes) {
  return guarded([&]() -> Result<Placement> {
    Transaction transaction(*writer_);
    Placer placer(*writer_, content_hash_, attachment_check_);
    Placement placement;
    for (const Push& push : pushes) {
      PushAnswer& answer = placement.answers.emplace_back(PushAnswer{epoch_, {}});
      for (const std::string_view event : push.events)
        answer.results.push_back(placer.place_pushed(push.author, event));
    }
    placement.placed = placer.take_placed();
    transaction.commit();
    return placement;
  });
}

Result<std::vector<Visibility>> SqliteHubStore::place_own(std::span<const OwnEvent> events,
                                                          Millis now) {
  static constexpr std::string_view kNote =
      "INSERT INTO hub_own (key, hash) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET hash = ?2";
  return guarded([&]() -> Result<std::vector<Visibility>> {
    Transaction transaction(*writer_);
    Placer placer(*writer_, content_hash_);
    for (const OwnEvent& own : events) {
      const auto place = [&](const Payload& payload) {
        return placer.place_own({make_id(now, random_), std::string(type_name(payload)),
                                 own.conversation, system_, now, payload});
      };
      auto placed = place(own.payload);
      if (!placed && placed.error().code == ErrorCode::scope_narrowed) {
        placed = place(AnswerWithdrawn{std::get<AnswerPublished>(own.payload).answer});
        if (placed) placed = place(own.payload);
      }
      const bool gone = !placed && placed.error().code == ErrorCode::unknown_answer;
      if (!placed && !gone) return placed.error();
      if (own.hash.empty())
        writer_->run("DELETE FROM hub_own WHERE key = ?", own.key);
      else
        writer_->run(kNote, own.key, own.hash);
    }
    auto visible = placer.take_placed();
    transaction.commit();
    return visible;
  });
}

Result<void> SqliteHubStore::set_origins(const std::vector<std::string>& origins) {
  return guarded([&]() -> Result<void> {
    Transaction transaction(*writer_);
    writer_->run("DELETE FROM hub_origin");
    for (const std::string& origin : origins)
      writer_->run("INSERT INTO hub_origin (origin) VALUES (?) ON CONFLICT DO NOTHING", origin);
    transaction.commit();
    return {};
  });
}

Result<void> SqliteHubStore::put_account(const AgentAccount& account) {
  static constexpr std::string_view kPut = R"sql(
    INSERT INTO hub_account (login, agent, name, password_hash) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (login) DO UPDATE SET agent = ?2, name = ?3, password_hash = ?4)sql";
  return guarded([&]() -> Result<void> {
    Transaction transaction(*writer_);
    writer_->run(kPut, account.login, account.agent, account.name, account.password_hash);
    writer_->run("DELETE FROM hub_session WHERE agent = ?", account.agent);
    transaction.commit();
    return {};
  });
}

Result<bool> SqliteHubStore::remove_account(const std::string& login) {
  return guarded([&]() -> Result<bool> {
    Transaction transaction(*writer_);
    writer_->run(
        "DELETE FROM hub_session WHERE agent = (SELECT agent FROM hub_account WHERE login = ?)",
        login);
    writer_->run("DELETE FROM hub_account WHERE login = ?", login);
    const bool removed = writer_->changes() > 0;
    transaction.commit();
    return removed;
  });
}

Result<void> SqliteHubStore::add_session(const std::string& agent, const std::string& secret_hash,
                                         Millis now) {
  static constexpr std::string_view kDropOldest = R"sql(
    DELETE FROM hub_session WHERE n IN (
      SELECT n FROM hub_session WHERE agent = ? ORDER BY n DESC LIMIT -1 OFFSET ?))sql";
  return guarded([&]() -> Result<void> {
    Transaction transaction(*writer_);
    writer_->run("INSERT INTO hub_session (agent, secret_hash, created_at) VALUES (?, ?, ?)", agent,
                 secret_hash, now);
    writer_->run(kDropOldest, agent, kMaxSessionsPerAgent);
    transaction.commit();
    return {};
  });
}

Result<bool> SqliteHubStore::register_customer(const std::string& id,
                                               const std::string& secret_hash, Millis now) {
  static constexpr std::string_view kRegister = R"sql(
    INSERT INTO hub_customer (id, secret_hash, created_at) VALUES (?, ?, ?)
    ON CONFLICT DO NOTHING)sql";
  return guarded([&]() -> Result<bool> {
    Transaction transaction(*writer_);
    writer_->run(kRegister, id, secret_hash, now);
    const auto kept = writer_->text("SELECT secret_hash FROM hub_customer WHERE id = ?", id);
    transaction.commit();
    return kept == secret_hash;
  });
}

Result<Introduced> SqliteHubStore::introduce(const Introduction& introduction, Millis now) {
  return guarded([&]() -> Result<Introduced> {
    Transaction transaction(*writer_);
    Placer placer(*writer_, content_hash_);
    auto customer = deskbell::introduce(*writer_, placer, random_, system_, introduction, now);
    if (!customer) return customer.error();
    transaction.commit();
    return Introduced{std::move(*customer), placer.take_placed()};
  });
}

Result<void> SqliteHubStore::end_session(const Actor& actor, const std::string& secret_hash,
                                         Millis now) {
  return guarded([&]() -> Result<void> {
    Transaction transaction(*writer_);
    if (actor.kind == ActorKind::agent) {
      writer_->run("DELETE FROM hub_session WHERE agent = ? AND secret_hash = ?", actor.id,
                   secret_hash);
    } else {
      writer_->run("DELETE FROM hub_person_session WHERE customer = ? AND secret_hash = ?",
                   actor.id, secret_hash);
      if (writer_->changes() > 0)
        writer_->run("UPDATE hub_person SET tokens_from = ? WHERE customer = ?", now, actor.id);
    }
    transaction.commit();
    return {};
  });
}

Result<void> SqliteHubStore::set_identity_secret(const std::string& secret) {
  static constexpr std::string_view kSet = R"sql(
    INSERT INTO meta (name, value) VALUES ('identity_secret', ?1)
    ON CONFLICT DO UPDATE SET value = ?1)sql";
  return guarded([&]() -> Result<void> {
    Transaction transaction(*writer_);
    writer_->run(kSet, secret);
    transaction.commit();
    return {};
  });
}

Result<Seq> SqliteHubStore::head() {
  return guarded([&]() -> Result<Seq> { return EventLog(reader()).head(); });
}

Result<Page> SqliteHubStore::read(const Actor& reader_actor, Seq after, std::size_t limit,
                                  std::size_t max_bytes, Millis now) {
  return guarded([&]() -> Result<Page> {
    EventLog log(reader());
    // The log only grows, so that a head read first bounds all that follows.
    const Seq head = log.head();
    if (after > head)
      return Error{ErrorCode::new_epoch, std::string(error_meaning(ErrorCode::new_epoch))};
    Page page;
    page.since = {epoch_, after, 0};
    page.cursor = {epoch_, head, 0};
    page.hub_time = now;
    page.events = log.read(after, head, reader_actor, limit, max_bytes);
    if (page.events.empty()) return page;
    // A page that is not full has all there is; a full one may just fit.
    std::size_t bytes = 0;
    for (const PlacedEvent& event : page.events) bytes += event.body.size();
    const bool full = page.events.size() == limit || bytes + kMaxEventBytes > max_bytes;
    const Seq last = page.events.back().seq;
    if (full && !log.read(last, head, reader_actor, 1, kMaxEventBytes).empty()) {
      page.cursor.seq = last;
      page.more = true;
    }
    return page;
  });
}

Result<std::map<std::string, std::string>> SqliteHubStore::own_hashes() {
  return guarded([&]() -> Result<std::map<std::string, std::string>> {
    std::map<std::string, std::string> hashes;
    for (Query row = reader().query("SELECT key, hash FROM hub_own"); row.next();)
      hashes.emplace(row.text(0), row.text(1));
    return hashes;
  });
}

Result<BookToLearn> SqliteHubStore::book_to_learn() {
  return guarded([&]() -> Result<BookToLearn> {
    const Views views(reader(), system_);
    const RobotPolicy policy = robot_policy(views.site().robot);
    return BookToLearn{AnswerBook(reader()).texts(AnswerScope::everyone), policy.wrong_in_100,
                       policy.handover_words};
  });
}

Result<std::vector<std::string>> SqliteHubStore::origins() {
  return guarded([&]() -> Result<std::vector<std::string>> {
    std::vector<std::string> origins;
    for (Query row = reader().query("SELECT origin FROM hub_origin ORDER BY origin"); row.next();)
      origins.emplace_back(row.text(0));
    return origins;
  });
}

Result<SiteView> SqliteHubStore::site() {
  return guarded([&]() -> Result<SiteView> { return Views(reader(), {}).site(); });
}

Result<std::optional<AgentAccount>> SqliteHubStore::account(const std::string& login) {
  static constexpr std::string_view kFind =
      "SELECT login, agent, name, password_hash FROM hub_account WHERE login = ?";
  return guarded([&]() -> Result<std::optional<AgentAccount>> {
    Query row = reader().query(kFind, login);
    if (!row.next()) return std::optional<AgentAccount>();
    return std::optional(read_account(row));
  });
}

Result<std::vector<AgentAccount>> SqliteHubStore::accounts() {
  static constexpr std::string_view kAll =
      "SELECT login, agent, name, password_hash FROM hub_account ORDER BY login";
  return guarded([&]() -> Result<std::vector<AgentAccount>> {
    std::vector<AgentAccount> accounts;
    for (Query row = reader().query(kAll); row.next();) accounts.push_back(read_account(row));
    return accounts;
  });
}

Result<std::int64_t> SqliteHubStore::session_count(const std::string& agent) {
  return guarded([&]() -> Result<std::int64_t> {
    return reader().integer("SELECT count(*) FROM hub_session WHERE agent = ?", agent).value_or(0);
  });
}

Result<bool> SqliteHubStore::has_session(const std::string& agent, const std::string& secret_hash) {
  return guarded([&]() -> Result<bool> {
    return reader()
        .integer("SELECT 1 FROM hub_session WHERE agent = ? AND secret_hash = ?", agent,
                 secret_hash)
        .has_value();
  });
}

Result<bool> SqliteHubStore::has_person_session(const std::string& customer,
                                                const std::string& secret_hash) {
  return guarded([&]() -> Result<bool> {
    return reader()
        .integer("SELECT 1 FROM hub_person_session WHERE customer = ? AND secret_hash = ?",
                 customer, secret_hash)
        .has_value();
  });
}

Result<Millis> SqliteHubStore::tokens_void_before(const std::string& customer) {
  return guarded([&]() -> Result<Millis> {
    return reader()
        .integer("SELECT tokens_from FROM hub_person WHERE customer = ?", customer)
        .value_or(0);
  });
}

Result<std::string> SqliteHubStore::identity_secret() {
  return guarded([&]() -> Result<std::string> {
    return reader().text("SELECT value FROM meta WHERE name = 'identity_secret'").value_or("");
  });
}

Result<std::optional<std::string>> SqliteHubStore::customer_secret_hash(const std::string& id) {
  return guarded([&]() -> Result<std::optional<std::string>> {
    return reader().text("SELECT secret_hash FROM hub_customer WHERE id = ?", id);
  });
}

Result<std::string> SqliteHubStore::attachments_of(const Actor& reader,
                                                   const std::string& message) {
  static constexpr std::string_view kOf = R"sql(
    SELECT m.attachments FROM message AS m JOIN conversation AS c ON c.id = m.conversation
    WHERE m.id = ? AND m.note = 0 AND (? OR c.customer = ?))sql";
  static constexpr std::string_view kIsHis = R"sql(
    SELECT 1 FROM robot_step AS s JOIN conversation AS c ON c.id = s.conversation
    WHERE s.id = ? AND (? OR c.customer = ?))sql";
  return guarded([&]() -> Result<std::string> {
    const bool is_agent = reader.kind != ActorKind::customer;
    if (auto carried = this->reader().text(kOf, message, is_agent, reader.id)) return *carried;
    if (!this->reader().integer(kIsHis, message, is_agent, reader.id)) return std::string();
    return robot_attachments(this->reader(), message);
  });
}

Result<std::string> SqliteHubStore::attachments_of_answer(const Actor& reader,
                                                          const std::string& answer) {
  return guarded([&]() -> Result<std::string> {
    auto known = AnswerBook(this->reader()).entry(answer);
    if (!known) return std::string();
    const bool sees = reader.kind == ActorKind::customer
                          ? known->entry.scope == AnswerScope::everyone
                          : known->owner.empty() || known->owner == reader.id;
    return sees ? std::move(known->entry.attachments) : std::string();
  });
}

Result<std::optional<std::string>> SqliteHubStore::customer_of(const std::string& conversation) {
  return guarded([&]() -> Result<std::optional<std::string>> {
    return reader().text("SELECT customer FROM conversation WHERE id = ?", conversation);
  });
}

}  // namespace deskbell
