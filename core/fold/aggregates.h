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

// robot.cpp
void fold(const FoldContext&, const RobotAnswered&);
void fold(const FoldContext&, const RobotOffered&);
void fold(const FoldContext&, const RobotAsked&);
void fold(const FoldContext&, const RobotMissed&);
void fold(const FoldContext&, const AnswerChosen&);
void fold(const FoldContext&, const AnswerRated&);
void fold(const FoldContext&, const ConversationHandedOver&);

/// A person sees to the conversation from here on.
void hand_to_people(const FoldContext&);
/// What a customer writes is the team's to see to until the robot has done something about it.
void take_from_robot(const FoldContext&);

// survey.cpp
void fold(const FoldContext&, const SurveyAnswered&);

// people.cpp
void fold(const FoldContext&, const CustomerUpdated&);
void fold(const FoldContext&, const AgentUpdated&);

// answer_book.cpp
void fold(const FoldContext&, const AnswerPublished&);
void fold(const FoldContext&, const AnswerDrafted&);
void fold(const FoldContext&, const AnswerGuided&);
void fold(const FoldContext&, const AnswerWithdrawn&);

// site_content.cpp
void fold(const FoldContext&, const SiteUpdated&);

// transcript.cpp
void fold(const FoldContext&, const TranscriptRequested&);
void fold(const FoldContext&, const TranscriptSent&);
void fold(const FoldContext&, const TranscriptFailed&);

inline void fold(const FoldContext&, const UnknownPayload&) {}

}  // namespace deskbell
