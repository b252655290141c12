#pragma once

#include <deskbell/result.h>

#include <string>
#include <vector>

#include "server/book.h"

namespace deskbell::cli {

/// An agent's login at a hub that is running.
struct HubLogin {
  std::string hub;  ///< Its address.
  std::string site;
  std::string login;
  std::string password;
};

/// Makes the book of that site say what the items say, by events of that agent for what is new or
/// other and nothing else. They go to the hub in one push, which it places in one transaction;
/// therefore `too_large` for more than that takes, and nothing is published then. `dry_run`: only
/// looks what would be done. Shows how far it has come.
sdk::Result<BookChanges> write_book_at(const HubLogin& login, const std::vector<BookItem>& items,
                                       bool dry_run);

}  // namespace deskbell::cli
