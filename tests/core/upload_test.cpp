#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>

#include "core/event/attachment.h"
#include "tests/support/loopback.h"

namespace deskbell {
namespace {

using test::Device;
using test::LoopbackHub;

const std::string kFileId(64, 'a');
const std::string kOtherFileId(64, 'b');

std::string file(const std::string& id, std::int64_t size) {
  return attachments_text({{id, "photo.png", "image/png", size, 640, 480}});
}

MessagePosted message_with(const std::string& attachments, std::string text = "") {
  MessagePosted message;
  message.text = std::move(text);
  message.attachments = attachments;
  return message;
}

/// The hub's end of uploads as docs/protocol.md has it, without the bytes.
struct UploadHub {
  struct Stored {
    std::int64_t length = 0;
    std::int64_t offset = 0;
  };
  std::map<std::string, Stored> stored;
  std::int64_t received = 0;  // bytes, all told

  static std::string field(const Request& request, const std::string& name) {
    for (const auto& [key, value] : request.fields)
      if (key == name) return value;
    return "";
  }

  Response place(const Request& request, int status, const Stored& at) const {
    Response response{request.id, status, "", std::nullopt, ""};
    response.upload_offset = std::to_string(at.offset);
    response.upload_complete = at.offset == at.length ? "?1" : "?0";
    return response;
  }

  static Response problem(const Request& request, ErrorCode code) {
    return {request.id, error_http_status(code), "application/problem+json", std::nullopt,
            encode_problem({{code, "no"}, ""})};
  }

  Response answer(const Request& request) {
    const std::string id = request.method == "POST"
                               ? request.path.substr(request.path.find("attachment=") + 11)
                               : request.path.substr(request.path.rfind('/') + 1);
    if (request.method == "POST") {
      BOOST_TEST(field(request, "Upload-Complete") == "?0");
      auto& upload = stored[id];
      upload.length = std::stoll(field(request, "Upload-Length"));
      return place(request, 201, upload);
    }
    const auto found = stored.find(id);
    if (found == stored.end()) return problem(request, ErrorCode::not_found);
    if (request.method == "HEAD") return place(request, 204, found->second);
    BOOST_TEST(request.method == "PATCH");
    BOOST_TEST(request.attachment == id);
    BOOST_TEST(field(request, "Content-Type") == "application/partial-upload");
    BOOST_TEST(request.length <= Upload::kMostPieceBytes);
    received += request.length;
    if (request.offset != found->second.offset) return problem(request, ErrorCode::upload_offset);
    found->second.offset += request.length;
    const bool last = found->second.offset == found->second.length;
    BOOST_TEST(field(request, "Upload-Complete") == (last ? "?1" : "?0"));
    return place(request, last ? 200 : 204, found->second);
  }
};

/// A customer's device that is connected, and the two halves of its hub.
struct Desk {
  LoopbackHub hub{1};
  UploadHub uploads;
  Device device{ActorKind::customer, 2};
  std::vector<std::string> pushed;  // bodies of pushes, in order

  Desk() { device.sync(hub); }

  /// Begins a conversation where none is given.
  std::string post(MessagePosted message, const std::string& conversation = "") {
    PostOptions options;
    for (const ConversationView& open : device.views().conversations(10))
      options.beside.push_back(open.id);
    const auto id = device.replica().post_message(conversation, std::move(message), device.now,
                                                  std::move(options));
    BOOST_REQUIRE(id.ok());
    return *id;
  }
  std::string conversation_of(const std::string& message) {
    return *device.database().text("SELECT conversation FROM message WHERE id = ?", message);
  }
  MessageView view_of(const std::string& message) {
    for (const ConversationView& conversation : device.views().conversations(10))
      for (MessageView& view : device.views().messages(conversation.id, 10))
        if (view.id == message) return view;
    BOOST_FAIL("the message is not shown");
    return {};
  }
  bool was_pushed(const std::string& event) const {
    return std::any_of(pushed.begin(), pushed.end(),
                       [&](const std::string& body) { return body.find(event) != body.npos; });
  }

  void answer(const Request& request) {
    if (request.kind == RequestKind::push) pushed.push_back(request.body);
    device.engine().on_response(request.kind == RequestKind::upload
                                    ? uploads.answer(request)
                                    : hub.answer(device.actor(), request),
                                device.now);
  }
  /// The next request of an upload; everything else is answered meanwhile, and time goes on.
  std::optional<Request> next_upload() {
    for (int round = 0; round < 50; ++round) {
      const auto wake = device.plan();
      std::optional<Request> found;
      const bool idle = device.outgoing.empty();
      for (const Request& request : std::exchange(device.outgoing, {})) {
        if (request.kind == RequestKind::upload)
          found = request;
        else if (request.path.find("&wait=") == request.path.npos)
          answer(request);
      }
      if (found) return found;
      if (idle && wake) device.now = std::max(device.now, *wake);
    }
    return std::nullopt;
  }
  /// Lets everything take its course; `change` may change what an upload's request comes to: true
  /// when it has dealt with it.
  void run(const std::function<bool(const Request&)>& change = [](const Request&) {
    return false;
  }) {
    for (int round = 0; round < 400; ++round) {
      const auto upload = next_upload();
      if (!upload) return;
      if (!change(*upload)) answer(*upload);
    }
    BOOST_FAIL("the uploads come to no end");
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(upload)

BOOST_AUTO_TEST_CASE(a_message_leaves_when_its_file_is_at_the_hub_and_not_before) {
  Desk desk;
  const std::string id = desk.post(message_with(file(kFileId, 2'500'000), "Look!"));
  std::int64_t sent = 0;
  desk.run([&](const Request& request) {
    BOOST_TEST(!desk.was_pushed(id));
    const AttachmentView view = desk.view_of(id).attachments.at(0);
    BOOST_TEST(view.sent >= sent);
    BOOST_TEST(
        (view.state == (view.sent > 0 ? AttachmentState::uploading : AttachmentState::waiting)));
    BOOST_TEST(request.timeout_ms > 0);
    sent = view.sent;
    return false;
  });
  BOOST_TEST(sent > 0);
  BOOST_TEST(desk.was_pushed(id));
  BOOST_TEST(desk.uploads.received == 2'500'000);
  BOOST_TEST(desk.device.replica().unsent_count() == 0);
  const MessageView view = desk.view_of(id);
  BOOST_TEST((view.state == MessageState::sent));
  BOOST_TEST((view.attachments.at(0).state == AttachmentState::ready));
  BOOST_TEST(view.attachments.at(0).file.width == 640);
  BOOST_TEST(desk.device.replica().needed_attachments().empty());
}

BOOST_AUTO_TEST_CASE(a_file_holds_up_its_own_conversation_only) {
  Desk desk;
  const std::string first = desk.post(message_with(file(kFileId, 100'000)));
  const std::string second = desk.post(message_with("", "and?"), desk.conversation_of(first));
  const std::string other = desk.post(message_with("", "Something else"));
  BOOST_REQUIRE(desk.next_upload());  // and never answered
  desk.next_upload();
  BOOST_TEST(desk.was_pushed(other));
  BOOST_TEST(!desk.was_pushed(first));
  BOOST_TEST(!desk.was_pushed(second));
}

BOOST_AUTO_TEST_CASE(no_answer_that_is_lost_costs_more_than_its_own_piece) {
  for (int lost = 0; lost < 12; ++lost) {
    Desk desk;
    const std::string id = desk.post(message_with(file(kFileId, 1'000'000)));
    int n = 0;
    desk.run([&](const Request& request) {
      if (n++ != lost) return false;
      (void)desk.uploads.answer(request);  // it arrived; the answer did not
      desk.device.engine().on_failure(request.id, desk.device.now);
      return true;
    });
    BOOST_TEST(desk.was_pushed(id));
    BOOST_TEST(desk.uploads.received == 1'000'000);
  }
}

BOOST_AUTO_TEST_CASE(a_request_that_is_lost_is_made_again) {
  for (int lost = 0; lost < 12; ++lost) {
    Desk desk;
    const std::string id = desk.post(message_with(file(kFileId, 1'000'000)));
    int n = 0;
    desk.run([&](const Request& request) {
      if (n++ != lost) return false;
      desk.device.engine().on_failure(request.id, desk.device.now);
      return true;
    });
    BOOST_TEST(desk.was_pushed(id));
    BOOST_TEST(desk.uploads.received == 1'000'000);
  }
}

BOOST_AUTO_TEST_CASE(a_device_that_was_restarted_goes_on_where_it_was) {
  for (int at = 0; at < 6; ++at) {
    Desk desk;
    const std::string id = desk.post(message_with(file(kFileId, 1'000'000)));
    int n = 0;
    desk.run([&](const Request& request) {
      if (n++ != at) return false;
      if (at % 2 == 0) (void)desk.uploads.answer(request);
      desk.device.restart();
      desk.device.engine().start(desk.device.now);
      return true;
    });
    BOOST_TEST(desk.was_pushed(id));
    BOOST_TEST(desk.uploads.received == 1'000'000);
  }
}

BOOST_AUTO_TEST_CASE(where_the_hub_has_less_than_was_thought_the_upload_goes_on_from_there) {
  Desk desk;
  const std::string id = desk.post(message_with(file(kFileId, 1'000'000)));
  bool cut = false;
  desk.run([&](const Request& request) {
    if (!cut && request.method == "PATCH" && request.offset > 0) {
      cut = true;
      desk.uploads.stored[kFileId].offset = 1'000;
    }
    return false;
  });
  BOOST_TEST(cut);
  BOOST_TEST(desk.was_pushed(id));
}

BOOST_AUTO_TEST_CASE(an_upload_that_the_hub_has_forgotten_begins_anew) {
  Desk desk;
  const std::string id = desk.post(message_with(file(kFileId, 1'000'000)));
  int forgotten = 0;
  desk.run([&](const Request& request) {
    if (request.method == "PATCH" && request.offset > 0 && forgotten++ == 0)
      desk.uploads.stored.clear();
    return false;
  });
  BOOST_TEST(forgotten > 0);
  BOOST_TEST(desk.was_pushed(id));
}

BOOST_AUTO_TEST_CASE(a_file_that_the_hub_will_not_have_is_said_at_its_message_and_harms_no_other) {
  for (const ErrorCode code :
       {ErrorCode::too_large, ErrorCode::over_quota, ErrorCode::attachment_mismatch}) {
    Desk desk;
    const std::string bad = desk.post(message_with(file(kFileId, 1'000), "bad"));
    const std::string good = desk.post(message_with(file(kOtherFileId, 1'000), "good"));
    desk.run([&](const Request& request) {
      if (request.path.find(kFileId) == request.path.npos) return false;
      desk.device.engine().on_response(UploadHub::problem(request, code), desk.device.now);
      return true;
    });
    const MessageView view = desk.view_of(bad);
    BOOST_TEST((view.state == MessageState::refused));
    BOOST_TEST((view.refusal->code == code));
    BOOST_TEST(view.attachments.size() == 1);
    BOOST_TEST(desk.was_pushed(good));
    // It can be tried again as long as the bytes are there, which they have to be.
    BOOST_TEST(desk.device.replica().needed_attachments() == std::vector{kFileId});
    BOOST_REQUIRE(desk.device.replica().resend(bad, desk.device.now).ok());
    desk.run();
    BOOST_TEST(desk.device.replica().unsent_count() == 0);
  }
}

BOOST_AUTO_TEST_CASE(trouble_with_one_file_lets_others_go_first) {
  Desk desk;
  desk.post(message_with(file(kFileId, 1'000), "bad"));
  const std::string good = desk.post(message_with(file(kOtherFileId, 1'000), "good"));
  int troubles = 0;
  desk.run([&](const Request& request) {
    if (request.path.find(kFileId) == request.path.npos || ++troubles > 5) return false;
    desk.device.engine().on_response(UploadHub::problem(request, ErrorCode::storage_failed),
                                     desk.device.now);
    if (troubles > 1) BOOST_TEST(desk.was_pushed(good));
    return true;
  });
  BOOST_TEST(desk.device.replica().unsent_count() == 0);
}

BOOST_AUTO_TEST_CASE(a_file_that_the_device_has_lost_is_said_at_its_message) {
  Desk desk;
  const std::string id = desk.post(message_with(file(kFileId, 1'000)));
  desk.run([&](const Request& request) {
    if (request.method != "PATCH") return false;
    desk.device.engine().on_attachment_gone(request.id, desk.device.now);
    return true;
  });
  const MessageView view = desk.view_of(id);
  BOOST_TEST((view.state == MessageState::refused));
  BOOST_TEST((view.refusal->code == ErrorCode::attachment_gone));
  BOOST_TEST(view.text == "");
  BOOST_TEST(desk.device.replica().discard(id).ok());
  BOOST_TEST(desk.device.replica().needed_attachments().empty());
}

BOOST_AUTO_TEST_CASE(what_something_else_answers_is_no_progress_and_is_not_asked_for_in_a_hurry) {
  Desk desk;
  const std::string id = desk.post(message_with(file(kFileId, 1'000)));
  const Millis before = desk.device.now;
  int portal = 0;
  desk.run([&](const Request& request) {
    if (++portal > 8) return false;
    desk.device.engine().on_response(
        {request.id, 200, "text/html", std::nullopt, "<p>Please sign in to this network</p>"},
        desk.device.now);
    return true;
  });
  BOOST_TEST(desk.was_pushed(id));
  BOOST_TEST(desk.device.now - before > 10'000);
}

BOOST_AUTO_TEST_CASE(a_hub_that_lost_a_file_gets_it_again) {
  Desk desk;
  const std::string id = desk.post(message_with(file(kFileId, 1'000)));
  desk.run();
  desk.uploads.stored.clear();
  desk.hub.restore_to(0);
  desk.pushed.clear();
  std::vector<std::string> methods;
  // The stream says that there is another history.
  desk.device.restart();
  desk.device.engine().start(desk.device.now);
  desk.run([&](const Request& request) {
    BOOST_TEST(!desk.was_pushed(id));
    methods.push_back(request.method);
    return false;
  });
  BOOST_TEST(methods.size() >= 2);
  BOOST_TEST(methods.back() == "PATCH");
  BOOST_TEST(desk.was_pushed(id));
  BOOST_TEST((desk.view_of(id).state == MessageState::sent));
}

BOOST_AUTO_TEST_CASE(a_push_that_misses_a_file_makes_the_device_look_for_it) {
  Desk desk;
  const std::string id = desk.post(message_with(file(kFileId, 1'000)));
  bool missed = false;
  for (int round = 0; round < 200 && desk.device.replica().unsent_count() > 0; ++round) {
    const auto wake = desk.device.plan();
    const bool idle = desk.device.outgoing.empty();
    for (const Request& request : std::exchange(desk.device.outgoing, {})) {
      if (request.kind != RequestKind::push || request.body.find(id) == request.body.npos ||
          std::exchange(missed, true)) {
        desk.answer(request);
        continue;
      }
      desk.uploads.stored.clear();
      const Error error{ErrorCode::attachment_missing, "not here"};
      desk.device.engine().on_response(
          {request.id, 200, "application/json", std::nullopt,
           encode_push_answer({desk.hub.epoch(), {{id, PushOutcome::retry, 0, error}}})},
          desk.device.now);
      BOOST_TEST((desk.view_of(id).attachments.at(0).state == AttachmentState::waiting));
    }
    if (idle && wake) desk.device.now = std::max(desk.device.now, *wake);
  }
  BOOST_TEST(missed);
  BOOST_TEST(desk.uploads.received == 2'000);
  BOOST_TEST((desk.view_of(id).state == MessageState::sent));
}

BOOST_AUTO_TEST_CASE(a_message_that_is_taken_back_takes_its_upload_along) {
  Desk desk;
  const std::string id = desk.post(message_with(file(kFileId, 100'000)));
  BOOST_REQUIRE(desk.next_upload());
  BOOST_TEST(desk.device.replica().undo(id).ok());
  BOOST_TEST(desk.device.replica().needed_attachments().empty());
  BOOST_TEST(!desk.device.replica().next_upload());
}

BOOST_AUTO_TEST_CASE(a_message_of_a_file_alone_is_told_by_the_files_name) {
  Desk desk;
  desk.post(message_with(file(kFileId, 1'000)));
  BOOST_TEST(desk.device.views().conversations(1).at(0).last_text == "photo.png");
}

BOOST_AUTO_TEST_CASE(a_message_is_taken_back_while_its_file_is_on_its_way_also_after_a_restart) {
  Desk desk;
  const std::string id = desk.post(message_with(file(kFileId, 1'000'000), "Look!"));
  int n = 0;
  desk.run([&](const Request&) {
    if (n++ != 3) return false;
    desk.device.restart();
    desk.device.engine().start(desk.device.now);
    BOOST_TEST(desk.device.replica().can_undo(id));
    BOOST_REQUIRE(desk.device.replica().undo(id).ok());
    return true;
  });
  BOOST_TEST(n == 4);
  BOOST_TEST(!desk.was_pushed(id));
  BOOST_TEST(desk.device.replica().needed_attachments().empty());
  BOOST_TEST(desk.device.replica().unsent_count() == 0);
}

BOOST_AUTO_TEST_CASE(what_may_have_been_pushed_is_never_taken_back) {
  for (const bool twice : {false, true}) {
    Desk desk;
    MessagePosted message =
        message_with(attachments_text({{kFileId, "a.png", "image/png", 1'000, 0, 0},
                                       {kOtherFileId, "b.png", "image/png", 9, 0, 0}}));
    const std::string id = desk.post(message);
    // All of it is there; the push is on its way, and nothing is heard of it.
    int restarts = 0;
    while (restarts == 0) {
      (void)desk.device.plan();
      for (const Request& request : std::exchange(desk.device.outgoing, {})) {
        if (request.kind != RequestKind::push || request.body.find(id) == request.body.npos) {
          if (request.path.find("&wait=") == request.path.npos) desk.answer(request);
          continue;
        }
        if (twice) {  // the hub lacks a file after all, and the answer to the push before was lost
          PushAnswer answer{desk.hub.epoch(), {}};
          answer.results.push_back(
              {id, PushOutcome::retry, 0, Error{ErrorCode::attachment_missing, "no"}});
          (void)desk.device.replica().apply_push_answer(answer, desk.device.now);
        }
        desk.device.restart();
        desk.device.engine().start(desk.device.now);
        ++restarts;
        break;
      }
      ++desk.device.now;
    }
    BOOST_TEST(!desk.device.replica().can_undo(id));
    BOOST_TEST(!desk.device.replica().undo(id).ok());
    desk.run();
    BOOST_TEST(desk.device.replica().unsent_count() == 0);
  }
}

BOOST_AUTO_TEST_CASE(what_a_hub_has_lost_is_given_back_and_not_taken_back) {
  Desk desk;
  const std::string id = desk.post(message_with(file(kFileId, 1'000)));
  desk.run();
  BOOST_TEST(desk.was_pushed(id));
  desk.device.sync(desk.hub);
  BOOST_REQUIRE(desk.device.replica().begin_epoch("00000000000000ab").ok());
  BOOST_TEST((desk.view_of(id).attachments.at(0).state == AttachmentState::waiting));
  BOOST_TEST(!desk.device.replica().can_undo(id));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deskbell
