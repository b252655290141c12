/**
 * What a person does at a panel that is the page of a tab (browsers.mjs), whatever the engine: sees
 * words, clicks what has a name, or comes to it by Tab alone.
 */

import { until } from './until.mjs';

/** Runs in the page: what can be operated and seen, each with the name that is read out for it. */
function leaveEyes() {
  const words = (node) => (node.getAttribute('aria-label') ??
    node.closest('label')?.textContent ?? node.textContent).replace(/\s+/g, ' ').trim();
  const all = () => [...document.querySelectorAll('button,a[href],input,select,textarea,mark')]
    .filter((one) => one.checkVisibility?.() ?? one.getClientRects().length > 0);
  // The one with exactly that name, or else the first that has it in its name.
  const find = (name) =>
    all().find((one) => words(one) === name) ?? all().find((one) => words(one).includes(name));
  const frame = () => new Promise((resolve) => { requestAnimationFrame(resolve); });
  const middleOf = (node) => {
    const { left, top, width, height } = node.getBoundingClientRect();
    return { x: Math.round(left + width / 2), y: Math.round(top + height / 2) };
  };
  window.eyes = {
    find,
    /** Its middle, once it has stood still there for some frames with nothing over it; null until then. */
    async stillPlaceOf(name) {
      const found = find(name);
      if (!found) return null;
      found.scrollIntoView({ block: 'nearest' });
      const place = middleOf(found);
      for (let i = 0; i < 5; ++i) {
        await frame();
        const { x, y } = middleOf(found);
        if (x !== place.x || y !== place.y || find(name) !== found) return null;
      }
      const top = document.elementFromPoint(place.x, place.y);
      return top && (found.contains(top) || top.contains(found)) ? place : null;
    },
    /** From now on until `hit` is asked: whether a click came to what has that name. */
    awaitClick(name) {
      const wanted = find(name);
      window.eyes.hit = null;
      document.addEventListener('click', ({ target }) => {
        window.eyes.hit = wanted?.contains(target) ?? false;
      }, { capture: true, once: true });
    },
    nameOf: (node) => (node && node !== document.body ? words(node) : ''),
    worker: null,
  };
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (...given) {
    window.eyes.worker = this;
    return postMessage.apply(this, given);
  };
}

export class Hands {
  constructor(tab) {
    this.tab = tab;
  }

  async goto(url) {
    await this.tab.goto(url);
    await this.tab.evaluate(leaveEyes);
  }

  async reload() {
    await this.tab.reload();
    await this.tab.evaluate(leaveEyes);
  }

  /** Waits for words anywhere in the page. */
  sees(text) {
    return until(`"${text}" is seen`, () =>
      this.tab.evaluate((wanted) => document.body.innerText.includes(wanted), text));
  }

  /** Waits for an element, by a selector. */
  seesOne(selector) {
    return until(`${selector} is seen`, () =>
      this.tab.evaluate((wanted) => document.querySelector(wanted) !== null, selector));
  }

  /** Waits until no element is there any more. */
  missesOne(selector) {
    return until(`${selector} is gone`, () =>
      this.tab.evaluate((wanted) => document.querySelector(wanted) === null, selector));
  }

  /**
   * Clicks, in the middle of it, what has that name. On a busy machine the page may move between the
   * look and the click; whoever misses clicks again.
   */
  async click(name) {
    for (let missed = true; missed;) {
      const { x, y } = await until(`"${name}" can be clicked`, () =>
        this.tab.evaluate((wanted) => window.eyes.stillPlaceOf(wanted), name));
      await this.tab.evaluate((wanted) => window.eyes.awaitClick(wanted), name);
      await this.tab.click(x, y);
      missed = (await this.tab.evaluate(() => window.eyes?.hit)) === false;
    }
  }

  /** The name of what has the focus; empty when nothing has. */
  focused() {
    return this.tab.evaluate(() => window.eyes.nameOf(document.activeElement));
  }

  /** By Tab alone (back by Shift and Tab) to what has that in its name. */
  async tabTo(name, { back = false, most = 40 } = {}) {
    await until(`"${name}" is there`, () =>
      this.tab.evaluate((wanted) => window.eyes.find(wanted) !== undefined, name));
    const been = [];
    for (let step = 0; step < most; ++step) {
      been.push(await this.focused());
      if (been.at(-1).includes(name)) return;
      await (back ? this.tab.pressWith('Shift', 'Tab') : this.tab.press('Tab'));
    }
    throw new Error(`Tab never comes to "${name}", only to ${[...new Set(been)].join(' | ')}`);
  }

  /** By Tab to a button or a link, and there Enter. */
  async enter(name, options) {
    await this.tabTo(name, options);
    await this.tab.press('Enter');
  }

  /** Writes into the message field, where the focus is by now, and sends with Enter. */
  async write(text) {
    await until('the field has the focus', () =>
      this.tab.evaluate(() => document.activeElement?.localName === 'textarea'));
    await this.tab.type(text);
    await this.tab.press('Enter');
    await until(`"${text}" is in the conversation`, () => this.own(text));
  }

  /** What the system tells browsers, and they their workers, when the network goes; no driver can. */
  async loseNetwork() {
    await until('the worker was asked something', () => this.tab.evaluate(() => window.eyes.worker !== null));
    await this.tab.evaluate(() => window.eyes.worker.postMessage(
      { kind: 'command', tag: 'network', command: { command: 'network', available: false } }));
  }

  /** The customer's own message with that text: its id and state; null while it is not there. */
  own(text) {
    return this.tab.evaluate((wanted) => {
      const row = [...document.querySelectorAll('li.own')].reverse()
        .find((one) => one.querySelector('.said').innerText.trim() === wanted);
      return row ? { id: row.dataset.id ?? null, state: row.dataset.state } : null;
    }, text);
  }

  /** Waits until the own message is in one of these states; answers its id. */
  async reaches(text, ...states) {
    const { id } = await until(`"${text}" is ${states.join(' or ')}`, async () => {
      const own = await this.own(text);
      return own && states.includes(own.state) && own;
    });
    return id;
  }
}
