#pragma once

#include <deskbell/types.h>

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace deskbell::cli {

/// A conversation with the number it has in this session.
struct NumberedConversation {
  std::size_t number = 0;
  sdk::Conversation conversation;
};

/// How things look: everything that is printed passes through here, and what others wrote is made
/// safe here.
class Screen {
 public:
  /// `columns` is the terminal's width; 0 for a pipe: nothing is cut then.
  Screen(std::ostream& out, bool colour, std::size_t columns)
      : out_(out), colour_(colour), columns_(columns) {}

  void set_columns(std::size_t columns) { columns_ = columns; }
  bool colour() const { return colour_; }

  void line(std::string_view text);
  void conversations(const std::vector<NumberedConversation>& list, std::string_view self);
  /// The files have numbers: 1, 2, 3, … in the order of the messages.
  void conversation(const NumberedConversation& numbered, std::string_view self,
                    const std::vector<sdk::Message>& messages);
  void answers(const std::vector<sdk::Answer>& answers);
  /// With the reasons for it.
  void suggested(const std::vector<sdk::SuggestedAnswer>& answers);
  void answer(const sdk::Answer& answer);
  void drafts(const std::vector<sdk::DraftedAnswer>& drafted);
  void versions(const std::vector<sdk::AnswerVersion>& versions);
  void survey(const sdk::Survey& survey);
  void refused(const std::vector<sdk::Refused>& refused);

  /// "●●●●○" would need explaining: "★★★★☆ (4 of 5)".
  static std::string stars(int stars);
  /// "placed", "read by the customer" as marks: "✓", "✓✓ read".
  std::string state(const sdk::Message& message) const;

  // A part of a line in a colour, or as it is where there are none.
  std::string bold(std::string_view text) const { return dressed("1", text); }
  std::string dim(std::string_view text) const { return dressed("2", text); }
  std::string good(std::string_view text) const { return dressed("32", text); }
  std::string bad(std::string_view text) const { return dressed("31", text); }
  std::string noticed(std::string_view text) const { return dressed("36", text); }
  std::string own(std::string_view text) const { return dressed("34", text); }
  std::string note(std::string_view text) const { return dressed("33", text); }

 private:
  std::string dressed(const char* code, std::string_view text) const;
  void message(const sdk::Message& message, std::size_t name_columns, std::size_t& file_number);
  std::string progress(const sdk::Attachment& file) const;

  std::ostream& out_;
  const bool colour_;
  std::size_t columns_;
};

/// The customer's name, or a name for one who has not given any: "customer 3f2a".
std::string customer_name(const sdk::Conversation& conversation);

/// What a message says in one line: its text, and the names of its files in brackets.
std::string summary(const sdk::Message& message);

/// "17 bytes", "4.9 MB"
std::string size_of(std::int64_t bytes);

/// "12:04", with the day before it when it was not today; in local time.
std::string time_of(std::int64_t at);

/// "1 message", "3 messages"
std::string counted(std::int64_t count, std::string_view noun);

}  // namespace deskbell::cli
