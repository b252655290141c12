#include "server/http/file_api.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/event/attachment.h"
#include "core/event/id.h"
#include "server/http/problem.h"
#include "server/hub/wall_clock.h"

namespace deskbell {
namespace {

constexpr std::string_view kUploads = "uploads";
constexpr std::string_view kUpload = "uploads/";
constexpr std::string_view kAttachment = "attachments/";
constexpr std::string_view kPartialUpload = "application/partial-upload";
/// What is taken at once: no more than of a push, and as that held in memory while it arrives.
constexpr std::int64_t kMaxAppendBytes = 1024 * 1024;
constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr long kBusyRetrySeconds = 2;

Error general(ErrorCode code) {
  return {code, std::string(error_meaning(code))};
}

std::optional<std::int64_t> number_in(const HttpRequest& request, std::string_view name) {
  const auto text = request.field(name);
  if (!text) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value < 0) return std::nullopt;
  return value;
}

/// The fields that say how far an upload is.
HttpResponse place_response(int status, const UploadPlace& place, const AttachmentLimits& limits) {
  HttpResponse response;
  response.status = status;
  response.fields = {
      {"Upload-Offset", std::to_string(place.offset)},
      {"Upload-Complete", place.complete ? "?1" : "?0"},
      {"Upload-Length", std::to_string(place.length)},
      {"Upload-Limit", "max-size=" + std::to_string(limits.max_bytes) +
                           ", max-append-size=" + std::to_string(kMaxAppendBytes) +
                           ", max-age=" + std::to_string(limits.unfinished_ms / 1000)},
      {"Cache-Control", "no-store"},
      {"X-Content-Type-Options", "nosniff"}};
  return response;
}

/// As RFC 6266 has it: a plain name for old readers, and the real one.
std::string disposition(const std::string& name) {
  const std::string encoded = encode_file_name(name);
  std::string plain;
  for (const char c : name) plain += c == ' ' || encode_file_name({&c, 1}).size() == 1 ? c : '_';
  return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
}

/// What `Content-Disposition` calls the file that is to come; nothing where it says nothing.
std::optional<std::string> name_in(const HttpRequest& request) {
  static constexpr std::string_view kName = "filename*=UTF-8''";
  const auto field = request.field("content-disposition");
  const auto at = field ? field->find(kName) : std::string_view::npos;
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = field->substr(at + kName.size());
  return percent_decode(rest.substr(0, rest.find(';')));
}

/// Some of a file's bytes: `offset` and how many.
struct ByteRange {
  std::int64_t offset = 0;
  std::int64_t count = 0;
};

/// A number of a range, or nothing for no digits; -1 for what is none.
std::optional<std::int64_t> range_number(std::string_view text) {
  std::int64_t value = 0;
  if (text.empty()) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : -1;
}

/// What `Range` asks of a file of that size (RFC 9110, 14.2): one range of bytes, "5-9", "5-" or
/// "-5"; all for everything else, as if nothing had been asked; nothing when there is no such part.
std::optional<ByteRange> wanted_range(const HttpRequest& request, const std::string& tag,
                                      std::int64_t size) {
  constexpr std::string_view kBytes = "bytes=";
  const ByteRange all{0, size};
  const auto range = request.field("range");
  const auto only_if = request.field("if-range");
  if (!range || !range->starts_with(kBytes) || (only_if && *only_if != tag)) return all;
  const std::string_view text = std::string_view(*range).substr(kBytes.size());
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return all;
  const auto first = range_number(text.substr(0, dash));
  const auto last = range_number(text.substr(dash + 1));
  const bool sensible = (first || last) && first.value_or(0) >= 0 && last.value_or(0) >= 0 &&
                        !(first && last && *last < *first);
  if (!sensible) return all;
  if (!first) {
    const std::int64_t count = std::min(*last, size);
    if (count == 0) return std::nullopt;
    return ByteRange{size - count, count};
  }
  if (*first >= size) return std::nullopt;
  return ByteRange{*first, std::min(last.value_or(size), size - 1) - *first + 1};
}

}  // namespace

/// A file on its way to a reader, a piece at a time.
class Download final : public StreamSource, public std::enable_shared_from_this<Download> {
 public:
  Download(FileApi& api, int file, const ByteRange& range)
      : api_(api), file_(file), offset_(range.offset), left_(range.count) {}
  ~Download() override { ::close(file_); }
  Download(const Download&) = delete;
  Download& operator=(const Download&) = delete;

  void on_open(std::shared_ptr<StreamSink> sink) override {
    sink_ = std::move(sink);
    api_.downloads_.insert(shared_from_this());
    on_drained();
  }

  void on_drained() override {
    if (!sink_ || finished_) return;
    moved_at_ = steady_now();
    if (left_ == 0) {
      finished_ = true;
      return sink_->finish();
    }
    std::string piece(std::min(kPieceBytes, static_cast<std::size_t>(left_)), '\0');
    const ssize_t count = ::pread(file_, piece.data(), piece.size(), offset_);
    if (count <= 0) return sink_->abort();  // a body that is cut off says that it is
    piece.resize(static_cast<std::size_t>(count));
    offset_ += count;
    left_ -= count;
    sink_->send(std::move(piece));
  }

  void on_closed() override {
    sink_.reset();
    api_.downloads_.erase(shared_from_this());
  }

  void tick(Millis now) {
    if (sink_ && now - moved_at_ >= api_.limits_.slow_reader_ms) sink_->abort();
  }
  void cut_off() {
    if (sink_) sink_->abort();
  }

 private:
  FileApi& api_;
  const int file_;
  std::int64_t offset_;
  std::int64_t left_;
  std::shared_ptr<StreamSink> sink_;
  Millis moved_at_ = 0;
  bool finished_ = false;
};

FileApi::FileApi(Transport& transport, WorkerPool& files, const FileLimits& limits, Hub::Log log)
    : transport_(transport), files_(files), limits_(limits), log_(std::move(log)) {}
FileApi::~FileApi() = default;

bool FileApi::takes(std::string_view what) {
  return what == kUploads || what.starts_with(kUpload) || what.starts_with(kAttachment);
}

std::optional<HttpResponse> FileApi::refuse_method(std::string_view what,
                                                   const HttpRequest& request) {
  const bool goes_on = what.starts_with(kUpload);
  const std::string methods = what == kUploads ? "POST" : goes_on ? "HEAD, PATCH" : "GET";
  const bool taken =
      request.method == methods ||
      (goes_on && (request.method == "HEAD" || request.method == "PATCH"));
  return taken ? std::nullopt : std::optional(allow_only(request, methods));
}

void FileApi::handle(Site& site, const Actor& actor, std::string_view what, HttpRequest& request,
                     const std::shared_ptr<Exchange>& exchange) {
  const bool begins = what == kUploads;
  const bool downloads = what.starts_with(kAttachment);
  const std::string id = begins ? request.query("attachment").value_or("")
                                : std::string(what.substr(what.find('/') + 1));
  if (!is_attachment_id(id))
    return exchange->answer(
        problem_response(begins ? Error{ErrorCode::invalid_command,
                                        "attachment must be the SHA-256 of the file, in 64 "
                                        "lower-case hexadecimal digits."}
                                : general(ErrorCode::not_found)));
  if (downloads) return download(site, actor, id, request, *exchange);
  upload(site, actor, id, request, exchange);
}

namespace {

/// What one request does to an upload. On the thread of files.
HttpResponse carry_out(Site& site, const Actor& actor, const std::string& id,
                       const HttpRequest& request) {
  AttachmentStore& store = *site.attachments;
  Result<UploadPlace> place = general(ErrorCode::not_found);
  if (request.method == "HEAD") {
    place = store.find(actor, id);
  } else if (request.method == "POST") {
    const auto length = number_in(request, "upload-length");
    if (!length || *length < 1)
      return problem_response({ErrorCode::invalid_command,
                               "Upload-Length must say how many bytes the file has."});
    // The fields of what is to come, so that nothing comes in vain.
    const auto name = name_in(request);
    const auto kind =
        name ? store.check_kind(actor, *name, request.field("content-type").value_or(""))
             : Result<void>();
    place = kind ? store.begin(actor, id, *length) : kind.error();
    if (place && !request.body.empty() && place->offset == 0)
      place = store.append(actor, id, 0, request.body);
  } else {
    const auto offset = number_in(request, "upload-offset");
    if (request.field("content-type") != kPartialUpload)
      return http_problem(415, "Bytes of an upload are of the type application/partial-upload.");
    if (!offset)
      return problem_response({ErrorCode::invalid_command,
                               "Upload-Offset must say where the bytes belong."});
    place = store.append(actor, id, *offset, request.body);
    if (place && !place->complete && request.field("upload-complete") == "?1")
      return problem_response({ErrorCode::invalid_command,
                               "Upload-Complete says that this is all, but Upload-Length said "
                               "more."});
  }
  if (!place) {
    HttpResponse response = problem_response(place.error());
    // Where it goes on, for whoever asks at the wrong place.
    const auto known = store.find(actor, id);
    if (place.error().code == ErrorCode::upload_offset && known)
      response.fields.push_back({"Upload-Offset", std::to_string(known->offset)});
    return response;
  }
  HttpResponse response =
      place_response(request.method == "POST" ? 201 : 204, *place, store.limits());
  if (request.method == "POST")
    response.fields.push_back({"Location", "/v1/sites/" + site.name + "/uploads/" + id});
  return response;
}

}  // namespace

void FileApi::upload(Site& site, const Actor& actor, const std::string& id, HttpRequest& request,
                     const std::shared_ptr<Exchange>& exchange) {
  // Not `this`: it may go while the last of them is at work.
  const auto work = [&transport = transport_, log = log_, &site, actor, id,
                     asked = std::make_shared<const HttpRequest>(std::move(request)), exchange] {
    HttpResponse response = carry_out(site, actor, id, *asked);
    if (response.status >= 500) log("site " + site.name + ": an upload failed: " + response.body);
    transport.post([exchange, response] { exchange->answer(response); });
  };
  if (!files_.run(work))
    exchange->answer(problem_with_retry(general(ErrorCode::overloaded), 503, kBusyRetrySeconds));
}

void FileApi::download(Site& site, const Actor& actor, const std::string& id,
                       const HttpRequest& request, Exchange& exchange) {
  const auto answer = request.query("answer");
  const std::string carrier = answer ? *answer : request.query("message").value_or("");
  if (!is_id(carrier))
    return exchange.answer(problem_response(
        {ErrorCode::invalid_command,
         "message must be the id of a message with that file, or answer that of an answer."}));
  const auto carried = answer ? site.store->attachments_of_answer(actor, carrier)
                              : site.store->attachments_of(actor, carrier);
  if (!carried) return exchange.answer(problem_response(carried.error()));
  std::optional<Attachment> found;
  for (Attachment& file : parse_attachments(*carried))
    if (file.id == id) found = std::move(file);
  // What somebody may not see looks like nothing at all.
  if (!found) return exchange.answer(problem_response(general(ErrorCode::not_found)));
  const int file = ::open(site.attachments->path_of(id).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    log_("site " + site.name + ": the attachment " + id + " is missing");
    return exchange.answer(problem_response(general(ErrorCode::not_found)));
  }
  const std::string tag = "\"" + id + "\"";
  const std::string size = std::to_string(found->size);
  const auto range = wanted_range(request, tag, found->size);
  if (!range) {
    ::close(file);
    HttpResponse refused = http_problem(416, "The file has only " + size + " bytes.");
    refused.fields.emplace_back("Content-Range", "bytes */" + size);
    return exchange.answer(refused);
  }
  HttpResponse head;
  head.fields = {{"Content-Type", "application/octet-stream"},
                 {"Content-Disposition", disposition(found->name)},
                 {"X-Content-Type-Options", "nosniff"},
                 {"Content-Security-Policy", "sandbox; default-src 'none'"},
                 {"Cross-Origin-Resource-Policy", "same-origin"},
                 {"Cache-Control", "no-store"},
                 {"Accept-Ranges", "bytes"},
                 {"ETag", tag}};
  if (range->count < found->size) {
    head.status = 206;
    head.fields.emplace_back("Content-Range",
                             "bytes " + std::to_string(range->offset) + "-" +
                                 std::to_string(range->offset + range->count - 1) + "/" + size);
  }
  exchange.stream(std::move(head), std::make_shared<Download>(*this, file, *range));
}

void FileApi::tick(Hub& hub, Millis now) {
  const auto downloads = downloads_;
  for (const auto& download : downloads) download->tick(now);
  if (now < look_through_at_) return;
  look_through_at_ = now + limits_.look_through_ms;
  (void)files_.run([&hub] {
    hub.each_site([](Site& site) { site.attachments->drop_unfinished(wall_clock_now()); });
  });
}

void FileApi::cut_off() {
  const auto downloads = downloads_;
  for (const auto& download : downloads) download->cut_off();
}

}  // namespace deskbell
