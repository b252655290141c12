#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace deskbell {

/// Why a message is one for a person, whatever answer would fit it.
enum class Wish : std::uint8_t {
  none,
  person,     ///< "I want to talk to somebody", in any language that we have words for
  complaint,  ///< a complaint or strong words
  site,       ///< the site's own words for what people see to
};

/// The name in events and JSON: "", "person", "complaint", "site".
std::string_view to_string(Wish wish);

/// Hears in a message that a person is wanted. Looks for whole words, folded as the finder folds
/// them, so that case, accents and punctuation do not matter.
class Wishes {
 public:
  /// `own`: the site's own words and phrases; one that begins with "=" is the whole message.
  explicit Wishes(const std::vector<std::string>& own = {});

  /// Wanting a person comes before a complaint, and that before the site's words.
  Wish in(std::string_view message) const;

 private:
  struct Phrase {
    std::u32string letters;  // words with a space around each
    Wish wish;
    bool whole;  // nothing else may be said
  };
  void add(std::string_view phrase, Wish wish);

  std::vector<Phrase> phrases_;
};

}  // namespace deskbell
