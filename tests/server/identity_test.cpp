#include <sodium.h>

#include <boost/test/unit_test.hpp>

#include "core/event/json_fields.h"
#include "server/accounts.h"
#include "server/hub/base64.h"
#include "server/hub/content_hash.h"
#include "server/hub/hub.h"
#include "server/hub/identity_token.h"
#include "tests/server/hub_fixture.h"

using namespace deskbell;
using namespace deskbell::test;
using nlohmann::json;

namespace {

constexpr Millis kNow = 1'763'770'000'000;
constexpr std::int64_t kSeconds = kNow / 1000;
const std::string kSecret(64, 'a');

/// As any JWT library makes one.
std::string sign(const json& claims, const std::string& secret = kSecret,
                 const json& header = {{"alg", "HS256"}, {"typ", "JWT"}}) {
  const std::string text = to_base64(header.dump()) + "." + to_base64(claims.dump());
  std::string mac(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_state state;
  const auto bytes = [](const std::string& of) {
    return reinterpret_cast<const unsigned char*>(of.data());
  };
  crypto_auth_hmacsha256_init(&state, bytes(secret), secret.size());
  crypto_auth_hmacsha256_update(&state, bytes(text), text.size());
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(mac.data()));
  return text + "." + to_base64(mac);
}

json claims_of_ada() {
  return {{"aud", "deskbell"}, {"site", "fern"},        {"sub", "user-1"},
          {"iat", kSeconds},   {"exp", kSeconds + 300}, {"name", "Ada"}};
}

/// The claims with one of them changed, or (null) left out.
json with(const std::string& name, const json& value) {
  json claims = claims_of_ada();
  if (value.is_null())
    claims.erase(name);
  else
    claims[name] = value;
  return claims;
}

Result<SitePerson> read(const std::string& token, Millis now = kNow) {
  return read_identity_token(token, kSecret, "fern", now);
}

void check_refused(const std::string& token, const std::string& what) {
  const auto person = read(token);
  BOOST_CHECK_MESSAGE(!person, what << " was accepted");
  if (person) return;
  BOOST_CHECK_MESSAGE(person.error().code == ErrorCode::identity_refused, what);
  BOOST_CHECK_MESSAGE(person.error().message.find(kSecret) == std::string::npos, what);
}

/// A hub's store and the devices that are introduced to it.
struct StoreFixture {
  TemporaryFolder folder;
  std::unique_ptr<SqliteHubStore> store = open_store(folder / "hub.db");

  static std::string hash(int device) {
    return hash_secret("secret of device " + std::to_string(device));
  }

  Result<Introduced> introduce(const std::string& subject, int device,
                               std::optional<Introduction::Before> before = {},
                               const std::string& name = "Ada") {
    CustomerUpdated about{"", name, std::nullopt, {{"_id", subject}}};
    return store->introduce({subject, hash(device), about, name + subject, std::move(before)},
                            kNow);
  }

  /// Somebody who has written without being named, and has had an answer that he has read.
  Introduction::Before anonymous(int who, int conversation) {
    const Actor author = customer(who);
    BOOST_REQUIRE(store->register_customer(author.id, hash(who), kNow).value());
    const int first = conversation * 10;
    push(*store, author,
         {started(first, author, conversation),
          posted(first + 1, author, conversation, "Where is my fern?")});
    push(*store, agent(1), {posted(first + 2, agent(1), conversation, "On its way")});
    const Seq last = store->head().value();
    push(*store, author, {event_bytes(first + 3, author, conversation, ReceiptRead{last})});
    return {author.id, hash(who)};
  }

  std::vector<std::string> texts_of(const std::string& customer) {
    std::vector<std::string> texts;
    for (const PlacedEvent& placed : read_all(*store, {ActorKind::customer, customer}))
      if (const auto event = decode_event(placed.body); event.ok())
        if (const auto* message = std::get_if<MessagePosted>(&event->payload))
          texts.push_back(std::string(to_string(event->author.kind)) + ": " + message->text);
    return texts;
  }

  std::int64_t count(std::string_view sql) { return store->writer().integer(sql).value_or(-1); }
};

const std::vector<std::string> kTalk = {"customer: Where is my fern?", "agent: On its way"};

}  // namespace

BOOST_AUTO_TEST_SUITE(identity_tokens)

BOOST_AUTO_TEST_CASE(a_token_of_the_sites_server_says_who_its_visitor_is) {
  const auto person = read(sign(with("attributes", {{"plan", "pro"}})));
  BOOST_REQUIRE_MESSAGE(person.ok(), (person.ok() ? "" : person.error().message));
  BOOST_CHECK_EQUAL(person->subject, "user-1");
  BOOST_CHECK_EQUAL(person->name.value_or(""), "Ada");
  BOOST_CHECK(!person->email);
  BOOST_CHECK((person->attributes ==
               std::map<std::string, std::string>{{"_id", "user-1"}, {"_plan", "pro"}}));
  BOOST_CHECK(read(sign(with("aud", {"shop", "deskbell"}))).ok());
}

// RFC 7515, appendix A.1: the same bytes signed by the same key, though not for us.
BOOST_AUTO_TEST_CASE(the_signature_is_that_of_the_standard) {
  const std::string key =
      from_base64(
          "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
          .value();
  const std::string token =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0"
      "dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const auto person = read_identity_token(token, key, "fern", kNow);
  BOOST_REQUIRE(!person.ok());
  BOOST_CHECK(person.error().message.find("\"aud\"") != std::string::npos);
  const auto forged = read_identity_token(token, key + "x", "fern", kNow);
  BOOST_CHECK(forged.error().message.find("not signed") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_other_algorithm_and_no_other_key_is_good) {
  check_refused(sign(claims_of_ada(), "another secret"), "another key");
  check_refused(sign(claims_of_ada(), ""), "an empty key");
  for (const char* alg : {"none", "None", "HS512", "RS256", "ES256", "EdDSA", "hs256", ""})
    check_refused(sign(claims_of_ada(), kSecret, {{"alg", alg}}), alg);
  check_refused(sign(claims_of_ada(), kSecret, {{"typ", "JWT"}}), "no algorithm");
  check_refused(sign(claims_of_ada(), kSecret, {{"alg", "HS256"}, {"crit", {"exp"}}}), "crit");
  const std::string token = sign(claims_of_ada());
  check_refused(token.substr(0, token.rfind('.') + 1), "no signature");
  BOOST_CHECK(!read_identity_token(sign(claims_of_ada(), ""), "", "fern", kNow));
}

BOOST_AUTO_TEST_CASE(no_change_to_a_token_goes_unnoticed) {
  const std::string token = sign(claims_of_ada());
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    check_refused(changed, "changed at " + std::to_string(i));
    changed = token;
    changed.erase(i, 1);
    check_refused(changed, "left out at " + std::to_string(i));
  }
  for (const std::string tail : {"=", ".", ".e30", "A", " "}) check_refused(token + tail, tail);
  for (const std::string& odd : {std::string(), std::string("."), std::string(".."),
                                 std::string("a.b.c"), std::string(20'000, 'a')})
    check_refused(odd, odd.substr(0, 10));
}

BOOST_AUTO_TEST_CASE(a_token_is_good_for_its_site_its_audience_and_its_time_alone) {
  check_refused(sign(with("site", "moss")), "another site");
  check_refused(sign(with("site", nullptr)), "no site");
  check_refused(sign(with("aud", "shop")), "another audience");
  check_refused(sign(with("aud", nullptr)), "no audience");
  check_refused(sign(with("aud", json::array())), "an empty audience");
  check_refused(sign(with("exp", nullptr)), "no end");
  check_refused(sign(with("iat", nullptr)), "no beginning");
  check_refused(sign(with("exp", kSeconds - 61)), "one that is over");
  check_refused(sign(with("exp", kSeconds + 3601)), "one that is good for long");
  check_refused(sign(with("exp", "tomorrow")), "a time in words");
  check_refused(sign(with("exp", 1763770300.5)), "a time with a fraction");
  check_refused(sign(with("iat", kSeconds + 61)), "one of tomorrow");
  check_refused(sign(with("nbf", kSeconds + 61)), "one that has not begun");
  BOOST_CHECK(read(sign(with("exp", kSeconds - 59))).ok());
  BOOST_CHECK(read(sign(with("exp", kSeconds + 3600))).ok());
  BOOST_CHECK(!read(sign(claims_of_ada()), kNow + 361'000).ok());
}

BOOST_AUTO_TEST_CASE(a_token_must_say_who_it_is_in_measure) {
  check_refused(sign(with("sub", nullptr)), "nobody");
  check_refused(sign(with("sub", "")), "an empty name");
  check_refused(sign(with("sub", 5)), "a number");
  check_refused(sign(with("sub", std::string(257, 'x'))), "a name without end");
  check_refused(sign(with("name", std::string(257, 'x'))), "a name without end");
  check_refused(sign(with("attributes", {{"plan", 5}})), "an attribute that is no text");
  check_refused(sign(with("attributes", {{"a b", "c"}})), "an attribute without a name");
  check_refused(sign(with("attributes", {{std::string(61, 'x'), "c"}})), "a long name");
  json many;
  for (int i = 0; i < 25; ++i) many["a" + std::to_string(i)] = "x";
  check_refused(sign(with("attributes", many)), "too many attributes");
  check_refused(sign(json::array()), "no claims");
  check_refused(sign("text"), "claims that are text");
}

BOOST_AUTO_TEST_CASE(the_secret_is_made_once_and_anew_when_asked) {
  const TemporaryFolder folder;
  const std::string data = folder / "data";
  BOOST_CHECK(!identity_secret_of(data, "fern", false).ok());
  BOOST_REQUIRE(add_account({data, "fern", "ana", "a good password", ""}).ok());
  const auto first = identity_secret_of(data, "fern", false);
  BOOST_REQUIRE(first.ok());
  BOOST_CHECK_EQUAL(first->size(), 2 * kIdentitySecretBytes);
  BOOST_CHECK_EQUAL(identity_secret_of(data, "fern", false).value(), *first);
  const auto second = identity_secret_of(data, "fern", true);
  BOOST_CHECK(second.ok() && *second != *first);
  BOOST_CHECK_EQUAL(identity_secret_of(data, "fern", false).value(), *second);
  BOOST_CHECK(!identity_secret_of(data, "moss", false).ok());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(introductions, StoreFixture)

BOOST_AUTO_TEST_CASE(one_person_is_one_customer_on_every_device) {
  const auto first = introduce("user-1", 1);
  const auto second = introduce("user-1", 2);
  const auto other = introduce("user-2", 3, {}, "Bob");
  BOOST_REQUIRE(first.ok() && second.ok() && other.ok());
  BOOST_CHECK_EQUAL(first->customer, second->customer);
  BOOST_CHECK_NE(first->customer, other->customer);
  BOOST_CHECK(store->has_person_session(first->customer, hash(1)).value());
  BOOST_CHECK(store->has_person_session(first->customer, hash(2)).value());
  BOOST_CHECK(!store->has_person_session(first->customer, hash(3)).value());
  // No stranger can register as that customer.
  BOOST_CHECK_EQUAL(store->customer_secret_hash(first->customer).value().value_or("none"), "");
  BOOST_CHECK(!store->register_customer(first->customer, hash(9), kNow).value());
}

BOOST_AUTO_TEST_CASE(what_was_written_before_the_first_naming_stays_where_it_is) {
  const auto before = anonymous(1, 1);
  const auto named = introduce("user-1", 2, before);
  BOOST_REQUIRE(named.ok());
  BOOST_CHECK_EQUAL(named->customer, before.customer);
  BOOST_CHECK(texts_of(named->customer) == kTalk);
  // Whoever has seen the anonymous customer's secret on a shared computer has nothing by it.
  BOOST_CHECK_EQUAL(store->customer_secret_hash(before.customer).value().value_or("none"), "");
  BOOST_CHECK(!store->has_person_session(before.customer, before.secret_hash).value());
  BOOST_CHECK_EQUAL(store->tokens_void_before(before.customer).value(), kNow);
}

BOOST_AUTO_TEST_CASE(what_a_known_person_wrote_unnamed_is_copied_with_its_answers_and_receipts) {
  const std::string person = introduce("user-1", 2).value().customer;
  const auto before = anonymous(1, 1);
  const auto named = introduce("user-1", 3, before);
  BOOST_REQUIRE(named.ok());
  BOOST_CHECK_EQUAL(named->customer, person);
  BOOST_CHECK(texts_of(person) == kTalk);
  BOOST_CHECK(!named->placed.empty());
  // The original is closed, so that nobody answers where nobody reads.
  BOOST_CHECK_EQUAL(
      store->writer()
          .integer("SELECT resolved FROM conversation WHERE customer = ?", before.customer)
          .value_or(-1),
      1);
  BOOST_CHECK_EQUAL(store->writer()
                        .integer("SELECT resolved FROM conversation WHERE customer = ?", person)
                        .value_or(-1),
                    0);
  // He had read the answer, and has read it still.
  static constexpr std::string_view kUnread = R"sql(
    SELECT count(*) FROM message WHERE author_kind = 1 AND conversation IN
      (SELECT id FROM conversation WHERE customer = ?1) AND seq >
      coalesce((SELECT max(read) FROM receipt WHERE reader = ?1), 0))sql";
  BOOST_CHECK_EQUAL(store->writer().integer(kUnread, person).value_or(-1), 0);
}

BOOST_AUTO_TEST_CASE(a_wish_for_a_transcript_is_granted_once_though_its_conversation_is_copied) {
  SiteUpdated site;
  site.mail = true;
  const OwnEvent mail{"mail", "on", site};
  BOOST_REQUIRE(store->place_own(std::span(&mail, 1), kNow).ok());
  BOOST_REQUIRE(introduce("user-1", 2).ok());
  const auto before = anonymous(1, 1);
  Event wish{id_of(900),
             "transcript.requested",
             store->writer().text("SELECT id FROM conversation").value(),
             {ActorKind::customer, before.customer},
             kNow,
             TranscriptRequested{"ada@example.org", "en"}};
  push(*store, wish.author, {encode_event(wish)});
  BOOST_REQUIRE(introduce("user-1", 3, before).ok());
  BOOST_CHECK_EQUAL(count("SELECT count(*) FROM conversation"), 2);
  BOOST_CHECK_EQUAL(count("SELECT count(*) FROM transcript"), 1);
}

BOOST_AUTO_TEST_CASE(the_same_introduction_again_does_nothing_more) {
  BOOST_REQUIRE(introduce("user-1", 2).ok());
  const auto before = anonymous(1, 1);
  const auto first = introduce("user-1", 3, before);
  const Seq head = store->head().value();
  const auto again = introduce("user-1", 3, before);
  BOOST_REQUIRE(first.ok() && again.ok());
  BOOST_CHECK_EQUAL(again->customer, first->customer);
  BOOST_CHECK_EQUAL(store->head().value(), head);
  BOOST_CHECK(again->placed.empty());
  BOOST_CHECK_EQUAL(count("SELECT count(*) FROM hub_person_session"), 2);
}

BOOST_AUTO_TEST_CASE(nobody_gets_an_anonymous_customers_words_without_his_secret) {
  auto before = anonymous(1, 1);
  before.secret_hash = hash(7);
  const auto stolen = introduce("user-1", 7, before);
  BOOST_REQUIRE(!stolen.ok());
  BOOST_CHECK(stolen.error().code == ErrorCode::wrong_credentials);
  BOOST_CHECK_EQUAL(count("SELECT count(*) FROM hub_person"), 0);
  // Nor a named person's, whose devices have sessions only.
  const std::string victim = introduce("user-2", 2).value().customer;
  const auto taken = introduce("user-3", 3, Introduction::Before{victim, ""});
  BOOST_REQUIRE(taken.ok());
  BOOST_CHECK_NE(taken->customer, victim);
}

BOOST_AUTO_TEST_CASE(what_the_site_says_of_a_person_reaches_agents_once_and_as_proved) {
  const std::string person = introduce("user-1", 1).value().customer;
  const Seq head = store->head().value();
  BOOST_REQUIRE(introduce("user-1", 2).ok());
  BOOST_CHECK_EQUAL(store->head().value(), head);
  BOOST_REQUIRE(introduce("user-1", 2, {}, "Ada Lovelace").ok());
  BOOST_CHECK_EQUAL(store->head().value(), head + 1);
  const auto seen = read_all(*store, agent(1));
  BOOST_CHECK(seen.back().body.find("\"kind\":\"system\"") != std::string::npos);
  BOOST_CHECK(seen.back().body.find("Ada Lovelace") != std::string::npos);
  BOOST_CHECK(seen.back().body.find("user-1") != std::string::npos);
  // A customer may say much of himself, but not that.
  const Actor self{ActorKind::customer, person};
  const auto results =
      push(*store, self,
           {event_bytes(90, self, 0, CustomerUpdated{person, {}, {}, {{"plan", "pro"}}}),
            event_bytes(91, self, 0, CustomerUpdated{person, {}, {}, {{"_id", "root"}}})});
  BOOST_CHECK(results[0].outcome == PushOutcome::placed);
  BOOST_CHECK(results[1].outcome == PushOutcome::refused);
}

BOOST_AUTO_TEST_CASE(a_device_that_logs_out_is_out_and_the_others_stay) {
  const std::string person = introduce("user-1", 1).value().customer;
  BOOST_REQUIRE(introduce("user-1", 2).ok());
  BOOST_CHECK_EQUAL(store->tokens_void_before(person).value(), 0);
  BOOST_REQUIRE(store->end_session({ActorKind::customer, person}, hash(1), kNow + 5).ok());
  BOOST_CHECK(!store->has_person_session(person, hash(1)).value());
  BOOST_CHECK(store->has_person_session(person, hash(2)).value());
  // What tokens the device still has are worth nothing; the others fetch new ones.
  BOOST_CHECK_EQUAL(store->tokens_void_before(person).value(), kNow + 5);
  BOOST_REQUIRE(store->end_session({ActorKind::customer, person}, hash(9), kNow + 9).ok());
  BOOST_CHECK_EQUAL(store->tokens_void_before(person).value(), kNow + 5);
}

BOOST_AUTO_TEST_CASE(the_oldest_device_of_too_many_gives_way) {
  for (int device = 0; device <= kMaxSessionsPerPerson; ++device)
    BOOST_REQUIRE(introduce("user-1", device).ok());
  const std::string person = introduce("user-1", 64).value().customer;
  BOOST_CHECK_EQUAL(count("SELECT count(*) FROM hub_person_session"), kMaxSessionsPerPerson);
  BOOST_CHECK(!store->has_person_session(person, hash(0)).value());
  BOOST_CHECK(store->has_person_session(person, hash(1)).value());
}

BOOST_AUTO_TEST_SUITE_END()
