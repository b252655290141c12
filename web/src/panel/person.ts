/**
 * Who the customer of this panel is: nobody in particular, or the person whom the site's server
 * has named. Begins the panel's life, lets an unnamed customer become that person without losing
 * what he wrote, and forgets everything when he logs out or somebody else comes (docs/identity.md).
 */

import type { Facts, FromPage, ToPerson } from '../shared/embedding.ts';
import { introduce, newSecret, type LeftMessage, type Opening } from '../shared/person.ts';
import type { HostPage } from './host_page.ts';
import { keepUnsaved } from './keepsake.ts';
import { leave } from './left.ts';
import type { Model } from './model.ts';
import { oneTabAtATime } from './one_tab.ts';
import type { State } from './state.ts';
import {
  guestStore, isThere, newStore, onOwnerChange, owner, removeAll, setOwner, type Farewell,
} from './stored.ts';

const kMaxAttributeBytes = 1_000;
/** How often it is looked whether a store has been made. */
const kLookAgainMs = 50;

interface Claims {
  subject: string;
  /** What is said of the person, as text; without what changes from token to token. */
  about: string;
}

/** What a token says, unproved; the hub alone can tell whether it is true. */
function claimsOf(token: string): Claims | null {
  try {
    const part = token.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(part), (character) => character.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const subject = claims['sub'];
    if (typeof subject !== 'string' || !subject) return null;
    for (const passing of ['iat', 'exp', 'nbf', 'jti']) delete claims[passing];
    return { subject, about: JSON.stringify(claims) };
  } catch {
    return null;
  }
}

function attributeText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value) ?? '';
  const bytes = new TextEncoder().encode(text);
  // A letter that is cut becomes one of three bytes.
  return bytes.length > kMaxAttributeBytes
    ? new TextDecoder().decode(bytes.slice(0, kMaxAttributeBytes - 2))
    : text;
}

/** An attribute's name: what else is in it becomes `_`, which cannot be the first. */
function attributeName(name: string): string {
  return name.replace(/\W/g, '_').replace(/^_+/, '').slice(0, 60);
}

export function isToPerson(message: FromPage): message is Extract<FromPage, ToPerson> {
  return ['begin', 'track', 'logout'].includes(message.kind);
}

export class Person {
  private token = '';
  /** The store that is open; empty before it begins, and after it has ended. */
  private store = '';
  private begun = false;
  private ended = false;
  /** One step in a person's life after the other. */
  private turn: Promise<void> = Promise.resolve();
  private attributes: Record<string, string> = {};
  /** This panel's store is, or was, that of the person whom the site has named. */
  private wasOwners = false;
  private talking: boolean | null = null;
  private askedAnew = false;

  constructor(
    private readonly site: string,
    private readonly host: HostPage,
    private readonly model: Model,
  ) {
    onOwnerChange(site, (farewell) => this.look(farewell));
    // Who comes back from the back/forward cache was not told.
    window.addEventListener('pageshow', () => this.look(null));
    document.addEventListener('visibilitychange', () => this.look(null));
    // In a tab of its own there is nobody to say when, or who.
    if (!host.present) this.inTurn(() => this.open(true));
  }

  take(message: ToPerson): void {
    switch (message.kind) {
      case 'begin': {
        const { token, facts, wanted } = message;
        const other = token !== this.token;
        this.token = token;
        this.takeFacts(facts);
        this.inTurn(async () => {
          await (this.begun && other ? this.named() : this.open(wanted));
          if (other) this.host.tell({ kind: 'settled' });
        });
        break;
      }
      case 'track':
        this.note(`did_${attributeName(message.given)}`, message.data ?? true);
        break;
      case 'logout':
        this.token = '';
        this.inTurn(() => this.forget(true));
        break;
    }
  }

  /** Called with all that is shown. */
  saw({ view, current, reach }: State): void {
    if (!view || !current) return;
    const talking = view.conversations.some(({ resolved }) => !resolved);
    if (talking !== this.talking) this.host.tell({ kind: 'talking', talking });
    this.talking = talking;
    this.tellAttributes(view.customer.attributes);
    // The session was ended elsewhere, or the hub was put back: what proves the person may help.
    if (reach === 'signed_out' && !this.askedAnew && this.isOwners()) {
      this.askedAnew = true;
      this.inTurn(() => this.introduceWorker());
    }
  }

  private inTurn(step: () => Promise<void>): void {
    this.turn = this.turn.then(step).catch((error: unknown) => console.error('Deskbell:', error));
  }

  private isOwners(): boolean {
    return this.store !== '' && owner(this.site)?.store === this.store;
  }

  /** `wanted`: something may be stored and the hub asked, also if it never was before. */
  private async open(wanted: boolean): Promise<void> {
    if (this.begun || this.ended) return;
    const claims = claimsOf(this.token);
    let known = owner(this.site);
    if (claims && known && known.subject !== claims.subject) {
      await removeAll(this.site, 'logged-out');
      await this.restart();
    }
    if (known && !(await isThere(known.store))) known = null;
    const own = claims ? known : null;
    const store = own?.store ?? guestStore(this.site);
    const used = await isThere(store);
    if (!wanted && !used) {
      this.model.prepare();
      return;
    }
    this.begun = true;
    if (claims && !used && await this.introduceNew(claims)) return;
    this.start({ site: this.site, store });
    if (claims && own?.claims !== claims.about) this.inTurn(() => this.introduceWorker());
  }

  private start(opening: Opening): void {
    this.store = opening.store;
    this.wasOwners = this.isOwners();
    this.model.start(opening);
  }

  /** The page has said who its visitor is, while the panel is there. */
  private async named(): Promise<void> {
    const claims = claimsOf(this.token);
    if (this.token && !claims) this.complain('the identity token is not a JWT with a "sub"');
    if (!this.begun || this.ended || !claims) return;
    const known = owner(this.site);
    if (!this.isOwners()) {
      // Somebody who was here before, and did not log out.
      if (known) await this.restart();
      else await this.introduceWorker();
    } else if (known?.subject !== claims.subject) {
      await this.forget(false);
      await this.restart();
    } else if (known.claims !== claims.about) {
      await this.introduceWorker();
    }
  }

  /** On a device where nothing was written yet: once, in whichever of its tabs is first. */
  private introduceNew(claims: Claims): Promise<boolean> {
    const begin = async (): Promise<boolean> => await this.joinOwner(claims) || this.introduceFirst(claims);
    return oneTabAtATime(this.site, begin, () => this.storeMade());
  }

  /** The next tab must find it, unless there will never be one. */
  private async storeMade(): Promise<void> {
    const comes = (): boolean => !this.ended && this.model.state.storage.state === 'durable';
    while (this.store && comes() && !(await isThere(this.store))) {
      await new Promise((goOn) => setTimeout(goOn, kLookAgainMs));
    }
  }

  /** Another tab was first. */
  private async joinOwner(claims: Claims): Promise<boolean> {
    const known = owner(this.site);
    if (known?.subject !== claims.subject || !(await isThere(known.store))) return false;
    this.start({ site: this.site, store: known.store });
    return true;
  }

  private async introduceFirst(claims: Claims): Promise<boolean> {
    const secret = newSecret();
    const answer = await introduce(this.site, this.token, secret);
    if (answer === 'unreachable') return false; // as a guest meanwhile
    if ('error' in answer) {
      this.complain(answer.error.message);
      return false;
    }
    const opening = { site: this.site, store: newStore(this.site), person: { id: answer.customer, secret } };
    this.own(claims, opening.store);
    this.start(opening);
    return true;
  }

  /** Where something was: the worker knows who its customer is, and what is still to go out. */
  private async introduceWorker(): Promise<void> {
    const claims = claimsOf(this.token);
    const { token, store } = this;
    if (!claims || !store) return;
    // It may wait for the hub for long; whoever logs out meanwhile need not.
    void this.model.worker.introduce(token).then(async (introduced) => {
      if (this.ended || token !== this.token) return;
      if (introduced.outcome === 'refused') {
        this.complain(introduced.error.message);
      } else if (introduced.outcome === 'same') {
        this.own(claims, store);
      } else {
        await this.move(introduced.left);
      }
    }, () => this.inTurn(() => this.introduceWorker())); // by the worker that comes next
  }

  /** The hub has what was here under the person's other name: this device begins anew as his. */
  private async move(left: readonly LeftMessage[]): Promise<void> {
    this.ended = true;
    this.host.tell({ kind: 'wait' });
    const { sent, chosen } = await this.model.leave();
    // What the core has is told by the core.
    const all = new Map([...sent, ...left].map((one) => [one.id, one]));
    const lost = await leave(this.site, [...all.values()], chosen);
    await removeAll(this.site, 'moved');
    keepUnsaved(this.site, lost.map(({ text, at }) => ({ text, at, failure: 'storage_failed', conversation: 'new' })));
    await this.restart();
  }

  private own(claims: Claims, store: string): void {
    setOwner(this.site, { subject: claims.subject, store, claims: claims.about });
    this.wasOwners = true;
  }

  /** With all that is in memory; the page says again who its visitor is. */
  private async restart(): Promise<void> {
    this.ended = true;
    this.host.tell({ kind: 'wait' });
    location.reload();
    await new Promise(() => undefined);
  }

  private async forget(tell: boolean): Promise<void> {
    if (this.ended) return;
    // What was written has a moment to go out, also if the panel was never opened on this page.
    const store = owner(this.site)?.store ?? this.site;
    if (!this.begun && await isThere(store)) this.start({ site: this.site, store });
    this.begun = true;
    if (this.store) {
      await this.model.handedOver();
      // A worker that breaks over it can send nothing more; what it stored goes all the same.
      const lost = await this.model.worker.forget().catch(() => 0);
      if (lost > 0) this.complain(`${lost} unsent events were lost with the logout`);
    }
    this.ended = true;
    this.model.stop();
    await removeAll(this.site, 'logged-out');
    if (tell) this.host.tell({ kind: 'forgotten' });
  }

  /** Another tab may have logged out or in. */
  private look(farewell: Farewell | null): void {
    if (this.ended || !this.store) return;
    const isOwners = this.isOwners();
    const lost = farewell !== null || (this.wasOwners && !isOwners);
    this.wasOwners ||= isOwners;
    if (!lost) return;
    this.ended = true;
    this.model.stop();
    if (farewell === 'moved' || !this.host.present) location.reload();
    else this.host.tell({ kind: 'outdated' });
  }

  private takeFacts({ name, email, attributes }: Facts): void {
    const visitor = { ...(name ? { name } : {}), ...(email ? { email } : {}) };
    this.model.takeFromPage({ deskbell: 1, kind: 'visitor', visitor });
    for (const [given, value] of Object.entries(attributes ?? {})) this.note(attributeName(given), value);
  }

  private note(name: string, value: unknown): void {
    if (!name) return;
    this.attributes[name] = attributeText(value);
    this.saw(this.model.state);
  }

  /** To the core, and with it to the team: only what it does not know. */
  private tellAttributes(known: Record<string, string>): void {
    const news = Object.entries(this.attributes).filter(([name, value]) => known[name] !== value);
    this.attributes = {};
    // The core takes so many at once.
    for (let at = 0; at < news.length; at += 32) {
      void this.model.updateCustomer({ attributes: Object.fromEntries(news.slice(at, at + 32)) });
    }
  }

  private complain(text: string): void {
    this.host.tell({ kind: 'complaint', text });
    console.error('Deskbell: ' + text);
  }
}
