// `deskbell answers misses`: the questions to write next.

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/agent/safe_text.h"
#include "cli/answers_command.h"
#include "core/answer/question_groups.h"
#include "server/answer_misses.h"
#include "server/hub/data_folder.h"

namespace deskbell::cli {
namespace {

/// Of each group so many questions are shown beside the first.
constexpr std::size_t kShownAlike = 3;
constexpr std::size_t kShownGroups = 50;

const char* name_of(MissKind kind) {
  if (kind == MissKind::unknown) return "unknown";
  return kind == MissKind::offered ? "offered" : "unhelpful";
}

nlohmann::json to_json(const QuestionGroup& group, const std::vector<MissedQuestion>& missed) {
  nlohmann::json questions = nlohmann::json::array();
  for (const std::size_t i : group.questions)
    questions.push_back(
        {{"text", missed[i].text}, {"why", name_of(missed[i].kind)}, {"at", missed[i].at}});
  return {{"count", group.questions.size()}, {"questions", std::move(questions)}};
}

std::string counts_of(const QuestionGroup& group, const std::vector<MissedQuestion>& missed) {
  std::string text;
  const std::pair<MissKind, const char*> kinds[] = {{MissKind::unknown, "not known"},
                                                    {MissKind::offered, "offered in vain"},
                                                    {MissKind::unhelpful, "no help"}};
  for (const auto& [kind, label] : kinds) {
    const auto count = std::count_if(group.questions.begin(), group.questions.end(),
                                     [&](std::size_t i) { return missed[i].kind == kind; });
    if (count == 0) continue;
    if (!text.empty()) text += ", ";
    text += std::to_string(count) + " " + label;
  }
  return text;
}

void print(const std::vector<QuestionGroup>& groups, const std::vector<MissedQuestion>& missed) {
  if (groups.empty()) std::cout << "The robot has missed no question.\n";
  for (std::size_t i = 0; i < std::min(groups.size(), kShownGroups); ++i) {
    const QuestionGroup& group = groups[i];
    std::cout << group.questions.size() << "\t" << safe_line(missed[group.questions.front()].text)
              << "  (" << counts_of(group, missed) << ")\n";
    for (std::size_t k = 1; k < std::min(group.questions.size(), kShownAlike + 1); ++k)
      std::cout << "\t\t" << safe_line(missed[group.questions[k]].text) << "\n";
  }
  if (groups.size() > kShownGroups)
    std::cout << "and " << groups.size() - kShownGroups << " more; --json has them all\n";
}

}  // namespace

int run_answers_misses(const MissesOptions& options) {
  const auto sites = sites_in(options.data);
  if (!sites) return std::cerr << "deskbell: " << sites.error().message << "\n", 1;
  if (std::find(sites->begin(), sites->end(), options.site) == sites->end())
    return std::cerr << "deskbell: The data folder " << options.data << " has no site \""
                     << options.site << "\".\n",
           1;
  const auto missed = missed_questions(database_in(options.data, options.site));
  if (!missed) return std::cerr << "deskbell: " << missed.error().message << "\n", 1;
  std::vector<std::string> texts;
  for (const MissedQuestion& question : *missed) texts.push_back(question.text);
  const auto groups = group_questions(texts);
  if (!options.json) return print(groups, *missed), 0;
  nlohmann::json list = nlohmann::json::array();
  for (const QuestionGroup& group : groups) list.push_back(to_json(group, *missed));
  std::cout << list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  return 0;
}

}  // namespace deskbell::cli
