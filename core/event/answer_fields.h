#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/event/payload.h"

namespace deskbell {

class JsonFields;

// An entry of the answer book on the wire, and what the store keeps of it as text. All limits of an
// entry stand here; one event holds it whole, so that it is bound by those of events as well.

inline constexpr std::size_t kMaxTranslations = 32;
/// Examples travel as one text, a line each: hundreds of them are one value among the few that an
/// event may have, and cost no more than their letters.
inline constexpr std::size_t kMaxExamples = 500;
inline constexpr std::size_t kMaxExampleBytes = 512;
inline constexpr std::size_t kMaxExamplesBytes = 32 * 1024;
inline constexpr std::size_t kMaxShortcutBytes = 64;
inline constexpr std::size_t kMaxRelated = 16;

std::string_view to_string(AnswerScope scope);
std::optional<AnswerScope> answer_scope_from(std::string_view name);

/// The fields of `answer.published` and `answer.drafted`; what is wrong is said to `fields`.
AnswerPublished read_answer_entry(JsonFields& fields);
void write_answer_entry(const AnswerPublished& entry, nlohmann::json& data);

/// An entry as canonical JSON text, and back.
std::string entry_json(const AnswerPublished& entry);
Result<AnswerPublished> entry_from_json(std::string_view text);

/// What of an entry has no column of its own in the store, as canonical JSON; empty for nothing.
std::string entry_details(const AnswerPublished& entry);
/// Sets it again from such text; leaves what it does not say.
void set_entry_details(AnswerPublished& entry, std::string_view details);

/// A field that is a list of ids, where it is there.
std::vector<std::string> read_ids(JsonFields& fields, const char* name, std::size_t most);

/// Texts in one, a line each, and back; empty lines are none.
std::string join_lines(const std::vector<std::string>& lines);
std::vector<std::string> split_lines(std::string_view text);

/// The entry's words in `language` (BCP 47): in that one, in another form of it ("pt" for "pt-BR"),
/// or in its first.
AnswerText text_in(const AnswerPublished& entry, std::string_view language);

}  // namespace deskbell
