#include "core/fold/aggregates.h"
#include "core/store/database.h"

namespace deskbell {

void fold(const FoldContext& c, const SurveyAnswered& survey) {
  // The first answer counts.
  static constexpr std::string_view kInsert = R"sql(
    INSERT INTO survey_answer (conversation, score, comment, at, kind, tags) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING)sql";
  c.database.run(kInsert, c.event.conversation, survey.score, survey.comment, c.event.at,
                 static_cast<int>(survey.kind), survey.tags);
}

}  // namespace deskbell
