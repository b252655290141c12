/** What the script element's data attributes say, too: `data-accent`, `data-position`, … */
export interface DeskbellOptions {
  /** The site's name on the hub. */
  site: string;
  /** The hub's address, `https://desk.example.com`; with the script element, where that comes from. */
  hub?: string;
  /** Your colour, `#rgb` or `#rrggbb`; what stands on it is made readable. */
  accent?: string;
  position?: 'left' | 'right';
  /** Distance from the side and from the bottom, in CSS pixels. */
  offsetX?: number;
  offsetY?: number;
  /** Words beside the launcher's icon, at most 40 characters. */
  label?: string;
  /** `false`: no launcher; open the panel from a button of your own. */
  launcher?: boolean;
  scheme?: 'light' | 'dark' | 'auto';
  /** A BCP 47 tag; otherwise the browser's languages decide. */
  language?: string;
  /** Of the panel's corners, in CSS pixels. */
  radius?: number;
  /** A picture's address. */
  logo?: string;
  /** Your own words for some of the panel's. */
  texts?: Record<string, string>;
  /** Who the visitor is, as far as you know; no proof. */
  name?: string;
  email?: string;
  attributes?: DeskbellAttributes;
  /** The site may speak first, by the rules in its file; keeps a note on the device of what was shown. */
  proactive?: boolean;
  /** The proof of who the visitor is: a JWT that your own server has signed. */
  token?: string;
}

/** By names of letters, digits and `_`. */
export type DeskbellAttributes = Record<string, string | number | boolean>;

/** Every event with what its callback is given; also `deskbell:…` events of the document. */
export interface DeskbellEvents {
  /** The panel is there. */
  ready: undefined;
  /** What is wrong, for people. */
  error: string;
  show: undefined;
  hide: undefined;
  open: undefined;
  close: undefined;
  /** Unread messages of the team's. */
  'unread:change': number;
  'conversation:started': { conversation: string; proactive?: string };
  /** Of the site's own, by their ids in its file. */
  'proactive:shown': { message: string };
  'proactive:opened': { message: string };
  'proactive:dismissed': { message: string };
  /** Saved on this device. */
  'message:queued': { id: string; conversation: string };
  'message:sent': { id: string; conversation: string };
  'message:delivered': { id: string; conversation: string };
  'message:read': { id: string; conversation: string };
  'message:failed': { id: string; conversation: string };
  /** Of the team's. */
  'message:received': { id: string; conversation: string };
  'connection:state': { state: 'fine' | 'slow' | 'away' | 'signed_out' };
  'availability:change': { open: boolean; changes_at: number | null };
  'survey:answered': { conversation: string; kind: string; score: number };
}

export interface DeskbellFunction {
  /** Starts the widget; for the same site and hub, changes it. */
  (command: 'boot', options: DeskbellOptions): void;
  /** Changes what was said at `boot`. */
  (command: 'update', options: Partial<Omit<DeskbellOptions, 'site' | 'hub' | 'token'>>): void;
  /** The visitor is who this JWT of your server's says. */
  (command: 'identify', token: string | { token: string }): void;
  /**
   * Resolves when nothing of the customer is left on this device: with `forgotten`, or `outdated`
   * where another tab did it. With `undefined` where no panel came within twelve seconds to see to
   * it; then it happens as soon as one comes.
   */
  (command: 'logout'): Promise<'forgotten' | 'outdated' | undefined>;
  /** Takes the widget and all callbacks off the page. */
  (command: 'destroy'): void;
  /** The launcher, and with `hide` the panel. */
  (command: 'show' | 'hide'): void;
  /** The panel. */
  (command: 'open' | 'close'): void;
  /**
   * Opens the panel with this text in the customer's field, for the conversation that he is in or a
   * new one; nothing is sent.
   */
  (command: 'showNewMessage', text?: string): void;
  (command: 'showArticle' | 'showConversation', id: string): void;
  /** Sends this for the customer. */
  (command: 'sendMessage', text: string): void;
  /** What the visitor did. */
  (command: 'track', name: string, data?: unknown): void;
  (command: 'setAttributes', attributes: DeskbellAttributes): void;
  /** Answers a function that takes the callback off again. */
  <Name extends keyof DeskbellEvents>(
    command: 'on', event: Name, callback: (detail: DeskbellEvents[Name]) => void,
  ): () => void;
}

export declare const Deskbell: DeskbellFunction;

declare global {
  interface DocumentEventMap extends DeskbellDocumentEvents {}
}

type DeskbellDocumentEvents = {
  [Name in keyof DeskbellEvents as `deskbell:${Name}`]: CustomEvent<DeskbellEvents[Name]>;
};
