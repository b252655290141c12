#include "sdk/file_fetcher.h"

#include <unistd.h>

#include <utility>

#include "core/sync/wire.h"

namespace deskbell::sdk {
namespace {

using deskbell::ErrorCode;

constexpr Millis kHeadTimeoutMs = 30'000;
/// Also a hub that sends a byte at a time comes to an end.
constexpr int kMostTries = 50;

constexpr int kWhole = 200;
constexpr int kRest = 206;
constexpr int kNoSuchRange = 416;

deskbell::Error unreachable(const std::string& why) {
  return {ErrorCode::network_failed,
          "The file is at the hub, which is out of reach: " + why + ". Try again later."};
}

/// Why there is no hub that could be asked; nothing while that is not known.
std::optional<deskbell::Error> nobody_to_ask(deskbell::Connection connection) {
  switch (connection) {
    case deskbell::Connection::stopped:
      return unreachable("this device was not asked to connect");
    case deskbell::Connection::offline:
      return unreachable("there is no connection");
    case deskbell::Connection::signed_out:
      return deskbell::Error{ErrorCode::not_signed_in,
                             "The hub does not accept this device any more; sign in again."};
    case deskbell::Connection::connecting:
    case deskbell::Connection::live:
      break;
  }
  return std::nullopt;
}

}  // namespace

void FileFetcher::add(Wish wish) {
  wishes_.push_back(std::move(wish));
}

void FileFetcher::next(const std::string& token, Connection connection) {
  if (trouble_) {
    http_.cancel(std::exchange(request_, 0));
    end(*std::exchange(trouble_, std::nullopt));
  }
  while (!wishes_.empty() && request_ == 0) {
    const Wish& wish = wishes_.front();
    if (::access(wish.target.c_str(), F_OK) == 0)
      end(deskbell::Error{ErrorCode::invalid_command,
                          "There is a file " + wish.target + " already; choose another name."});
    else if (folder_.has(wish.attachment, wish.size))
      end(folder_.copy_to(wish.attachment, wish.target));
    else if (!part_)
      open_part(wish);
    else if (part_->is_whole())
      end(part_->finish(wish.target));
    else if (!token.empty())
      ask(token);
    else if (auto reason = nobody_to_ask(connection))
      end(*reason);
    else
      return;  // it will be known soon
  }
}

void FileFetcher::open_part(const Wish& wish) {
  auto part = FileFolder::Part::open(folder_, wish.attachment, wish.size);
  if (!part) return end(part.error());
  part_.emplace(std::move(*part));
}

void FileFetcher::ask(const std::string& token) {
  asked_from_ = part_->offset();
  ++tries_;
  Request request;
  request.id = request_ = ++last_request_;
  request.method = "GET";
  request.path = wishes_.front().path;
  request.token = token;
  request.stream = true;
  request.timeout_ms = kHeadTimeoutMs;
  request.fields = {{"Accept", "*/*"}};
  if (asked_from_ > 0)
    request.fields.emplace_back("Range", "bytes=" + std::to_string(asked_from_) + "-");
  http_.send(request);
}

bool FileFetcher::on_response(const Response& response) {
  if (!is_current(response.request)) return false;
  if (response.status == kWhole || response.status == kRest) {
    begin_part(response.status);
    return true;
  }
  request_ = 0;
  if (response.status == kNoSuchRange && tries_ < kMostTries && part_->clear()) return true;
  const auto problem = decode_problem(response.body);
  end(problem ? problem->error
              : unreachable("something else answered in its place (HTTP status " +
                            std::to_string(response.status) + ")"));
  return true;
}

/// The bytes that follow are all of the file, or the rest.
void FileFetcher::begin_part(int status) {
  if (status == kRest && asked_from_ == 0)
    trouble_ = {ErrorCode::network_failed, "The hub sent a part that nobody asked for."};
  if (status != kWhole) return;
  asked_from_ = 0;
  if (auto cleared = part_->clear(); !cleared) trouble_ = cleared.error();
}

bool FileFetcher::on_bytes(std::uint64_t request, std::string_view bytes) {
  if (!is_current(request)) return false;
  if (trouble_) return true;
  const auto appended = part_->append(bytes);
  if (appended) return true;
  trouble_ = appended.error();
  // More than there is of it: what has come so far is something else, too.
  if (trouble_->code == ErrorCode::attachment_mismatch) (void)part_->clear();
  return true;
}

bool FileFetcher::on_failure(std::uint64_t request, const std::string& reason) {
  if (!is_current(request)) return false;
  request_ = 0;
  const bool in_vain = part_->offset() <= asked_from_ || tries_ >= kMostTries;
  if (!part_->is_whole() && in_vain && !trouble_) trouble_ = unreachable(reason);
  return true;
}

void FileFetcher::end(deskbell::Result<void> result) {
  const Wish wish = std::move(wishes_.front());
  wishes_.pop_front();
  part_.reset();
  tries_ = 0;
  wish.done(std::move(result));
}

void FileFetcher::end_all(const deskbell::Error& error) {
  http_.cancel(std::exchange(request_, 0));
  while (!wishes_.empty()) end(error);
}

}  // namespace deskbell::sdk
