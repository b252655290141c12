// A whole visit in each engine, with the real worker, core and hub: what a site file says of its
// desk, several conversations, a message taken back while there is no network, what an agent's
// program offers, a survey, another language; and then all of it that one writes and finds by
// keyboard alone. With DESKBELL_SCREENSHOTS=folder, also pictures of where one comes by.

import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openBrowser } from '../support/browsers.mjs';
import { Hands } from '../support/hands.mjs';
import { isKeptForOffline } from '../support/offline.mjs';
import { Shop, site } from '../support/shop.mjs';
import { until } from '../support/until.mjs';

const kAlways = Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, ['00:00-24:00']]));
const kArticle = '01936d5e-7c00-7000-8000-000000000001';
const kAbout = {
  greeting: 'Hello, plant lover', hours: { zone: 'CET-1CEST,M3.5.0,M10.5.0/3', week: kAlways }, reply_minutes: 10,
  suggestions: ['Where is my parcel?'], survey: { kind: 'nps', tags: ['Fast', 'Kind'] },
  form: { properties: { topic: { title: 'Topic', enum: ['Delivery', 'Payment'] } }, required: ['topic'] },
  answers: [{ id: kArticle, title: 'Caring for ferns', text: 'Hello {{customer.name|you}}: water **often**.' }],
};
const folder = process.env['DESKBELL_SCREENSHOTS'] ?? '';

/** Each engine has a shop of its own: a network that is cut is cut for everybody. */
class Visit {
  async open(engine) {
    this.engine = engine;
    this.shop = await Shop.open(kAbout);
    this.browser = await openBrowser(engine, { profile: join(this.shop.folder, 'profile') });
    this.tab = await this.browser.openWindow();
    this.hands = new Hands(this.tab);
    await this.hands.goto(`${this.shop.hubUrl}/panel/${site}`);
    await this.tab.evaluate(() => {
      window.complaints = [];
      window.addEventListener('error', ({ message }) => window.complaints.push(message));
      window.addEventListener('securitypolicyviolation', (one) => window.complaints.push(one.violatedDirective));
    });
    if (folder) await mkdir(folder, { recursive: true });
  }

  async close() {
    await this.browser?.close();
    await this.shop?.close();
  }

  async events(type) {
    const all = (await this.shop.history()).map(({ event }) => event);
    return all.filter((event) => event.type === type);
  }

  /** Waits for an event at the hub. */
  placed(type, wanted) {
    return until(`a ${type} is at the hub`, async () => (await this.events(type)).find(wanted));
  }

  says(conversation, text, more = {}) {
    return this.shop.teamDoes('message.posted', conversation, { text, ...more });
  }

  async picture(name) {
    if (folder) await writeFile(join(folder, `journey-${name}.${this.engine}.png`), await this.tab.picture());
  }

  async complaints() {
    return this.tab.evaluate(() => window.complaints ?? []);
  }
}

/** Home, the form before the first message, cards and an article. Answers the conversation's id. */
async function begin(visit) {
  const { hands, tab } = visit;
  for (const text of ['Hello, plant lover', 'We are here now', 'Usual reply time: 10 minutes']) await hands.sees(text);
  await visit.picture('home');
  await hands.click('Where is my parcel?');

  // What must be known is asked once, and the message goes out.
  await hands.sees('Before we begin');
  await tab.evaluate(() => {
    const list = document.querySelector('form.card select');
    list.value = 'Delivery';
    list.dispatchEvent(new Event('input', { bubbles: true }));
    list.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await visit.picture('form');
  await hands.click('Send');
  const id = await hands.reaches('Where is my parcel?', 'sent', 'delivered', 'read');
  const { conversation } = await visit.placed('message.posted', (one) => one.id === id);
  assert.equal((await visit.events('conversation.started')).length, 1);

  await visit.says(conversation, 'Is it **this** one?', { replies: ['Yes', 'No'], cards: [
    { kind: 'order', title: 'Your order', number: '1712', status: 'On its way', amount: 5380, currency: 'EUR',
      lines: [{ title: 'Fern', count: 2, amount: 5380 }] },
    { kind: 'article', title: 'Caring for ferns', answer: kArticle },
  ] });
  await hands.sees('Order 1712');
  await visit.picture('cards');
  await hands.click('Read');
  await hands.sees('Hello you: water often.');
  await visit.picture('article');
  await hands.click('Back');
  await hands.click('Yes');
  await visit.placed('message.posted', ({ data }) => data.text === 'Yes');
  return conversation;
}

/** Without a network one message is taken back; the other survives a reload and goes out by itself. */
async function loseTheNetwork(visit) {
  const { hands, tab, shop } = visit;
  await isKeptForOffline(tab);
  await shop.network.cut();
  await hands.sees('The chat cannot be reached just now.');
  await hands.loseNetwork();
  await hands.click('Write a message');
  await hands.write('Wrong words');
  await hands.reaches('Wrong words', 'saved');
  await visit.picture('unreachable');
  await hands.click('Take back');
  await until('it is in the field again', () => tab.evaluate(() =>
    document.querySelector('.composer textarea').value === 'Wrong words'));
  await until('it is gone', async () => (await hands.own('Wrong words')) === null);
  await hands.click('Write a message');
  await tab.evaluate(() => document.querySelector('.composer textarea').select());
  await hands.write('Right words');
  await hands.reaches('Right words', 'saved');
  await hands.reload();
  await hands.reaches('Right words', 'saved');
  await shop.network.restore();
  await hands.reaches('Right words', 'sent', 'delivered', 'read');
  const texts = (await visit.events('message.posted')).map(({ data }) => data.text);
  assert.ok(!texts.includes('Wrong words'));
  assert.equal(texts.filter((text) => text === 'Right words').length, 1);
}

/** A second conversation beside the first; what comes into the first is seen, read and found. */
async function goBetween(visit, first) {
  const { hands } = visit;
  await hands.click('Back');
  await hands.sees('Hello, plant lover');
  await hands.click('Write a message');
  await hands.write('And something else');
  await visit.placed('message.posted', ({ data }) => data.text === 'And something else');
  assert.equal((await visit.events('conversation.started')).length, 2);
  await hands.click('Back');
  await visit.says(first, 'It is at your door');
  await hands.sees('It is at your door');
  await visit.picture('two-conversations');
  await hands.click('It is at your door');
  await visit.placed('receipt.read', ({ conversation }) => conversation === first);
  await hands.click('Back');
  await hands.click('All conversations and search');
  await hands.click('Search your messages');
  await visit.tab.type('door');
  await hands.seesOne('mark');
  await visit.picture('found');
  await hands.click('door');
  await hands.seesOne('.message.found');
}

/** The end of the first conversation, and what the customer thinks of it. */
async function giveFeedback(visit, first) {
  const { hands, tab } = visit;
  await visit.shop.teamDoes('conversation.resolved', first, undefined);
  await hands.sees('How likely are you to recommend us?');
  await hands.click('9');
  await hands.click('Kind');
  await visit.picture('survey');
  await hands.enter('Send feedback');
  await hands.sees('Your answer: 9 of 10');
  await visit.placed('survey.answered', ({ data }) => data.kind === 'nps' && data.score === 9 && data.tags[0] === 'Kind');
  const about = (await visit.events('customer.updated')).map(({ data }) => data.attributes);
  assert.deepEqual(about, [{ topic: 'Delivery' }]);
  assert.equal(await tab.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
}

/** Arabic from one moment to the next, from right to left, and back again. */
async function speakArabic(visit) {
  const { tab } = visit;
  const speak = (language) => tab.evaluate((wanted) => {
    const list = document.querySelector('.choices-list select');
    list.value = wanted;
    list.dispatchEvent(new Event('change', { bubbles: true }));
  }, language);
  await speak('ar');
  await until('it is Arabic', () => tab.evaluate(() => document.documentElement.lang === 'ar' && document.dir === 'rtl'));
  await visit.picture('right-to-left');
  const out = await tab.evaluate(() => [...document.querySelectorAll('body, .scroller')]
    .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.className));
  assert.deepEqual(out, []);
  const sides = await tab.evaluate(() => ['.own .bubble', '.other .bubble'].map((one) =>
    document.querySelector(one).getBoundingClientRect()).map(({ left, right }) => (left + right) / 2));
  assert.ok(sides[0] < sides[1], `one's own words are not at the end of the line: ${sides}`);
  await speak('en');
  await until('it is English', () => tab.evaluate(() => document.dir === 'ltr'));
}

/** Enter ends a word that is being composed; in either order of the events it sends nothing. */
async function compose(visit) {
  const { hands, tab } = visit;
  await hands.tabTo('Write');
  await tab.type('nihongo');
  const left = await tab.evaluate(() => {
    const field = document.querySelector('.composer textarea');
    const press = (part) => field.dispatchEvent(new KeyboardEvent('keydown',
      { key: 'Enter', bubbles: true, cancelable: true, ...part }));
    const ends = () => field.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, data: '日本語' }));
    press({ isComposing: true });
    ends();
    ends();
    press({ keyCode: 229 });
    return field.value;
  });
  assert.equal(left, 'nihongo');
  await tab.pressWith('Shift', 'Enter');
  await tab.type('ok');
  assert.equal(await tab.evaluate(() => document.querySelector('.composer textarea').value), 'nihongo\nok');
  await tab.press('Enter');
  await hands.reaches('nihongo\nok', 'sent', 'delivered', 'read');
  assert.ok((await hands.focused()).includes('Write'), 'the field keeps the focus');
}

/** From home to a conversation, an emoji, a search and back, with nothing but keys. */
async function useKeysAlone(visit) {
  const { hands, tab } = visit;
  await hands.enter('Back', { back: true });
  await hands.sees('Hello, plant lover');
  await hands.enter('And something else', { back: true });
  await hands.reaches('And something else', 'sent', 'delivered', 'read');
  await hands.write('By keys alone');
  await hands.reaches('By keys alone', 'sent', 'delivered', 'read');
  await hands.enter('Emoji');
  await hands.seesOne('.emoji-grid button:focus');
  await tab.press('ArrowRight');
  await tab.press('Enter');
  await until('the emoji is in the field', () => tab.evaluate(() =>
    document.activeElement.localName === 'textarea' && document.activeElement.value === '😄'));
  await tab.press('Enter');
  await hands.reaches('😄', 'sent', 'delivered', 'read');
  await hands.enter('Options', { back: true });
  await hands.seesOne('.choices-list:not([hidden])');
  await visit.picture('options');
  await tab.press('Escape');
  assert.equal(await hands.focused(), 'Options');
  await hands.enter('Back', { back: true });
  await hands.enter('All conversations and search', { back: true });
  await hands.tabTo('Search your messages');
  await tab.type('keys');
  await hands.seesOne('mark');
  await hands.enter('By keys');
  await hands.seesOne('.message.found');
}

describe('A customer visits', { concurrency: true }, () => {
  for (const engine of ['chromium', 'firefox', 'webkit']) {
    test(`${engine}: desk, form, conversations, cards, search, survey, languages, without a network and by keys`, async () => {
      const visit = new Visit();
      try {
        await visit.open(engine);
        const first = await begin(visit);
        await loseTheNetwork(visit);
        await goBetween(visit, first);
        await giveFeedback(visit, first);
        await speakArabic(visit);
        await compose(visit);
        await useKeysAlone(visit);
        assert.deepEqual(await visit.complaints(), []);
      } catch (error) {
        await visit.picture('where-it-failed');
        throw error;
      } finally {
        await visit.close();
      }
    });
  }
});
