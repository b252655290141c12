#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/store/database.h"
#include "server/mail/compose.h"

namespace deskbell {

struct Site;

/// A wish for a transcript that has no end yet.
struct WaitingTranscript {
  std::string request;  ///< The event's id.
  std::string conversation;
  std::string email;
  std::string language;
};

/// What one mail tells at most, the newest messages first.
inline constexpr std::size_t kMaxTranscriptMessages = 2000;
inline constexpr std::size_t kMaxTranscriptBytes = 1024 * 1024;

/// Reads wishes for transcripts, and the conversations, from a site's store, by a connection of its
/// own: the store may be at work meanwhile. One thread. Every failure is a StoreError.
class TranscriptReader {
 public:
  /// `database` is the file of a store that is open, or was.
  explicit TranscriptReader(const std::string& database);

  /// In the order in which they were placed.
  std::vector<WaitingTranscript> waiting();

  /// The conversation as it stood when it was wished for: what customer, robot and team said to
  /// each other. `site_name` is what the site is called if it has not said.
  Transcript read(const WaitingTranscript& wish, const std::string& site_name);

 private:
  Database database_;
};

/// Lets the site say whether conversations can be had by e-mail, if it said otherwise so far; where
/// they cannot be had any more, those who wait are told. Before the hub serves the site.
Result<void> announce_mail(Site& site, bool can_send, Millis now);

}  // namespace deskbell
