#include <boost/test/unit_test.hpp>
#include <utility>

#include "tests/support/loopback.h"

namespace deskbell {
namespace {

using test::Device;
using test::LoopbackHub;

/// A customer's device with a conversation that the hub knows, and its stream.
struct Live {
  LoopbackHub hub{1};
  Device device{ActorKind::customer, 2};
  std::string conversation;
  std::uint64_t stream = 0;
  const Actor ana{ActorKind::agent, "ana"};

  Live() {
    device.engine().start(device.now);
    BOOST_REQUIRE(device.replica().post_message("", "Hello", "", device.now).ok());
    for (bool waits = true; waits;) waits = exchange();
    conversation = device.views().conversations(1).at(0).id;
    BOOST_REQUIRE(device.engine().connection() == Connection::live);
  }

  /// Lets the hub answer what is asked; false when nothing was.
  bool exchange() {
    device.plan();
    const auto requests = std::exchange(device.outgoing, {});
    for (const Request& request : requests) {
      if (request.kind == RequestKind::stream) stream = request.id;
      device.engine().on_response(hub.answer(device.actor(), request), device.now);
    }
    return !requests.empty();
  }

  void hear(const std::string& bytes) {
    device.engine().on_stream_bytes(stream, bytes, device.now);
  }
  void hear_typing(const Actor& actor) {
    hear("event: typing\ndata: " + encode_typing_notice({conversation, actor}) + "\n\n");
  }
  void pass(Millis time) { device.now += time; }

  std::size_t typing() { return device.engine().typing(conversation).size(); }
  /// Whether the conversation is among what changed since the last time.
  bool changed() {
    return device.engine()
        .take_effects(device.now)
        .changes.contains({Subject::conversation, conversation});
  }
  /// What the device wants to tell the hub now.
  std::vector<Request> told() {
    auto requests = device.engine().take_effects(device.now).link.requests;
    std::erase_if(requests,
                  [](const Request& request) { return request.kind != RequestKind::typing; });
    return requests;
  }
  void answer(const Request& request, int status) {
    device.engine().on_response({request.id, status, "", std::nullopt, ""}, device.now);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(typing, Live)

BOOST_AUTO_TEST_CASE(who_is_writing_is_seen_until_nothing_is_heard_of_it) {
  changed();
  hear_typing(ana);
  BOOST_CHECK(changed());
  BOOST_CHECK(device.engine().typing(conversation) == std::vector<Actor>{ana});
  BOOST_CHECK(device.engine().typing("another").empty());
  pass(Typing::kTellAgainMs);
  hear_typing(ana);
  BOOST_CHECK_MESSAGE(!changed(), "to go on is no news");
  BOOST_CHECK_EQUAL(typing(), 1u);
  pass(Typing::kHeardMs - 1);
  BOOST_CHECK(!changed());
  const auto wake = device.engine().take_effects(device.now).link.wake_at;
  BOOST_REQUIRE(wake.has_value());
  BOOST_CHECK_LE(*wake, device.now + 1);
  pass(1);
  BOOST_CHECK(changed());
  BOOST_CHECK_EQUAL(typing(), 0u);
}

BOOST_AUTO_TEST_CASE(who_has_sent_a_message_is_not_writing_it_any_more) {
  Device agent(ActorKind::agent, 3);
  agent.engine().start(agent.now);
  agent.sync(hub);
  hear_typing(agent.actor());
  hear_typing(ana);
  BOOST_CHECK_EQUAL(typing(), 2u);
  BOOST_REQUIRE(agent.replica().post_message(conversation, "Hi", "", agent.now).ok());
  agent.sync(hub);
  hear(hub.stream(device.actor(), device.replica().cursor().value()));
  BOOST_CHECK(device.engine().typing(conversation) == std::vector<Actor>{ana});
}

BOOST_AUTO_TEST_CASE(nobody_is_writing_on_a_device_that_was_stopped) {
  hear_typing(ana);
  device.engine().stop();
  BOOST_CHECK_EQUAL(typing(), 0u);
}

BOOST_AUTO_TEST_CASE(nothing_of_it_is_stored) {
  device.engine().take_effects(device.now);
  hear_typing(ana);
  device.engine().note_typing(conversation, device.now);
  const Effects effects = device.engine().take_effects(device.now);
  BOOST_CHECK(effects.durability == Durability::none);
  device.restart();
  BOOST_CHECK_EQUAL(typing(), 0u);
}

BOOST_AUTO_TEST_CASE(a_notice_that_is_none_ends_the_stream_and_nothing_else) {
  hear("event: typing\ndata: {\"conversation\":5}\n\n");
  BOOST_CHECK_EQUAL(typing(), 0u);
  BOOST_CHECK(device.engine().connection() != Connection::live);
  BOOST_CHECK_EQUAL(device.views().messages(conversation, 10).size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_flood_of_notices_stays_small) {
  for (std::size_t i = 0; i < 3 * Typing::kMaxHeard; ++i)
    hear_typing({ActorKind::agent, "agent" + std::to_string(i)});
  BOOST_CHECK_EQUAL(typing(), Typing::kMaxHeard);
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_put_back_keeps_nobody_writing) {
  hear_typing(ana);
  pass(-3'600'000);
  device.engine().note_typing(conversation, device.now);
  pass(Typing::kHeardMs);
  changed();
  BOOST_CHECK_EQUAL(typing(), 0u);
}

BOOST_AUTO_TEST_CASE(the_hub_is_told_at_once_and_then_now_and_again) {
  const auto write = [&] { device.engine().note_typing(conversation, device.now); };
  write();
  const auto first = told();
  BOOST_REQUIRE_EQUAL(first.size(), 1u);
  BOOST_CHECK(first[0].path.ends_with("/typing"));
  BOOST_CHECK_EQUAL(first[0].method, "POST");
  BOOST_CHECK_EQUAL(decode_typing_request(first[0].body).value(), conversation);
  answer(first[0], 204);
  for (Millis time = 0; time + 500 < Typing::kTellAgainMs; time += 500) {
    pass(500);
    write();
    BOOST_CHECK(told().empty());
  }
  pass(500);
  write();
  BOOST_CHECK_EQUAL(told().size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_hub_that_will_not_hear_of_it_is_no_trouble) {
  for (const int status : {404, 401, 429, 500}) {
    device.engine().note_typing(conversation, device.now);
    const auto requests = told();
    BOOST_REQUIRE_EQUAL(requests.size(), 1u);
    answer(requests[0], status);
    BOOST_CHECK(device.engine().connection() == Connection::live);
    pass(Typing::kTellAgainMs);
  }
  device.engine().note_typing(conversation, device.now);
  device.engine().on_failure(told().at(0).id, device.now);
  BOOST_CHECK(device.engine().connection() == Connection::live);
}

BOOST_AUTO_TEST_CASE(what_could_not_be_told_at_once_is_not_told_later) {
  device.engine().set_network(false, device.now);
  device.engine().note_typing(conversation, device.now);
  BOOST_CHECK(told().empty());
  pass(2'000);
  device.engine().set_network(true, device.now);
  for (bool waits = true; waits;) {
    device.plan();
    for (const Request& request : device.outgoing) BOOST_CHECK(request.kind != RequestKind::typing);
    waits = exchange();
  }
  BOOST_CHECK(device.engine().connection() == Connection::live);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deskbell
