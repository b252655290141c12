#include "wasm/page_vfs.h"

#include <boost/test/unit_test.hpp>

#include "core/store/database.h"
#include "wasm/page_file.h"

namespace deskbell {
namespace {

constexpr std::string_view kPragmas =
    "PRAGMA page_size = 1024; PRAGMA journal_mode = MEMORY; PRAGMA cache_spill = OFF;";

struct Vfs {
  Vfs() { BOOST_REQUIRE(register_page_vfs()); }
};

/// A database on the page VFS, gone at the end of the test.
struct Store {
  explicit Store(std::string store_name) : name(std::move(store_name)) {
    page_file(name).note_batches();
    database = open();
  }
  ~Store() {
    database.reset();
    forget_page_file(name);
  }
  std::unique_ptr<Database> open() const {
    return std::make_unique<Database>(name, OpenOptions{.vfs = kPageVfs, .pragmas = kPragmas});
  }
  PageFile& file() const { return page_file(name); }
  std::string words() const {
    std::string joined;
    for (Query row = database->query("SELECT word FROM t ORDER BY word"); row.next();)
      joined.append(joined.empty() ? "" : " ").append(row.text(0));
    return joined;
  }

  std::string name;
  std::unique_ptr<Database> database;
};

constexpr std::string_view kInsert = "INSERT INTO t (word) VALUES (?)";

std::uint32_t change_counter(const PageFile& file) {
  std::string bytes(4, '\0');
  file.read(24, bytes);
  std::uint32_t counter = 0;
  for (const char byte : bytes) counter = counter << 8 | static_cast<unsigned char>(byte);
  return counter;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(page_vfs, Vfs)

BOOST_AUTO_TEST_CASE(a_database_outlives_its_connection) {
  Store store("outlives");
  store.database->execute("CREATE TABLE t (word TEXT)");
  store.database->run(kInsert, "one");
  store.database = store.open();
  BOOST_TEST(store.words() == "one");
}

BOOST_AUTO_TEST_CASE(nothing_of_an_uncommitted_transaction_reaches_the_file) {
  Store store("uncommitted");
  store.database->execute("CREATE TABLE t (word TEXT)");
  store.file().settle(true);
  {
    Transaction transaction(*store.database);
    for (int i = 0; i < 5000; ++i) store.database->run(kInsert, "a word that fills some pages");
    BOOST_TEST(!store.file().has_batch());
  }
  BOOST_TEST(!store.file().has_batch());
  BOOST_TEST(store.words() == "");
}

BOOST_AUTO_TEST_CASE(two_connections_see_each_others_commits_and_exclude_each_other) {
  Store store("locks");
  store.database->execute("CREATE TABLE t (word TEXT)");
  const std::unique_ptr<Database> second = store.open();
  BOOST_TEST(store.words() == "");
  second->run(kInsert, "seen");
  BOOST_TEST(store.words() == "seen");
  Transaction transaction(*store.database);
  BOOST_CHECK_THROW(second->run(kInsert, "too early"), StoreError);
  store.database->run(kInsert, "mine");
  transaction.commit();
  second->run(kInsert, "later");
  BOOST_TEST(store.words() == "later mine seen");
}

BOOST_AUTO_TEST_CASE(a_reader_holds_a_commit_back_and_nothing_is_lost) {
  Store store("reader");
  store.database->execute("CREATE TABLE t (word TEXT)");
  store.database->run(kInsert, "one");
  const std::unique_ptr<Database> second = store.open();
  {
    Query reading = second->query("SELECT word FROM t");
    BOOST_REQUIRE(reading.next());
    BOOST_CHECK_THROW(store.database->run(kInsert, "two"), StoreError);
  }
  store.database->run(kInsert, "two");
  BOOST_TEST(store.words() == "one two");
}

BOOST_AUTO_TEST_CASE(a_full_file_is_an_error_and_leaves_the_store_as_it_was) {
  Store store("full");
  store.database->execute("CREATE TABLE t (word TEXT); PRAGMA max_page_count = 1");
  const std::string large(100 * 1024, 'x');
  BOOST_CHECK_THROW(store.database->run(kInsert, large), StoreError);
  store.database->run(kInsert, "small");
  BOOST_TEST(store.words() == "small");
}

/// Two tabs that begin with the same store; each has written something, so that their change
/// counters are equal and their pages are not.
struct TwoTabs {
  Store mine{"mine"};
  Store other{"other"};

  TwoTabs() {
    mine.database->execute("CREATE TABLE t (word TEXT)");
    const std::string beginning = mine.file().take(1).value();
    mine.file().settle(true);
    other.database.reset();
    BOOST_REQUIRE(other.file().give(beginning, 1).ok());
    other.database = other.open();
    mine.database->run(kInsert, "undone");
    other.database->run(kInsert, "theirs");
  }
};

// Why Device opens its store anew: see wasm/device.cpp.
BOOST_FIXTURE_TEST_CASE(without_a_new_connection_an_equal_change_counter_hides_another_tabs_record,
                        TwoTabs) {
  const std::string theirs = other.file().take(1).value();
  BOOST_TEST(mine.words() == "undone");
  BOOST_REQUIRE(change_counter(mine.file()) == change_counter(other.file()));

  mine.file().settle(false);
  BOOST_REQUIRE(mine.file().give(theirs, 1).ok());
  BOOST_TEST(mine.words() == "undone");  // the trap
  mine.database = mine.open();
  BOOST_TEST(mine.words() == "theirs");
}

BOOST_FIXTURE_TEST_CASE(a_read_between_undo_and_give_lets_a_connection_notice, TwoTabs) {
  mine.file().settle(false);
  BOOST_TEST(mine.words() == "");
  BOOST_REQUIRE(mine.file().give(other.file().take(1).value(), 1).ok());
  BOOST_TEST(mine.words() == "theirs");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deskbell
