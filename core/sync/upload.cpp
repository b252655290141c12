#include "core/sync/upload.h"

#include <algorithm>
#include <charconv>

#include "core/event/attachment.h"
#include "core/sync/link.h"
#include "core/sync/replica.h"

namespace deskbell {
namespace {

// A piece that takes less than this could have been larger.
constexpr Millis kQuickMs = 2'000;

// Bytes that arrive as others may have been changed on the way, once.
constexpr int kMostMismatches = 2;

/// A non-negative integer, as `Upload-Offset` is written.
std::optional<std::int64_t> read_offset(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || value < 0)
    return std::nullopt;
  return value;
}

/// Whether another try may go better, by what the hub says is wrong.
bool is_final(ErrorCode code) {
  switch (code) {
    case ErrorCode::too_large:
    case ErrorCode::over_quota:
    case ErrorCode::attachment_type:
    case ErrorCode::not_allowed:
    case ErrorCode::invalid_command:
      return true;
    default:
      return false;
  }
}

}  // namespace

void Upload::ask(const UploadWork& work, Request& request, Millis now) {
  if (work.attachment != work_.attachment) {
    work_ = work;
    created_ = work.sent > 0;
    placed_ = false;
    mismatches_ = 0;
  }
  asked_at_ = now;
  step_ = placed_ ? Step::append : created_ ? Step::look : Step::create;
  if (step_ == Step::look) {
    request.method = "HEAD";
    request.path += "/" + work_.attachment;
  } else if (step_ == Step::create) {
    request.method = "POST";
    request.path += "?attachment=" + work_.attachment;
    request.fields = {
        {"Content-Type", work_.type},
        {"Content-Disposition", "attachment; filename*=UTF-8''" + encode_file_name(work_.name)},
        {"Upload-Complete", "?0"},
        {"Upload-Length", std::to_string(work_.size)}};
    created_ = true;  // also when the answer is lost
  } else {
    length_ = std::min(piece_, work_.size - offset_);
    const bool last = offset_ + length_ == work_.size;
    request.method = "PATCH";
    request.path += "/" + work_.attachment;
    request.fields = {{"Content-Type", "application/partial-upload"},
                      {"Upload-Offset", std::to_string(offset_)},
                      {"Upload-Complete", last ? "?1" : "?0"}};
    request.attachment = work_.attachment;
    request.offset = offset_;
    request.length = length_;
  }
}

void Upload::take(Replica& replica, Random& random, const Response& response, Millis now) {
  if (response.status >= 200 && response.status < 300)
    return take_place(replica, random, response, now);
  if (step_ == Step::look && response.status == 404) {
    created_ = false;  // it has ended, or never begun: the next request begins it
    return;
  }
  take_trouble(replica, random, response, now);
}

/// The hub says how much it has.
void Upload::take_place(Replica& replica, Random& random, const Response& response, Millis now) {
  const auto offset = read_offset(response.upload_offset);
  const bool complete = response.upload_complete == "?1";
  // Without its field, something other than a hub answered.
  if (!offset || *offset > work_.size || (complete && *offset != work_.size))
    return fail(random, now);
  const bool stands_still = step_ == Step::append && !complete && *offset <= offset_;
  if (stands_still || (!complete && *offset == work_.size)) return fail(random, now);
  if (step_ == Step::append && now - asked_at_ < kQuickMs)
    piece_ = std::min(piece_ * 2, kMostPieceBytes);
  placed_ = true;
  offset_ = *offset;
  patience_.succeeded();
  const auto kept = complete ? replica.finish_upload(work_.attachment)
                             : replica.note_upload(work_.attachment, offset_);
  if (complete || !kept) work_ = {};
}

void Upload::take_trouble(Replica& replica, Random& random, const Response& response, Millis now) {
  const auto problem = decode_problem(response.body);
  const ErrorCode code = problem ? problem->error.code : ErrorCode::network_failed;
  patience_.failed(random, response.retry_after_ms, now);
  placed_ = false;
  // Whatever stands between here and the hub takes less at once than the hub does.
  const bool piece_too_large = response.status == 413 && step_ == Step::append;
  if (piece_too_large) piece_ = std::max(piece_ / 2, kLeastPieceBytes);
  if (response.status == 404) created_ = false;
  const bool mismatch = code == ErrorCode::attachment_mismatch;
  if (mismatch) created_ = false;  // the hub has thrown it away
  if ((mismatch && ++mismatches_ >= kMostMismatches) || (is_final(code) && !piece_too_large)) {
    (void)replica.refuse_upload(work_.attachment, problem->error);
    patience_.succeeded();
    patience_.renew(now);
    work_ = {};
  } else if (response.status != 409 && !replica.put_off_upload(work_.attachment)) {
    forget();
  }
}

void Upload::fail(Random& random, Millis now) {
  piece_ = std::max(piece_ / 2, kLeastPieceBytes);
  placed_ = false;
  patience_.failed(random, std::nullopt, now);
}

void Upload::give_up(Replica& replica) {
  static constexpr ErrorCode kGone = ErrorCode::attachment_gone;
  (void)replica.refuse_upload(work_.attachment, {kGone, std::string(error_meaning(kGone))});
  work_ = {};
}

void Upload::forget() {
  work_ = {};
}

void Upload::shift(Millis by) {
  patience_.shift(by);
  asked_at_ += by;
}

std::string attachment_path(const std::string& site, const std::string& attachment,
                            const std::string& carrier, AttachmentCarrier kind) {
  const char* const name = kind == AttachmentCarrier::message ? "?message=" : "?answer=";
  return "/v1/sites/" + site + "/attachments/" + attachment + name + carrier;
}

}  // namespace deskbell
