/**
 * What loader and panel say to each other beside protocol.ts: how a panel's life begins on a page,
 * who its customer is, and how it ends. Every message carries `deskbell: 1`; each side checks the
 * other's origin and window first.
 */

import type { Look, ToLoader, ToPanel, Visitor } from './protocol.ts';

/** What a site knows of its visitor without proof. */
export interface Facts extends Visitor {
  /** Names of letters, digits and _ (not as the first). */
  attributes?: Record<string, unknown>;
}

export type ToPerson =
  /**
   * The answer to `ready` and `settled`, and said again when any of it has changed. `token` is the
   * site's proof of who its visitor is; behind another one nothing else is said to the panel until it
   * answers `settled` or `ready`. `wanted`: the customer (or the site for him) has opened the panel,
   * so that it may store and connect; without, it does so only if it has before.
   */
  | { kind: 'begin'; token: string; facts: Facts; look: Look; wanted: boolean }
  /** What the visitor did, by its name, and as JSON more of it; kept as an attribute of the customer. */
  | { kind: 'track'; given: string; data?: string }
  /** Forget the customer: nothing of him may stay on this device. Answered by `forgotten`. */
  | { kind: 'logout' };

export type FromPerson =
  /** Who the customer is has been settled: the page can go on. */
  | { kind: 'settled' }
  /** The panel is about to load itself anew, and says `ready` then. */
  | { kind: 'wait' }
  /** Nothing is left. */
  | { kind: 'forgotten' }
  /** Another tab logged out or in: this panel has forgotten all, and wants to be loaded anew. */
  | { kind: 'outdated' }
  /** Whether it is worth loading the panel by itself on the site's next page. */
  | { kind: 'talking'; talking: boolean }
  /** For a part of the widget on the page, by the name of its file; fetched if it is not there. */
  | ({ kind: 'part' } & PagePart)
  /** Something that the site's owner should know: for the console and the event `error`. */
  | { kind: 'complaint'; text: string };

/** Of the browser, for the site's page; `none` where there are no notifications. */
export type Permission = NotificationPermission | 'none';

/** What a panel in a frame has no right to do, and the page around it may. */
export type PagePart =
  /** `ask`: ask the customer, in his click; without, only look. Answered by `permission`. */
  | { name: 'notify.js'; permission: 'look' | 'ask' }
  | { name: 'notify.js'; title: string; text: string; conversation: string };

type Marked<T> = { deskbell: 1 } & T;

export type FromPage = ToPanel | Marked<ToPerson>;
export type FromPanel = ToLoader | Marked<FromPerson>;

/** The same without the mark that all of them carry. */
export type Unmarked<T> = T extends unknown ? Omit<T, 'deskbell'> : never;
