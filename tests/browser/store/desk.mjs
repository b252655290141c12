// A real hub behind a network that can be cut, for browsers to talk with; and what a customer does
// in the panel, by its own field and buttons.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProfile } from '../../support/browser.mjs';
import { freePort, Network } from '../../support/network.mjs';
import { addAccount, Agent, Hub, pullHistory, signIn } from '../../support/programs.mjs';

export const site = 'fern';
const kLogin = { login: 'ana', password: 'correct horse battery' };

export class Desk {
  #chromiums = [];

  /** `origins`: pages that may embed the panel. */
  static async open({ origins = [] } = {}) {
    const desk = new Desk();
    desk.folder = await mkdtemp(join(tmpdir(), 'deskbell-desk-'));
    const port = await freePort();
    desk.direct = `http://127.0.0.1:${port}`;
    desk.network = await new Network(port).open();
    desk.url = `http://localhost:${desk.network.port}`;
    desk.panel = `${desk.url}/panel/${site}`;
    const siteFile = join(desk.folder, 'site.json');
    await writeFile(siteFile, JSON.stringify({
      site, name: 'Fern & Oak', greeting: 'How can we help?',
      origins: origins.length > 0 ? origins : [desk.url],
    }));
    const data = join(desk.folder, 'hub');
    await addAccount(data, site, kLogin.login, 'Ana Silva', kLogin.password);
    desk.hub = new Hub({ data, port, siteFile });
    await desk.hub.start();
    return desk;
  }

  /** A folder for a browser to keep its things in. */
  profile(name) {
    return join(this.folder, `profile-${name}`);
  }

  /** A Chromium of Playwright's with that profile; ends with the desk at the latest. */
  async openChromium(name, options) {
    const context = await openProfile(this.profile(name), options);
    this.#chromiums.push(context);
    return context;
  }

  /** All messages that the hub has placed, in its order: `{ id, text, author, conversation }`. */
  async messages() {
    this.device ??= await signIn(this.direct, site, kLogin);
    const events = await pullHistory(this.direct, site, this.device);
    return events.map(({ event }) => event)
      .filter(({ type }) => type === 'message.posted')
      .map(({ id, data, author, conversation }) => ({ id, text: data.text, author: author.id, conversation }));
  }

  /** An agent answers in the conversation that has this message. */
  async reply(to, text) {
    this.agent ??= new Agent({
      hubUrl: this.direct, site, ...kLogin, store: join(this.folder, 'agent.db'),
    });
    await this.agent.run(`wait message ${to}`);
    await this.agent.run('open 1');
    await this.agent.run(`say ${text}`);
    await this.agent.run('wait placed');
  }

  async close() {
    for (const context of this.#chromiums) await context.close();
    await this.agent?.program.kill();
    await this.hub?.stop();
    await this.network?.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/**
 * Runs in the panel: leaves `window.customer`, who writes as people do and looks at what is shown.
 * Each own message that is first shown as saved (or further) is noted with its id and text.
 */
export function becomeCustomer() {
  const shown = new Map();
  const rows = () => [...document.querySelectorAll('li.own')].map((row) => ({
    id: row.dataset.id ?? null,
    text: row.querySelector('.bubble').lastChild.textContent,
    state: row.dataset.state,
  }));
  const notices = () => [...document.querySelectorAll('.notice span')].map((each) => each.textContent);
  // Bounded as in until.mjs, and sooner than a driver would give up without a reason.
  const kPatienceMs = 100_000;
  const until = (condition) => new Promise((resolve, reject) => {
    const end = setTimeout(() => {
      observer.disconnect();
      const seen = { rows: rows(), notices: notices(), text: document.body.innerText };
      reject(new Error(`waited in vain: ${condition} (seen: ${JSON.stringify(seen)})`));
    }, kPatienceMs);
    const look = () => {
      const value = condition();
      if (!value) return;
      clearTimeout(end);
      observer.disconnect();
      resolve(value);
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    look();
  });
  const note = () => {
    for (const { id, text, state } of rows()) {
      if (!id || shown.has(id) || !['saved', 'sent', 'delivered', 'read'].includes(state)) continue;
      shown.set(id, text);
      console.info('note', id, text);
    }
  };
  new MutationObserver(note).observe(document,
    { subtree: true, childList: true, attributes: true, characterData: true });
  note();
  window.customer = {
    rows,
    shown,
    until,
    notices,
    async write(text) {
      const field = await until(() => document.querySelector('.composer textarea'));
      field.value = text;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      await until(() => document.querySelector('.send').getAttribute('aria-disabled') === 'false');
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
      await until(() => document.querySelector('.send').getAttribute('aria-disabled') === 'true');
    },
    /** Resolves when every one of these ids is shown as saved, sent, delivered or read. */
    shows: (ids) => until(() => ids.every((id) => shown.has(id))),
    /** Resolves when the texts' states are all among `states`. */
    reaches: (texts, states) => until(() => texts.every((text) =>
      rows().some((row) => row.text === text && states.includes(row.state)))),
    /** Resolves when the worker runs, and with it all that the network is needed for. */
    isOpen: () => until(() => document.querySelector('.hello, .message') !== null),
    hears: (words) => until(() => window.customer.notices().some((each) => each.includes(words))),
  };
}
