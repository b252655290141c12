#include <deskbell/client.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/event/media_type.h"
#include "sdk/file_names.h"
#include "sdk/sha256.h"
#include "tests/sdk/line.h"
#include "tests/sdk/support.h"
#include "tests/support/seeded_random.h"

using namespace deskbell::test;
namespace sdk = deskbell::sdk;
namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kMegabyte = 1024 * 1024;

std::string random_bytes(std::size_t count, std::uint64_t seed = 1) {
  SeededRandom random(seed);
  std::string bytes(count, '\0');
  random.fill(std::as_writable_bytes(std::span(bytes)));
  return bytes;
}

std::string sha256(std::string_view bytes) {
  sdk::Sha256 hash;
  hash.add(bytes);
  return hash.hex();
}

void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool placed(const sdk::Client& client) {
  return client.status().unsent == 0;
}

bool live(const sdk::Client& client) {
  return client.status().connection == sdk::Connection::live;
}

sdk::Message last_message(const sdk::Client& client) {
  const auto messages = client.messages(only_conversation(client), 1);
  return messages && !messages->empty() ? messages->back() : sdk::Message{};
}

/// The files that a device keeps.
std::vector<std::string> kept_files(const std::string& store) {
  std::vector<std::string> names;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(store + ".files", none))
    names.push_back(entry.path().filename().string());
  return names;
}

/// A customer's device that is not asked to connect.
sdk::Client open_offline(const std::string& url, const std::string& store) {
  return sdk::Client::open_as_customer(
             {.hub = url, .site = "demo", .store = store, .on_change = {}, .connect = false})
      .value();
}

sdk::Attachment only_file(const sdk::Message& message) {
  BOOST_REQUIRE(message.files.size() == 1);
  return message.files.front();
}

/// An agent's device that has seen the file of the only conversation's last message.
sdk::Client open_agent_with_file(const Hub& hub, const std::string& url, const std::string& store) {
  auto agent = open_agent(hub, store, "ada");
  wait_until(agent, [&] { return !last_message(agent).files.empty(); });
  if (url == hub.url()) return agent;
  { const auto gone = std::move(agent); }
  return sdk::Client::open(
             {.hub = url, .site = "demo", .store = store, .on_change = {}, .connect = true})
      .value();
}

sdk::Result<void> save_last(sdk::Client& client, const std::string& path) {
  const sdk::Message message = last_message(client);
  return client.save_file(message.id, only_file(message).id, path).get();
}

/// Gives the hub's book two answers with files: "Label" with label.pdf, "Limits" (the team's) with
/// limits.txt and label.pdf. The label's bytes.
std::string import_answers_with_files(Hub& hub, const TempFolder& folder) {
  std::string label = random_bytes(kMegabyte, 7);
  write_file(folder / "label.pdf", label);
  write_file(folder / "limits.txt", "20 EUR");
  write_file(folder / "book.json", R"([
    {"title": "Label", "text": "Here it is.", "attachments": ["label.pdf"]},
    {"title": "Limits", "text": "As here.", "scope": "team",
     "attachments": ["limits.txt", "label.pdf"]}])");
  hub.import_answers(folder / "book.json");
  return label;
}

sdk::Answer answer_called(const sdk::Client& agent, const std::string& title) {
  for (const sdk::Answer& answer : agent.find_answers("").value())
    if (answer.title == title) return answer;
  BOOST_FAIL("no answer is called " << title);
  return {};
}

/// What a customer has sent over a line that was cut comes to an agent as it was. Of what the cut
/// has cost, at most the piece that was under way went twice.
void check_film_arrives(sdk::Client& customer, const Line& line, const Hub& hub,
                        const TempFolder& folder, const std::string& bytes) {
  wait_until(customer, [&] { return placed(customer); });
  BOOST_TEST(line.sent() < bytes.size() + kMegabyte + kMegabyte / 2);
  auto agent = open_agent_with_file(hub, hub.url(), folder / "agent.db");
  save_last(agent, folder / "film.mp4").value();
  BOOST_TEST((read_file(folder / "film.mp4") == bytes));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(files)

BOOST_AUTO_TEST_CASE(hashes_are_those_of_the_standard) {
  BOOST_TEST(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
             "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  BOOST_TEST(sha256(std::string(1'000'000, 'a')) ==
             "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  // However the bytes come.
  const std::string bytes = random_bytes(1000);
  for (std::size_t first = 0; first <= 130; ++first) {
    sdk::Sha256 hash;
    hash.add(std::string_view(bytes).substr(0, first));
    hash.add(std::string_view(bytes).substr(first));
    BOOST_TEST(hash.hex() == sha256(bytes));
  }
}

BOOST_AUTO_TEST_CASE(a_files_name_is_the_last_part_of_a_path_without_what_could_do_harm) {
  const std::pair<std::string, std::string> rows[] = {
      {"/home/mira/Invoice.pdf", "Invoice.pdf"},
      {"Invoice.pdf", "Invoice.pdf"},
      {"C:\\temp\\a.txt", "C:_temp_a.txt"},
      {"/tmp/..", "file"},
      {"/tmp/", "file"},
      {"a\x1b[2Jb\n.txt", "a_[2Jb_.txt"},
      {"Rechnung März.pdf", "Rechnung März.pdf"},
      {"broken\xff.txt", "broken\xef\xbf\xbd.txt"},
  };
  for (const auto& [path, expected] : rows) BOOST_TEST(sdk::file_name_of(path) == expected);
  const std::string cut = sdk::file_name_of(std::string(300, 'x') + ".pdf");
  BOOST_TEST(cut.size() == 255);
  BOOST_TEST(cut.ends_with("xx.pdf"));
  const std::string wide = sdk::file_name_of([] {
    std::string name;
    for (int i = 0; i < 200; ++i) name += "ä";
    return name + ".pdf";
  }());
  BOOST_TEST(wide.size() <= 255);
  BOOST_TEST(wide.ends_with("ä.pdf"));
  BOOST_TEST(deskbell::media_type_of("photo.JPG") == "image/jpeg");
  BOOST_TEST(deskbell::media_type_of("strange") == "application/octet-stream");
}

BOOST_AUTO_TEST_CASE(a_canned_answer_written_offline_takes_its_files_along) {
  Hub hub;
  TempFolder folder;
  const std::string label = import_answers_with_files(hub, folder);
  auto customer = open_customer(hub, folder / "customer.db");
  customer.post("", "Where is my label?").value();
  auto agent = open_agent(hub, folder / "agent.db", "ada");
  wait_until(agent, [&] { return !only_conversation(agent).empty() && live(agent); });
  const sdk::Answer answer = answer_called(agent, "Label");
  BOOST_REQUIRE(answer.files.size() == 1);
  BOOST_TEST(answer.files.front().name == "label.pdf");
  BOOST_TEST(answer.files.front().type == "application/pdf");
  BOOST_TEST(answer.files.front().size == static_cast<std::int64_t>(label.size()));

  // The agent has none of the bytes, and needs none.
  hub.kill();
  agent.use_answer(only_conversation(agent), answer.id).value();
  BOOST_TEST(only_file(last_message(agent)).name == "label.pdf");
  hub.start();
  wait_until(agent, [&] { return placed(agent); });
  BOOST_TEST(agent.refused().value().empty());
  BOOST_TEST(kept_files(folder / "agent.db").empty());
  wait_until(customer, [&] { return !last_message(customer).files.empty(); });
  save_last(customer, folder / "customers.pdf").value();
  BOOST_TEST((read_file(folder / "customers.pdf") == label));

  // Files that two answers have go once.
  const sdk::Answer limits = answer_called(agent, "Limits");
  const std::string both =
      agent.post_from_answers(only_conversation(agent), "Both.", {answer.id, limits.id}).value();
  const sdk::Message posted = last_message(agent);
  BOOST_TEST(posted.id == both);
  BOOST_REQUIRE(posted.files.size() == 2);
  BOOST_TEST(posted.files.front().name == "label.pdf");
  BOOST_TEST(posted.files.back().name == "limits.txt");
}

BOOST_AUTO_TEST_CASE(a_canned_answers_files_can_be_had_before_it_is_sent_and_stay_when_it_changes) {
  Hub hub;
  TempFolder folder;
  const std::string label = import_answers_with_files(hub, folder);
  auto agent = open_agent(hub, folder / "agent.db", "ada");
  wait_until(agent, [&] { return live(agent) && agent.find_answers("").value().size() == 4; });
  const sdk::Answer limits = answer_called(agent, "Limits");
  BOOST_REQUIRE(limits.files.size() == 2);
  const std::string id = limits.files.front().id;
  agent.save_answer_file(limits.id, id, folder / "saved.txt").get().value();
  BOOST_TEST(read_file(folder / "saved.txt") == "20 EUR");
  const auto other =
      agent.save_answer_file(answer_called(agent, "Label").id, id, folder / "other.txt").get();
  BOOST_REQUIRE(!other);
  BOOST_TEST((other.error().code == sdk::ErrorCode::not_found));

  // On a device that is a customer's there is no such answer.
  auto customer = open_customer(hub, folder / "customer.db");
  wait_until(customer, [&] { return live(customer); });
  BOOST_TEST(!customer.save_answer_file(limits.id, id, folder / "stolen.txt").get().ok());

  sdk::AnswerDraft draft = agent.answer_draft(limits.id).value();
  draft.text = "30 EUR.";
  agent.publish_answer(draft).value();
  wait_until(agent, [&] { return placed(agent); });
  BOOST_TEST(agent.refused().value().empty());
  BOOST_TEST(agent.answer(limits.id).value().files.size() == 2);
  agent.restore_answer(limits.id, 1).value();
  BOOST_TEST(agent.answer(limits.id).value().files.size() == 2);
}

BOOST_AUTO_TEST_CASE(answers_with_more_files_than_a_message_carries_are_not_sent_together) {
  Hub hub;
  TempFolder folder;
  nlohmann::json book = nlohmann::json::array();
  for (const std::string title : {"Even", "Odd"}) {
    nlohmann::json files = nlohmann::json::array();
    for (int i = 0; i < 6; ++i) {
      const std::string name = title + std::to_string(i) + ".txt";
      write_file(folder / name, name);
      files.push_back(name);
    }
    book.push_back({{"title", title}, {"text", "Text"}, {"attachments", files}});
  }
  write_file(folder / "book.json", book.dump());
  hub.import_answers(folder / "book.json");
  auto customer = open_customer(hub, folder / "customer.db");
  customer.post("", "Hello").value();
  auto agent = open_agent(hub, folder / "agent.db", "ada");
  wait_until(agent, [&] { return !only_conversation(agent).empty() && live(agent); });
  const auto refused =
      agent.post_from_answers(only_conversation(agent), "Both.",
                              {answer_called(agent, "Even").id, answer_called(agent, "Odd").id});
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code == sdk::ErrorCode::too_large));
  BOOST_TEST(refused.error().message.find("12 files") != std::string::npos);
  BOOST_TEST(texts(agent, only_conversation(agent)).size() == 1);
}

BOOST_AUTO_TEST_CASE(five_megabytes_sent_offline_arrive_after_a_restart_as_they_were) {
  Hub hub;
  TempFolder folder;
  const std::string bytes = random_bytes(5 * kMegabyte);
  write_file(folder / "holiday.jpg", bytes);
  {
    auto customer = open_offline(hub.url(), folder / "customer.db");
    customer.post("", "See here", {{.path = folder / "holiday.jpg"}}).value();
    const sdk::Attachment file = only_file(last_message(customer));
    BOOST_TEST(file.name == "holiday.jpg");
    BOOST_TEST(file.type == "image/jpeg");
    BOOST_TEST(file.size == static_cast<std::int64_t>(bytes.size()));
    BOOST_TEST(file.id == sha256(bytes));
    BOOST_CHECK(file.state == sdk::FileState::waiting);
    BOOST_TEST(file.sent == 0);
  }
  // What is sent is what it was.
  write_file(folder / "holiday.jpg", "something else");
  struct stat status {};
  BOOST_REQUIRE(::stat((folder / "customer.db.files").c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 077) == 0);

  auto customer = open_customer(hub, folder / "customer.db");
  wait_until(customer, [&] { return placed(customer); });
  BOOST_CHECK(only_file(last_message(customer)).state == sdk::FileState::ready);
  auto agent = open_agent_with_file(hub, hub.url(), folder / "agent.db");
  BOOST_TEST(last_message(agent).text == "See here");
  save_last(agent, folder / "saved.jpg").value();
  BOOST_TEST((read_file(folder / "saved.jpg") == bytes));
  // Nothing is kept for longer than it is needed.
  BOOST_TEST(kept_files(folder / "customer.db").empty());
  BOOST_TEST(kept_files(folder / "agent.db").empty());
  // What is there is not written over.
  const auto again = save_last(agent, folder / "saved.jpg");
  BOOST_REQUIRE(!again);
  BOOST_TEST(again.error().message.find("already") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_upload_that_was_cut_goes_on_where_it_was_and_tells_how_far_it_is) {
  Hub hub;
  TempFolder folder;
  Line line(hub.url());
  const std::string bytes = random_bytes(5 * kMegabyte, 2);
  auto customer = open_customer_at(line.url(), folder / "customer.db");
  wait_until(customer, [&] { return live(customer); });
  line.break_after_sent(3 * kMegabyte, /*dead=*/true);
  customer.post("", "", {{.bytes = bytes, .name = "film.mp4"}}).value();
  wait_until(customer, [&] { return line.is_broken(); });
  const sdk::Attachment begun = only_file(last_message(customer));
  BOOST_CHECK(begun.state == sdk::FileState::uploading);
  BOOST_TEST(begun.sent > 0);
  BOOST_TEST(begun.sent < begun.size);
  BOOST_TEST(customer.conversation(only_conversation(customer)).value().last_text == "film.mp4");
  line.mend();
  customer.set_network_available(true);
  check_film_arrives(customer, line, hub, folder, bytes);
}

BOOST_AUTO_TEST_CASE(an_upload_goes_on_after_the_hub_and_the_device_were_killed) {
  Hub hub;
  TempFolder folder;
  Line line(hub.url());
  const std::string bytes = random_bytes(4 * kMegabyte, 3);
  {
    auto customer = open_customer_at(line.url(), folder / "customer.db");
    wait_until(customer, [&] { return live(customer); });
    line.break_after_sent(2 * kMegabyte, /*dead=*/true);
    customer.post("", "", {{.bytes = bytes, .name = "film.mp4"}}).value();
    wait_until(customer, [&] { return line.is_broken(); });
  }
  hub.kill();
  hub.start();
  line.mend();
  auto customer = open_customer_at(line.url(), folder / "customer.db");
  check_film_arrives(customer, line, hub, folder, bytes);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_fetched_goes_on_where_it_was_cut) {
  Hub hub;
  TempFolder folder;
  Line line(hub.url());
  const std::string bytes = random_bytes(5 * kMegabyte, 4);
  auto customer = open_customer(hub, folder / "customer.db");
  customer.post("", "", {{.bytes = bytes, .name = "film.mp4"}}).value();
  wait_until(customer, [&] { return placed(customer); });
  const std::string store = folder / "agent.db";
  {
    auto agent = open_agent_with_file(hub, line.url(), store);
    wait_until(agent, [&] { return live(agent); });
    // Within a call, at once.
    line.break_after_received(3 * kMegabyte);
    save_last(agent, folder / "one.mp4").value();
    BOOST_TEST(line.is_broken());
    BOOST_TEST((read_file(folder / "one.mp4") == bytes));
    BOOST_TEST(line.received() < bytes.size() + kMegabyte);
    // When the network is gone, the call ends; and the next one goes on, also after a restart.
    line.break_after_received(3 * kMegabyte, /*dead=*/true);
    const auto cut = save_last(agent, folder / "two.mp4");
    BOOST_REQUIRE(!cut);
    BOOST_CHECK(cut.error().code == sdk::ErrorCode::network_failed);
    BOOST_TEST(!fs::exists(folder / "two.mp4"));
    BOOST_TEST(kept_files(store).size() == 1);
  }
  const std::size_t before = line.received();
  line.mend();
  auto agent = open_agent_with_file(hub, line.url(), store);
  save_last(agent, folder / "two.mp4").value();
  BOOST_TEST((read_file(folder / "two.mp4") == bytes));
  BOOST_TEST(line.received() - before < 3 * kMegabyte);
  BOOST_TEST(kept_files(store).empty());
}

BOOST_AUTO_TEST_CASE(other_bytes_than_the_messages_are_refused_and_not_kept) {
  Hub hub;
  TempFolder folder;
  Line line(hub.url());
  auto customer = open_customer(hub, folder / "customer.db");
  customer.post("", "", {{.bytes = "pay to account 1234", .name = "bill.txt"}}).value();
  wait_until(customer, [&] { return placed(customer); });
  auto agent = open_agent_with_file(hub, line.url(), folder / "agent.db");
  wait_until(agent, [&] { return live(agent); });
  line.falsify("account 1234", "account 9999");
  const auto saved = save_last(agent, folder / "bill.txt");
  BOOST_REQUIRE(!saved);
  BOOST_CHECK(saved.error().code == sdk::ErrorCode::attachment_mismatch);
  BOOST_TEST(!fs::exists(folder / "bill.txt"));
  BOOST_TEST(kept_files(folder / "agent.db").empty());
  line.falsify("account 1234", "account 1234");
  save_last(agent, folder / "bill.txt").value();
  BOOST_TEST(read_file(folder / "bill.txt") == "pay to account 1234");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_too_big_for_the_hub_is_refused_with_the_reason) {
  Hub hub({"--max-attachment-mb", "1"});
  TempFolder folder;
  auto customer = open_customer(hub, folder / "customer.db");
  customer.post("", "too much", {{.bytes = random_bytes(2 * kMegabyte), .name = "big.bin"}})
      .value();
  customer.post("", "and another thing").value();
  wait_until(customer, [&] { return placed(customer); });
  const auto refused = customer.refused().value();
  BOOST_REQUIRE(refused.size() == 1);
  BOOST_CHECK(refused[0].reason.code == sdk::ErrorCode::too_large);
  BOOST_TEST(refused[0].reason.message.find("1048576") != std::string::npos);
  BOOST_TEST(refused[0].files.at(0).name == "big.bin");
  BOOST_TEST(texts(customer, only_conversation(customer)) ==
                 (std::vector<std::string>{"and another thing", "too much"}),
             boost::test_tools::per_element());
  // It is kept for another try, and goes when it is given up.
  BOOST_TEST(kept_files(folder / "customer.db").size() == 1);
  customer.save_file(refused[0].id, refused[0].files[0].id, folder / "again.bin").get().value();
  BOOST_TEST(fs::file_size(folder / "again.bin") == 2 * kMegabyte);
  customer.discard(refused[0].id).value();
  customer.post("", "bye").value();
  wait_until(customer, [&] { return placed(customer); });
  BOOST_TEST(kept_files(folder / "customer.db").empty());
}

BOOST_AUTO_TEST_CASE(a_kind_that_customers_may_not_send_is_refused_before_its_bytes_are_sent) {
  Hub hub({"--attachment-types", "image/*,text/plain", "--blocked-attachments", "exe,bat"});
  TempFolder folder;
  Line line(hub.url());
  auto customer = open_customer_at(line.url(), folder / "customer.db");
  customer.post("", "", {{.bytes = random_bytes(2 * kMegabyte), .name = "film.mp4"}}).value();
  customer.post("", "", {{.bytes = "MZ", .name = "Setup.EXE", .type = "text/plain"}}).value();
  customer.post("", "", {{.bytes = "hello", .name = "hello.txt"}}).value();
  wait_until(customer, [&] { return placed(customer); });
  const auto refused = customer.refused().value();
  BOOST_REQUIRE(refused.size() == 2);
  for (const sdk::Refused& each : refused)
    BOOST_CHECK(each.reason.code == sdk::ErrorCode::attachment_type);
  BOOST_TEST(refused[0].reason.message.find("image/*, text/plain") != std::string::npos);
  BOOST_TEST(refused[1].reason.message.find("exe, bat") != std::string::npos);
  BOOST_TEST(line.sent() < kMegabyte);
  BOOST_TEST(customer.messages(only_conversation(customer)).value().front().files[0].name ==
             "hello.txt");
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_sent_is_named_and_nothing_is_posted) {
  TempFolder folder;
  auto customer = open_offline("http://127.0.0.1:1", folder / "customer.db");
  write_file(folder / "empty.txt", "");
  write_file(folder / "good.txt", "good");
  const sdk::File good = {.path = folder / "good.txt"};
  const std::pair<sdk::File, sdk::ErrorCode> rows[] = {
      {{.path = folder / "missing.txt"}, sdk::ErrorCode::not_found},
      {{.path = folder / "empty.txt"}, sdk::ErrorCode::invalid_command},
      {{.path = folder.path().string()}, sdk::ErrorCode::invalid_command},
      {{.path = folder / "good.txt", .bytes = "bytes"}, sdk::ErrorCode::invalid_command},
      {{.path = folder / "good.txt", .type = "nonsense"}, sdk::ErrorCode::invalid_command},
      {{}, sdk::ErrorCode::invalid_command},
  };
  for (const auto& [file, code] : rows) {
    const auto posted = customer.post("", "text", {good, file});
    BOOST_REQUIRE(!posted);
    BOOST_CHECK(posted.error().code == code);
    if (file.bytes.empty() && file.type.empty() && !file.path.empty())
      BOOST_TEST(posted.error().message.find(file.path) != std::string::npos);
  }
  const auto many = customer.post("", "text", std::vector<sdk::File>(11, good));
  BOOST_REQUIRE(!many);
  BOOST_CHECK(many.error().code == sdk::ErrorCode::too_large);
  BOOST_TEST(customer.conversations().value().empty());
  BOOST_TEST(customer.post("", "", std::vector<sdk::File>(10, good)).ok());
}

BOOST_AUTO_TEST_CASE(a_file_that_is_gone_when_it_is_to_be_sent_is_told) {
  Hub hub;
  TempFolder folder;
  {
    auto customer = open_offline(hub.url(), folder / "customer.db");
    customer.post("", "here", {{.bytes = "bytes", .name = "a.txt"}}).value();
  }
  for (const std::string& name : kept_files(folder / "customer.db"))
    fs::remove(folder / ("customer.db.files/" + name));
  auto customer = open_customer(hub, folder / "customer.db");
  wait_until(customer, [&] { return placed(customer); });
  const auto refused = customer.refused().value();
  BOOST_REQUIRE(refused.size() == 1);
  BOOST_CHECK(refused[0].reason.code == sdk::ErrorCode::attachment_gone);
}

BOOST_AUTO_TEST_CASE(a_message_is_taken_back_with_its_files_while_it_is_unsent) {
  TempFolder folder;
  auto customer = open_offline("http://127.0.0.1:1", folder / "customer.db");
  const auto id = customer.post("", "", {{.bytes = "bytes", .name = "a.txt"}}).value();
  // Until then, it is to be had from here.
  customer.save_file(id, sha256("bytes"), folder / "copy.txt").get().value();
  BOOST_TEST(read_file(folder / "copy.txt") == "bytes");
  customer.take_back(id).value();
  BOOST_TEST(customer.conversations().value().empty());
  BOOST_TEST(kept_files(folder / "customer.db").empty());
  const auto again = customer.take_back(id);
  BOOST_REQUIRE(!again);
  BOOST_CHECK(again.error().code == sdk::ErrorCode::not_found);
}

BOOST_AUTO_TEST_CASE(a_message_whose_file_is_on_its_way_is_taken_back_after_a_restart) {
  Hub hub;
  TempFolder folder;
  Line line(hub.url());
  {
    auto customer = open_customer_at(line.url(), folder / "customer.db");
    wait_until(customer, [&] { return live(customer); });
    line.break_after_sent(kMegabyte, /*dead=*/true);
    customer.post("", "Oh no", {{.bytes = random_bytes(3 * kMegabyte), .name = "a.bin"}}).value();
    wait_until(customer, [&] { return line.is_broken(); });
  }
  auto customer = open_offline(line.url(), folder / "customer.db");
  customer.take_back(last_message(customer).id).value();
  BOOST_TEST(kept_files(folder / "customer.db").empty());
  line.mend();
  customer.start();
  customer.post(only_conversation(customer), "Better so").value();
  wait_until(customer, [&] { return placed(customer); });
  auto agent = open_agent(hub, folder / "agent.db", "ada");
  wait_until(agent, [&] { return last_message(agent).text == "Better so"; });
  BOOST_TEST(texts(agent, only_conversation(agent)).size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_fetched_says_why) {
  Hub hub;
  TempFolder folder;
  const std::string store = folder / "agent.db";
  std::string message;
  {
    auto customer = open_customer(hub, folder / "customer.db");
    customer.post("", "", {{.bytes = "bytes", .name = "a.txt"}}).value();
    wait_until(customer, [&] { return placed(customer); });
    auto agent = open_agent_with_file(hub, hub.url(), store);
    message = last_message(agent).id;
    const auto unknown = agent.save_file(message, sha256("other"), folder / "b.txt").get();
    BOOST_REQUIRE(!unknown);
    BOOST_CHECK(unknown.error().code == sdk::ErrorCode::not_found);
  }
  hub.kill();
  auto agent = sdk::Client::open({.hub = hub.url(), .site = "demo", .store = store}).value();
  const auto offline = agent.save_file(message, sha256("bytes"), folder / "b.txt").get();
  BOOST_REQUIRE(!offline);
  BOOST_CHECK(offline.error().code == sdk::ErrorCode::network_failed);
  agent.stop();
  const auto stopped = agent.save_file(message, sha256("bytes"), folder / "b.txt").get();
  BOOST_REQUIRE(!stopped);
  BOOST_CHECK(stopped.error().code == sdk::ErrorCode::network_failed);
  hub.start();
  agent.start();
  wait_until(agent, [&] { return live(agent); });
  const auto nowhere = agent.save_file(message, sha256("bytes"), folder / "no/such/b.txt").get();
  BOOST_REQUIRE(!nowhere);
  BOOST_CHECK(nowhere.error().code == sdk::ErrorCode::storage_failed);
  BOOST_TEST(nowhere.error().message.find("no/such/b.txt") != std::string::npos);
  // It has come, though, and need not come again.
  hub.kill();
  agent.save_file(message, sha256("bytes"), folder / "b.txt").get().value();
  BOOST_TEST(read_file(folder / "b.txt") == "bytes");
}

BOOST_AUTO_TEST_SUITE_END()
