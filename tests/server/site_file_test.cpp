#include "server/hub/site_file.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/event/attachment.h"
#include "server/hub/hub.h"
#include "tests/server/hub_fixture.h"

using namespace deskbell;
using namespace deskbell::test;

namespace {

std::string answer(int id, const std::string& text, const std::string& scope = "everyone") {
  return R"({"id":")" + id_of(id) + R"(","title":"Title","text":")" + text +
         R"(","keywords":["parcel"],"scope":")" + scope + R"(","language":"en"})";
}

std::string with_files(const std::string& answer, const std::string& files) {
  return answer.substr(0, answer.size() - 1) + R"(,"attachments":[)" + files + "]}";
}

std::string site(const std::string& answers) {
  return R"({"site":"fern","name":"Fern","greeting":"Hello","origins":["http://localhost:8081"],)"
         R"("answers":[)" +
         answers + "]}";
}

struct FileFixture {
  TemporaryFolder folder;
  std::unique_ptr<SqliteHubStore> store = open_store(":memory:");

  SiteChanges apply(const std::string& text) {
    const auto file = read_site_file(folder.write("site.json", text));
    BOOST_REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().message));
    const auto changes = apply_site_file(*store, *file, 1'763'770'000'000);
    BOOST_REQUIRE_MESSAGE(changes.ok(), (changes.ok() ? "" : changes.error().message));
    return *changes;
  }

  std::string refusal(const std::string& text) {
    const auto file = read_site_file(folder.write("site.json", text));
    BOOST_REQUIRE(!file.ok());
    return file.error().message;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(site_files, FileFixture)

BOOST_AUTO_TEST_CASE(a_file_becomes_events_that_everyone_in_its_scope_sees) {
  const SiteChanges changes = apply(site(answer(1, "open") + "," + answer(2, "inside", "team")));
  BOOST_CHECK_EQUAL(changes.placed, 3);
  BOOST_CHECK_EQUAL(read_all(*store, agent(1)).size(), 3u);
  BOOST_CHECK_EQUAL(read_all(*store, customer(1)).size(), 2u);
  BOOST_CHECK_EQUAL(store->origins().value().at(0), "http://localhost:8081");
}

BOOST_AUTO_TEST_CASE(an_answer_may_have_all_that_a_published_one_has) {
  const std::string whole =
      R"({"id":")" + id_of(1) +
      R"(","title":"Returns","text":"Thirty days.","examples":["Can I send it back?","A refund"],)"
      R"("category":"orders","shortcut":"returns","from":1763770000000,"related":[")" +
      id_of(2) +
      R"("],"translations":[{"language":"fr","title":"Retours","text":"Trente jours."}],)"
      R"("replies":["Print a label"]})";
  BOOST_CHECK_EQUAL(apply(site(whole)).placed, 2);
  AnswerPublished published;
  for (const PlacedEvent& placed : read_all(*store, agent(1))) {
    const auto event = decode_event(placed.body);
    BOOST_REQUIRE(event.ok());
    if (const auto* entry = std::get_if<AnswerPublished>(&event->payload)) published = *entry;
  }
  BOOST_TEST(published.title == "Returns");
  BOOST_TEST((published.examples == std::vector<std::string>{"Can I send it back?", "A refund"}));
  BOOST_TEST(published.category == "orders");
  BOOST_TEST(published.shortcut == "returns");
  BOOST_TEST(published.from == 1763770000000);
  BOOST_TEST((published.related == std::vector<std::string>{id_of(2)}));
  BOOST_REQUIRE(published.translations.size() == 1U);
  BOOST_TEST(published.translations.front().title == "Retours");
  BOOST_TEST(published.replies.find("Print a label") != std::string::npos);
  BOOST_TEST(published.keywords.empty());
}

BOOST_AUTO_TEST_CASE(what_the_team_alone_knows_of_an_answer_is_for_the_team_alone) {
  const std::string plain = answer(1, "Thirty days.");
  const std::string guided = plain.substr(0, plain.size() - 1) +
                             R"(,"procedure":"Ask for the number.","authority":"Up to 10 EUR."})";
  const auto guide = [&] {
    return store->writer().text("SELECT procedure || '|' || authority FROM answer_guide");
  };
  BOOST_CHECK_EQUAL(apply(site(guided)).placed, 3);
  BOOST_TEST(guide().value_or("") == "Ask for the number.|Up to 10 EUR.");
  BOOST_CHECK_EQUAL(read_all(*store, agent(1)).size(), 3u);
  BOOST_CHECK_EQUAL(read_all(*store, customer(1)).size(), 2u);
  BOOST_CHECK_EQUAL(apply(site(guided)).placed, 0);
  apply(site(plain));
  BOOST_TEST(!guide().has_value());
  apply(site(guided));
  apply(site(""));
  BOOST_TEST(!guide().has_value());
}

BOOST_AUTO_TEST_CASE(the_same_file_twice_changes_nothing) {
  apply(site(answer(1, "one")));
  const SiteChanges again = apply(site(answer(1, "one")));
  BOOST_CHECK_EQUAL(again.placed, 0);
  BOOST_CHECK_EQUAL(again.withdrawn, 0);
  BOOST_CHECK_EQUAL(store->head().value(), 2);
}

BOOST_AUTO_TEST_CASE(only_what_changed_is_said_and_what_vanished_is_withdrawn) {
  apply(site(answer(1, "one") + "," + answer(2, "two")));
  const SiteChanges changes = apply(site(answer(1, "changed") + "," + answer(3, "three")));
  BOOST_CHECK_EQUAL(changes.placed, 2);
  BOOST_CHECK_EQUAL(changes.withdrawn, 1);
  const auto& writer = store->writer();
  BOOST_CHECK_EQUAL(const_cast<Database&>(writer).integer("SELECT count(*) FROM answer").value(),
                    2);
}

BOOST_AUTO_TEST_CASE(answers_that_agents_published_are_left_alone) {
  push(*store, agent(1),
       {event_bytes(50, agent(1), 0,
                    AnswerPublished{id_of(60), "t", "agent's", {}, AnswerScope::team, ""})});
  apply(site(answer(1, "one")));
  apply(site(""));
  BOOST_CHECK_EQUAL(store->writer().text("SELECT group_concat(text) FROM answer").value(),
                    "agent's");
}

BOOST_AUTO_TEST_CASE(an_answer_that_an_agent_withdrew_may_vanish_from_the_file) {
  apply(site(answer(1, "one")));
  push(*store, agent(1), {event_bytes(50, agent(1), 0, AnswerWithdrawn{id_of(1)})});
  BOOST_CHECK_EQUAL(apply(site("")).withdrawn, 1);
  BOOST_CHECK_EQUAL(apply(site("")).withdrawn, 0);
}

BOOST_AUTO_TEST_CASE(answers_may_stand_in_a_file_beside_it) {
  folder.write("more/answers.json", "[" + answer(1, "one") + "]");
  BOOST_CHECK_EQUAL(apply(R"({"site":"fern","answers":"more/answers.json"})").placed, 1);
}

BOOST_AUTO_TEST_CASE(the_files_of_answers_are_kept_as_the_sites_own_before_anything_names_them) {
  folder.write("more/label.pdf", "a label");
  folder.write("more/answers.json", "[" + with_files(answer(1, "one"), R"("label.pdf")") + "]");
  const std::string path =
      folder.write("site.json", R"({"site":"fern","answers":"more/answers.json"})");
  const auto log = [](const std::string&) {};
  const auto placed = [&] {
    const auto hub = Hub::open(folder / "data", {path}, log);
    BOOST_REQUIRE_MESSAGE(hub.ok(), (hub.ok() ? "" : hub.error().message));
    Site& fern = *(*hub)->site("fern");
    const std::string carried = fern.store->attachments_of_answer(customer(1), id_of(1)).value();
    const auto files = parse_attachments(carried);
    BOOST_REQUIRE_EQUAL(files.size(), 1U);
    BOOST_TEST(files.front().name == "label.pdf");
    BOOST_TEST(files.front().type == "application/pdf");
    // All agents may use it as if they had sent it, and no customer.
    BOOST_TEST(fern.attachments->check(agent(1), carried).ok());
    BOOST_TEST(!fern.attachments->check(customer(1), carried).ok());
    std::ifstream kept(fern.attachments->path_of(files.front().id));
    return std::pair(std::string(std::istreambuf_iterator<char>(kept), {}),
                     fern.store->head().value());
  };
  BOOST_TEST((placed() == std::pair(std::string("a label"), Seq{1})));
  BOOST_TEST((placed() == std::pair(std::string("a label"), Seq{1})));
  folder.write("more/label.pdf", "a better label");
  BOOST_TEST((placed() == std::pair(std::string("a better label"), Seq{2})));
}

BOOST_AUTO_TEST_CASE(files_of_answers_that_cannot_be_had_are_named) {
  folder.write("empty.txt", "");
  folder.write("a.txt", "the same");
  folder.write("b.txt", "the same");
  folder.write("inside/site.json", "");
  const auto says = [&](const std::string& files, const std::string& what) {
    const std::string text = site(answer(2, "two") + "," + with_files(answer(1, "one"), files));
    const auto read = read_site_file(folder.write("site.json", text), /*max_file_bytes=*/8);
    BOOST_REQUIRE(!read.ok());
    BOOST_CHECK_MESSAGE(read.error().message.find("answer 2: " + what) != std::string::npos,
                        read.error().message);
  };
  says(R"("nowhere.txt")", "there is no file \"nowhere.txt\" in ");
  says(R"("inside")", "there is no file \"inside\" in ");
  says(R"("empty.txt")", "the file \"empty.txt\" is empty");
  says(R"("a.txt","b.txt")", "the file \"b.txt\" is the same as \"a.txt\"");
  says(R"("../a.txt")", "the file \"../a.txt\" must lie in the folder");
  says(R"("/etc/hostname")", "the file \"/etc/hostname\" must lie in the folder");
  std::filesystem::create_symlink("/etc/hostname", folder / "link.txt");
  says(R"("link.txt")", "the file \"link.txt\" must lie in the folder");
  says("5", "attachments must be");
  folder.write("large.txt", "123456789");
  says(R"("large.txt")", "the file \"large.txt\" has 9 bytes; it may have 8");
}

BOOST_AUTO_TEST_CASE(what_a_file_says_of_the_desk_reaches_customers_once) {
  const std::string text =
      R"({"site":"fern","hours":{"week":{"mon":["09:00-17:00"]}},"reply_minutes":5,)"
      R"("suggestions":["Where is it?"],"survey":{"kind":"nps"},)"
      R"("form":{"properties":{"topic":{"enum":["A"]}},"required":["topic"]}})";
  BOOST_CHECK_EQUAL(apply(text).placed, 1);
  BOOST_CHECK_EQUAL(apply(text).placed, 0);
  BOOST_CHECK_EQUAL(read_all(*store, customer(1)).size(), 1u);
  const std::string said = refusal(R"({"site":"fern","hours":{"week":{"mon":["9-5"]}}})");
  BOOST_CHECK_MESSAGE(said.find("site.json: hours.week.mon") != std::string::npos, said);
  BOOST_CHECK(refusal(R"({"site":"fern","survey":{"kind":"moon"}})").find("survey.kind") !=
              std::string::npos);
}

BOOST_AUTO_TEST_CASE(bad_files_say_where_and_what) {
  const auto says = [&](const std::string& text, const std::string& what) {
    const std::string message = refusal(text);
    BOOST_CHECK_MESSAGE(message.find(what) != std::string::npos, message);
    BOOST_CHECK_MESSAGE(message.find("site.json") != std::string::npos, message);
  };
  says("{", "JSON");
  says("[]", "object");
  says("{}", "site");
  says(R"({"site":"Fern!"})", "lower-case");
  says(R"({"site":"fern","name":5})", "name");
  says(R"({"site":"fern","origins":"https://x"})", "origins");
  says(R"x({"site":"fern","origins":["javascript:alert(1)"]})x", "origin");
  says(R"({"site":"fern","origins":["https://x; script-src *"]})", "origin");
  says(R"({"site":"fern","origins":["https://x/path"]})", "origin");
  says(site(answer(1, "one") + R"(,{"id":"x","title":"t","text":"t"})"), "answer 2");
  says(site(answer(1, "one") + "," + answer(1, "two")), "answer 2");
  says(site(answer(1, "one", "nobody")), "scope");
  says(site(answer(1, "")), "answer 1");
  const std::string start = R"({"id":")" + id_of(1) + R"(","title":"t","text":"t",)";
  says(site(start + R"("examples":"one line"})"), "examples");
  says(site(start + R"("shortcut":"two words"})"), "shortcut");
  says(site(start + R"("related":["x"]})"), "related");
  says(site(answer(1, std::string(kMaxTextBytes + 1, 'x'))), "answer 1");
}

BOOST_AUTO_TEST_CASE(bad_answers_in_a_file_of_their_own_name_that_file) {
  folder.write("answers.json", "[{}]");
  const std::string message = refusal(R"({"site":"fern","answers":"answers.json"})");
  BOOST_CHECK_MESSAGE(message.find("answers.json: answer 1") != std::string::npos, message);
  BOOST_CHECK(refusal(R"({"site":"fern","answers":"missing.json"})").find("missing.json") !=
              std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_bad_file_of_several_applies_none) {
  const std::string good = folder.write("good.json", site(answer(1, "one")));
  const std::string bad = folder.write("bad.json", "{");
  const auto log = [](const std::string&) {};
  BOOST_REQUIRE(!Hub::open(folder / "data", {good, bad}, log).ok());
  const auto hub = Hub::open(folder / "data", {}, log);
  BOOST_REQUIRE(hub.ok());
  BOOST_CHECK((*hub)->site("fern") == nullptr);
}

BOOST_AUTO_TEST_CASE(a_site_is_served_again_without_its_file) {
  const auto log = [](const std::string&) {};
  { BOOST_REQUIRE(Hub::open(folder / "data", {folder.write("s.json", site(""))}, log).ok()); }
  const auto hub = Hub::open(folder / "data", {}, log);
  BOOST_REQUIRE(hub.ok());
  const Site* fern = (*hub)->site("fern");
  BOOST_REQUIRE(fern);
  BOOST_CHECK_EQUAL(fern->origins.at(0), "http://localhost:8081");
}

BOOST_AUTO_TEST_SUITE_END()
