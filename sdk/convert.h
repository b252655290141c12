#pragma once

#include <deskbell/result.h>
#include <deskbell/types.h>

#include <utility>

#include "core/base/error.h"
#include "core/base/result.h"
#include "core/sync/engine.h"
#include "core/view/views.h"

// From the core's types to the public ones. Between `deskbell` and `deskbell::sdk` many names are
// the same on purpose; here the core's are always written out.

namespace deskbell::sdk {

ErrorCode to_public(deskbell::ErrorCode code);
Error to_public(const deskbell::Error& error);
/// The error of that code in the catalogue's own words.
Error unknown(deskbell::ErrorCode code);
Error not_signed_in();
ActorKind to_public(deskbell::ActorKind kind);
Connection to_public(deskbell::Connection connection);
Change to_public(const deskbell::Change& change);
Conversation to_public(ConversationView view);
Message to_public(MessageView view);
Answer to_public(AnswerView view);
Attachment to_public(AttachmentView view);

template <class T>
Result<T> to_public(deskbell::Result<T> result) {
  if (!result) return to_public(result.error());
  if constexpr (std::is_void_v<T>)
    return {};
  else
    return std::move(*result);
}

}  // namespace deskbell::sdk
