#include "server/mail/smtp.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <string_view>

namespace deskbell {
namespace {

constexpr long kConnectTimeoutMs = 30'000;
/// A mail server may look closely before it answers (RFC 5321, 4.5.3.2.6, allows ten minutes): who
/// gives up too early sends twice.
constexpr long kAnswerTimeoutSeconds = 600;
constexpr long kWholeTimeoutSeconds = 900;
constexpr int kPermanent = 500;
constexpr int kTooLarge = 552;  // may be said before there is a recipient

constexpr std::array<std::string_view, 7> kCommands = {"EHLO", "HELO", "STARTTLS", "AUTH",
                                                       "MAIL", "RCPT", "DATA"};

/// libcurl's own state for the whole process, made once and kept.
struct CurlGlobal {
  CurlGlobal() { curl_global_init(CURL_GLOBAL_DEFAULT); }
};

struct Exchange {
  std::string_view rest;  ///< Of the mail.
  const std::function<bool()>* stop = nullptr;
  std::string_view command = "greeting";  ///< The last of `kCommands` that was sent.
  int status = 0;                         ///< What it was answered with last.
  bool over = false;                      ///< "QUIT" was sent: that is all that counts.
};

std::size_t on_read(char* to, std::size_t size, std::size_t count, void* data) {
  auto& exchange = *static_cast<Exchange*>(data);
  const std::size_t bytes = std::min(size * count, exchange.rest.size());
  std::memcpy(to, exchange.rest.data(), bytes);
  exchange.rest.remove_prefix(bytes);
  return bytes;
}

int on_progress(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return (*static_cast<Exchange*>(data)->stop)() ? 1 : 0;
}

/// Nothing is printed: this is how libcurl says which command was answered how. Passwords come by
/// as well; only what is known to be a command is kept.
int on_debug(CURL*, curl_infotype type, char* bytes, std::size_t size, void* data) {
  auto& exchange = *static_cast<Exchange*>(data);
  const std::string_view line(bytes, size);
  if (exchange.over) return 0;
  if (type == CURLINFO_HEADER_OUT) {
    const std::string_view word = line.substr(0, line.find_first_of(" \r\n"));
    const auto known = std::find(kCommands.begin(), kCommands.end(), word);
    if (known != kCommands.end()) exchange.command = *known;
    exchange.over = word == "QUIT";
  } else if (type == CURLINFO_HEADER_IN && size >= 3) {
    std::from_chars(bytes, bytes + 3, exchange.status);
  }
  return 0;
}

SmtpAnswer judge(CURLcode code, const Exchange& exchange) {
  if (code == CURLE_OK) return {SmtpEnd::sent, ""};
  const int status = exchange.status;
  const std::string what =
      std::string(exchange.command) + " was answered " + std::to_string(status);
  // What is said of the recipient or of the mail is about this one mail; everything else, the
  // sender too, about all.
  const bool of_this_mail =
      exchange.command == "RCPT" || exchange.command == "DATA" || status == kTooLarge;
  if (of_this_mail && status >= 400)
    return {status >= kPermanent ? SmtpEnd::refused : SmtpEnd::later, what};
  return {SmtpEnd::trouble, status >= 400 ? what : curl_easy_strerror(code)};
}

}  // namespace

SmtpAnswer send_mail(const MailSettings& settings, const std::string& to, const std::string& mail,
                     const std::function<bool()>& stop) {
  static const CurlGlobal global;
  const std::unique_ptr<CURL, void (*)(CURL*)> easy(curl_easy_init(), curl_easy_cleanup);
  const std::string sender = "<" + settings.from + ">", recipient = "<" + to + ">";
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> recipients(
      curl_slist_append(nullptr, recipient.c_str()), curl_slist_free_all);
  if (!easy || !recipients) return {SmtpEnd::trouble, "out of memory"};
  Exchange exchange;
  exchange.rest = mail;
  exchange.stop = &stop;
  const auto set = [&](CURLoption option, auto value) {
    return curl_easy_setopt(easy.get(), option, value) == CURLE_OK;
  };
  const bool checked = settings.tls != MailSettings::Tls::if_offered;
  const long tls = settings.tls == MailSettings::Tls::required     ? CURLUSESSL_ALL
                   : settings.tls == MailSettings::Tls::if_offered ? CURLUSESSL_TRY
                                                                   : CURLUSESSL_NONE;
  bool ready =
      set(CURLOPT_URL, settings.smtp.c_str()) && set(CURLOPT_PROTOCOLS_STR, "smtp,smtps") &&
      set(CURLOPT_NOSIGNAL, 1L) && set(CURLOPT_QUICK_EXIT, 1L) && set(CURLOPT_FORBID_REUSE, 1L) &&
      set(CURLOPT_PROXY, "") && set(CURLOPT_USE_SSL, tls) &&
      set(CURLOPT_SSL_VERIFYPEER, checked ? 1L : 0L) &&
      set(CURLOPT_SSL_VERIFYHOST, checked ? 2L : 0L) &&
      set(CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs) &&
      set(CURLOPT_SERVER_RESPONSE_TIMEOUT, kAnswerTimeoutSeconds) &&
      set(CURLOPT_TIMEOUT, kWholeTimeoutSeconds) && set(CURLOPT_MAIL_FROM, sender.c_str()) &&
      set(CURLOPT_MAIL_RCPT, recipients.get()) && set(CURLOPT_UPLOAD, 1L) &&
      set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail.size())) &&
      set(CURLOPT_READFUNCTION, &on_read) && set(CURLOPT_READDATA, &exchange) &&
      set(CURLOPT_NOPROGRESS, 0L) && set(CURLOPT_XFERINFOFUNCTION, &on_progress) &&
      set(CURLOPT_XFERINFODATA, &exchange) && set(CURLOPT_VERBOSE, 1L) &&
      set(CURLOPT_DEBUGFUNCTION, &on_debug) && set(CURLOPT_DEBUGDATA, &exchange);
  if (!settings.user.empty())
    ready = ready && set(CURLOPT_USERNAME, settings.user.c_str()) &&
            set(CURLOPT_PASSWORD, settings.password.c_str());
  if (!ready) return {SmtpEnd::trouble, "libcurl cannot send mail"};
  return judge(curl_easy_perform(easy.get()), exchange);
}

}  // namespace deskbell
