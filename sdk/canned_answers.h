#pragma once

#include <deskbell/result.h>
#include <deskbell/types.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/device.h"

namespace deskbell::sdk {

// What both public interfaces, C++ and C, do with canned answers; what it means stands in
// <deskbell/client.h>.

using Values = std::map<std::string, std::string>;

/// An answer with its files, and what the team alone knows of it.
Answer with_guide(const Views& views, AnswerView view);

Result<Answer> read_answer(Device& device, std::string_view id, std::string_view language);
Result<FilledAnswer> fill_answer(Device& device, std::string_view conversation,
                                 std::string_view answer, const Values& values,
                                 std::string_view language);
Result<std::string> use_answer(Device& device, std::string conversation, std::string answer,
                               const Values& values, std::string_view language);
Result<std::string> post_from_answers(Device& device, std::string conversation, std::string text,
                                      const std::vector<std::string>& answers);

}  // namespace deskbell::sdk
