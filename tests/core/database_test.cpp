#include "core/store/database.h"

#include <sqlite3.h>

#include <boost/test/unit_test.hpp>

namespace deskbell {
namespace {

BOOST_AUTO_TEST_SUITE(database)

BOOST_AUTO_TEST_CASE(a_statement_is_compiled_once_whatever_is_bound_to_it) {
  static constexpr std::string_view kSome = "SELECT n FROM number WHERE n > ? ORDER BY n LIMIT ?";
  Database database(":memory:", {});
  database.execute("CREATE TABLE number (n INTEGER PRIMARY KEY)");
  for (int limit = 1; limit < 5; ++limit) database.run(kSome, 10 * limit, limit);

  const auto compiled_again = [](sqlite3_stmt* statement) {
    return sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_REPREPARE, /*reset=*/0);
  };
  int seen = 0;
  for (sqlite3_stmt* statement = nullptr;
       (statement = sqlite3_next_stmt(database.handle(), statement)) != nullptr;) {
    BOOST_TEST(compiled_again(statement) == 0, sqlite3_sql(statement));
    ++seen;
  }
  BOOST_TEST(seen == 1);
}

#ifdef __EMSCRIPTEN__
BOOST_AUTO_TEST_CASE(what_the_widgets_sqlite_is_without_is_refused) {
  Database database(":memory:", {});
  database.execute("CREATE TABLE number (n INTEGER PRIMARY KEY); INSERT INTO number VALUES (1)");
  for (const char* const sql : {
           "SELECT count(*) FILTER (WHERE n > 1) FROM number",
           "SELECT sum(n) OVER () FROM number",
           "SELECT sum(n) FILTER (WHERE n > 1) OVER (ORDER BY n) FROM number",
           "SELECT sum(n) OVER named FROM number",
           "SELECT sum(n) OVER named FROM number WINDOW named AS (ORDER BY n)",
           "SELECT total(n) FROM number",
           "SELECT upper(n) FROM number",
           "SELECT n LIKE '1' FROM number",
           "CREATE VIEW seen AS SELECT n FROM number",
           "ALTER TABLE number ADD COLUMN m INTEGER",
           "ALTER TABLE number RENAME COLUMN n TO m",
           "CREATE VIRTUAL TABLE words USING fts5(word)",
           "VACUUM",
       }) {
    BOOST_TEST_CONTEXT(sql) BOOST_CHECK_THROW(database.execute(sql), StoreError);
  }
  database.run("INSERT INTO number VALUES (?)", 2);
  BOOST_TEST(database.integer("SELECT count(*) FROM number").value() == 2);
}
#endif

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deskbell
