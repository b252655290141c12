/**
 * What crosses the border of the core (core/border/border.h), as types: the commands with their
 * arguments and results, what is told to the core, and the effects it asks for. Nothing here is
 * code; the core checks what it is given.
 */

import type { ErrorCode } from '../../generated/error_codes.ts';

export type { ErrorCode };

export interface CoreError {
  code: ErrorCode;
  /** One line for people. */
  message: string;
}

export type ActorKind = 'customer' | 'agent' | 'system';

/** How the device stands to its hub (core/sync/link.h says what each means). */
export type Connection = 'stopped' | 'offline' | 'connecting' | 'live' | 'signed_out';

/** How far a message has come (core/view/views.h). */
export type MessageState = 'saved' | 'sent' | 'delivered' | 'read' | 'refused';

/** How satisfaction is asked for: 1 to 5 stars, 0 or 1 thumb, 0 to 10 (NPS), 1 to 7 (CES). */
export type SurveyKind = 'stars' | 'thumbs' | 'nps' | 'ces';

export interface SurveyView {
  /** It can be answered now. */
  open: boolean;
  /** How it was answered. */
  kind: SurveyKind;
  /** Null while there is no answer. */
  score: number | null;
  /** The score of a survey with stars. */
  stars: number | null;
  tags: string[] | null;
  comment: string;
}

/** A card in a message (core/event/rich_fields.h). Amounts are in the currency's smallest unit. */
export interface Card {
  kind?: string;
  title: string;
  text?: string;
  image?: string;
  url?: string;
  /** An article's id. */
  answer?: string;
  /** An order's. */
  number?: string;
  status?: string;
  amount?: number;
  currency?: string;
  lines?: { title: string; count?: number; amount?: number }[];
  actions?: { label: string; url?: string; reply?: string }[];
}

/** A file that a message carries (core/event/attachment.h). */
export interface Attachment {
  /** SHA-256 of the bytes, in hexadecimal. */
  id: string;
  name: string;
  /** A media type, as its author says: not to be believed. */
  type: string;
  /** In bytes. */
  size: number;
  /** Of a picture, in pixels; 0 or not there when it is not said. */
  width?: number;
  height?: number;
}

/** How far a file of a message has come: on this device alone, in part at the hub, or all of it. */
export type AttachmentState = 'waiting' | 'uploading' | 'ready';

export interface AttachmentView extends Attachment {
  state: AttachmentState;
  /** So many of its bytes are at the hub. */
  sent: number;
}

/** One question of a site's form. */
export interface FormField {
  type?: 'string' | 'integer' | 'boolean';
  title?: string;
  description?: string;
  format?: string;
  pattern?: string;
  enum?: string[];
}

export interface FormView {
  properties: Record<string, FormField>;
  required?: string[];
  order?: string[];
}

export interface SiteView {
  name: string;
  greeting: string;
  /** Null when the site does not say when somebody is there. */
  desk: { open: boolean; changes_at: number | null } | null;
  /** 0: not said. */
  reply_minutes: number;
  suggestions: string[] | null;
  form: FormView | null;
  survey: { kind: SurveyKind; question?: string; tags?: string[] } | null;
  /** What the site's pages may say first; when, is decided before there is a panel (proactive/). */
  proactive: ProactiveMessage[] | null;
  /** Conversations can be had by e-mail. */
  mail: boolean;
  /** It has answers for customers. */
  answers: boolean;
  robot: RobotView | null;
}

export interface ProactiveMessage {
  id: string;
  text: string;
  replies?: string[];
}

/** How the site's robot behaves (core/event/robot_fields.h), as far as it is shown. */
export interface RobotView {
  works: 'always' | 'closed' | 'never';
  /** Each may be empty. */
  name: string;
  greeting: string;
  away: string;
}

export interface CustomerView {
  id: string;
  name: string;
  email: string;
  attributes: Record<string, string>;
}

export interface ConversationView {
  id: string;
  resolved: boolean;
  /** Empty while it is nobody's. */
  assignee_name: string;
  /** Milliseconds since 1970, by the author's clock. */
  last_at: number;
  last_text: string;
  handled_by: 'nobody' | 'robot' | 'people';
  unread: number;
  /** The id of the proactive message that it began from; empty for none. */
  proactive: string;
  survey: SurveyView;
}

/** The last wish to have a conversation by e-mail: on its way, sent, or failed with an error. */
export interface TranscriptView {
  email: string;
  sent: boolean;
  error: CoreError | null;
}

export type RobotStepKind = 'answered' | 'offered' | 'asked' | 'missed' | 'chosen' | 'handed_over';

/** Why a conversation was handed over (core/answer/robot.h). */
export type HandOverReason = 'requested' | 'complaint' | 'keyword' | 'missed' | 'unhelpful';

/** What the robot did. */
export interface RobotStepView {
  kind: RobotStepKind;
  answers: AnswerView[];
  /** Names of attributes that it asks for. */
  fields: string[];
  /** Empty unless it handed over. */
  reason: HandOverReason | '';
  /** It handed over while nobody was there; the message's text is what the site says then. */
  away: boolean;
  helpful: boolean | null;
  /** The customer can still choose, tell what is asked, or say whether it helped. */
  open: boolean;
}

export interface MessageView {
  id: string;
  author: ActorKind | 'robot';
  /** Of the robot's alone. */
  step: RobotStepView | null;
  author_name: string;
  own: boolean;
  at: number;
  text: string;
  /** Answers that can be given with one touch. */
  replies: string[] | null;
  cards: Card[] | null;
  attachments: AttachmentView[];
  state: MessageState;
  /** It can be taken back. */
  undo?: boolean;
  /** Why it was refused. */
  error: CoreError | null;
}

export interface PastMessage extends MessageView {
  conversation: string;
}

export interface PanelView {
  site: SiteView;
  customer: CustomerView;
  connection: Connection;
  /** Events that only this device has. */
  unsent: number;
  /** Messages of the other side that the customer has not read, in all conversations. */
  unread: number;
  /** Newest first. */
  conversations: ConversationView[];
  /** The one shown: the one asked for, or the newest. */
  conversation: ConversationView | null;
  messages: MessageView[];
  /** Of the conversation shown; null when nobody has asked for it. */
  transcript: TranscriptView | null;
  /** The names of the agents who are writing in it just now; empty for one without. Never kept. */
  typing: string[];
}

export interface AnswerView {
  id: string;
  title: string;
  text: string;
  cards?: readonly Card[] | null;
}

export interface NamedAnswer {
  id: string;
  title: string;
}

/** What the finder makes of a message; shares are in thousandths. */
export interface FinderSays {
  found: { answer: string; confidence: number }[];
  wish: '' | 'person' | 'complaint' | 'site';
  answer_at: number;
  offer_at: number;
}

type None = Record<never, never>;

/** Every command: its arguments and its result. */
export interface Commands {
  adopt: {
    arguments: { site: string; actor: ActorKind; id: string; secret: string };
    result: null;
  };
  /** Whose the device is, and what proves it: for what the core has no request for. */
  identity: { arguments: None; result: { site: string; actor: ActorKind; id: string; secret: string } };
  new_customer: { arguments: { site: string }; result: { id: string } };
  start: { arguments: None; result: null };
  stop: { arguments: None; result: null };
  network: { arguments: { available: boolean }; result: null };
  'message.post': {
    /**
     * Without a conversation: the customer's newest open one that is not among those of `beside`, or
     * a new one. With an attachment, the text may be empty (not by the panel: `post` of protocol.ts).
     * Under an `id` that the device knows already, nothing is posted again. `proactive`: which message
     * of the site's a conversation that is begun answers.
     */
    arguments: {
      text: string; conversation?: string; attachments?: Attachment[]; id?: string; proactive?: string;
      beside?: readonly string[];
      /** What the customer reads; for the robot's answer. */
      language?: string;
      /** The answer that he chose himself while he wrote. */
      answer?: string;
      /** The worker's to give. */
      finder?: FinderSays & { language: string };
    };
    result: { id: string; conversation: string };
  };
  /** The attachments whose bytes this device must keep: of what is unsent or refused. */
  'attachments.needed': { arguments: None; result: { ids: string[] } };
  /** Where a message's file is to be had; no token while there is no connection. */
  'attachment.source': {
    arguments: { id: string; message: string };
    result: { path: string; token: string };
  };
  /** What the robot offered, or has asked about. */
  'answer.choose': {
    arguments: { conversation: string; step: string; answer: string; language?: string };
    result: null;
  };
  'answer.rate': { arguments: { conversation: string; step: string; helpful: boolean }; result: null };
  'conversation.hand_over': { arguments: { conversation: string }; result: null };
  /** Those of them that are in the book for customers. */
  'answers.named': { arguments: { ids: string[]; language?: string }; result: NamedAnswer[] };
  'message.discard': { arguments: { id: string }; result: null };
  /** Only what has not left the device (`undo` of the message). */
  'message.undo': { arguments: { id: string }; result: null };
  'message.resend': { arguments: { id: string }; result: { id: string } };
  'conversation.read': { arguments: { conversation: string }; result: null };
  /** The customer is writing just now; the team is told, where it can be at once. */
  'conversation.typing': { arguments: { conversation: string }; result: null };
  'survey.answer': {
    /** `stars` for stars, `kind` and `score` otherwise. */
    arguments: {
      conversation: string; comment: string; tags?: string[];
      stars?: number; kind?: SurveyKind; score?: number;
    };
    result: null;
  };
  'customer.update': {
    arguments: { name?: string; email?: string; attributes?: Record<string, string> };
    result: null;
  };
  /** Asks for a conversation by e-mail; the words around it are in `language` (BCP 47). */
  'transcript.request': {
    arguments: { conversation: string; email: string; language: string };
    result: null;
  };
  panel: { arguments: { conversation?: string; limit?: number }; result: PanelView };
  /** All of the customer's messages in order, the newest `limit` of them. */
  transcript: { arguments: { limit?: number }; result: PastMessage[] };
  /** An article with its variables filled in; null when it is not there. */
  'answer.read': { arguments: { id: string; language?: string }; result: AnswerView | null };
  'answers.find': { arguments: { words: string; limit?: number }; result: AnswerView[] };
  hash: { arguments: None; result: { hash: string } };
}

export type CommandName = keyof Commands;

/** A command as it is sent. */
export type Command<Name extends CommandName = CommandName> = {
  [N in Name]: { command: N } & Commands[N]['arguments'];
}[Name];

export type ResultOf<Name extends CommandName> = Commands[Name]['result'];

export type Answer<Name extends CommandName = CommandName> =
  | { result: ResultOf<Name>; error?: never }
  | { error: CoreError; result?: never };

/** What happened to a request of the core's. */
export type Input =
  | {
      response: {
        request: number;
        status: number;
        content_type: string;
        retry_after_ms?: number;
        /** The header fields of those names, as they came. */
        upload_offset?: string;
        upload_complete?: string;
        body: string;
      };
    }
  | { chunk: { request: number; text: string } }
  /** `gone`: the device does not have the bytes any more that were to be sent. */
  | { failure: { request: number; gone?: boolean } };

/** An HTTP request that the core wants made; the path is relative to the hub's address. */
export interface HubRequest {
  id: number;
  method: 'GET' | 'POST' | 'HEAD' | 'PATCH';
  path: string;
  /** For `Authorization: Bearer`; empty for none. */
  token: string;
  /** More header fields. */
  fields: Record<string, string>;
  /** The bytes of an attachment that are the body; null: `body` is. */
  upload: { attachment: string; offset: number; length: number } | null;
  /** JSON; empty for none. */
  body: string;
  /** Hand over the body as it arrives. */
  stream: boolean;
  /** Until the answer is complete; for a stream, until its head is there. */
  timeout_ms: number;
}

/** What a change is about; an empty id means any of that subject. */
export interface Change {
  subject: 'conversation' | 'answers' | 'site' | 'people' | 'outbox';
  id: string;
}

/** What the core wants done once its store is as durable as it says. */
export interface Effects {
  durability: 'none' | 'relaxed' | 'strict';
  requests: HubRequest[];
  cancelled: number[];
  /** Milliseconds since 1970. */
  wake_at: number | null;
  changes: Change[];
  /** Only when it changed. */
  connection: Connection | null;
  /** The core could not write to its store; it tries again by itself. */
  storage_error: CoreError | null;
}
