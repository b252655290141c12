#pragma once

#include <string>
#include <string_view>

namespace deskbell {

/// What a mail says beside the conversation, in one language. `{site}` is the site's name.
struct MailWords {
  std::string_view language;  ///< BCP 47
  bool right_to_left;
  std::string_view subject;
  std::string_view intro;
  std::string_view you;
  std::string_view team;  ///< Whoever of the site has no name.
  std::string_view shortened;
};

/// The words in `language` or what of it comes nearest, as the widget chooses
/// (web/src/panel/language.ts); English otherwise.
const MailWords& mail_words(std::string_view language);

/// The sentence with the site's name in it.
std::string in_words(std::string_view sentence, std::string_view site);

}  // namespace deskbell
