#include "server/hub/paseto.h"

#include <sodium.h>

#include <initializer_list>

#include "server/hub/base64.h"
#include "server/hub/password.h"

namespace deskbell {
namespace {

constexpr std::string_view kHeader = "v4.public.";

void append_little_endian(std::string& out, std::size_t value) {
  for (int i = 0; i < 8; ++i) out += static_cast<char>((value >> (8 * i)) & 0xff);
}

/// Pre-authentication encoding: pieces that cannot be shifted into each other.
std::string encode_pieces(std::initializer_list<std::string_view> pieces) {
  std::string out;
  append_little_endian(out, pieces.size());
  for (const std::string_view piece : pieces) {
    append_little_endian(out, piece.size());
    out += piece;
  }
  return out;
}

const unsigned char* bytes_of(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string sign_paseto(const SigningKey& key, std::string_view message, std::string_view footer,
                        std::string_view implicit) {
  const std::string signed_bytes = encode_pieces({kHeader, message, footer, implicit});
  std::string body(message);
  body.resize(message.size() + crypto_sign_BYTES);
  crypto_sign_detached(reinterpret_cast<unsigned char*>(body.data()) + message.size(), nullptr,
                       bytes_of(signed_bytes), signed_bytes.size(), key.data());
  std::string token(kHeader);
  token += to_base64(body);
  if (!footer.empty()) token += "." + to_base64(footer);
  return token;
}

std::optional<std::string> verify_paseto(const SigningKey& key, std::string_view token,
                                         std::string_view footer, std::string_view implicit) {
  if (!token.starts_with(kHeader)) return std::nullopt;
  token.remove_prefix(kHeader.size());
  const std::size_t dot = token.find('.');
  std::string kept_footer;
  if (dot != std::string_view::npos) {
    auto decoded = from_base64(token.substr(dot + 1));
    if (!decoded || decoded->empty()) return std::nullopt;
    kept_footer = std::move(*decoded);
  }
  if (!equal_secrets(kept_footer, footer)) return std::nullopt;
  auto body = from_base64(token.substr(0, dot));
  if (!body || body->size() < crypto_sign_BYTES) return std::nullopt;

  std::string message = body->substr(0, body->size() - crypto_sign_BYTES);
  const std::string signed_bytes = encode_pieces({kHeader, message, footer, implicit});
  const unsigned char* public_key = key.data() + crypto_sign_SEEDBYTES;
  if (crypto_sign_verify_detached(bytes_of(*body) + message.size(), bytes_of(signed_bytes),
                                  signed_bytes.size(), public_key) != 0)
    return std::nullopt;
  return message;
}

}  // namespace deskbell
