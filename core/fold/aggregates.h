#pragma once

#include "core/event/event.h"
#include "core/fold/fold.h"

namespace deskbell {

/// What every aggregate's fold gets to see.
struct FoldContext {
  Database& database;
  const Event& event;
  const FoldPlace& place;
};

// One overload a type, in the file of the aggregate that it changes.

// conversation.cpp
void fold(const FoldContext&, const ConversationStarted&);
void fold(const FoldContext&, const ConversationAssigned&);
void fold(const FoldContext&, const ConversationResolved&);
void fold(const FoldContext&, const ConversationReopened&);

// message.cpp
void fold(const FoldContext&, const MessagePosted&);
void fold(const FoldContext&, const NoteAdded&);

// receipt.cpp
void fold(const FoldContext&, const ReceiptDelivered&);
void fold(const FoldContext&, const ReceiptRead&);

// survey.cpp
void fold(const FoldContext&, const SurveyAnswered&);

// people.cpp
void fold(const FoldContext&, const CustomerUpdated&);
void fold(const FoldContext&, const AgentUpdated&);

// site_content.cpp
void fold(const FoldContext&, const AnswerPublished&);
void fold(const FoldContext&, const AnswerWithdrawn&);
void fold(const FoldContext&, const SiteUpdated&);

inline void fold(const FoldContext&, const UnknownPayload&) {}

}  // namespace deskbell
