#include "server/http/compression.h"

#include <zlib.h>

#include <algorithm>
#include <optional>

namespace deskbell {
namespace {

// The quickest: pages repeat themselves so much that more effort saves little.
constexpr int kQuick = 1;
constexpr int kSmall = 9;
constexpr int kGzipWindow = 15 + 16;  // zlib's way to say "gzip, with the largest window"
constexpr int kMemory = 8;            // zlib's default

/// Nothing when there is no memory for it: then it goes as it is.
std::optional<std::string> gzip(const std::string& bytes, int level) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, kGzipWindow, kMemory, Z_DEFAULT_STRATEGY) != Z_OK)
    return std::nullopt;
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (!done) return std::nullopt;
  return out;
}

bool is_text(const HttpResponse& response) {
  return std::any_of(response.fields.begin(), response.fields.end(), [](const HttpField& field) {
    return field.name == "Content-Type" && (field.value.starts_with("application/json") ||
                                           field.value.starts_with("text/javascript"));
  });
}

bool is_coded(const HttpResponse& response) {
  return std::any_of(response.fields.begin(), response.fields.end(),
                     [](const HttpField& field) { return field.name == "Content-Encoding"; });
}

}  // namespace

void compress(HttpResponse& response) {
  if (response.shared_body || response.body.size() < kMinCompressedBytes || !is_text(response) ||
      is_coded(response))
    return;
  auto smaller = gzip(response.body, kQuick);
  if (!smaller) return;
  response.body = std::move(*smaller);
  response.fields.push_back({"Content-Encoding", "gzip"});
  response.fields.push_back({"Vary", "Accept-Encoding"});
}

std::optional<std::string> gzip_small(const std::string& bytes) {
  return gzip(bytes, kSmall);
}

}  // namespace deskbell
