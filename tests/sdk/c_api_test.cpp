#include <boost/test/unit_test.hpp>

#include "tests/sdk/c_smoke.h"
#include "tests/sdk/support.h"

using namespace deskbell::test;

BOOST_AUTO_TEST_SUITE(c_interface)

BOOST_AUTO_TEST_CASE(a_customers_device_can_be_used_from_c_with_no_network) {
  const TempFolder folder;
  BOOST_TEST(c_offline(folder.path().c_str()) == 0, "line of c_smoke.c");
}

BOOST_AUTO_TEST_CASE(an_agent_can_sign_in_from_c) {
  const Hub hub;
  const TempFolder folder;
  BOOST_TEST(c_sign_in(hub.url().c_str(), folder.path().c_str(), "ada", Hub::kPassword) == 0,
             "line of c_smoke.c");
}

BOOST_AUTO_TEST_CASE(a_file_can_be_sent_and_fetched_from_c) {
  const Hub hub;
  const TempFolder folder;
  BOOST_TEST(c_files(hub.url().c_str(), folder.path().c_str()) == 0, "line of c_smoke.c");
}

BOOST_AUTO_TEST_SUITE_END()
