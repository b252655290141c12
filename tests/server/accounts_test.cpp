#include "server/accounts.h"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>

#include "server/hub/data_folder.h"
#include "server/hub/password.h"
#include "tests/server/hub_fixture.h"

using namespace deskbell;
using namespace deskbell::test;

namespace {

unsigned mode_of(const std::string& path) {
  struct stat status {};
  BOOST_REQUIRE_EQUAL(stat(path.c_str(), &status), 0);
  return status.st_mode & 0777u;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(accounts)

BOOST_AUTO_TEST_CASE(adding_a_login_makes_the_site_and_tells_everyone_the_name) {
  const TemporaryFolder folder;
  const auto added = add_account({folder / "data", "fern", "mira", "a password", "Mira"});
  BOOST_REQUIRE_MESSAGE(added.ok(), (added.ok() ? "" : added.error().message));
  BOOST_CHECK(added->created);
  BOOST_CHECK(added->site_created);
  const auto store = open_store(folder / "data/sites/fern/hub.db");
  const auto account = store->account("mira").value();
  BOOST_REQUIRE(account.has_value());
  BOOST_CHECK_EQUAL(account->agent, added->agent);
  BOOST_CHECK(verify_password(account->password_hash, "a password"));
  const auto seen = read_all(*store, customer(1));
  BOOST_REQUIRE_EQUAL(seen.size(), 1u);
  BOOST_CHECK(seen[0].body.find("agent.updated") != std::string::npos);
  BOOST_CHECK(seen[0].body.find("Mira") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(adding_it_again_changes_the_password_and_keeps_agent_and_name) {
  const TemporaryFolder folder;
  const auto first = add_account({folder.path(), "fern", "mira", "a password", "Mira"});
  const auto second = add_account({folder.path(), "fern", "mira", "another one", ""});
  BOOST_REQUIRE(first.ok() && second.ok());
  BOOST_CHECK(!second->created);
  BOOST_CHECK(!second->site_created);
  BOOST_CHECK_EQUAL(second->agent, first->agent);
  const auto store = open_store(folder / "sites/fern/hub.db");
  BOOST_CHECK_EQUAL(store->account("mira").value()->name, "Mira");
  BOOST_CHECK(verify_password(store->account("mira").value()->password_hash, "another one"));
  BOOST_CHECK_EQUAL(store->head().value(), 1);
}

BOOST_AUTO_TEST_CASE(bad_requests_say_what_is_wrong_and_leave_nothing_behind) {
  const TemporaryFolder folder;
  for (const AccountRequest& request :
       {AccountRequest{folder.path(), "Not A Site", "mira", "a password", ""},
        AccountRequest{folder.path(), "../up", "mira", "a password", ""},
        AccountRequest{folder.path(), "fern", "", "a password", ""},
        AccountRequest{folder.path(), "fern", "two words", "a password", ""},
        AccountRequest{folder.path(), "fern", "mira", "short", ""}}) {
    const auto added = add_account(request);
    BOOST_REQUIRE(!added.ok());
    BOOST_CHECK(!added.error().message.empty());
  }
  BOOST_CHECK(!add_account({"", "fern", "mira", "a password", ""}).ok());
  auto opened = DataFolder::open(folder.path());
  BOOST_CHECK(opened->sites().value().empty());
}

BOOST_AUTO_TEST_CASE(a_data_folder_is_used_by_one_process_at_a_time) {
  const TemporaryFolder folder;
  {
    const auto held = DataFolder::open(folder.path());
    BOOST_REQUIRE(held.ok());
    const auto refused = add_account({folder.path(), "fern", "mira", "a password", ""});
    BOOST_REQUIRE(!refused.ok());
    BOOST_CHECK(refused.error().message.find("in use") != std::string::npos);
  }
  BOOST_CHECK(add_account({folder.path(), "fern", "mira", "a password", ""}).ok());
}

BOOST_AUTO_TEST_CASE(the_key_is_made_once_and_for_its_owner_alone) {
  const TemporaryFolder folder;
  SigningKey first;
  {
    const auto data = DataFolder::open(folder / "data");
    first = data->signing_key().value();
    BOOST_CHECK(data->signing_key().value() == first);
  }
  const auto again = DataFolder::open(folder / "data");
  BOOST_CHECK(again->signing_key().value() == first);
  BOOST_CHECK_EQUAL(mode_of(folder / "data/token.key"), 0600u);
  BOOST_CHECK_EQUAL(mode_of(folder / "data"), 0700u);
  folder.write("data/token.key", "damaged");
  BOOST_CHECK(!again->signing_key().ok());
}

BOOST_AUTO_TEST_CASE(a_login_that_is_removed_is_signed_out_at_once) {
  const TemporaryFolder folder;
  const auto added = add_account({folder.path(), "fern", "mira", "a password", "Mira"});
  BOOST_REQUIRE(added.ok());
  BOOST_REQUIRE(add_account({folder.path(), "fern", "noah", "a password", "Noah"}).ok());
  const std::string path = folder / "sites/fern/hub.db";
  BOOST_REQUIRE(open_store(path)->add_session(added->agent, "secret's hash", 1).ok());
  const SigningKey key = DataFolder::open(folder.path())->signing_key().value();

  const auto before = list_accounts(folder.path(), "fern").value();
  BOOST_REQUIRE_EQUAL(before.size(), 2u);
  BOOST_CHECK_EQUAL(before[0].login, "mira");
  BOOST_CHECK_EQUAL(before[0].name, "Mira");
  BOOST_CHECK_EQUAL(before[0].sessions, 1);

  BOOST_REQUIRE(remove_account(folder.path(), "fern", "mira").ok());
  const auto after = list_accounts(folder.path(), "fern").value();
  BOOST_REQUIRE_EQUAL(after.size(), 1u);
  BOOST_CHECK_EQUAL(after[0].login, "noah");
  const auto store = open_store(path);
  BOOST_CHECK(!store->has_session(added->agent, "secret's hash").value());
  // Her tokens are good for nothing any more; her name stays in the history.
  BOOST_CHECK(DataFolder::open(folder.path())->signing_key().value() != key);
  BOOST_CHECK_EQUAL(read_all(*store, customer(1)).size(), 2u);

  const auto again = remove_account(folder.path(), "fern", "mira");
  BOOST_REQUIRE(!again.ok());
  BOOST_CHECK(again.error().code == ErrorCode::not_found);
  BOOST_CHECK(!remove_account(folder.path(), "oak", "mira").ok());
  BOOST_CHECK(!remove_account(folder / "nowhere", "fern", "mira").ok());
}

BOOST_AUTO_TEST_CASE(a_new_password_makes_the_old_tokens_void) {
  const TemporaryFolder folder;
  const AccountRequest request{folder.path(), "fern", "mira", "a password", "Mira"};
  BOOST_REQUIRE(add_account(request).ok());
  const SigningKey key = DataFolder::open(folder.path())->signing_key().value();
  BOOST_REQUIRE(add_account({folder.path(), "fern", "noah", "a password", "Noah"}).ok());
  BOOST_CHECK(DataFolder::open(folder.path())->signing_key().value() == key);
  BOOST_REQUIRE(add_account(request).ok());
  BOOST_CHECK(DataFolder::open(folder.path())->signing_key().value() != key);
}

BOOST_AUTO_TEST_CASE(site_names_are_fit_for_addresses_and_folders) {
  for (const char* name : {"fern", "a", "0", "fern-and-field", "x1-"})
    BOOST_CHECK(is_site_name(name));
  for (const char* name : {"", "-fern", "Fern", "fern.", "..", "a/b", "fern field", "f\xc3\xa9"})
    BOOST_CHECK_MESSAGE(!is_site_name(name), name);
  BOOST_CHECK(is_site_name(std::string(63, 'a')));
  BOOST_CHECK(!is_site_name(std::string(64, 'a')));
}

BOOST_AUTO_TEST_SUITE_END()
