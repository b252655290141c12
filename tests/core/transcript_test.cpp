// The conversation by e-mail: who may ask for it, how often, and what comes of it on each device.

#include <boost/test/unit_test.hpp>

#include "core/policy/policy.h"
#include "tests/support/loopback.h"

namespace deskbell {
namespace {

using test::Device;
using test::LoopbackHub;

/// Two customers and an agent at a hub that sends mail.
struct Desk {
  LoopbackHub hub{1};
  Device customer{ActorKind::customer, 2};
  Device stranger{ActorKind::customer, 3};
  Device agent{ActorKind::agent, 4};
  std::string conversation;

  Desk() {
    set_mail(true);
    hub.place_own(AgentUpdated{agent.actor().id, "Ana"});
    BOOST_REQUIRE(customer.replica().post_message("", "hello", "", customer.now).ok());
    sync();
    conversation = customer.views().conversations(1).at(0).id;
  }
  void set_mail(bool can) {
    SiteUpdated site;
    site.mail = can;
    hub.place_own(std::move(site));
  }
  void sync() {
    for (int round = 0; round < 3; ++round)
      for (Device* device : {&customer, &stranger, &agent}) device->sync(hub);
  }
  /// The event's id.
  std::string ask(Device& device, const std::string& email = "ada@example.org") {
    const auto id =
        device.replica().emit(conversation, TranscriptRequested{email, "en"}, device.now);
    BOOST_REQUIRE(id.ok());
    return *id;
  }
  ErrorCode refusal(Device& device) {
    const auto id =
        device.replica().emit(conversation, TranscriptRequested{"a@b", "en"}, device.now);
    BOOST_REQUIRE(!id.ok());
    return id.error().code;
  }
  TranscriptView shown(Device& device) {
    const auto view = device.views().transcript(conversation);
    BOOST_REQUIRE(view.has_value());
    return *view;
  }
};

BOOST_FIXTURE_TEST_SUITE(transcript, Desk)

BOOST_AUTO_TEST_CASE(it_is_asked_for_offline_and_sent) {
  BOOST_TEST(!customer.views().transcript(conversation));
  const std::string request = ask(customer);
  BOOST_TEST(shown(customer).email == "ada@example.org");
  BOOST_TEST(!shown(customer).sent);
  BOOST_TEST(!shown(customer).error);
  sync();
  BOOST_TEST(shown(agent).email == "ada@example.org");
  hub.place_own(TranscriptSent{request}, conversation);
  sync();
  BOOST_TEST(shown(customer).sent);
  BOOST_TEST(shown(agent).sent);
  BOOST_TEST(customer.replica().hash() == customer.replica().rebuild_and_hash());
}

BOOST_AUTO_TEST_CASE(what_failed_says_why_and_may_be_asked_for_again) {
  const std::string request = ask(customer);
  sync();
  hub.place_own(TranscriptFailed{request, "mail_refused"}, conversation);
  sync();
  BOOST_REQUIRE(shown(customer).error.has_value());
  BOOST_TEST((shown(customer).error->code == ErrorCode::mail_refused));
  BOOST_TEST(!shown(customer).sent);
  // Its end is its end.
  BOOST_TEST(!hub.try_place_own(TranscriptSent{request}, conversation));
  ask(customer, "other@example.org");
  sync();
  BOOST_TEST(shown(agent).email == "other@example.org");
  BOOST_TEST(!shown(agent).error);
}

BOOST_AUTO_TEST_CASE(a_reason_of_a_newer_hub_is_a_failure_all_the_same) {
  const std::string request = ask(customer);
  sync();
  hub.place_own(TranscriptFailed{request, "the_moon_is_full"}, conversation);
  sync();
  BOOST_TEST((shown(customer).error->code == ErrorCode::mail_failed));
}

BOOST_AUTO_TEST_CASE(one_is_on_its_way_at_a_time) {
  ask(customer);
  BOOST_TEST((refusal(customer) == ErrorCode::mail_waiting));
  // Another device may not know: the hub does.
  agent.sync(hub);
  customer.sync(hub);
  ask(agent, "team@example.org");
  agent.sync(hub);
  const auto refused = agent.views().refused();
  BOOST_REQUIRE(refused.size() == 1u);
  BOOST_TEST((refused[0].reason.code == ErrorCode::mail_waiting));
  BOOST_TEST(refused[0].text == "team@example.org");
  BOOST_TEST(shown(agent).email == "ada@example.org");
}

BOOST_AUTO_TEST_CASE(a_conversation_is_sent_a_few_times_only) {
  for (int i = 0; i < kMaxTranscripts; ++i) {
    const std::string request = ask(i % 2 ? agent : customer);
    sync();
    if (i % 2)
      hub.place_own(TranscriptFailed{request, "mail_failed"}, conversation);
    else
      hub.place_own(TranscriptSent{request}, conversation);
    sync();
  }
  BOOST_TEST((refusal(customer) == ErrorCode::mail_limit));
  BOOST_TEST((refusal(agent) == ErrorCode::mail_limit));
}

BOOST_AUTO_TEST_CASE(where_no_mail_is_sent_there_is_nothing_to_ask_for) {
  ask(customer);
  set_mail(false);
  sync();  // the wish arrives where none is granted any more
  BOOST_REQUIRE(customer.views().refused().size() == 1u);
  BOOST_TEST((customer.views().refused()[0].reason.code == ErrorCode::mail_off));
  BOOST_TEST(!customer.views().site().mail);
  BOOST_TEST((refusal(customer) == ErrorCode::mail_off));
}

BOOST_AUTO_TEST_CASE(a_stranger_neither_asks_for_it_nor_hears_of_it) {
  BOOST_TEST((refusal(stranger) == ErrorCode::unknown_conversation));
  const std::string request = ask(agent);
  sync();
  hub.place_own(TranscriptSent{request}, conversation);
  sync();
  BOOST_TEST(shown(customer).sent);
  BOOST_TEST(!stranger.database().integer(
      "SELECT 1 FROM event WHERE type BETWEEN 'transcript.' AND 'transcript.z'"));
}

BOOST_AUTO_TEST_CASE(only_the_hub_says_what_became_of_it) {
  const std::string request = ask(customer);
  for (Device* device : {&customer, &agent}) {
    const auto sent = device->replica().emit(conversation, TranscriptSent{request}, device->now);
    BOOST_TEST((sent.error().code == ErrorCode::not_allowed));
    const auto failed =
        device->replica().emit(conversation, TranscriptFailed{request, "x"}, device->now);
    BOOST_TEST((failed.error().code == ErrorCode::not_allowed));
  }
  BOOST_TEST(!hub.try_place_own(TranscriptSent{conversation}, conversation), "of no request");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deskbell
