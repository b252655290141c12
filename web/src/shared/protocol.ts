/**
 * The messages between the panel and its worker, and between the panel and the loader on the
 * site's page. Who sends what stands here once; both sides compile against it.
 */

import type { Answer, Change, Command, Connection, CoreError, NamedAnswer } from './border.ts';
import type { Credentials } from './person.ts';

// Panel and worker. The worker is a classic one: `new Worker(url)`, with the name that build.mjs
// gives as DESKBELL_WORKER. Its hub is the origin that served it.

export type ToWorker =
  /**
   * The first message, once. Opens the site's store on this device (or another by its name), making
   * the device that person's, or a new customer's if it is nobody's yet, and connects to the hub.
   */
  | { kind: 'open'; site: string; store?: string; person?: Credentials }
  /** Answered by exactly one `answer` with the same tag. Those sent before `opened` wait for it. */
  | { kind: 'command'; tag: number; command: Command }
  /**
   * As the command `message.post`, with files: keeps their bytes on this device first. Answered by
   * one `answer` with the same tag. When it is an error, nothing was posted and nothing kept:
   * `storage_full` where the browser gives no room, `too_large` above `kMaxFileBytes` or more than
   * ten files, `invalid_command` where the page has no secure connection (SHA-256 needs one).
   */
  | { kind: 'post'; tag: number } & FilePost
  /** Answered by one `file` with the same tag: the bytes of a message's attachment. */
  | { kind: 'file'; tag: number; id: string; message: string }
  /**
   * Hold no connection any more, so that the page costs nothing and can go into the back/forward
   * cache. `hidden` (visibilitychange) lets what is unsent go out first, for a few seconds;
   * `leaving` (pagehide) ends everything at once. Commands are still answered.
   */
  | { kind: 'pause'; because: 'hidden' | 'leaving' }
  /** The customer looks at the panel of a site that has answers: they are going to be asked for. */
  | { kind: 'find' }
  /** What the customer has typed so far; answered by one `suggested` with the same tag. */
  | { kind: 'suggest'; tag: number; text: string; language: string }
  /** Connect again (visibilitychange, pageshow), and look what other tabs have written. */
  | { kind: 'resume' };

/** A message with files; the rest of it is as in the command `message.post`. */
export interface FilePost {
  id?: string;
  text: string;
  conversation?: string;
  beside?: readonly string[];
  proactive?: string;
  language?: string;
  files: AttachedFile[];
}

/** A file that the customer wants to send. */
export interface AttachedFile {
  blob: Blob;
  /** Without a path. What cannot stand in a file's name is replaced. */
  name: string;
  /** Of a picture, in pixels. */
  width?: number;
  height?: number;
}

/** What hubs take as a rule; the panel says so before it is tried. */
export const kMaxFileBytes = 20 * 1024 * 1024;
export const kMaxFiles = 10;

export type FromWorker =
  /** Commands are carried out from now on. */
  | { kind: 'opened' }
  /** The worker cannot go on (the core could not be loaded, or it broke): start another one. */
  | { kind: 'failed'; message: string }
  /** Sent only when what the command wrote is as durable as it will be. */
  | { kind: 'answer'; tag: number; answer: Answer }
  /**
   * The bytes of an attachment, from this device or from the hub, checked against its id. The blob's
   * type is `application/octet-stream`: what it claims to be stands in the message, and is not to be
   * believed. The error is `network_failed` when the hub is out of reach.
   */
  | { kind: 'file'; tag: number; blob: Blob; error?: never }
  | { kind: 'file'; tag: number; error: CoreError; blob?: never }
  | { kind: 'suggested'; tag: number; answers: NamedAnswer[] }
  /** Something to show has changed, by the hub, by a command, or by another tab. */
  | { kind: 'changes'; changes: Change[] }
  | { kind: 'connection'; connection: Connection }
  | { kind: 'storage'; storage: StorageState };

/** Whether this device keeps what is written on it. */
export type StorageState =
  /** What is answered has been saved. */
  | { state: 'durable' }
  /**
   * This device cannot save: everything works as long as the page is open and reaches the hub, and
   * the customer must be told so. After `full` it may become durable again by itself.
   */
  | { state: 'memory'; reason: StorageFailure }
  /**
   * A newer version of Deskbell has written the store: commands that would write fail with
   * `store_too_new` until the page is loaded anew.
   */
  | { state: 'newer' };

export type StorageFailure =
  /** The browser gives no storage here: private mode, blocked third-party storage, settings. */
  | 'refused'
  /** The disk or the quota is full. */
  | 'full'
  /** The browser or the customer deleted the store under us. */
  | 'evicted'
  /** It neither succeeds nor fails. */
  | 'stuck'
  /** What is stored cannot be read; it is left as it is. */
  | 'broken'
  /** There is room again, but another tab has written meanwhile: only a new page can join in. */
  | 'overtaken';


// Panel and loader, by postMessage between the panel's frame and the site's page. Every message
// carries `deskbell: 1`; each side checks the other's origin and window first.

/** What the site says about its visitor with `Deskbell('boot', …)` and `Deskbell('update', …)`. */
export interface Visitor {
  name?: string;
  email?: string;
}

/** How the panel looks and speaks; what is not there stays as it is, empty goes back to the usual. */
export interface Look {
  /** `#rrggbb` */
  accent?: string;
  scheme?: 'light' | 'dark' | 'auto';
  /** A BCP 47 tag; empty for the browser's languages. */
  language?: string;
  /** Of the largest corners, in CSS pixels: 0 to 28. */
  radius?: number;
  /** A picture's address, `https://`; empty for the first letter of the site's name. */
  logo?: string;
  /** The site's own words for some of the panel's, by their names in panel/words.ts. */
  texts?: Record<string, string>;
}

export type ToPanel = { deskbell: 1 } & (
  /** Go to what has this id. */
  | { kind: 'article' | 'conversation'; given: string }
  /** Send this text for the customer, into his open conversation or a new one. */
  | { kind: 'send'; given: string }
  /** The site has spoken first, and the customer wants to answer: `message` is its id. */
  | { kind: 'proactive'; message: string; text: string; replies: string[] }
  | { kind: 'visitor'; visitor: Visitor }
  /** Whether the page may show notifications; asked for by `part`. */
  | { kind: 'permission'; permission: NotificationPermission | 'none' }
  /** The panel is on the screen, or no longer. */
  | { kind: 'shown' }
  | { kind: 'hidden' }
  /** Put this text into the field where the customer writes; nothing is sent. */
  | { kind: 'compose'; given: string }
);

export type ToLoader = { deskbell: 1 } & (
  /** The panel listens; what was queued for it can be sent. */
  | { kind: 'ready' }
  /** The customer wants the panel closed. */
  | { kind: 'close' }
  /** For the launcher's badge and its name, and the tab's title; `words` in the customer's language. */
  | { kind: 'unread'; count: number; words: string }
  /** Something happened that a site may want to know; passed on to its listeners. */
  | { kind: 'event'; event: PanelEvent; detail: Record<string, string | number | boolean | null> }
);

export type PanelEvent =
  /** `conversation`; `proactive`, the id of the site's message that it answers, if it does */
  | 'conversation:started'
  /** Of the customer's own: `id`, `conversation`; `queued` is saved on this device. */
  | 'message:queued' | 'message:sent' | 'message:delivered' | 'message:read' | 'message:failed'
  /** From the team: `id`, `conversation` */
  | 'message:received'
  /** `state`: fine, slow, away or signed_out */
  | 'connection:state'
  /** `open`, `changes_at` */
  | 'availability:change'
  /** `conversation`, `kind`, `score` */
  | 'survey:answered';
