#include "server/mail/options.h"

#include <curl/curl.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <string_view>

#include "core/event/email.h"

namespace deskbell {
namespace {

constexpr std::size_t kMaxPasswordBytes = 1024;

Error wrong(std::string message) {
  return {ErrorCode::invalid_command, std::move(message)};
}

/// Part of an address; empty for none.
std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return "";
  std::string result(text);
  curl_free(text);
  return result;
}

bool is_this_machine(std::string_view host) {
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

Result<std::string> read_password(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  if (!std::getline(file, line) && !file.eof())
    return wrong("--smtp-password-file: " + path + " cannot be read");
  if (line.ends_with('\r')) line.pop_back();
  const bool strange = std::any_of(line.begin(), line.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (line.empty() || line.size() > kMaxPasswordBytes || strange)
    return wrong("--smtp-password-file: the first line of " + path + " is no password");
  return line;
}

}  // namespace

Result<MailSettings> check_mail_options(const MailOptions& options) {
  MailSettings settings;
  if (options.smtp.empty()) {
    if (!options.user.empty() || !options.password_file.empty() || !options.from.empty() ||
        options.insecure)
      return wrong("Mail is sent only with --smtp, the mail server's address.");
    return settings;
  }
  const auto bad_address = [&](const std::string& why) {
    return wrong("--smtp: \"" + options.smtp + "\" " + why +
                 "; it looks like smtp://mail.example.com:587.");
  };
  const std::unique_ptr<CURLU, void (*)(CURLU*)> url(curl_url(), curl_url_cleanup);
  if (!url ||
      curl_url_set(url.get(), CURLUPART_URL, options.smtp.c_str(), CURLU_NON_SUPPORT_SCHEME))
    return bad_address("is no address");
  const std::string scheme = part_of(url.get(), CURLUPART_SCHEME);
  if (scheme != "smtp" && scheme != "smtps") return bad_address("is neither smtp nor smtps");
  if (!part_of(url.get(), CURLUPART_USER).empty() ||
      !part_of(url.get(), CURLUPART_PASSWORD).empty())
    return wrong("--smtp must not hold a user; that is --smtp-user.");
  if (!part_of(url.get(), CURLUPART_QUERY).empty() ||
      !part_of(url.get(), CURLUPART_FRAGMENT).empty())
    return bad_address("has a query");
  if (options.from.empty())
    return wrong("--smtp needs --mail-from, the address that mails are from.");
  const bool ascii =
      std::all_of(options.from.begin(), options.from.end(), [](char c) { return c > 0; });
  if (!is_email(options.from) || !ascii)
    return wrong("--mail-from: \"" + options.from + "\" is no e-mail address (in ASCII).");
  if (options.user.empty() != options.password_file.empty())
    return wrong("--smtp-user and --smtp-password-file go together.");
  if (!options.password_file.empty()) {
    auto password = read_password(options.password_file);
    if (!password) return password.error();
    settings.password = std::move(*password);
  }
  if (options.per_hour < 1) return wrong("--mail-per-hour must be at least 1.");
  settings.smtp = options.smtp;
  settings.user = options.user;
  settings.from = options.from;
  settings.per_hour = options.per_hour;
  if (options.insecure)
    settings.tls = MailSettings::Tls::if_offered;
  else if (scheme == "smtp" && is_this_machine(part_of(url.get(), CURLUPART_HOST)))
    settings.tls = MailSettings::Tls::none;
  return settings;
}

}  // namespace deskbell
