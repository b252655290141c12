#include "core/answer/template.h"

#include "tests/fuzz/target.h"

namespace deskbell::fuzz {
namespace {

constexpr std::string_view kMarks = "\x01\x02";
constexpr const char* kNames[] = {"customer.name", "agent.name"};
// Values that would do something if they were looked at again.
constexpr const char* kHostile[] = {"{{agent.name}}", "}}{{customer.name|x}}{{"};

std::string with_marks_replaced(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const std::size_t mark = kMarks.find(c);
    if (mark == std::string_view::npos)
      out += c;
    else
      out += kHostile[mark];
  }
  return out;
}

}  // namespace

// Filling in is one pass over the text: what a value contains is never read as a template.
void try_template(std::string_view input) {
  const FilledTemplate bare = fill_template(input, {});
  if (input.find("{{") == std::string_view::npos || input.find("}}") == std::string_view::npos)
    require(bare.text == input && bare.missing.empty(), "what has no variable stays as it is");
  if (input.find('|') == std::string_view::npos)
    require(bare.text == input, "without a value and a fallback the place stays as written");
  require(bare.text.size() <= input.size(), "a fallback is shorter than its variable");
  for (const std::string& name : bare.missing)
    require(!name.empty() && input.find(name) != std::string_view::npos,
            "what is missing stands there");

  if (input.find_first_of(kMarks) != std::string_view::npos) return;
  const FilledTemplate marked = fill_template(input, {{kNames[0], "\x01"}, {kNames[1], "\x02"}});
  const FilledTemplate hostile =
      fill_template(input, {{kNames[0], kHostile[0]}, {kNames[1], kHostile[1]}});
  require(hostile.text == with_marks_replaced(marked.text), "a value is not read as a template");
  require(hostile.missing == marked.missing, "a value makes nothing missing");
  for (const char* name : kNames)
    for (const std::string& missing : marked.missing)
      require(missing != name, "what has a value is not missing");
}

}  // namespace deskbell::fuzz
