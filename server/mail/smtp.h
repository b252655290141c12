#pragma once

#include <functional>
#include <string>

#include "server/mail/options.h"

namespace deskbell {

/// What became of a mail.
enum class SmtpEnd {
  sent,     ///< The mail server has taken it on.
  refused,  ///< It does not take this mail, and will not.
  later,    ///< It does not take this mail now.
  trouble,  ///< It cannot be reached, or takes none at all.
};

struct SmtpAnswer {
  SmtpEnd end = SmtpEnd::trouble;
  std::string what;  ///< For a log: no address, nothing of the mail.
};

/// Hands one mail to the mail server, over a connection of its own. Blocks; asks at least once a
/// second whether to stop, and is `trouble` then.
SmtpAnswer send_mail(const MailSettings& settings, const std::string& to, const std::string& mail,
                     const std::function<bool()>& stop);

}  // namespace deskbell
