#pragma once

#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/desk/time_zone.h"
#include "core/event/attachment.h"

namespace deskbell {

/// A message as a mail tells it.
struct TranscriptLine {
  bool own = false;    ///< By the customer.
  std::string author;  ///< Empty when no name is known.
  Millis at = 0;
  std::string text;
  std::vector<Attachment> files;  ///< Named, not attached.
};

/// A conversation that is to be sent.
struct Transcript {
  std::string request;   ///< The id of the event that asked for it.
  std::string email;     ///< core/event/email.h
  std::string language;  ///< As it was asked for.
  std::string site;      ///< The site's name.
  TimeZone zone;         ///< Of the times in it.
  std::vector<TranscriptLine> lines;
  bool shortened = false;  ///< Earlier messages are left out.
};

/// The mail of a transcript, ready for SMTP but for its dots: RFC 5322 with RFC 2045 and 2047, as
/// text and as HTML, no line longer than 78 bytes (the address apart), CRLF. Whatever the
/// conversation holds stands in encoded text; nothing of it begins a header field. The same request
/// has the same Message-ID, so that a mail that was sent twice is known as one.
///
/// `from` is an address in ASCII.
std::string compose_mail(const Transcript& transcript, const std::string& from, Millis now);

/// The Message-ID, with its brackets.
std::string message_id(const std::string& request, const std::string& from);

}  // namespace deskbell
