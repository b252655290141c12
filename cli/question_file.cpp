#include "cli/question_file.h"

#include <fstream>

namespace deskbell::cli {
namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

}  // namespace

Result<std::vector<LabelledQuestion>> read_questions(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{ErrorCode::not_found, "Cannot read " + path + "."};
  std::vector<LabelledQuestion> questions;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    const std::size_t tab = line.rfind('\t');
    if (tab == std::string::npos || tab == 0 || tab + 1 == line.size())
      return Error{
          ErrorCode::invalid_command,
          path + ", line " + std::to_string(number) +
              ": a line is a question, a tab, and the label of the entry that answers it."};
    questions.push_back({line.substr(0, tab), line.substr(tab + 1)});
  }
  // A folder opens, and gives nothing.
  if (file.bad() || questions.empty())
    return Error{ErrorCode::not_found, "There are no questions in " + path + "."};
  return questions;
}

std::string title_of_label(std::string_view label) {
  std::string title;
  for (std::size_t i = 0; i < label.size(); ++i) {
    const char c = label[i];
    if (i > 0 && is_upper(c) && is_lower(label[i - 1])) title += ' ';
    title += c == '_' || c == '/' ? ' ' : c;
  }
  return title;
}

}  // namespace deskbell::cli
