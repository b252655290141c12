#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/sync/patience.h"
#include "core/sync/upload_list.h"

namespace deskbell {

class Random;
class Replica;
struct Request;
struct Response;

/// Brings the files of unsent messages to the hub, one piece after the other, and goes on where it
/// was cut off: the one place that knows draft-ietf-httpbis-resumable-upload. Part of the link, and
/// a value like it. It makes no request itself: it words what the link asks, and reads the answer.
///
/// An upload is at an address made of the file's hash, so that a device that was restarted needs to
/// remember nothing: it asks (HEAD) how much is there. Trouble with one file holds up neither other
/// files nor any event that needs none.
class Upload {
 public:
  /// How much is sent at once: it grows where the line is good, and what a cut costs stays small.
  static constexpr std::int64_t kFirstPieceBytes = 256 * 1024;
  static constexpr std::int64_t kLeastPieceBytes = 16 * 1024;
  static constexpr std::int64_t kMostPieceBytes = 1024 * 1024;  ///< What hubs take at once.

  /// Words the next request for that work: method, path below the site's, fields, body.
  void ask(const UploadWork& work, Request& request, Millis now);
  /// What the hub answered to it.
  void take(Replica& replica, Random& random, const Response& response, Millis now);
  /// It broke off, or took too long.
  void fail(Random& random, Millis now);
  /// The device has no longer the bytes that it was to send.
  void give_up(Replica& replica);
  /// Nothing is under way any more; how much has arrived has to be asked.
  void forget();

  /// When the next request may be made.
  Millis ask_at() const { return patience_.ask_at(); }
  /// Another network, or another hub: try at once.
  void renew(Millis now) { patience_.renew(now); }
  /// The clock was set back by so much.
  void shift(Millis by);

 private:
  enum class Step { look, create, append };

  void take_place(Replica& replica, Random& random, const Response& response, Millis now);
  void take_trouble(Replica& replica, Random& random, const Response& response, Millis now);

  UploadWork work_;
  Step step_ = Step::look;
  bool created_ = false;        // as far as we know, the hub has begun it
  bool placed_ = false;         // `offset_` is what the hub has
  std::int64_t offset_ = 0;
  std::int64_t length_ = 0;     // of the piece under way
  std::int64_t piece_ = kFirstPieceBytes;
  int mismatches_ = 0;
  Millis asked_at_ = 0;
  Patience patience_;
};

/// What a file goes with.
enum class AttachmentCarrier {
  message,  ///< or what the robot answered
  answer,   ///< an entry of the answer book
};

/// Where a file is to be had of what carries it, relative to the hub's address.
std::string attachment_path(const std::string& site, const std::string& attachment,
                            const std::string& carrier,
                            AttachmentCarrier kind = AttachmentCarrier::message);

}  // namespace deskbell
