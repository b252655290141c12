#include "server/backup.h"

#include <sys/stat.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/store/schema.h"
#include "server/examine.h"
#include "server/hub/data_folder.h"
#include "server/store/database_copy.h"
#include "tests/server/hub_fixture.h"

using namespace deskbell;
using namespace deskbell::test;

namespace fs = std::filesystem;

namespace {

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void overwrite(const std::string& path, std::size_t from, std::size_t count) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(from));
  file << std::string(count, '\x5a');
}

/// A data folder with the site "fern", in which two customers have written.
struct BackupFixture {
  TemporaryFolder folder;
  std::string data = folder / "data";
  std::string file = folder / "fern-backup.db";

  BackupFixture() {
    make_site("fern");
    const auto store = open_site("fern");
    push(*store, customer(1), {started(1, customer(1), 1), posted(2, customer(1), 1, "before")});
    push(*store, customer(2), {started(3, customer(2), 2)});
  }

  void make_site(const std::string& site) {
    auto opened = DataFolder::open(data);
    BOOST_REQUIRE(opened.ok());
    open_store(opened->database_path(site).value());
  }
  std::unique_ptr<SqliteHubStore> open_site(const std::string& site) {
    return open_store(database_in(data, site));
  }
  std::vector<std::string> files() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder.path()))
      names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }
  Result<BackupAnswer> back_up() {
    return deskbell::back_up({.data = data, .site = "", .file = file}, {});
  }
  Result<RestoreAnswer> restore(const std::string& from) {
    return deskbell::restore({.data = data, .site = "", .file = from}, {});
  }
  std::string refusal(const std::string& from) {
    const auto answer = restore(from);
    BOOST_REQUIRE(!answer.ok());
    return answer.error().message;
  }
};

bool says(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(backup, BackupFixture)

BOOST_AUTO_TEST_CASE(a_backup_of_a_store_in_use_is_a_sound_store_of_one_moment) {
  const auto store = open_site("fern");
  const auto answer = back_up();
  BOOST_REQUIRE_MESSAGE(answer.ok(), (answer.ok() ? "" : answer.error().message));
  BOOST_CHECK_EQUAL(answer->site, "fern");
  BOOST_CHECK_EQUAL(answer->events, 3);
  BOOST_CHECK_EQUAL(answer->bytes, static_cast<std::int64_t>(fs::file_size(file)));
  BOOST_CHECK(examine_store(file, StoreKind::hub, {}).value().empty());
  // It is one file that its owner alone may read, and nothing is left beside it.
  struct stat about {};
  BOOST_REQUIRE_EQUAL(::stat(file.c_str(), &about), 0);
  BOOST_CHECK_EQUAL(about.st_mode & 0777, 0600u);
  const std::vector<std::string> expected = {"data", "fern-backup.db"};
  BOOST_CHECK(files() == expected);
  // The hub goes on.
  push(*store, customer(2), {posted(4, customer(2), 2, "after")});
  BOOST_CHECK_EQUAL(store->head().value(), 4);
}

BOOST_AUTO_TEST_CASE(what_is_written_while_it_is_copied_does_not_start_the_copy_anew) {
  const auto store = open_site("fern");
  for (int i = 0; i < 40; ++i)
    push(*store, customer(1), {posted(100 + i, customer(1), 1, std::string(15'000, 'x'))});
  Database source(database_in(data, "fern"), {.read_only = true});
  std::int64_t last = 0;
  int next = 1000;
  const auto write_between = [&](std::int64_t done, std::int64_t total) {
    BOOST_CHECK_GE(done, last);
    last = done;
    if (done < total) push(*store, customer(1), {posted(next++, customer(1), 1, "meanwhile")});
  };
  // Steps of a megabyte: there must be several.
  for (int i = 0; i < 100; ++i)
    push(*store, customer(1), {posted(200 + i, customer(1), 1, std::string(15'000, 'x'))});
  const Seq head = store->head().value();
  BOOST_REQUIRE(copy_database(source, file, {.vfs = nullptr, .progress = write_between}).ok());
  BOOST_CHECK_GT(next, 1001);
  BOOST_CHECK_EQUAL(open_store(file)->head().value(), head);
}

BOOST_AUTO_TEST_CASE(a_backup_replaces_nothing_unless_it_is_told_to) {
  folder.write("fern-backup.db", "last week's");
  const auto answer = back_up();
  BOOST_REQUIRE(!answer.ok());
  BOOST_CHECK(says(answer.error().message, "--force"));
  BOOST_CHECK_EQUAL(bytes_of(file), "last week's");
  BOOST_CHECK(
      deskbell::back_up({.data = data, .site = "", .file = file, .overwrite = true}, {}).ok());
  BOOST_CHECK(examine_store(file, StoreKind::hub, {}).value().empty());
}

BOOST_AUTO_TEST_CASE(a_backup_that_cannot_be_says_why_and_leaves_nothing) {
  const auto complains = [&](const BackupRequest& request, const std::string& words) {
    const auto answer = deskbell::back_up(request, {});
    BOOST_REQUIRE(!answer.ok());
    BOOST_CHECK_MESSAGE(says(answer.error().message, words), answer.error().message);
  };
  complains({.data = folder / "nowhere", .site = "", .file = file}, "no data folder");
  complains({.data = data, .site = "oak", .file = file}, "it has: fern");
  complains({.data = data, .site = "", .file = folder / "no/folder"}, "No such file or directory");
  complains({.data = data, .site = "", .file = folder.path()}, "is a folder");
  make_site("oak");
  complains({.data = data, .site = "", .file = file},
            "several sites; name one by --site: fern, oak");
  const std::vector<std::string> expected = {"data"};
  BOOST_CHECK(files() == expected);
}

BOOST_AUTO_TEST_CASE(an_unsound_store_makes_no_backup_unless_it_is_told_to) {
  open_site("fern")->writer().execute("UPDATE message SET text = 'boo'");
  const auto refused = back_up();
  BOOST_REQUIRE(!refused.ok());
  BOOST_CHECK_MESSAGE(says(refused.error().message, "not sound"), refused.error().message);
  BOOST_CHECK_MESSAGE(says(refused.error().message, "\"text\""), refused.error().message);
  BOOST_CHECK(!fs::exists(file));
  const auto kept = deskbell::back_up(
      {.data = data, .site = "", .file = file, .overwrite = false, .keep_if_unsound = true}, {});
  BOOST_REQUIRE(kept.ok());
  BOOST_CHECK_EQUAL(kept->findings.size(), 1u);
  BOOST_CHECK(fs::exists(file));
}

BOOST_AUTO_TEST_CASE(a_restored_site_goes_on_under_another_epoch) {
  BOOST_REQUIRE(back_up().ok());
  std::string epoch;
  {
    const auto store = open_site("fern");
    epoch = store->epoch();
    push(*store, customer(2), {posted(4, customer(2), 2, "after")});
  }
  const auto answer = restore(file);
  BOOST_REQUIRE_MESSAGE(answer.ok(), (answer.ok() ? "" : answer.error().message));
  BOOST_CHECK_EQUAL(answer->site, "fern");
  BOOST_CHECK_EQUAL(answer->events, 3);
  BOOST_CHECK(!answer->made_at.empty());
  const auto store = open_site("fern");
  BOOST_CHECK_EQUAL(store->epoch(), answer->epoch);
  BOOST_CHECK_NE(store->epoch(), epoch);
  BOOST_CHECK_EQUAL(store->head().value(), 3);
  BOOST_CHECK(examine_store(database_in(data, "fern"), StoreKind::hub, {}).value().empty());
  // It says nothing of a backup any more: a backup of it is one of its own.
  BOOST_CHECK(!store->writer().integer("SELECT 1 FROM meta WHERE name LIKE 'backup%'"));
  // A device gives back what was lost; it gets the next place.
  BOOST_CHECK_EQUAL(push(*store, customer(2), {posted(4, customer(2), 2, "after")})[0].seq, 4);
}

BOOST_AUTO_TEST_CASE(what_was_there_before_a_restore_is_kept) {
  BOOST_REQUIRE(back_up().ok());
  push(*open_site("fern"), customer(2), {posted(4, customer(2), 2, "after")});
  const auto first = restore(file);
  BOOST_REQUIRE(first.ok());
  BOOST_CHECK_EQUAL(open_store(first->kept_as + "/hub.db")->head().value(), 4);
  const auto second = restore(file);
  BOOST_REQUIRE(second.ok());
  BOOST_CHECK_NE(second->kept_as, first->kept_as);
  BOOST_CHECK_NE(second->epoch, first->epoch);
  // What is kept is no site.
  const std::vector<std::string> sites = {"fern"};
  BOOST_CHECK(sites_in(data).value() == sites);
  BOOST_CHECK(!fs::exists(data + "/sites/fern.restoring"));
}

BOOST_AUTO_TEST_CASE(a_backup_makes_a_hub_on_another_machine) {
  BOOST_REQUIRE(back_up().ok());
  const auto answer =
      deskbell::restore({.data = folder / "elsewhere", .site = "", .file = file}, {});
  BOOST_REQUIRE(answer.ok());
  BOOST_CHECK(answer->kept_as.empty());
  BOOST_CHECK_EQUAL(open_store(database_in(folder / "elsewhere", "fern"))->head().value(), 3);
}

BOOST_AUTO_TEST_CASE(a_copy_of_a_database_is_restored_when_the_site_is_named) {
  const std::string copy = folder / "copy.db";
  fs::copy_file(database_in(data, "fern"), copy);
  BOOST_CHECK(says(refusal(copy), "--site"));
  BOOST_CHECK(deskbell::restore({.data = data, .site = "fern", .file = copy}, {}).ok());
}

BOOST_AUTO_TEST_CASE(nothing_is_restored_from_what_is_no_good) {
  const std::string epoch = open_site("fern")->epoch();
  BOOST_REQUIRE(back_up().ok());
  BOOST_CHECK(says(refusal(folder / "nowhere.db"), "No such file"));
  BOOST_CHECK(says(refusal(folder.write("text.db", "not a database at all")), "no backup"));
  BOOST_CHECK(says(refusal(folder.write("empty.db", "")), "no backup"));
  BOOST_CHECK(says(refusal(folder.path()), "is a folder"));
  {
    Database device(folder / "device.db", {});
    migrate(device);
  }
  BOOST_CHECK(says(refusal(folder / "device.db"), "no backup"));
  // Damage that only a look at every page finds.
  const std::string torn = folder / "torn.db";
  fs::copy_file(file, torn);
  overwrite(torn, fs::file_size(torn) / 2, 8 * 4096);
  BOOST_CHECK_MESSAGE(says(refusal(torn), "damaged"), refusal(torn));
  // Damage that only the events tell of.
  const std::string wrong = folder / "wrong.db";
  fs::copy_file(file, wrong);
  Database(wrong, {}).execute("DELETE FROM event WHERE seq = 2");
  BOOST_CHECK(says(refusal(wrong), "gap"));
  const std::string newer = folder / "newer.db";
  fs::copy_file(file, newer);
  Database(newer, {}).execute("PRAGMA user_version = 99");
  BOOST_CHECK(says(refusal(newer), "newer Deskbell"));
  // All is as it was.
  BOOST_CHECK_EQUAL(open_site("fern")->epoch(), epoch);
  BOOST_CHECK_EQUAL(open_site("fern")->head().value(), 3);
  BOOST_CHECK(!fs::exists(data + "/sites/fern.restoring"));
}

BOOST_AUTO_TEST_CASE(nothing_is_restored_under_a_running_hub) {
  BOOST_REQUIRE(back_up().ok());
  const auto hub = DataFolder::open(data);
  BOOST_REQUIRE(hub.ok());
  BOOST_CHECK(says(refusal(file), "in use"));
}

BOOST_AUTO_TEST_CASE(accounts_without_agents_and_sessions_without_accounts_are_found) {
  {
    const auto store = open_site("fern");
    BOOST_REQUIRE(store->put_account({"mira", agent(1).id, "Mira", "x"}).ok());
    BOOST_REQUIRE(store->add_session(agent(2).id, "y", 1).ok());
  }
  const auto findings = examine_store(database_in(data, "fern"), StoreKind::hub, {}).value();
  BOOST_REQUIRE_EQUAL(findings.size(), 2u);
  BOOST_CHECK_EQUAL(findings[0].code, "account_of_nobody");
  BOOST_CHECK_EQUAL(findings[1].code, "session_of_nobody");
}

BOOST_AUTO_TEST_CASE(a_damaged_file_is_found_damaged) {
  const std::string path = database_in(data, "fern");
  overwrite(path, fs::file_size(path) / 2, 8 * 4096);
  const auto findings = examine_store(path, StoreKind::hub, {}).value();
  BOOST_REQUIRE(!findings.empty());
  BOOST_CHECK_EQUAL(findings[0].code, "file_damaged");
  BOOST_CHECK_EQUAL(
      examine_store(folder.write("text.db", std::string(5000, 'x')), {}, {}).value().at(0).code,
      "file_damaged");
  BOOST_CHECK(!examine_store(folder / "nowhere.db", {}, {}).ok());
}

BOOST_AUTO_TEST_SUITE_END()
