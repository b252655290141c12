#pragma once

#include <deskbell/result.h>
#include <deskbell/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "sdk/device.h"

namespace deskbell::sdk {

// How agents change the answer book: each change is an event. What it means stands in
// <deskbell/client.h>.

Result<AnswerDraft> answer_draft(Device& device, std::string_view answer);
Result<std::vector<DraftedAnswer>> drafted_answers(Device& device);
Result<std::vector<AnswerVersion>> answer_versions(Device& device, std::string_view answer);

Result<std::string> publish_answer(Device& device, AnswerDraft draft);
Result<std::string> draft_answer(Device& device, AnswerDraft draft);
Result<std::string> publish_draft(Device& device, const std::string& answer);
Result<std::string> restore_answer(Device& device, const std::string& answer, std::int64_t number);

}  // namespace deskbell::sdk
