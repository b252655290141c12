#include "server/accounts.h"

#include <algorithm>

#include "core/event/event.h"
#include "core/event/id.h"
#include "server/hub/content_hash.h"
#include "server/hub/data_folder.h"
#include "server/hub/identity_token.h"
#include "server/hub/password.h"
#include "server/hub/system_random.h"
#include "server/hub/wall_clock.h"
#include "server/open_site.h"
#include "server/store/sqlite_hub_store.h"

namespace deskbell {
namespace {

Result<void> check_request(const AccountRequest& request) {
  const auto printable = [](unsigned char c) { return c > ' ' && c != 0x7f; };
  if (!is_site_name(request.site))
    return Error{ErrorCode::invalid_command,
                 "A site's name is 1 to 63 lower-case letters, digits and hyphens."};
  if (request.login.empty() || request.login.size() > kMaxNameBytes ||
      !std::all_of(request.login.begin(), request.login.end(), printable))
    return Error{ErrorCode::invalid_command, "A login is a word without spaces, such as \"mira\"."};
  if (request.name.size() > kMaxNameBytes)
    return Error{ErrorCode::invalid_command,
                 "A name has at most " + std::to_string(kMaxNameBytes) + " bytes."};
  return {};
}

/// Tells everyone the agent's name, then lets him in: nobody can sign in whom the site does not
/// know.
Result<AccountAnswer> put(HubStore& store, const AccountRequest& request,
                          const std::string& password_hash, Random& random) {
  auto known = store.account(request.login);
  if (!known) return known.error();
  const Millis now = wall_clock_now();
  AgentAccount account = known->value_or(AgentAccount{});
  AccountAnswer answer{account.agent, !known->has_value(), false};
  if (answer.created) answer.agent = make_id(now, random);
  const std::string name = !request.name.empty()   ? request.name
                           : !account.name.empty() ? account.name
                                                   : request.login;
  if (name != account.name) {
    const OwnEvent event{"agent:" + answer.agent, name, AgentUpdated{answer.agent, name}};
    if (auto placed = store.place_own(std::span(&event, 1), now); !placed) return placed.error();
  }
  if (auto kept = store.put_account({request.login, answer.agent, name, password_hash}); !kept)
    return kept.error();
  return answer;
}

}  // namespace

Result<AccountAnswer> add_account(const AccountRequest& request) {
  SystemRandom random;
  if (auto checked = check_request(request); !checked) return checked.error();
  const auto password_hash = hash_password(request.password);
  if (!password_hash) return password_hash.error();
  auto folder = DataFolder::open(request.data);
  if (!folder) return folder.error();
  const bool had_site = folder->has_site(request.site);
  auto path = folder->database_path(request.site);
  if (!path) return path.error();
  auto store = SqliteHubStore::open(*path, random, wall_clock_now(), {sha256_hex});
  if (!store) return store.error();
  auto answer = put(**store, request, *password_hash, random);
  if (!answer) return answer;
  answer->site_created = !had_site;
  if (!answer->created)
    if (auto ended = folder->forget_signing_key(); !ended) return ended.error();
  return answer;
}

Result<void> remove_account(const std::string& data, const std::string& site,
                            const std::string& login) {
  SystemRandom random;
  auto opened = open_known_site(data, site, random);
  if (!opened) return opened.error();
  auto removed = opened->store->remove_account(login);
  if (!removed) return removed.error();
  if (!*removed)
    return Error{ErrorCode::not_found, "The site " + site + " has no login \"" + login +
                                           "\"; `deskbell account list` shows those it has."};
  return opened->folder.forget_signing_key();
}

Result<std::vector<AccountLine>> list_accounts(const std::string& data, const std::string& site) {
  SystemRandom random;
  auto opened = open_known_site(data, site, random);
  if (!opened) return opened.error();
  auto accounts = opened->store->accounts();
  if (!accounts) return accounts.error();
  std::vector<AccountLine> lines;
  for (const AgentAccount& account : *accounts) {
    const auto sessions = opened->store->session_count(account.agent);
    if (!sessions) return sessions.error();
    lines.push_back({account.login, account.name, *sessions});
  }
  return lines;
}

Result<std::string> identity_secret_of(const std::string& data, const std::string& site,
                                       bool renew) {
  SystemRandom random;
  auto opened = open_known_site(data, site, random);
  if (!opened) return opened.error();
  auto secret = opened->store->identity_secret();
  if (!secret || (!secret->empty() && !renew)) return secret;
  const std::string fresh = random_hex(kIdentitySecretBytes, random);
  if (auto kept = opened->store->set_identity_secret(fresh); !kept) return kept.error();
  return fresh;
}

}  // namespace deskbell
