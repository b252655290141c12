#include "core/sync/placer.h"

#include "core/event/id.h"
#include "core/event/json_slice.h"
#include "core/fold/fold.h"
#include "core/policy/policy.h"
#include "core/store/database.h"

namespace deskbell {
namespace {

/// The id of an event that could not be decoded, so that its author's device can tell which one is
/// meant; empty if even that cannot be had.
std::string id_of_broken(std::string_view bytes) {
  const auto members = slice_object(bytes);
  if (!members) return "";
  for (const auto& [name, value] : *members) {
    if (name != "id" || value.size() < 2) continue;
    const std::string_view id = value.substr(1, value.size() - 2);
    return is_id(id) ? std::string(id) : "";
  }
  return "";
}

PushResult refuse(PushResult result, Error error) {
  result.outcome = may_succeed_later(error.code) ? PushOutcome::retry : PushOutcome::refused;
  result.error = std::move(error);
  return result;
}

}  // namespace

Placer::Placer(Database& database, ContentHash content_hash, AttachmentCheck attachment_check)
    : database_(database),
      content_hash_(content_hash),
      attachment_check_(std::move(attachment_check)),
      log_(database),
      head_(log_.head()) {}

PushResult Placer::place_pushed(const Actor& author, std::string_view bytes) {
  PushResult result;
  const auto event = decode_event(bytes);
  if (!event) {
    result.id = id_of_broken(bytes);
    return refuse(std::move(result), event.error());
  }
  result.id = event->id;
  if (event->author != author)
    return refuse(std::move(result),
                  {ErrorCode::wrong_author, std::string(error_meaning(ErrorCode::wrong_author))});
  const std::string hash = content_hash_(bytes);
  // Before policy: what has been placed stays placed, whatever the rules say of a second one.
  if (const auto seq = log_.seq_of(event->id)) return answer_known(std::move(result), *seq, hash);
  if (auto allowed = check_policy(database_, author, *event); !allowed)
    return refuse(std::move(result), allowed.error());
  if (auto there = check_attachments(*event); !there)
    return refuse(std::move(result), there.error());
  result.outcome = PushOutcome::placed;
  result.seq = append(*event, bytes, hash);
  return result;
}

Result<void> Placer::check_attachments(const Event& event) {
  const std::pair<std::string, std::string> place{event.author.id, event.conversation};
  if (!event.conversation.empty() && held_.contains(place))
    return Error{ErrorCode::attachment_missing,
                 "An earlier message of the conversation waits for its file."};
  if (!attachment_check_) return {};
  if (auto checked = check_entry(event); !checked) return checked;
  const auto* message = std::get_if<MessagePosted>(&event.payload);
  if (!message || message->attachments.empty()) return {};
  auto there = attachment_check_(event.author, message->attachments);
  if (!there && may_succeed_later(there.error().code)) held_.insert(place);
  return there;
}

/// All who use an entry must have its files, so that they are the site's and nobody else's.
Result<void> Placer::check_entry(const Event& event) {
  const auto* draft = std::get_if<AnswerDrafted>(&event.payload);
  const auto* entry = draft ? &draft->entry : std::get_if<AnswerPublished>(&event.payload);
  if (!entry || entry->attachments.empty()) return {};
  auto there = attachment_check_({ActorKind::system, ""}, entry->attachments);
  if (there) return there;
  // Nobody is going to bring what is missing; a disk that fails may work again.
  const ErrorCode code = there.error().code;
  if (code != ErrorCode::attachment_missing && may_succeed_later(code)) return there;
  return Error{ErrorCode::not_allowed,
               "The files of answers are the site's own; they come with its site file, or by an "
               "import into the hub's data folder."};
}

Result<void> Placer::place_own(const Event& event) {
  if (auto allowed = check_policy(database_, event.author, event); !allowed) return allowed;
  const std::string bytes = encode_event(event);
  append(event, bytes, content_hash_(bytes));
  return {};
}

PushResult Placer::answer_known(PushResult result, Seq seq, std::string_view hash) {
  if (log_.hash_of(result.id) != hash)
    return refuse(std::move(result),
                  {ErrorCode::id_conflict, std::string(error_meaning(ErrorCode::id_conflict))});
  result.outcome = PushOutcome::placed;
  result.seq = seq;
  return result;
}

Seq Placer::append(const Event& event, std::string_view bytes, std::string_view hash) {
  // Who may see it is decided by the state before it: a withdrawal is for those who saw the answer.
  Visibility visibility = visibility_of(database_, event);
  const Seq seq = head_ + 1;
  if (!log_.append(seq, event, bytes, visibility, hash))
    throw StoreError(ErrorCode::storage_failed, "the event " + event.id + " has a place already");
  fold_event(database_, event, {seq, seq});
  head_ = seq;
  placed_.push_back(std::move(visibility));
  return seq;
}

}  // namespace deskbell
