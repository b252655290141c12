#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/sync/patience.h"
#include "core/sync/replica.h"
#include "core/sync/sse_parser.h"
#include "core/sync/typing.h"
#include "core/sync/upload.h"

namespace deskbell {

enum class RequestKind { token, push, pull, stream, typing, upload };

/// An HTTP request that the core wants made. The path is relative to the hub's address.
struct Request {
  std::uint64_t id = 0;
  RequestKind kind = RequestKind::pull;
  std::string method;  ///< "GET", "POST"; of an upload also "HEAD" and "PATCH"
  std::string path;
  std::string token;      ///< For `Authorization: Bearer`; empty for none.
  std::string body;       ///< JSON; empty for none.
  bool stream = false;    ///< Hand over the body's bytes as they arrive.
  Millis timeout_ms = 0;  ///< Until the answer is complete; for a stream, until its head is there.
  /// Header fields beside those that follow from the above.
  std::vector<std::pair<std::string, std::string>> fields = {};
  /// Where it is not empty, the body is so many bytes of that attachment, which the driver has. If
  /// it has them no longer, it says so by `on_attachment_gone`.
  std::string attachment = {};
  std::int64_t offset = 0;
  std::int64_t length = 0;
};

/// The answer to a request, complete; for a stream, its head with an empty body.
struct Response {
  std::uint64_t request = 0;
  int status = 0;
  std::string content_type;
  std::optional<Millis> retry_after_ms;  ///< from `Retry-After`, whichever its form
  std::string body;
  std::string upload_offset = {};    ///< `Upload-Offset`, as it came; empty for none.
  std::string upload_complete = {};  ///< `Upload-Complete`
};

/// How the device stands to its hub, for the notice that people see.
enum class Connection {
  stopped,     ///< Not asked to connect.
  offline,     ///< No hub in reach; trying again by and by.
  connecting,  ///< On the way, or catching up.
  live,        ///< Up to date, and told of news as they happen.
  signed_out,  ///< The hub does not accept this device's secret; somebody has to sign in.
};

/// What the driver is to do after each call, in any order but never before what the call changed
/// is durable.
struct LinkEffects {
  std::vector<Request> requests;
  std::vector<std::uint64_t> cancelled;  ///< Requests whose answers are no longer wanted.
  std::optional<Millis> wake_at;         ///< Call `tick` then at the latest.
  std::set<std::string>
      typing_changed;  ///< Conversations in which somebody began or ended writing.
};

/// The passing half of a device: decides which request to make when, what an answer means, and
/// how long to wait after a failure. A value without pointers, so that a driver can keep a copy
/// and put it back. No sockets, no clock: the driver calls with what happened and "it is now".
///
/// A request ends by `on_response` or `on_failure`, exactly once; a stream goes on after its
/// response with `on_stream_bytes` and ends by `on_failure`.
class Link {
 public:
  void start(Millis now);
  void stop();
  /// What the platform says of its network. A hint: `false` cancels, `true` tries at once.
  void set_network(bool available, Millis now);

  void on_response(Replica& replica, Random& random, const Response& response, Millis now);
  void on_stream_bytes(Replica& replica, Random& random, std::uint64_t request,
                       std::string_view bytes, Millis now);
  /// The request could not be made, broke off, timed out, or (a stream) ended.
  void on_failure(Random& random, std::uint64_t request, Millis now);

  /// Ends an upload's request: the driver does not have the attachment's bytes any more.
  void on_attachment_gone(Replica& replica, std::uint64_t request, Millis now);

  /// What lets requests in that are none of the core's; empty while there is no connection.
  const std::string& token() const { return token_; }

  /// The device's owner is writing in the conversation: the hub is told, where it can be at once.
  void note_typing(std::string conversation, Millis now);
  /// Who else is writing there just now.
  std::vector<Actor> typing(std::string_view conversation) const {
    return typing_.in(conversation);
  }

  /// Makes no request before `until`: the store is in trouble, and what comes could not be kept.
  void hold(Millis until) { patience_.hold(until); }

  /// Decides what to do next; call it after every other call and at `wake_at`.
  LinkEffects next(Replica& replica, Random& random, Millis now);

  Connection connection() const;

 private:
  // A request under way; 0 for none.
  using Flight = std::uint64_t;

  void keep_time(Millis now);
  void fail(Random& random, std::optional<Millis> retry_after_ms, Millis now);
  void succeed();
  void cancel(Flight& flight);
  void cancel_all();
  void listen_anew();
  void take_token(Random& random, const Response& response, Millis now);
  void take_push(Replica& replica, Random& random, const Response& response, Millis now);
  void take_pull(Replica& replica, Random& random, const Response& response, Millis now);
  void take_stream_head(Replica& replica, Random& random, const Response& response, Millis now);
  void take_stream_event(Replica& replica, Random& random, const SseEvent& event, Millis now);
  void take_checkpoint(Replica& replica, Random& random, const Checkpoint& checkpoint, Millis now);
  std::optional<Replica::PageFit> take_page(Replica& replica, Random& random, const Page& page,
                                            Millis now);
  void apply_held(Replica& replica, Random& random, Millis now);
  void take_refusal(Replica& replica, Random& random, RequestKind asked, const Response& response,
                    Millis now);
  bool is_outdated(Replica& replica, RequestKind asked, const std::string& epoch) const;
  void enter_epoch(Replica& replica, Random& random, const std::string& epoch, Millis now);
  void found_gap();
  void end_stream();
  void lose_stream(Random& random, Millis now);
  void judge_streams(bool was_silent, Millis now);
  void check_watchdog(Millis now);
  void plan_typing(Replica& replica, const Identity& identity, Millis now, LinkEffects& effects);
  void take_upload(Replica& replica, Random& random, const Response& response, Millis now);
  void plan_upload(Replica& replica, const Identity& identity, Millis now, LinkEffects& effects);
  void plan(Replica& replica, const Identity& identity, Millis now, LinkEffects& effects);
  void plan_reading(Replica& replica, const Identity& identity, Millis now, LinkEffects& effects);
  Request make(RequestKind kind, Replica& replica, const Identity& identity, Flight& flight);
  std::optional<Millis> wake_time(Replica& replica, Millis now) const;

  bool running_ = false;
  bool network_ = true;
  bool signed_out_ = false;
  bool unreachable_ = false;  // the last request failed
  bool caught_up_ = false;    // we were at the head, and have not heard of more since
  bool gap_seen_ = false;     // there is more than the pull under way will bring

  std::string token_;
  Millis token_renew_at_ = 0;
  std::size_t push_limit_ = kMaxPushEvents;

  Flight token_flight_ = 0;
  Flight push_flight_ = 0;
  Flight pull_flight_ = 0;
  Flight stream_flight_ = 0;
  Flight typing_flight_ = 0;
  Flight upload_flight_ = 0;
  std::array<std::string, 6> asked_in_;  // by kind of request: our epoch when it was made
  bool pull_waits_ = false;              // the pull under way is a long poll
  Millis pull_asked_at_ = 0;
  // A page of many, not applied before the next one is asked for: so that the hub reads that one
  // meanwhile. Shared among copies, which are made with each batch.
  std::shared_ptr<const Page> held_;
  bool held_is_followed_ = false;  // the next one has been asked for, if it could be
  std::uint64_t last_request_ = 0;
  std::vector<std::uint64_t> cancelled_;

  SseParser parser_;
  bool stream_open_ = false;
  bool stream_spoke_ = false;    // an event has come
  bool stream_settled_ = false;  // a checkpoint has come: it works
  Millis stream_asked_at_ = 0;
  Millis stream_heard_at_ = 0;         // bytes
  Millis stream_spoke_at_ = 0;         // an event
  std::size_t stream_idle_bytes_ = 0;  // since then

  int silent_streams_ = 0;  // in a row
  bool polling_ = false;    // streams do not work here: long polls instead
  Millis stream_again_at_ = 0;

  Typing typing_;
  Upload upload_;
  Patience patience_;
  Millis clock_ = 0;  // the time that was told last
};

}  // namespace deskbell
