#pragma once

namespace deskbell {

/// What was done to an entry of the answer book. The numbers stand in the store.
enum class AnswerDeed { drafted, published, withdrawn, guided, draft_dropped };

}  // namespace deskbell
