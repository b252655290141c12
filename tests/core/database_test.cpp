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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deskbell
