#include "server/hub/notifier.h"

#include <boost/test/unit_test.hpp>
#include <functional>

#include "tests/server/hub_fixture.h"

using namespace deskbell;
using namespace deskbell::test;

namespace {

class Listener final : public NewsListener {
 public:
  void on_news() override {
    ++woken;
    if (then) then();
  }
  void on_typing(const TypingNotice&) override { ++told; }
  int woken = 0;
  int told = 0;
  std::function<void()> then;
};

struct NotifierFixture {
  std::unique_ptr<SqliteHubStore> site = open_store(":memory:");
  std::unique_ptr<SqliteHubStore> other_site = open_store(":memory:");
  Notifier notifier;
  std::shared_ptr<Listener> first = std::make_shared<Listener>();
  std::shared_ptr<Listener> second = std::make_shared<Listener>();
  std::shared_ptr<Listener> team = std::make_shared<Listener>();

  NotifierFixture() {
    notifier.subscribe(*site, customer(1), *first);
    notifier.subscribe(*site, customer(2), *second);
    notifier.subscribe(*site, agent(1), *team);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(notifier_, NotifierFixture)

BOOST_AUTO_TEST_CASE(those_are_woken_who_may_see_what_is_new) {
  const std::vector<Visibility> cases[] = {{{Audience::everyone, ""}},
                                           {{Audience::team, ""}},
                                           {{Audience::conversation, customer(1).id}},
                                           {{Audience::team, ""},
                                            {Audience::conversation, customer(2).id},
                                            {Audience::conversation, customer(2).id}}};
  for (const auto& placed : cases) {
    first->woken = second->woken = team->woken = 0;
    notifier.publish(*site, placed);
    const auto expected = [&](const Actor& reader) {
      for (const Visibility& visibility : placed)
        if (may_see(reader, visibility)) return 1;
      return 0;
    };
    BOOST_CHECK_EQUAL(first->woken, expected(customer(1)));
    BOOST_CHECK_EQUAL(second->woken, expected(customer(2)));
    BOOST_CHECK_EQUAL(team->woken, expected(agent(1)));
  }
}

BOOST_AUTO_TEST_CASE(those_are_told_who_is_writing_who_may_read_it) {
  notifier.publish_typing(*site, customer(1).id, {conversation_id(1), customer(1)});
  BOOST_CHECK_EQUAL(first->told, 1);
  BOOST_CHECK_EQUAL(second->told, 0);
  BOOST_CHECK_EQUAL(team->told, 1);
  notifier.publish_typing(*other_site, customer(1).id, {conversation_id(1), customer(1)});
  BOOST_CHECK_EQUAL(first->told + team->told, 2);
  BOOST_CHECK_EQUAL(first->woken + team->woken, 0);
}

BOOST_AUTO_TEST_CASE(sites_do_not_hear_of_each_other) {
  notifier.publish(*other_site, {{Audience::everyone, ""}});
  BOOST_CHECK_EQUAL(first->woken + second->woken + team->woken, 0);
}

BOOST_AUTO_TEST_CASE(whoever_unsubscribes_is_not_woken) {
  notifier.unsubscribe(*site, customer(1), *first);
  notifier.unsubscribe(*site, agent(1), *team);
  notifier.unsubscribe(*site, customer(9), *first);
  notifier.publish(*site, {{Audience::everyone, ""}});
  BOOST_CHECK_EQUAL(first->woken, 0);
  BOOST_CHECK_EQUAL(team->woken, 0);
  BOOST_CHECK_EQUAL(second->woken, 1);
}

BOOST_AUTO_TEST_CASE(a_listener_may_end_all_of_them_when_it_is_woken) {
  const auto end_all = [&] {
    notifier.unsubscribe(*site, customer(1), *first);
    notifier.unsubscribe(*site, customer(2), *second);
    notifier.unsubscribe(*site, agent(1), *team);
  };
  first->then = second->then = team->then = end_all;
  notifier.publish(*site, {{Audience::everyone, ""}});
  const int before = first->woken + second->woken + team->woken;
  BOOST_CHECK_GE(before, 1);
  notifier.publish(*site, {{Audience::everyone, ""}});
  BOOST_CHECK_EQUAL(first->woken + second->woken + team->woken, before);
}

BOOST_AUTO_TEST_SUITE_END()
