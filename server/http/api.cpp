#include "server/http/api.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/event/id.h"
#include "core/event/json_fields.h"
#include "core/event/json_slice.h"
#include "core/sync/wire.h"
#include "server/http/long_poll.h"
#include "server/http/problem.h"
#include "server/http/site_about.h"
#include "server/hub/content_hash.h"
#include "server/hub/identity_token.h"
#include "server/hub/password.h"
#include "server/hub/wall_clock.h"

namespace deskbell {
namespace {

constexpr std::string_view kSites = "/v1/sites/";
constexpr std::string_view kPanel = "/panel/";
constexpr std::string_view kProactive = "/proactive/";
constexpr std::string_view kBearer = "Bearer ";
constexpr Millis kMaxWaitSeconds = 25;
constexpr JsonLimits kLoginLimits = {8 * 1024, 3, 32};
constexpr JsonLimits kIdentifyLimits = {32 * 1024, 3, 32};
constexpr std::size_t kMaxIdentityTokenBytes = 16 * 1024;
constexpr long kOverloadedRetrySeconds = 2;

struct Login {
  std::string login;
  std::string password;
};

Result<Login> decode_login(std::string_view body) {
  if (auto checked = check_json_limits(body, kLoginLimits); !checked) return checked.error();
  const auto parsed = parse_json(body);
  if (!parsed) return parsed.error();
  JsonFields fields(*parsed, "login", ErrorCode::invalid_command);
  Login login{fields.text("login", kMaxNameBytes), fields.text("password", kMaxPasswordBytes)};
  if (!fields.ok()) return fields.error();
  return login;
}

/// `{"token", "secret", "before"?: {"id", "secret"}}`
struct IdentifyRequest {
  std::string token;
  std::string secret;
  std::optional<TokenRequest> before;
};

Result<IdentifyRequest> decode_identify(std::string_view body) {
  if (auto checked = check_json_limits(body, kIdentifyLimits); !checked) return checked.error();
  const auto parsed = parse_json(body);
  if (!parsed) return parsed.error();
  JsonFields fields(*parsed, "identify", ErrorCode::invalid_command);
  IdentifyRequest asked{
      fields.text("token", kMaxIdentityTokenBytes), fields.text("secret", 64), {}};
  if (fields.ok() && !is_secret(asked.secret))
    fields.fail("secret", "must be 32 bytes in lower-case hexadecimal digits");
  if (const auto* before = fields.find("before")) {
    JsonFields inner(*before, "before", ErrorCode::invalid_command);
    asked.before =
        TokenRequest{{ActorKind::customer, inner.text("id", 36)}, inner.text("secret", 64)};
    if (!inner.ok()) return inner.error();
    if (!is_id(asked.before->actor.id) || !is_secret(asked.before->secret))
      fields.fail("before", "must have the id and the secret that the device had");
  }
  if (!fields.ok()) return fields.error();
  return asked;
}

Introduction introduction_of(const SitePerson& person, const IdentifyRequest& asked) {
  Introduction introduction{person.subject, hash_secret(asked.secret), {}, {}, {}};
  introduction.about = {"", person.name, person.email, person.attributes};
  introduction.about_hash = sha256_hex(
      encode_event({"", "customer.updated", "", {ActorKind::system, ""}, 0, introduction.about}));
  if (asked.before)
    introduction.before = {asked.before->actor.id, hash_secret(asked.before->secret)};
  return introduction;
}

Error general(ErrorCode code) {
  return {code, std::string(error_meaning(code))};
}

HttpResponse overloaded() {
  return problem_with_retry(general(ErrorCode::overloaded), 503, kOverloadedRetrySeconds);
}

HttpResponse too_many_attempts(Millis wait_ms) {
  return problem_with_retry(general(ErrorCode::too_many_attempts), 429,
                            static_cast<long>(wait_ms / 1000) + 1);
}

bool is_read(const HttpRequest& request) {
  return request.method == "GET" || request.method == "HEAD";
}

/// A number in the query: `fallback` without one, at most `max`; an error for what is none.
Result<std::int64_t> query_number(const HttpRequest& request, const char* name, std::int64_t min,
                                  std::int64_t max, std::int64_t fallback) {
  const auto text = request.query(name);
  if (!text) return fallback;
  std::int64_t number = 0;
  const char* end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc() || stopped != end || number < min)
    return Error{ErrorCode::invalid_command,
                 std::string(name) + " must be a number from " + std::to_string(min) + " on."};
  return std::min(number, max);
}

HttpResponse health() {
  return json_response(dump_json({{"status", "ok"}, {"version", DESKBELL_VERSION}}));
}

}  // namespace

Api::Api(ApiParts parts)
    : parts_(std::move(parts)),
      file_api_(parts_.transport, parts_.uploads, parts_.file_limits, parts_.log),
      failed_logins_(kMaxFailedLogins, kFailedLoginWindowMs),
      new_customers_(parts_.max_new_customers, kNewCustomersWindowMs),
      typing_(kMaxTyping, kTypingWindowMs) {}

void Api::handle(HttpRequest request, std::shared_ptr<Exchange> exchange) {
  const std::string_view path = request.path();
  if (path.starts_with(kSites)) return handle_site(request, exchange);
  if (path != "*" && !is_read(request)) return exchange->answer(allow_only(request, "GET, HEAD"));
  if (path == "*") return exchange->answer(allow_only(request, "GET, HEAD, POST"));
  if (path == "/v1/health") return exchange->answer(health());
  if (path.starts_with(kPanel))
    return exchange->answer(
        parts_.files.serve_panel(request, parts_.hub.site(path.substr(kPanel.size()))));
  if (path.starts_with(kProactive))
    return exchange->answer(serve_proactive(request, path.substr(kProactive.size())));
  if (path.starts_with("/v1/"))
    return exchange->answer(problem_response(general(ErrorCode::not_found)));
  exchange->answer(parts_.files.serve(request));
}

HttpResponse Api::serve_proactive(const HttpRequest& request, std::string_view name) const {
  const Site* site = parts_.hub.site(name);
  if (!site) return problem_response(general(ErrorCode::unknown_site));
  const auto about = proactive_about(*site, wall_clock_now());
  return about ? parts_.files.serve_proactive(request, *about) : problem_response(about.error());
}

HttpResponse Api::about_site(const Site& site) {
  const auto about = site_about(site, wall_clock_now());
  return about ? json_response(*about) : problem_response(about.error());
}

HttpResponse Api::refusal(int status, const std::string& reason) {
  if (status == 503) return overloaded();
  if (status == 413) return problem_response({ErrorCode::too_large, reason});
  return http_problem(status, reason);
}

void Api::handle_site(HttpRequest& request, const ExchangePtr& exchange) {
  const std::string_view rest = request.path().substr(kSites.size());
  const std::size_t slash = rest.find('/');
  const std::string_view what = slash == rest.npos ? "" : rest.substr(slash + 1);
  const bool sign_in =
      what == "login" || what == "tokens" || what == "identify" || what == "logout";
  const bool is_file = FileApi::takes(what);
  const bool is_about = slash == rest.npos;
  if (!is_about && !sign_in && !is_file && what != "events" && what != "stream" &&
      what != "typing" && what != "finder")
    return exchange->answer(problem_response(general(ErrorCode::not_found)));
  Site* site = parts_.hub.site(rest.substr(0, slash));
  if (!site) return exchange->answer(problem_response(general(ErrorCode::unknown_site)));
  const bool is_post = request.method == "POST";
  const bool is_get = request.method == "GET";
  if ((sign_in || what == "typing") && !is_post)
    return exchange->answer(allow_only(request, "POST"));
  if (what == "events" && !is_post && !is_get)
    return exchange->answer(allow_only(request, "GET, POST"));
  if ((what == "stream" || what == "finder") && !is_get)
    return exchange->answer(allow_only(request, "GET"));
  if (is_about && !is_read(request)) return exchange->answer(allow_only(request, "GET, HEAD"));
  if (is_file)
    if (auto refusal = FileApi::refuse_method(what, request))
      return exchange->answer(std::move(*refusal));
  if (is_about) return exchange->answer(about_site(*site));
  // What customers may see of the book is nobody's secret.
  if (what == "finder") return parts_.finders.serve(*site, request, exchange);
  if (what == "login") return log_in(*site, request, exchange);
  if (what == "tokens") return give_token(*site, request, exchange);
  if (what == "identify") return identify(*site, request, exchange);
  if (what == "logout") return log_out(*site, request, exchange);

  const auto claims = authenticate(*site, request);
  if (!claims) return exchange->answer(problem_response(claims.error()));
  if (is_file) return file_api_.handle(*site, claims->actor, what, request, exchange);
  if (what == "stream") return stream(*site, *claims, request, *exchange);
  if (what == "typing") return note_typing(*site, claims->actor, request, *exchange);
  if (is_post) return push(*site, claims->actor, request, exchange);
  pull(*site, claims->actor, request, exchange);
}

Result<TokenClaims> Api::authenticate(const Site& site, const HttpRequest& request) const {
  const std::string_view given = request.field("authorization").value_or("");
  if (!given.starts_with(kBearer)) return general(ErrorCode::not_signed_in);
  const auto claims =
      parts_.hub.tokens().check(given.substr(kBearer.size()), site.name, wall_clock_now());
  if (!claims) return general(ErrorCode::not_signed_in);
  if (claims->actor.kind == ActorKind::customer) {
    const auto from = site.store->tokens_void_before(claims->actor.id);
    if (!from) return from.error();
    // A token knows its time in whole seconds.
    if ((claims->expires_at - kTokenLifetimeMs) / 1000 < *from / 1000)
      return general(ErrorCode::not_signed_in);
  }
  return *claims;
}

// ---- Signing in ----

void Api::log_in(Site& site, const HttpRequest& request, const ExchangePtr& exchange) {
  const auto login = decode_login(request.body);
  if (!login) return exchange->answer(problem_response(login.error()));
  const std::string key = site.name + '\n' + login->login + '\n' + request.address;
  if (const auto wait = failed_logins_.wait_for(key, steady_now()))
    return exchange->answer(too_many_attempts(*wait));
  const auto found = site.store->account(login->login);
  if (!found) return exchange->answer(problem_response(found.error()));
  const AgentAccount account = found->value_or(AgentAccount{});
  const auto verify = [this, &site, account, key, password = login->password, exchange] {
    const bool right = verify_password(account.password_hash, password);
    parts_.transport.post([this, &site, account, key, exchange, right] {
      if (right) {
        failed_logins_.forget(key);
        return finish_login(site, account, exchange);
      }
      failed_logins_.count(key, steady_now());
      exchange->answer(problem_response(general(ErrorCode::wrong_credentials)));
    });
  };
  if (!parts_.passwords.run(verify)) exchange->answer(overloaded());
}

/// Gives the agent's device a secret of its own, kept as a hash.
void Api::finish_login(Site& site, const AgentAccount& account, const ExchangePtr& exchange) {
  const std::string secret = random_hex(kSecretBytes, parts_.hub.random());
  const auto keep = [this, &site, account, secret, exchange] {
    const auto kept = site.store->add_session(account.agent, hash_secret(secret), wall_clock_now());
    HttpResponse response =
        kept ? json_response(dump_json(
                   {{"agent", account.agent}, {"name", account.name}, {"secret", secret}}))
             : problem_response(kept.error());
    parts_.transport.post([exchange, response] { exchange->answer(response); });
  };
  if (!parts_.commits.run(keep)) exchange->answer(overloaded());
}

void Api::give_token(Site& site, const HttpRequest& request, const ExchangePtr& exchange) {
  const auto asked = decode_token_request(request.body);
  if (!asked) return exchange->answer(problem_response(asked.error()));
  if (!is_id(asked->actor.id) || !is_secret(asked->secret))
    return exchange->answer(problem_response(
        {ErrorCode::invalid_event,
         "id must be a UUID in lower case, secret 32 bytes in lower-case hexadecimal digits."}));
  const std::string hash = hash_secret(asked->secret);
  Result<bool> known = false;
  if (asked->actor.kind == ActorKind::agent) {
    known = site.store->has_session(asked->actor.id, hash);
  } else {
    const auto kept = site.store->customer_secret_hash(asked->actor.id);
    if (kept && !kept->has_value())
      return register_customer(site, *asked, request.address, exchange);
    known = kept ? is_customers(site, asked->actor, hash, **kept) : Result<bool>(kept.error());
  }
  if (!known) return exchange->answer(problem_response(known.error()));
  exchange->answer(*known ? token_response(site, asked->actor)
                          : problem_response(general(ErrorCode::wrong_credentials)));
}

Result<bool> Api::is_customers(const Site& site, const Actor& actor, const std::string& hash,
                               const std::string& kept) const {
  if (equal_secrets(kept, hash)) return true;
  return site.store->has_person_session(actor.id, hash);
}

/// A device whose page says, by a token of the site's server, who its visitor is.
void Api::identify(Site& site, const HttpRequest& request, const ExchangePtr& exchange) {
  const auto asked = decode_identify(request.body);
  if (!asked) return exchange->answer(problem_response(asked.error()));
  const auto secret = site.store->identity_secret();
  if (!secret) return exchange->answer(problem_response(secret.error()));
  if (secret->empty())
    return exchange->answer(
        problem_response({ErrorCode::identity_refused,
                          "This site has no identity secret yet; `deskbell identity` makes one."}));
  const auto person = read_identity_token(asked->token, *secret, site.name, wall_clock_now());
  if (!person) return exchange->answer(problem_response(person.error()));
  const auto keep = [this, &site, introduction = introduction_of(*person, *asked), exchange] {
    auto done = site.store->introduce(introduction, wall_clock_now());
    HttpResponse response = done ? json_response(dump_json({{"customer", done->customer}}))
                                 : problem_response(done.error());
    auto placed = done ? std::move(done->placed) : std::vector<Visibility>();
    parts_.transport.post([this, &site, exchange, response, placed = std::move(placed)] {
      exchange->answer(response);
      if (!placed.empty()) parts_.live.publish(*site.store, placed);
    });
  };
  if (!parts_.commits.run(keep)) exchange->answer(overloaded());
}

/// Ends the session that the secret opens. Says the same whether there was one.
void Api::log_out(Site& site, const HttpRequest& request, const ExchangePtr& exchange) {
  const auto asked = decode_token_request(request.body);
  if (!asked) return exchange->answer(problem_response(asked.error()));
  const auto end = [this, &site, actor = asked->actor, hash = hash_secret(asked->secret),
                    exchange] {
    const auto ended = site.store->end_session(actor, hash, wall_clock_now());
    HttpResponse response = ended ? HttpResponse{} : problem_response(ended.error());
    if (ended) response.status = 204;
    parts_.transport.post([exchange, response] { exchange->answer(response); });
  };
  if (!parts_.commits.run(end)) exchange->answer(overloaded());
}

void Api::register_customer(Site& site, const TokenRequest& asked, const std::string& address,
                            const ExchangePtr& exchange) {
  const auto network = network_of(address);
  if (network && parts_.max_new_customers > 0) {
    if (const auto wait = new_customers_.wait_for(*network, steady_now()))
      return exchange->answer(too_many_attempts(*wait));
    new_customers_.count(*network, steady_now());
  }
  const auto keep = [this, &site, asked, exchange] {
    const auto kept =
        site.store->register_customer(asked.actor.id, hash_secret(asked.secret), wall_clock_now());
    HttpResponse response = !kept   ? problem_response(kept.error())
                            : *kept ? token_response(site, asked.actor)
                                    : problem_response(general(ErrorCode::wrong_credentials));
    parts_.transport.post([exchange, response] { exchange->answer(response); });
  };
  if (!parts_.commits.run(keep)) exchange->answer(overloaded());
}

HttpResponse Api::token_response(const Site& site, const Actor& actor) const {
  const std::string token = parts_.hub.tokens().issue(site.name, actor, wall_clock_now());
  return json_response(encode_token_answer({token, kTokenLifetimeMs}));
}

// ---- Events ----

void Api::push(Site& site, const Actor& actor, HttpRequest& request, const ExchangePtr& exchange) {
  if (const auto epoch = request.query("epoch"); epoch && *epoch != site.store->epoch())
    return exchange->answer(problem_response(general(ErrorCode::new_epoch), site.store->epoch()));
  const auto done = [this, &site, exchange](Result<PushAnswer> answer) {
    if (!answer && error_http_status(answer.error().code) >= 500)
      parts_.log("site " + site.name + ": a push failed: " + answer.error().message);
    HttpResponse response =
        answer ? json_response(encode_push_answer(*answer)) : problem_response(answer.error());
    parts_.transport.post([exchange, response] { exchange->answer(response); });
  };
  if (!parts_.commits.push(*site.store, actor, std::move(request.body), done))
    exchange->answer(overloaded());
}

void Api::pull(Site& site, const Actor& actor, const HttpRequest& request,
               const ExchangePtr& exchange) {
  const auto limit = query_number(request, "limit", 1, kMaxPageEvents, kMaxPageEvents);
  if (!limit) return exchange->answer(problem_response(limit.error()));
  const auto wait = query_number(request, "wait", 0, kMaxWaitSeconds, 0);
  if (!wait) return exchange->answer(problem_response(wait.error()));
  const auto after = Hub::place_of(site, request.query("cursor"));
  if (!after) return exchange->answer(page_response(site, after.error()));
  parts_.live.wait_for_page(site, actor, *after, static_cast<std::size_t>(*limit), *wait * 1000,
                            exchange);
}

/// Nothing of it is kept: who listens now is told.
void Api::note_typing(Site& site, const Actor& actor, const HttpRequest& request,
                      Exchange& exchange) {
  const auto conversation = decode_typing_request(request.body);
  if (!conversation) return exchange.answer(problem_response(conversation.error()));
  const std::string key = site.name + '\n' + actor.id;
  if (const auto wait = typing_.wait_for(key, steady_now()))
    return exchange.answer(too_many_attempts(*wait));
  typing_.count(key, steady_now());
  const auto customer = site.store->customer_of(*conversation);
  if (!customer) return exchange.answer(problem_response(customer.error()));
  const bool may = *customer && (actor.kind == ActorKind::agent || **customer == actor.id);
  if (!may) return exchange.answer(problem_response(general(ErrorCode::unknown_conversation)));
  parts_.live.publish_typing(*site.store, **customer, {*conversation, actor});
  HttpResponse response;
  response.status = 204;
  exchange.answer(std::move(response));
}

void Api::stream(Site& site, const TokenClaims& claims, const HttpRequest& request,
                 Exchange& exchange) {
  auto after = Hub::place_of(site, request.query("cursor"));
  if (after) {
    // A place beyond the head is one that this store has lost.
    const auto head = site.store->head();
    if (!head) return exchange.answer(problem_response(head.error()));
    if (*after > *head) after = general(ErrorCode::new_epoch);
  }
  if (!after && after.error().code != ErrorCode::new_epoch)
    return exchange.answer(problem_response(after.error()));
  const Millis lifetime =
      claims.expires_at - wall_clock_now() - parts_.live.limits().token_margin_ms;
  parts_.live.open_stream(site, claims.actor, after, lifetime, exchange);
}

}  // namespace deskbell
