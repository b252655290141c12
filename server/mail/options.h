#pragma once

#include <string>

#include "core/base/result.h"

namespace deskbell {

/// How a hub sends mail, as its command line says it.
struct MailOptions {
  /// `smtp://host:port` or `smtps://host:port`; empty: it sends none.
  std::string smtp;
  std::string user;
  /// The password is the file's first line.
  std::string password_file;
  /// Who mails are from, and get returned to.
  std::string from;
  /// Goes without TLS where the mail server offers none, and does not check its certificate.
  bool insecure = false;
  /// How many mails may leave in an hour, of all sites together.
  int per_hour = 200;
};

/// The same, checked.
struct MailSettings {
  std::string smtp;
  std::string user;
  std::string password;
  std::string from;
  enum class Tls {
    required,    ///< And the certificate is checked.
    if_offered,  ///< Not checked.
    none,        ///< To this machine.
  } tls = Tls::required;
  int per_hour = 0;

  bool can_send() const { return !smtp.empty(); }
};

/// Checks what the options say, and reads the password. The error says which one to change.
Result<MailSettings> check_mail_options(const MailOptions& options);

}  // namespace deskbell
