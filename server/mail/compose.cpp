#include "server/mail/compose.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <string_view>

#include "server/mail/words.h"

namespace deskbell {
namespace {

constexpr std::size_t kMaxEncodedLine = 76;  // RFC 2045, 6.7
// A line with an encoded word has 76 characters at most (RFC 2047, 2): 12 stand around the word's
// text, which is a third longer than its bytes, and 9 may stand before it.
constexpr std::size_t kMaxWordBytes = 39;
constexpr std::size_t kMaxPlainName = 40;
constexpr Millis kMinuteMs = 60'000;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// One line, without what a header field or a screen could take for more than text.
std::string one_line(std::string text) {
  std::replace_if(text.begin(), text.end(), is_control, ' ');
  return text;
}

/// Lines that end in "\n", without other controls.
std::string plain_lines(std::string_view text) {
  std::string lines;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\r')
      lines += i + 1 < text.size() && text[i + 1] == '\n' ? "" : "\n";
    else if (c == '\n' || c == '\t' || !is_control(c))
      lines += c;
  }
  return lines;
}

std::string base64(std::string_view bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  text.resize(text.size() - 1);  // the zero behind it
  return text;
}

/// RFC 2047, in words that each end with a whole character, a line each.
std::string encoded_words(std::string_view text) {
  std::string words;
  while (!text.empty()) {
    std::size_t size = std::min(text.size(), kMaxWordBytes);
    while (size > 1 && size < text.size() && (text[size] & 0xC0) == 0x80) --size;
    if (!words.empty()) words += "\r\n ";
    words += "=?UTF-8?B?" + base64(text.substr(0, size)) + "?=";
    text.remove_prefix(size);
  }
  return words;
}

/// Text of a header field; ASCII that fits stays readable.
std::string header_text(const std::string& text) {
  const bool plain = text.size() <= kMaxPlainName && text.find("=?") == std::string::npos &&
                     std::all_of(text.begin(), text.end(), [](char c) { return c >= ' '; });
  return plain ? text : encoded_words(text);
}

/// A name before an address.
std::string phrase(const std::string& name) {
  const bool quotable = name.size() <= kMaxPlainName &&
                        name.find_first_of("\"\\") == std::string::npos &&
                        std::all_of(name.begin(), name.end(), [](char c) { return c >= ' '; });
  return quotable ? '"' + name + '"' : encoded_words(name);
}

/// RFC 2045, 6.7: lines of CRLF, what is not plain ASCII as "=XX".
std::string quoted_printable(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      encoded += "\r\n";
      column = 0;
      continue;
    }
    const bool ends_line = i + 1 == text.size() || text[i + 1] == '\n';
    const bool blank = c == ' ' || c == '\t';
    const bool plain = (c > ' ' && c <= '~' && c != '=') || (blank && !ends_line);
    const std::size_t width = plain ? 1 : 3;
    if (column + width > kMaxEncodedLine - (ends_line ? 0 : 1)) {
      encoded += "=\r\n";
      column = 0;
    }
    if (plain) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'=', kHex[byte >> 4], kHex[byte & 15]};
    }
    column += width;
  }
  return encoded + "\r\n";
}

std::string html_text(std::string_view text) {
  std::string html;
  for (const char c : text) switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\n':
        html += "<br>\n";
        break;
      default:
        html += c;
    }
  return html;
}

std::tm utc(Millis at) {
  const auto seconds = static_cast<std::time_t>(at / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

template <class... Args>
std::string print(const char* format, Args... args) {
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), format, args...);
  return text.data();
}

/// "2025-11-22 14:05 UTC+1": read the same in every language.
std::string local_time(Millis at, const TimeZone& zone) {
  const Millis local = zone.to_local(at);
  const std::tm parts = utc(local);
  const auto offset = static_cast<long>((local - at) / kMinuteMs);
  const long minutes = std::abs(offset);
  std::string text = print("%04d-%02d-%02d %02d:%02d UTC", parts.tm_year + 1900, parts.tm_mon + 1,
                           parts.tm_mday, parts.tm_hour, parts.tm_min);
  if (minutes != 0) text += print("%c%ld", offset < 0 ? '-' : '+', minutes / 60);
  if (minutes % 60 != 0) text += print(":%02ld", minutes % 60);
  return text;
}

/// RFC 5322, 3.3.
std::string header_date(Millis at) {
  static constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                       "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::tm parts = utc(at);
  return print("%s, %d %s %04d %02d:%02d:%02d +0000",
               kDays[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
               kMonths[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900, parts.tm_hour,
               parts.tm_min, parts.tm_sec);
}

std::string file_size(std::int64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + " B";
  if (bytes < 1'000'000) return std::to_string((bytes + 500) / 1000) + " kB";
  const std::int64_t tenths = (bytes + 50'000) / 100'000;
  return print("%lld.%lld MB", static_cast<long long>(tenths / 10),
               static_cast<long long>(tenths % 10));
}

/// A line in words, the same for both forms.
struct Told {
  std::string author, time, text;
};

Told tell(const TranscriptLine& line, const TimeZone& zone, const MailWords& words) {
  Told told;
  told.author = line.own              ? std::string(words.you)
                : line.author.empty() ? std::string(words.team)
                                      : one_line(line.author);
  told.time = local_time(line.at, zone);
  told.text = plain_lines(line.text);
  for (const Attachment& file : line.files)
    told.text +=
        (told.text.empty() ? "[" : "\n[") + one_line(file.name) + ", " + file_size(file.size) + "]";
  return told;
}

std::string as_text(const Transcript& transcript, const std::string& site, const MailWords& words) {
  std::string text = in_words(words.intro, site) + "\n\n";
  if (transcript.shortened) text += std::string(words.shortened) + "\n\n";
  for (const TranscriptLine& line : transcript.lines) {
    const Told told = tell(line, transcript.zone, words);
    text += "-- " + told.author + ", " + told.time + "\n" + told.text + "\n\n";
  }
  return text;
}

std::string as_html(const Transcript& transcript, const std::string& site, const MailWords& words) {
  std::string html = "<!doctype html>\n<html lang=\"" + std::string(words.language) + "\" dir=\"" +
                     (words.right_to_left ? "rtl" : "ltr") +
                     "\"><head><meta charset=\"utf-8\"></head>\n<body style=\"font:16px/1.5 "
                     "sans-serif;max-width:42em\">\n<h1 style=\"font-size:1.25em\">" +
                     html_text(in_words(words.subject, site)) + "</h1>\n<p>" +
                     html_text(in_words(words.intro, site)) + "</p>\n<hr>\n";
  if (transcript.shortened) html += "<p>" + html_text(words.shortened) + "</p>\n";
  for (const TranscriptLine& line : transcript.lines) {
    const Told told = tell(line, transcript.zone, words);
    html += "<p style=\"margin:1em 0 0;color:#555\"><b dir=\"auto\">" + html_text(told.author) +
            "</b> <span dir=\"ltr\">" + told.time +
            "</span></p>\n<p dir=\"auto\" style=\"margin:0\">" + html_text(told.text) + "</p>\n";
  }
  return html + "</body></html>\n";
}

}  // namespace

std::string message_id(const std::string& request, const std::string& from) {
  return "<" + request + ".transcript@" + from.substr(from.find('@') + 1) + ">";
}

std::string compose_mail(const Transcript& transcript, const std::string& from, Millis now) {
  const MailWords& words = mail_words(transcript.language);
  const std::string site = one_line(transcript.site);
  // What is quoted-printable holds no "=_".
  const std::string boundary = "=_" + transcript.request;
  const auto part = [&](const char* type, const std::string& body) {
    return "--" + boundary + "\r\nContent-Type: " + type +
           "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
           quoted_printable(body);
  };
  return "Date: " + header_date(now) + "\r\nFrom: " + phrase(site) + "\r\n <" + from +
         ">\r\nTo: " + transcript.email +
         "\r\nSubject: " + header_text(in_words(words.subject, site)) + "\r\nMessage-ID:\r\n " +
         message_id(transcript.request, from) +
         "\r\nAuto-Submitted: auto-generated\r\nContent-Language: " + std::string(words.language) +
         "\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"" +
         boundary + "\"\r\n\r\n" + part("text/plain", as_text(transcript, site, words)) +
         part("text/html", as_html(transcript, site, words)) + "--" + boundary + "--\r\n";
}

}  // namespace deskbell
