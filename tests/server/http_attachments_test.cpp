#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "core/event/attachment.h"
#include "core/store/database.h"
#include "server/backup.h"
#include "server/book.h"
#include "server/examine.h"
#include "server/hub/content_hash.h"
#include "server/hub/data_folder.h"
#include "tests/server/running_hub.h"

using namespace deskbell;
using namespace deskbell::test;

namespace {

struct FilesFixture {
  RunningHub hub;

  FilesFixture() {
    hub.options.attachments.max_bytes = 1'000'000;
    hub.options.attachments.customer_bytes = 1'500'000;
    hub.start();
  }

  static std::string partial(std::int64_t offset, bool complete) {
    return "Content-Type: application/partial-upload\r\nUpload-Offset: " + std::to_string(offset) +
           "\r\nUpload-Complete: " + (complete ? "?1" : "?0") + "\r\n";
  }
  Reply begin(const Actor& actor, const std::string& id, std::size_t length) {
    return hub.request("POST", kSitePath + "/uploads?attachment=" + id, "", hub.token(actor),
                       "Upload-Complete: ?0\r\nContent-Length: 0\r\nUpload-Length: " +
                           std::to_string(length) + "\r\n");
  }
  Reply append(const Actor& actor, const std::string& id, std::int64_t offset,
               const std::string& bytes, bool complete) {
    return hub.request("PATCH", kSitePath + "/uploads/" + id, bytes, hub.token(actor),
                       partial(offset, complete));
  }
  Reply look(const Actor& actor, const std::string& id) {
    TestClient client(hub.port());
    client.send(request_bytes("HEAD", kSitePath + "/uploads/" + id, "", hub.token(actor)));
    return client.read_reply(/*head_only=*/true).value();
  }
  /// A whole upload; answers its id.
  std::string upload(const Actor& actor, const std::string& bytes) {
    const std::string id = sha256_hex(bytes);
    BOOST_REQUIRE_EQUAL(begin(actor, id, bytes.size()).status, 201);
    BOOST_REQUIRE_EQUAL(append(actor, id, 0, bytes, true).status, 204);
    return id;
  }
  static std::string message(int event, const Actor& author, int conversation,
                             const std::string& id, std::size_t size,
                             const std::string& name = "a.html") {
    MessagePosted posted;
    posted.attachments =
        attachments_text({{id, name, "text/html", static_cast<std::int64_t>(size), 0, 0}});
    return event_bytes(event, author, conversation, std::move(posted));
  }
  Reply download(const Actor& reader, const std::string& id, int message) {
    return hub.request("GET", kSitePath + "/attachments/" + id + "?message=" + id_of(message), "",
                       hub.token(reader));
  }
  void check_problem(const Reply& reply, ErrorCode code) {
    BOOST_CHECK_EQUAL(reply.status, error_http_status(code));
    const auto problem = decode_problem(reply.body);
    BOOST_REQUIRE_MESSAGE(problem.has_value(), reply.body);
    BOOST_CHECK_EQUAL(error_name(problem->error.code), error_name(code));
  }
};

const std::string kBytes = "<script>alert(1)</script> and more of the kind";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_attachments, FilesFixture)

BOOST_AUTO_TEST_CASE(an_upload_goes_on_where_it_was_cut_and_its_message_is_placed_after_it) {
  const std::string id = sha256_hex(kBytes);
  const Actor me = customer(1);
  hub.push(me, {started(1, me, 1)});
  const Reply begun = begin(me, id, kBytes.size());
  BOOST_CHECK_EQUAL(begun.status, 201);
  BOOST_CHECK_EQUAL(begun.field("location"), kSitePath + "/uploads/" + id);
  BOOST_CHECK_EQUAL(begun.field("upload-offset"), "0");
  BOOST_CHECK_EQUAL(begun.field("upload-complete"), "?0");
  BOOST_CHECK(begun.field("upload-limit").find("max-size=1000000") != std::string::npos);
  BOOST_CHECK_EQUAL(append(me, id, 0, kBytes.substr(0, 10), false).field("upload-offset"), "10");

  // A request that breaks off before its body has come adds nothing.
  {
    TestClient client(hub.port());
    client.send(request_bytes("PATCH", kSitePath + "/uploads/" + id, "", hub.token(me),
                              partial(10, false) + "Content-Length: 1000\r\n"));
    client.send("0123456789");
  }
  const Reply here = look(me, id);
  BOOST_CHECK_EQUAL(here.status, 204);
  BOOST_CHECK_EQUAL(here.field("upload-offset"), "10");
  BOOST_CHECK_EQUAL(here.field("upload-length"), std::to_string(kBytes.size()));

  // The same piece twice, and one too far on.
  for (const std::int64_t wrong : {0, 20}) {
    const Reply refused = append(me, id, wrong, "abc", false);
    check_problem(refused, ErrorCode::upload_offset);
    BOOST_CHECK_EQUAL(refused.field("upload-offset"), "10");
  }
  // Begun again, it is where it was.
  BOOST_CHECK_EQUAL(begin(me, id, kBytes.size()).field("upload-offset"), "10");

  const std::string event = message(2, me, 1, id, kBytes.size());
  const PushResult early = hub.push(me, {event}).results.at(0);
  BOOST_CHECK(early.outcome == PushOutcome::retry);
  BOOST_CHECK(early.error->code == ErrorCode::attachment_missing);

  const Reply whole = append(me, id, 10, kBytes.substr(10), true);
  BOOST_CHECK_EQUAL(whole.status, 204);
  BOOST_CHECK_EQUAL(whole.field("upload-complete"), "?1");
  BOOST_CHECK_EQUAL(look(me, id).field("upload-complete"), "?1");
  BOOST_CHECK(hub.push(me, {event}).results.at(0).outcome == PushOutcome::placed);
}

BOOST_AUTO_TEST_CASE(what_follows_a_message_without_its_file_waits_with_it) {
  const Actor me = customer(1);
  const std::string id = sha256_hex(kBytes);
  const auto results =
      hub.push(me, {started(1, me, 1), message(2, me, 1, id, kBytes.size()),
                    posted(3, me, 1, "after"), started(4, me, 2), posted(5, me, 2, "elsewhere")})
          .results;
  BOOST_CHECK(results.at(0).outcome == PushOutcome::placed);
  BOOST_CHECK(results.at(1).outcome == PushOutcome::retry);
  BOOST_CHECK(results.at(2).outcome == PushOutcome::retry);
  BOOST_CHECK(results.at(4).outcome == PushOutcome::placed);
}

BOOST_AUTO_TEST_CASE(bytes_of_another_hash_are_refused_and_not_kept) {
  const Actor me = customer(1);
  const std::string id = sha256_hex("something else");
  begin(me, id, kBytes.size());
  check_problem(append(me, id, 0, kBytes, true), ErrorCode::attachment_mismatch);
  BOOST_CHECK_EQUAL(look(me, id).status, 404);
}

BOOST_AUTO_TEST_CASE(a_hash_alone_gives_nobody_a_file) {
  const Actor owner = customer(1), thief = customer(2);
  hub.push(owner, {started(1, owner, 1)});
  hub.push(thief, {started(2, thief, 2)});
  const std::string id = upload(owner, kBytes);
  hub.push(owner, {message(3, owner, 1, id, kBytes.size())});
  BOOST_CHECK(hub.push(thief, {message(4, thief, 2, id, kBytes.size())}).results.at(0).outcome ==
              PushOutcome::retry);
  BOOST_CHECK_EQUAL(look(thief, id).status, 404);
  check_problem(download(thief, id, 3), ErrorCode::not_found);
  check_problem(download(thief, id, 4), ErrorCode::not_found);
  // To begin it is not to have it either.
  BOOST_CHECK_EQUAL(begin(thief, id, kBytes.size()).field("upload-offset"), "0");
  BOOST_CHECK(hub.push(thief, {message(4, thief, 2, id, kBytes.size())}).results.at(0).outcome ==
              PushOutcome::retry);
}

BOOST_AUTO_TEST_CASE(a_file_is_given_to_its_conversation_and_never_as_something_to_be_run) {
  const Actor me = customer(1);
  const std::string large(300'000, 'x');
  hub.push(me, {started(1, me, 1)});
  const std::string id = upload(me, large);
  hub.push(me, {message(2, me, 1, id, large.size(), "Rechnung \"März\".svg")});
  for (const Actor& reader : {me, agent(1)}) {
    const Reply reply = download(reader, id, 2);
    BOOST_CHECK_EQUAL(reply.status, 200);
    BOOST_CHECK(reply.body == large);
    BOOST_CHECK_EQUAL(reply.field("content-type"), "application/octet-stream");
    BOOST_CHECK_EQUAL(reply.field("content-disposition"),
                      "attachment; filename=\"Rechnung _M__rz_.svg\"; "
                      "filename*=UTF-8''Rechnung%20%22M%C3%A4rz%22.svg");
    BOOST_CHECK_EQUAL(reply.field("x-content-type-options"), "nosniff");
    BOOST_CHECK_EQUAL(reply.field("content-security-policy"), "sandbox; default-src 'none'");
    BOOST_CHECK_EQUAL(reply.field("cross-origin-resource-policy"), "same-origin");
  }
  BOOST_CHECK_EQUAL(
      hub.request("GET", kSitePath + "/attachments/" + id + "?message=" + id_of(2)).status, 401);
}

BOOST_AUTO_TEST_CASE(a_part_of_a_file_is_given_to_whom_it_is_enough) {
  const Actor me = customer(1);
  const std::string bytes = "0123456789";
  hub.push(me, {started(1, me, 1)});
  const std::string id = upload(me, bytes);
  hub.push(me, {message(2, me, 1, id, bytes.size())});
  const auto ask = [&](const std::string& fields) {
    return hub.request("GET", kSitePath + "/attachments/" + id + "?message=" + id_of(2), "",
                       hub.token(me), fields);
  };
  const std::tuple<std::string, std::string, std::string> parts[] = {
      {"3-5", "345", "bytes 3-5/10"},    {"7-", "789", "bytes 7-9/10"},
      {"-2", "89", "bytes 8-9/10"},      {"0-0", "0", "bytes 0-0/10"},
      {"8-99999", "89", "bytes 8-9/10"},
  };
  for (const auto& [range, expected, described] : parts) {
    const Reply reply = ask("Range: bytes=" + range + "\r\n");
    BOOST_CHECK_EQUAL(reply.status, 206);
    BOOST_CHECK_EQUAL(reply.body, expected);
    BOOST_CHECK_EQUAL(reply.field("content-range"), described);
    BOOST_CHECK_EQUAL(reply.field("etag"), "\"" + id + "\"");
  }
  // What cannot be had in one part comes whole, as does what has become something else.
  for (const std::string fields :
       {"Range: bytes=0-\r\n", "Range: bytes=-10\r\n", "Range: bytes=-11\r\n",
        "Range: bytes=1-2,5-6\r\n", "Range: bytes=5-3\r\n", "Range: bytes=-\r\n",
        "Range: bytes=\r\n", "Range: bytes=a-b\r\n", "Range: bytes=--3\r\n",
        "Range: bytes=99999999999999999999-\r\n", "Range: lines=1-2\r\n",
        "Range: bytes=3-5\r\nIf-Range: \"other\"\r\n"}) {
    const Reply reply = ask(fields);
    BOOST_CHECK_EQUAL(reply.status, 200);
    BOOST_TEST(reply.body == bytes, fields);
  }
  BOOST_CHECK_EQUAL(ask("Range: bytes=3-5\r\nIf-Range: \"" + id + "\"\r\n").body, "345");
  for (const std::string range : {"10-", "10-20", "-0"}) {
    const Reply reply = ask("Range: bytes=" + range + "\r\n");
    BOOST_CHECK_EQUAL(reply.status, 416);
    BOOST_CHECK_EQUAL(reply.field("content-range"), "bytes */10");
  }
}

BOOST_AUTO_TEST_CASE(what_is_too_much_is_refused_before_it_is_sent) {
  const Actor me = customer(1);
  check_problem(begin(me, sha256_hex("1"), 1'000'001), ErrorCode::too_large);
  BOOST_CHECK_EQUAL(begin(me, sha256_hex("2"), 900'000).status, 201);
  check_problem(begin(me, sha256_hex("3"), 900'000), ErrorCode::over_quota);
  BOOST_CHECK_EQUAL(begin(customer(2), sha256_hex("3"), 900'000).status, 201);
  check_problem(append(me, sha256_hex("2"), 0, std::string(900'001, 'x'), true),
                ErrorCode::invalid_command);
  // Begun anew with fewer bytes, it counts as those.
  BOOST_CHECK_EQUAL(begin(me, sha256_hex("2"), 100'000).status, 201);
  BOOST_CHECK_EQUAL(begin(me, sha256_hex("3"), 900'000).status, 201);
}

BOOST_AUTO_TEST_CASE(a_file_that_would_not_be_taken_is_refused_before_its_bytes_come) {
  RunningHub strict;
  strict.options.attachments.types = {"image/*", "application/pdf"};
  strict.options.attachments.blocked_endings = {"exe", "tar.gz"};
  strict.start();
  const auto ask = [&](const Actor& actor, const std::string& type, const std::string& name) {
    return strict.request("POST", kSitePath + "/uploads?attachment=" + sha256_hex(type + name), "",
                          strict.token(actor),
                          "Content-Length: 0\r\nUpload-Length: 5\r\nContent-Type: " + type +
                              "\r\nContent-Disposition: attachment; filename*=UTF-8''" +
                              encode_file_name(name) + "\r\n");
  };
  const Actor me = customer(1);
  for (const auto& [type, name] : {std::pair<std::string, std::string>{"image/png", "März.png"},
                                   {"image/x-strange", "a"},
                                   {"application/pdf", "exe"},
                                   {"application/pdf", "a.gz"}})
    BOOST_CHECK_EQUAL(ask(me, type, name).status, 201);
  for (const auto& [type, name] : {std::pair<std::string, std::string>{"text/html", "a.html"},
                                   {"imagery/png", "a.png"},
                                   {"application/pdfx", "a.pdf"},
                                   {"image/png", "a.EXE"},
                                   {"image/png", "a.tar.gz"}}) {
    check_problem(ask(me, type, name), ErrorCode::attachment_type);
    BOOST_CHECK_EQUAL(ask(agent(1), type, name).status, 201);
  }
  // Who says nothing of it at first is refused when he does.
  strict.push(me, {started(1, me, 1)});
  const std::string id = sha256_hex(kBytes);
  BOOST_CHECK_EQUAL(
      strict
          .request("POST", kSitePath + "/uploads?attachment=" + id, kBytes, strict.token(me),
                   "Upload-Length: " + std::to_string(kBytes.size()) + "\r\n")
          .status,
      201);
  const PushResult refused =
      strict.push(me, {message(2, me, 1, id, kBytes.size(), "a.html")}).results.at(0);
  BOOST_CHECK(refused.outcome == PushOutcome::refused);
  BOOST_CHECK(refused.error->code == ErrorCode::attachment_type);
  BOOST_CHECK(refused.error->message.find("image/*, application/pdf") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(rubbish_for_an_id_reaches_no_file) {
  const Actor me = customer(1);
  const std::string token = hub.token(me);
  for (const std::string id :
       {"..", "../../token.key", "..%2f..%2ftoken.key", "", "a", "%00", "files/../..",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    BOOST_CHECK_EQUAL(
        hub.request("GET", kSitePath + "/attachments/" + id + "?message=" + id_of(1), "", token)
            .status,
        404);
    BOOST_CHECK_EQUAL(hub.request("POST", kSitePath + "/uploads?attachment=" + id, "", token,
                                  "Upload-Length: 5\r\nContent-Length: 0\r\n")
                          .status,
                      400);
    BOOST_CHECK_EQUAL(
        hub.request("PATCH", kSitePath + "/uploads/" + id, "abc", token, partial(0, false)).status,
        404);
  }
  const std::string id = sha256_hex(kBytes);
  check_problem(begin(me, id, 0), ErrorCode::invalid_command);
  begin(me, id, kBytes.size());
  BOOST_CHECK_EQUAL(
      hub.request("PATCH", kSitePath + "/uploads/" + id, "abc", token, "Upload-Offset: 0\r\n")
          .status,
      415);
  BOOST_CHECK_EQUAL(hub.request("PATCH", kSitePath + "/uploads/" + id, "abc", token,
                                "Content-Type: application/partial-upload\r\nUpload-Offset: -1\r\n")
                        .status,
                    400);
  BOOST_CHECK_EQUAL(hub.request("GET", kSitePath + "/uploads/" + id, "", token).status, 405);
}

BOOST_AUTO_TEST_CASE(a_backup_has_the_files_and_the_doctor_misses_them) {
  const Actor me = customer(1);
  hub.push(me, {started(1, me, 1)});
  const std::string id = upload(me, kBytes);
  hub.push(me, {message(2, me, 1, id, kBytes.size())});
  const std::string data = hub.options.data;
  const std::string file = hub.folder() / "backup.db";
  hub.stop();
  const std::string database = database_in(data, "fern");
  // The fixture's agents have no logins, which would be found as well.
  Database(database, {}).execute("DELETE FROM hub_session");
  const auto backed_up = back_up({data, "fern", file}, {});
  BOOST_REQUIRE_MESSAGE(backed_up.ok(), (backed_up.ok() ? "" : backed_up.error().message));
  const AttachmentStore store(attachments_beside(database), {});
  BOOST_CHECK(examine_attachments(database, {}).value().empty());
  BOOST_CHECK(examine_attachments(file, {}).value().empty());

  std::filesystem::remove(store.path_of(id));
  BOOST_CHECK_EQUAL(examine_attachments(database, {}).value().at(0).code, "attachment_missing");
  std::ofstream(store.path_of(id)) << "other bytes";
  BOOST_CHECK_EQUAL(examine_attachments(database, {}).value().at(0).code, "attachment_damaged");

  std::filesystem::remove(store.path_of(id));
  BOOST_REQUIRE(restore({data, "fern", file}, {}).ok());
  BOOST_CHECK(examine_attachments(database, {}).value().empty());
}

/// The book has an entry for everyone and one for the team, each with a file.
struct BookFixture : FilesFixture {
  const Actor me = customer(1), other = customer(2), mira = agent(1);
  LocalFile open_file, team_file;
  AnswerPublished open_entry{id_of(101), "Labels", "Here it is.", {}, AnswerScope::everyone, "en"};
  AnswerPublished team_entry{id_of(102), "Limits", "As here.", {}, AnswerScope::team, "en"};

  BookFixture() {
    open_file = add("label.pdf", "a label", open_entry);
    team_file = add("limits.pdf", "the limits", team_entry);
    hub.stop();
    const auto written =
        write_book(hub.options.data, "fern",
                   {{{open_entry, "", ""}, {team_entry, "", ""}}, {open_file, team_file}}, false);
    BOOST_REQUIRE_MESSAGE(written.ok(), (written.ok() ? "" : written.error().message));
    hub.start();
    hub.push(me, {started(1, me, 1), posted(2, me, 1, "Where is my label?")});
    hub.push(other, {started(3, other, 2)});
  }
  LocalFile add(const std::string& name, const std::string& bytes, AnswerPublished& entry) {
    hub.folder().write(name, bytes);
    std::vector<LocalFile> files;
    entry.attachments = look_at_files(hub.folder().path(), {name}, 1000, files).value();
    return files.at(0);
  }
  Reply of_answer(const Actor& reader, const LocalFile& file, const AnswerPublished& entry) {
    return hub.request("GET",
                       kSitePath + "/attachments/" + file.attachment.id + "?answer=" + entry.answer,
                       "", hub.token(reader));
  }
  PushResult publish(int event, AnswerPublished entry) {
    return hub.push(mira, {event_bytes(event, mira, 0, std::move(entry))}).results.at(0);
  }
};

BOOST_FIXTURE_TEST_CASE(an_answers_file_is_for_who_may_see_the_answer, BookFixture) {
  BOOST_CHECK_EQUAL(of_answer(me, open_file, open_entry).body, "a label");
  BOOST_CHECK_EQUAL(of_answer(mira, open_file, open_entry).body, "a label");
  BOOST_CHECK_EQUAL(of_answer(mira, team_file, team_entry).body, "the limits");
  check_problem(of_answer(me, team_file, team_entry), ErrorCode::not_found);
  // Nor by way of another answer.
  check_problem(of_answer(me, team_file, open_entry), ErrorCode::not_found);
  BOOST_CHECK_EQUAL(
      hub.request("GET", kSitePath + "/attachments/" + team_file.attachment.id + "?answer=x", "",
                  hub.token(me))
          .status,
      400);
}

BOOST_FIXTURE_TEST_CASE(an_agent_sends_an_answers_file_without_its_bytes_and_no_customer_does,
                        BookFixture) {
  const std::string& id = team_file.attachment.id;
  const auto size = static_cast<std::size_t>(team_file.attachment.size);
  const Reply begun = begin(mira, id, size);
  BOOST_CHECK_EQUAL(begun.status, 201);
  BOOST_CHECK_EQUAL(begun.field("upload-complete"), "?1");
  BOOST_CHECK_EQUAL(look(mira, id).field("upload-complete"), "?1");
  BOOST_CHECK(hub.push(mira, {message(10, mira, 1, id, size)}).results.at(0).outcome ==
              PushOutcome::placed);
  // From then on it is its conversation's, too.
  BOOST_CHECK_EQUAL(download(me, id, 10).body, "the limits");
  check_problem(download(other, id, 10), ErrorCode::not_found);
  // Who knows a hash alone has nothing.
  BOOST_CHECK_EQUAL(look(other, id).status, 404);
  BOOST_CHECK_EQUAL(begin(other, id, size).field("upload-complete"), "?0");
  BOOST_CHECK(hub.push(other, {message(11, other, 2, id, size)}).results.at(0).outcome ==
              PushOutcome::retry);
}

BOOST_FIXTURE_TEST_CASE(what_the_robot_answered_brings_its_files_along, BookFixture) {
  BOOST_CHECK(hub.push(me, {event_bytes(10, me, 1, RobotAnswered{id_of(2), open_entry.answer, ""})})
                  .results.at(0)
                  .outcome == PushOutcome::placed);
  const std::string& id = open_file.attachment.id;
  for (const Actor& reader : {me, mira})
    BOOST_CHECK_EQUAL(download(reader, id, 10).body, "a label");
  check_problem(download(other, id, 10), ErrorCode::not_found);
  // Nobody can make it give what is the team's.
  hub.push(me, {posted(12, me, 1, "And the limits?"),
                event_bytes(13, me, 1, RobotAnswered{id_of(12), team_entry.answer, ""})});
  check_problem(download(me, team_file.attachment.id, 13), ErrorCode::not_found);
}

BOOST_FIXTURE_TEST_CASE(an_agent_gives_an_answer_no_files_but_the_sites_own, BookFixture) {
  AnswerPublished changed = open_entry;
  changed.title = "All labels";
  changed.attachments = team_entry.attachments;
  BOOST_CHECK(publish(10, changed).outcome == PushOutcome::placed);
  // What he has himself is not what all others have who are to use the answer.
  const std::string id = upload(mira, kBytes);
  changed.attachments = attachments_text(
      {{id, "a.html", "text/html", static_cast<std::int64_t>(kBytes.size()), 0, 0}});
  const PushResult refused = publish(11, changed);
  BOOST_CHECK(refused.outcome == PushOutcome::refused);
  BOOST_CHECK(refused.error->code == ErrorCode::not_allowed);
  BOOST_CHECK(
      hub.push(mira, {event_bytes(12, mira, 0, AnswerDrafted{changed})}).results.at(0).outcome ==
      PushOutcome::refused);
}

BOOST_FIXTURE_TEST_CASE(the_doctor_misses_an_answers_file, BookFixture) {
  hub.stop();
  const std::string database = database_in(hub.options.data, "fern");
  BOOST_CHECK(examine_attachments(database, {}).value().empty());
  std::filesystem::remove(
      AttachmentStore(attachments_beside(database), {}).path_of(team_file.attachment.id));
  const auto found = examine_attachments(database, {}).value();
  BOOST_REQUIRE_EQUAL(found.size(), 1U);
  BOOST_CHECK_EQUAL(found.front().code, "attachment_missing");
  // Importing again brings it back.
  BOOST_REQUIRE(
      write_book(hub.options.data, "fern", {{{team_entry, "", ""}}, {team_file}}, false).ok());
  BOOST_CHECK(examine_attachments(database, {}).value().empty());
  hub.start();
}

BOOST_AUTO_TEST_CASE(what_nobody_goes_on_with_is_dropped) {
  TemporaryFolder folder;
  AttachmentStore store(folder / "attachments", {});
  const Actor me = customer(1);
  const std::string id = sha256_hex(kBytes);
  BOOST_REQUIRE(store.begin(me, id, 100).ok());
  store.drop_unfinished(0);
  BOOST_CHECK(store.find(me, id).ok());
  store.drop_unfinished(std::int64_t{1} << 50);
  BOOST_CHECK(!store.find(me, id).ok());
}

BOOST_AUTO_TEST_SUITE_END()
