// Who the customer is: named by the site's server, switched, logged out; and that nothing of the one
// is left for the other. The real loader, panel, worker, core and hub.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { beforeEach, describe, test } from 'node:test';
import { browser, call, panelOf, seesText, shop, shown, site, storedText, useShop, visit } from '../support/shop.mjs';
import { until } from '../support/until.mjs';

let contexts = [];
let number = 0;
/** Texts and names of this test alone; long, for short ones are found in keys by chance. */
let tag;

useShop();
beforeEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
  tag = `visitor-of-test-${++number}`;
});

/** Another device. */
async function device(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  contexts.push(context);
  return context;
}

async function isAtHub(text, times = 1) {
  await until(`the hub has "${text}"`, async () =>
    (await shop.messages()).filter(([, sent]) => sent === text).length === times);
}

async function writes(page, text, times = 1) {
  await call(page, 'sendMessage', text);
  await call(page, 'open');
  await seesText(page, text);
  await isAtHub(text, times);
}

/**
 * The hub names who asks for it, and nobody hears until `goOn`. `answered` counts how often; on a slow
 * machine an answer is given up meanwhile, and asked for again.
 */
async function holdNaming(context) {
  const held = { answered: 0, goOn: () => undefined };
  const may = new Promise((resolve) => { held.goOn = resolve; });
  await context.route('**/identify', async (route) => {
    const response = await route.fetch();
    ++held.answered;
    await may;
    await route.fulfill({ response }).catch(() => undefined);
  });
  return held;
}

/** What the site's page hears of an event from now on. */
function listen(page, event) {
  return page.evaluate((name) => {
    const heard = [];
    document.addEventListener(`deskbell:${name}`, ({ detail }) => heard.push(detail));
    (window.heard ??= {})[name] = heard;
  }, event);
}

const heard = (page, event) => page.evaluate((name) => window.heard[name], event);

/** The panel has been taken off, with what it had in memory, and brought again. */
async function isFresh(page, without) {
  await until(`"${without}" is gone from the page`, async () => !(await shown(page)).includes(without));
}

function assertNothingOf(stored, words) {
  for (const word of words) {
    const at = stored.indexOf(word);
    assert.equal(at, -1, `"${word}" is still stored: ${JSON.stringify(stored.slice(Math.max(0, at - 80), at + 80))}`);
  }
}

/** Runs in a page of the hub's origin: holds every store in a transaction that does not end before `window.letGo`. */
async function holdStores() {
  const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  for (const { name } of await indexedDB.databases()) {
    const database = await asked(indexedDB.open(name));
    const names = [...database.objectStoreNames];
    const holding = database.transaction(names, 'readwrite');
    const holdOn = () => {
      if (!window.letGo) holding.objectStore(names[0]).count().onsuccess = holdOn;
    };
    holdOn();
    holding.oncomplete = () => database.close();
  }
}

/** All that names a person at the hub: ids, as the events have them. */
async function namesOf(subject) {
  const events = (await shop.history()).map(({ event }) => event);
  return events.filter(({ type, data }) => type === 'customer.updated' && data.attributes?._id === subject)
    .map(({ data }) => data.customer);
}

describe('A person whom the site has named', () => {
  test('sees the same conversations on two devices', async () => {
    const token = shop.token(`${tag}-ada`, { name: 'Ada' });
    const [phone, laptop] = [await visit(await device(), shop), await visit(await device(), shop)];
    await call(phone, 'identify', token);
    await writes(phone, `${tag} from the phone`);
    await call(laptop, 'identify', { token });
    await call(laptop, 'open');
    await seesText(laptop, `${tag} from the phone`);
    await writes(laptop, `${tag} from the laptop`);
    await seesText(phone, `${tag} from the laptop`);
    const authors = (await shop.messages()).filter(([, text]) => text.startsWith(tag)).map(([id]) => id);
    assert.equal(new Set(authors).size, 1);
    assert.deepEqual([...new Set(await namesOf(`${tag}-ada`))], [authors[0]]);
  });

  test('keeps what he wrote before he was named for the first time', async () => {
    const page = await visit(await device(), shop);
    await writes(page, `${tag} before`);
    const [[before]] = (await shop.messages()).filter(([, text]) => text === `${tag} before`);
    await call(page, 'identify', shop.token(`${tag}-ada`, { name: 'Ada' }));
    await until('the hub knows him', async () => (await namesOf(`${tag}-ada`)).length > 0);
    await writes(page, `${tag} after`);
    const [[after]] = (await shop.messages()).filter(([, text]) => text === `${tag} after`);
    assert.equal(after, before);
    await seesText(page, `${tag} before`);
    await page.reload();
    await page.waitForFunction(() => window.Deskbell?.loaded);
    await call(page, 'identify', shop.token(`${tag}-ada`, { name: 'Ada' }));
    await call(page, 'open');
    await seesText(page, `${tag} before`);
    await isAtHub(`${tag} before`);
  });

  test('gets what he wrote unnamed on another device, with its answers', async () => {
    const first = await visit(await device(), shop);
    await call(first, 'identify', shop.token(`${tag}-ada`));
    await writes(first, `${tag} on the first`);
    const second = await visit(await device(), shop);
    await writes(second, `${tag} on the second`);
    const { conversation } = (await shop.history()).map(({ event }) => event)
      .find(({ type, data }) => type === 'message.posted' && data.text === `${tag} on the second`);
    await shop.reply(conversation, `${tag} an answer`);
    await seesText(second, `${tag} an answer`);
    await call(second, 'identify', shop.token(`${tag}-ada`));
    // Copied under the person; the original is closed.
    await isAtHub(`${tag} on the second`, 2);
    const copied = (await shop.history()).map(({ event }) => event)
      .filter(({ data }) => data?.text === `${tag} on the second`).at(-1).conversation;
    assert.notEqual(copied, conversation);
    for (const page of [first, second]) {
      await call(page, 'showConversation', copied);
      await seesText(page, `${tag} an answer`);
      await seesText(page, `${tag} on the second`);
    }
    const events = (await shop.history()).map(({ event }) => event);
    assert.ok(events.some(({ type, conversation: which, author }) =>
      type === 'conversation.resolved' && which === conversation && author.kind === 'system'));
  });

  test('is named as soon as the hub can be reached, and loses nothing meanwhile', async () => {
    const page = await visit(await device(), shop);
    await writes(page, `${tag} online`);
    await shop.network.cut();
    await call(page, 'sendMessage', `${tag} offline`);
    await seesText(page, `${tag} offline`);
    await call(page, 'identify', shop.token(`${tag}-ada`));
    await shop.network.restore();
    await until('the hub knows him', async () => (await namesOf(`${tag}-ada`)).length > 0);
    await isAtHub(`${tag} offline`);
    await seesText(page, `${tag} offline`);
  });

  test('keeps what he sends and chooses while the hub makes another customer of him, files and all', async () => {
    const first = await visit(await device(), shop);
    await call(first, 'identify', shop.token(`${tag}-ada`));
    await writes(first, `${tag} on the first`);
    const context = await device();
    const page = await visit(context, shop);
    await writes(page, `${tag} unnamed`);
    // The hub has done it and nobody has heard; from then on nothing goes out before the answer has come.
    const naming = await holdNaming(context);
    await call(page, 'identify', shop.token(`${tag}-ada`));
    await until('the hub has answered', () => naming.answered >= 1);
    await context.route(/\/(events|attachments)\b/, (route) => (route.request().method() === 'GET' ? route.continue() : route.abort()));
    const bytes = Buffer.from(`the bytes of ${tag}`.repeat(10_000));
    const choose = (name) => panelOf(page).locator('input[type=file]').first()
      .setInputFiles({ name, mimeType: 'application/pdf', buffer: bytes });
    await choose('invoice.pdf');
    await panelOf(page).locator('.chosen').getByText('invoice.pdf').waitFor();
    await panelOf(page).locator('.composer textarea').fill(`${tag} with a file`);
    await panelOf(page).locator('.composer textarea').press('Enter');
    await panelOf(page).locator('.own[data-state=saved]').getByText(`${tag} with a file`).waitFor();
    await call(page, 'sendMessage', `${tag} without one`);
    await panelOf(page).locator('.own[data-state=saved]').getByText(`${tag} without one`).waitFor();
    await choose('next.pdf');
    await until('it is kept', () => panelOf(page).evaluate(() => localStorage.getItem('deskbell:chosen:fern')));
    await context.unroute(/\/(events|attachments)\b/);
    naming.goOn();
    await isAtHub(`${tag} with a file`);
    await isAtHub(`${tag} without one`);
    const { author, data } = (await shop.history()).map(({ event }) => event)
      .find(({ data }) => data?.text === `${tag} with a file`);
    assert.equal(author.id, (await namesOf(`${tag}-ada`))[0]);
    assert.deepEqual(data.attachments.map(({ id, name, type, size }) => [id, name, type, size]),
      [[createHash('sha256').update(bytes).digest('hex'), 'invoice.pdf', 'application/pdf', bytes.length]]);
    await seesText(page, `${tag} with a file`);
    await until('the file that he had chosen is still chosen', () => panelOf(page)?.evaluate(() =>
      [...document.querySelectorAll('.chosen')].some((one) => one.textContent.includes('next.pdf'))));
    await until('nothing is left behind', () => panelOf(page)?.evaluate(async () =>
      (await indexedDB.databases()).every(({ name }) => !name.endsWith('/left'))));
  });

  test('keeps what he sends in two tabs that begin again as another customer in the same moment', async () => {
    const first = await visit(await device(), shop);
    await call(first, 'identify', shop.token(`${tag}-ada`));
    await writes(first, `${tag} on the first`);
    const context = await device();
    const tabs = [await visit(context, shop), await visit(context, shop)];
    await writes(tabs[0], `${tag} unnamed`);
    await call(tabs[1], 'open');
    await seesText(tabs[1], `${tag} unnamed`);
    const naming = await holdNaming(context);
    for (const page of tabs) await call(page, 'identify', shop.token(`${tag}-ada`));
    await until('the hub has answered both', () => naming.answered >= 2);
    await context.route(/\/events\b/, (route) => (route.request().method() === 'GET' ? route.continue() : route.abort()));
    for (const [at, page] of tabs.entries()) {
      await call(page, 'sendMessage', `${tag} in tab ${at}`);
      await panelOf(page).locator('.own[data-state=saved]').getByText(`${tag} in tab ${at}`).waitFor();
    }
    await context.unroute(/\/events\b/);
    naming.goOn();
    for (const at of tabs.keys()) await isAtHub(`${tag} in tab ${at}`);
    for (const page of tabs) for (const at of tabs.keys()) await seesText(page, `${tag} in tab ${at}`);
  });

  test('is told all that the page says while it is settled who he is', async () => {
    const page = await visit(await device(), shop);
    await writes(page, `${tag} hello`);
    await page.evaluate(([token, plan]) => {
      window.Deskbell('close');
      window.Deskbell('identify', token);
      window.Deskbell('update', { language: 'de' });
      window.Deskbell('setAttributes', { plan });
      window.Deskbell('open');
    }, [shop.token(`${tag}-ada`), `${tag}-pro`]);
    await until('the team knows', async () => (await shop.history())
      .some(({ event: { type, data } }) => type === 'customer.updated' && data.attributes?.plan === `${tag}-pro`));
    await until('it speaks German', async () => /Nachricht|Gespräch|Gelesen|Gesendet/.test(await panelOf(page).locator('body').innerHTML()));
    // A panel that was told that it is looked at has the cursor where one writes.
    await until('it is looked at', () => panelOf(page).evaluate(() => document.activeElement?.tagName === 'TEXTAREA'));
  });

  test('reaches the team with what the site has proved, and with what it only says', async () => {
    const page = await visit(await device(), shop);
    await call(page, 'identify', shop.token(`${tag}-ada`, {
      name: 'Ada Lovelace', email: 'ada@example.com', attributes: { plan: 'pro' },
    }));
    await call(page, 'setAttributes', { basket: 3, 'odd name': 'x', _id: 'root' });
    await call(page, 'track', 'viewed pot', { id: 7 });
    await writes(page, `${tag} hello`);
    const attributes = await until('the team knows', async () => {
      const events = (await shop.history()).map(({ event }) => event)
        .filter(({ type }) => type === 'customer.updated');
      const id = events.find(({ data }) => data.attributes?._id === `${tag}-ada`)?.data.customer;
      const all = Object.assign({}, ...events.filter(({ data }) => data.customer === id)
        .map(({ data }) => ({ ...data, ...data.attributes })));
      return all.did_viewed_pot && all.basket && all;
    });
    assert.equal(attributes.name, 'Ada Lovelace');
    assert.equal(attributes.email, 'ada@example.com');
    assert.equal(attributes._plan, 'pro');
    assert.equal(attributes._id, `${tag}-ada`);
    assert.equal(attributes.basket, '3');
    assert.equal(attributes.odd_name, 'x');
    assert.equal(attributes.did_viewed_pot, '{"id":7}');
  });

  test('is nobody by a token that the site has not signed, and the site is told why', async () => {
    const page = await visit(await device(), shop);
    await listen(page, 'error');
    for (const [token, why] of [
      [shop.token(`${tag}-eve`, { secret: 'guessed' }), /not signed/],
      [shop.token(`${tag}-eve`, { site: 'moss' }), /"site"/],
      [shop.token(`${tag}-eve`, { exp: 1_700_000_000, iat: 1_699_999_000 }), /expired/],
    ]) {
      await call(page, 'identify', token);
      await call(page, 'open');
      await until(`the site is told ${why}`, async () => (await heard(page, 'error')).some((text) => why.test(text)));
    }
    await writes(page, `${tag} as a guest`);
    assert.deepEqual(await namesOf(`${tag}-eve`), []);
  });
});

describe('Who logs out', () => {
  test('leaves nothing readable on the device, also with another tab open', async () => {
    const context = await device();
    const page = await visit(context, shop);
    const person = { name: `Name${tag}`, email: `${tag}@example.com` };
    await call(page, 'identify', shop.token(`${tag}-ada`, person));
    await writes(page, `${tag} a secret`);
    await panelOf(page).getByRole('textbox', { name: /^Write/ }).fill(`${tag} a draft`);
    const other = await visit(context, shop);
    await call(other, 'identify', shop.token(`${tag}-ada`, person));
    await call(other, 'open');
    await seesText(other, `${tag} a secret`);
    const [[id]] = (await shop.messages()).filter(([, text]) => text === `${tag} a secret`);
    const words = [tag, id, 'a secret', 'a draft', person.name, person.email];
    const stored = await storedText(context, shop.hubUrl);
    for (const word of [`${tag} a secret`, `${tag}-ada`, id]) assert.ok(stored.includes(word), `a test that sees no ${word}`);

    await call(page, 'logout');
    assertNothingOf(await storedText(context, shop.hubUrl), words);
    for (const tab of [page, other]) {
      await isFresh(tab, `${tag} a secret`);
      await until('the note of a customer who talks is gone', () =>
        tab.evaluate((note) => localStorage.getItem(note) === null, `deskbell:${site}`));
    }
    // The session has ended at the hub, too: the next customer is somebody else.
    await writes(other, `${tag} by the next`);
    const [[next]] = (await shop.messages()).filter(([, text]) => text === `${tag} by the next`);
    assert.notEqual(next, id);
    assert.ok(!(await shown(other)).includes('a secret'));
    assert.ok(!(await storedText(context, shop.hubUrl)).includes(id));
  });

  test('is gone also where the panel was never opened on that page', async () => {
    const context = await device();
    const page = await visit(context, shop);
    await call(page, 'identify', shop.token(`${tag}-ada`));
    await writes(page, `${tag} a secret`);
    await page.reload();
    await page.waitForFunction(() => window.Deskbell?.loaded);
    await call(page, 'logout');
    assertNothingOf(await storedText(context, shop.hubUrl), [tag]);
    assert.equal(panelOf(page), null);
  });

  test('is gone also where the page takes the widget off without waiting', async () => {
    const context = await device();
    const page = await visit(context, shop);
    await call(page, 'identify', shop.token(`${tag}-ada`));
    await writes(page, `${tag} a secret`);
    await page.evaluate(() => { window.Deskbell('logout'); window.Deskbell('destroy'); });
    await until('nothing is stored', async () => !(await storedText(context, shop.hubUrl)).includes(tag));
    await until('the widget is off the page', () => page.evaluate(() => !document.querySelector('deskbell-widget')));
    assert.equal(panelOf(page), null);
  });

  test('is not said to be gone where no panel comes to see to it, and is gone when one has come', async () => {
    const context = await device({ serviceWorkers: 'block' });
    const page = await visit(context, shop);
    await call(page, 'identify', shop.token(`${tag}-ada`));
    await writes(page, `${tag} a secret`);
    await context.route('**/panel/**', (route) => route.abort());
    await page.reload();
    await page.waitForFunction(() => window.Deskbell?.loaded);
    assert.equal(await call(page, 'logout'), undefined);
    assert.ok((await storedText(context, shop.hubUrl)).includes(tag));
    await context.unroute('**/panel/**');
    await call(page, 'open');
    await until('nothing is stored', async () => !(await storedText(context, shop.hubUrl)).includes(tag));
    assert.equal(await call(page, 'logout'), 'forgotten');
  });

  test('is gone however much the page has tracked before', async () => {
    const context = await device();
    const page = await visit(context, shop);
    await writes(page, `${tag} a secret`);
    await page.reload();
    await page.waitForFunction(() => window.Deskbell?.loaded);
    await page.evaluate(() => {
      for (let step = 0; step < 300; ++step) window.Deskbell('track', `step ${step}`, { step });
      return window.Deskbell('logout');
    });
    assertNothingOf(await storedText(context, shop.hubUrl), [tag]);
  });

  test('is not said of the next one by another tab of the site', async () => {
    const context = await device();
    const page = await visit(context, shop);
    const other = await visit(context, shop);
    for (const tab of [page, other]) await call(tab, 'update', { name: `Name${tag}`, attributes: { plan: `Plan${tag}` } });
    await writes(page, `${tag} a secret`);
    await call(other, 'open');
    await seesText(other, `${tag} a secret`);
    await call(page, 'logout');
    await isFresh(other, `${tag} a secret`);
    await call(other, 'update', { language: 'de' });
    await writes(other, `by the next of test ${number}`);
    const [[next]] = (await shop.messages()).filter(([, text]) => text === `by the next of test ${number}`);
    const said = (await shop.history()).map(({ event }) => event)
      .filter(({ type, data }) => type === 'customer.updated' && data.customer === next);
    assert.ok(!JSON.stringify(said).includes(tag), JSON.stringify(said));
  });

  test('is gone when he was nobody, too', async () => {
    const context = await device();
    const page = await visit(context, shop);
    await writes(page, `${tag} a secret`);
    const other = await visit(context, shop);
    await call(other, 'open');
    await seesText(other, `${tag} a secret`);
    await call(page, 'logout');
    assertNothingOf(await storedText(context, shop.hubUrl), [tag]);
    await isFresh(other, `${tag} a secret`);
  });

  test('is let go though somebody holds his store, and it is gone when that one has', async () => {
    const context = await device();
    const page = await visit(context, shop);
    await writes(page, `${tag} a secret`);
    const holder = await context.newPage();
    await holder.goto(`${shop.hubUrl}/v1/health`);
    await holder.evaluate(holdStores);
    await call(page, 'logout');
    await holder.evaluate(() => { window.letGo = true; });
    await until('nothing is stored', async () => !(await storedText(context, shop.hubUrl)).includes(tag));
  });

  test('lets what he wrote last go out first', async () => {
    const context = await device();
    const page = await visit(context, shop);
    await call(page, 'open');
    await until('the panel is there', () => panelOf(page));
    await page.evaluate(async (text) => {
      window.Deskbell('sendMessage', text);
      await window.Deskbell('logout');
    }, `${tag} goodbye`);
    await isAtHub(`${tag} goodbye`);
    assertNothingOf(await storedText(context, shop.hubUrl), [tag]);
  });

  test('does not wait for a hub that is away, and the site is told what was lost', async () => {
    const context = await device();
    const page = await visit(context, shop);
    await listen(page, 'error');
    await writes(page, `${tag} first`);
    await shop.network.cut();
    await call(page, 'sendMessage', `${tag} never sent`);
    await seesText(page, `${tag} never sent`);
    await call(page, 'logout');
    await shop.network.restore();
    assert.match((await heard(page, 'error')).join(), /unsent/);
    assertNothingOf(await storedText(context, shop.hubUrl), [tag]);
  });
});

describe('The next customer on a shared device', () => {
  test('sees nothing of the one before who did not log out', async () => {
    const context = await device();
    const page = await visit(context, shop);
    await call(page, 'identify', shop.token(`${tag}-ada`, { name: `Name${tag}` }));
    await writes(page, `${tag} a secret`);
    // Somebody named: all that was there goes.
    await call(page, 'identify', shop.token(`${tag}-bob`));
    await isFresh(page, `${tag} a secret`);
    await writes(page, `hello of ${number} bob`);
    assert.ok(!(await shown(page)).includes('a secret'));
    assertNothingOf(await storedText(context, shop.hubUrl), [`${tag} a secret`, `${tag}-ada`, `Name${tag}`]);
  });

  test('sees nothing of him either while the site names nobody', async () => {
    const context = await device();
    const page = await visit(context, shop);
    await writes(page, `${tag} a secret`);
    await call(page, 'identify', shop.token(`${tag}-ada`));
    await until('the hub knows him', async () => (await namesOf(`${tag}-ada`)).length > 0);
    await writes(page, `${tag} another`);
    const next = await visit(context, shop);
    await page.close();
    await writes(next, `${tag} of a guest`);
    assert.ok(!(await shown(next)).includes('a secret'));
    // And the person finds all of his again.
    await call(next, 'identify', shop.token(`${tag}-ada`));
    await seesText(next, `${tag} a secret`);
  });
});
