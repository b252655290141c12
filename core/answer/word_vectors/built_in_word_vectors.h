#pragma once

#include "core/answer/word_vectors.h"

namespace deskbell {

/// The vectors that come with Deskbell: common English and Chinese words, in one space
/// (make_word_vectors.mjs says from what). Not in WebAssembly, where nothing is learned. Made when
/// it is first asked for; safe from several threads.
const WordVectors& built_in_word_vectors();

}  // namespace deskbell
