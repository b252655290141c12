#include "core/fold/aggregates.h"
#include "core/store/database.h"

namespace deskbell {

void fold(const FoldContext& c, const SurveyAnswered& survey) {
  // The first answer counts.
  static constexpr std::string_view kInsert = R"sql(
    INSERT INTO survey_answer (conversation, stars, comment, at) VALUES (?, ?, ?, ?)
    ON CONFLICT DO NOTHING)sql";
  c.database.run(kInsert, c.event.conversation, survey.stars, survey.comment, c.event.at);
}

}  // namespace deskbell
