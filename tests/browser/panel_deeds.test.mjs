// What a customer can do in the panel, and what it does by itself, with a worker that says what the
// tests tell it to.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { commandsOf, conversation, Harness, message, panel, script, survey } from './panel_harness.mjs';
import { until } from '../support/until.mjs';

let harness;
before(async () => { harness = await Harness.start(); });
after(async () => { await harness.stop(); });

const two = () => [
  conversation({ id: 'a', assignee_name: 'Mira', last_text: 'Newest' }),
  conversation({ id: 'b', assignee_name: 'Jonas', last_text: 'Older', resolved: true }),
];
const twoTalks = (part = {}) => {
  const [a, b] = two();
  return {
    panel: panel({ conversations: [a, b], conversation: a, messages: [message({ text: 'In the first' })], ...part }),
    talks: { b: [message({ text: 'In the second', author_name: 'Jonas' })] },
  };
};
const back = (page) => page.getByRole('button', { name: 'Back', exact: true });
const field = (page) => page.locator('.composer textarea');

describe('A conversation by e-mail', () => {
  const kOffered = (part) => twoTalks({
    site: { mail: true }, customer: { email: 'ada@example.org' }, ...part });
  const options = (page) => page.getByRole('button', { name: 'Options' });
  const address = (page) => page.getByRole('textbox', { name: 'Send by e-mail to' });
  const status = (page) => page.locator('.by-mail').getByRole('status');
  const wishes = async (page) => (await commandsOf(page)).filter(({ command }) => command === 'transcript.request');

  test('is not offered where the hub sends none, nor where there is no conversation', async () => {
    const page = await harness.openPanel(twoTalks());
    await page.getByText('In the first').waitFor();
    await options(page).click();
    await page.getByRole('button', { name: 'Save as data' }).waitFor();
    assert.equal(await address(page).count(), 0);
    await page.context().close();
    const home = await harness.openPanel({ panel: panel({ site: { mail: true } }) });
    await options(home).click();
    await home.getByRole('combobox').waitFor();
    assert.equal(await address(home).count(), 0);
    await home.context().close();
  });

  test('goes to the customer\'s address at the touch of a button, and says what becomes of it', async () => {
    const page = await harness.openPanel(kOffered({ connection: 'offline' }));
    await page.getByText('In the first').waitFor();
    await options(page).focus();
    await page.keyboard.press('Enter');
    assert.equal(await address(page).inputValue(), 'ada@example.org');
    assert.equal(await status(page).textContent(), '');
    await address(page).focus();
    await page.keyboard.press('Enter');
    await status(page).getByText('On its way to ada@example.org').waitFor();
    assert.deepEqual(await wishes(page), [{
      command: 'transcript.request', conversation: 'a', email: 'ada@example.org', language: 'en' }]);
    // Nothing that happens takes the keyboard away.
    assert.equal(await address(page).evaluate((field) => field === document.activeElement), true);
    await script(page, { panel: { transcript: { email: 'ada@example.org', sent: true, error: null } } });
    await status(page).getByText('Sent to ada@example.org').waitFor();
    const error = { code: 'mail_refused', message: 'no' };
    await script(page, { panel: { transcript: { email: 'ada@example.org', sent: false, error } } });
    await status(page).getByText('Not sent: the address was not accepted').waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await options(page).evaluate((button) => button === document.activeElement), true);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });

  test('goes to no nonsense, and says why it does not go', async () => {
    const page = await harness.openPanel({ ...kOffered(), refuses: 'mail_limit' });
    await page.getByText('In the first').waitFor();
    await options(page).click();
    const send = page.locator('.by-mail').getByRole('button', { name: 'Send' });
    const alert = page.locator('.by-mail').getByRole('alert');
    for (const nonsense of ['', 'ada', 'a b@c']) {
      await address(page).fill(nonsense);
      await send.click();
      await alert.getByText('Please check this.').waitFor();
      assert.equal(await address(page).getAttribute('aria-invalid'), 'true');
    }
    assert.deepEqual(await wishes(page), []);
    await address(page).fill(' bob@example.org ');
    await send.click();
    await alert.getByText('Not sent: it was sent as often as it may be').waitFor();
    assert.deepEqual((await wishes(page)).map(({ email }) => email), ['bob@example.org']);
    await page.context().close();
  });
});

describe('Conversations', () => {
  test('begin where one goes on, and are gone to and come back from', async () => {
    const page = await harness.openPanel(twoTalks());
    await page.getByText('In the first').waitFor();
    await back(page).click();
    await page.locator('.hello').waitFor();
    await page.getByRole('button', { name: 'Jonas' }).click();
    await page.getByText('In the second').waitFor();
    assert.equal(await page.getByText('In the first').count(), 0);
    await back(page).click();
    await page.getByRole('button', { name: 'Mira' }).click();
    await page.getByText('In the first').waitFor();
    await page.context().close();
  });

  test('are begun from home even when one is open, and what is written is in the new one', async () => {
    const page = await harness.openPanel({ ...twoTalks(), conversation: conversation({ id: 'new one' }) });
    await page.getByText('In the first').waitFor();
    await back(page).click();
    await field(page).fill('Something else');
    await page.keyboard.press('Enter');
    const [post] = (await commandsOf(page, 1)).filter(({ command }) => command === 'message.post');
    assert.deepEqual(post, { command: 'message.post', text: 'Something else', beside: ['a'], language: 'en' });
    await page.context().close();
  });

  test('keep a draft each, across reloads and tabs', async () => {
    const page = await harness.openPanel(twoTalks());
    await page.getByText('In the first').waitFor();
    await field(page).fill('Half for Mira');
    await back(page).click();
    assert.equal(await field(page).inputValue(), '');
    await page.getByRole('button', { name: 'Jonas' }).click();
    await page.getByText('In the second').waitFor();
    assert.equal(await field(page).inputValue(), '');
    await field(page).fill('Half for Jonas');
    await page.reload();
    await page.getByText('In the first').waitFor();
    assert.equal(await field(page).inputValue(), 'Half for Mira');
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByText('In the first').waitFor();
    assert.equal(await field(other).inputValue(), 'Half for Mira');
    // The tab that nobody writes in follows; the one that is written in keeps what is its own.
    await field(other).fill('Half for Mira, and more');
    await page.waitForFunction(() => document.querySelector('.composer textarea').value === 'Half for Mira, and more');
    await field(page).fill('Mine');
    await other.waitForFunction(() => localStorage.getItem('deskbell:draft:a:fern') === 'Mine');
    assert.equal(await field(other).inputValue(), 'Half for Mira, and more');
    await other.evaluate(() => window.dispatchEvent(new Event('blur')));
    await field(page).fill('Mine again');
    await other.waitForFunction(() => document.querySelector('.composer textarea').value === 'Mine again');
    await page.context().close();
  });

  test('that begin while one goes on writing take what is being written along', async () => {
    const page = await harness.openPanel({ panel: panel({}), conversation: conversation({ id: 'new one' }), slow: 'every' });
    await page.locator('.hello').waitFor();
    await field(page).fill('First');
    await page.keyboard.press('Enter');
    await field(page).fill('And then');
    await page.locator('.own[data-state=saved]').waitFor();
    await script(page, { release: true });
    await page.waitForFunction(() => window.heard.some(({ command }) =>
      command?.command === 'panel' && command.conversation === 'new one'));
    assert.equal(await field(page).inputValue(), 'And then');
    await page.reload();
    await page.locator('.hello, .message').first().waitFor();
    await page.context().close();
  });

  test('that another tab begins are gone to from home, with what is being written', async () => {
    const page = await harness.openPanel({ panel: panel({}) });
    await page.locator('.hello').waitFor();
    await field(page).fill('Me too');
    const begun = conversation({ id: 'begun' });
    await script(page, { panel: { conversations: [begun], conversation: begun, messages: [message({ own: true, text: 'There', state: 'sent' })] } });
    await page.getByText('There').waitFor();
    assert.equal(await field(page).inputValue(), 'Me too');
    // And not again: who goes home stays there.
    await back(page).click();
    await script(page, { panel: { unread: 0 } });
    await page.locator('.hello').waitFor();
    await page.context().close();
  });

  test('show what is unread each, and in all in the title', async () => {
    const unread = conversation({ id: 'a', assignee_name: 'Mira', unread: 3 });
    const page = await harness.openPanel({ panel: panel({
      unread: 3, messages: [], conversation: unread, conversations: [unread, two()[1]] }) });
    await back(page).click();
    await page.getByRole('button', { name: /Mira.*3 unread/ }).waitFor();
    assert.equal(await page.title(), '(3) Fern & Oak');
    await page.context().close();
  });

  test('are found again by a word in them', async () => {
    const scenario = twoTalks();
    const needle = { ...message({ text: 'A **needle** in the hay', author_name: 'Jonas' }), conversation: 'b' };
    scenario.talks.b = [...Array.from({ length: 30 }, (_, i) => message({ text: `Hay ${i}` })), needle,
      ...Array.from({ length: 30 }, (_, i) => message({ text: `More hay ${i}` }))];
    scenario.transcript = scenario.talks.b.map((one) => ({ ...one, conversation: 'b' }));
    const page = await harness.openPanel(scenario);
    await page.getByText('In the first').waitFor();
    await back(page).click();
    await page.getByRole('button', { name: 'All conversations and search' }).click();
    assert.equal(await page.evaluate(() => document.activeElement.localName), 'h1');
    await page.getByRole('searchbox').fill('NEEDLE');
    await page.getByText('1 message found').waitFor({ state: 'attached' });
    await page.locator('mark').click();
    const found = page.locator('.message.found');
    await found.waitFor();
    assert.ok(await found.evaluate((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      return top > 0 && bottom < innerHeight;
    }));
    await page.context().close();
  });

  test('are told of when something comes into another one, once', async () => {
    const page = await harness.openPanel(twoTalks());
    await page.getByText('In the first').waitFor();
    const [a, b] = two();
    const came = { conversations: [a, { ...b, unread: 1, last_text: 'Are **you** there?', last_at: 5 }], unread: 1 };
    await script(page, { panel: came });
    await page.locator('[role=log]').getByText('Jonas: Are you there?').waitFor({ state: 'attached' });
    await script(page, { panel: { ...came, unread: 1 } });
    await script(page, { panel: { site: panel({}).site } });
    assert.equal(await page.locator('[role=log] p').count(), 1);
    await page.context().close();
  });
});

describe('A hand-over', () => {
  test('keeps what was said off duty, on the screen and in what is saved', async () => {
    const step = { kind: 'handed_over', answers: [], fields: [], reason: 'requested', away: true, helpful: null, open: false };
    const said = message({ author: 'robot', author_name: '', text: 'Back at nine.', step });
    const scenario = twoTalks({
      site: { desk: { open: true, changes_at: null }, robot: { works: 'always', name: 'Moss', greeting: '', away: 'Other words by now.' } },
      messages: [said],
    });
    scenario.transcript = [{ ...said, conversation: 'a' }];
    const page = await harness.openPanel(scenario);
    await page.locator('.handed-over').getByText('Back at nine.', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Options' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'), page.getByText('Save as data').click(),
    ]);
    assert.match(JSON.parse(await readFile(await download.path(), 'utf8')).messages[0].text, / Back at nine\.$/);
    await page.context().close();
  });
});

describe('Messages', () => {
  test('are taken back while they have not left, and can be changed then', async () => {
    const page = await harness.openPanel({ panel: panel({ messages: [message({ text: 'x' })] }), undo: true });
    await page.getByText('x', { exact: true }).waitFor();
    await field(page).fill('Oh no');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Take back' }).click();
    await page.locator('.own').waitFor({ state: 'detached' });
    assert.equal(await field(page).inputValue(), 'Oh no');
    await page.context().close();
  });

  test('say so when they have left by the time one wants them back', async () => {
    const page = await harness.openPanel({ hasLeft: true,
      panel: panel({ messages: [message({ own: true, text: 'Too late', state: 'saved', undo: true })] }) });
    await page.getByRole('button', { name: 'Take back' }).click();
    await page.getByText('Not taken back: it has left this device already').waitFor();
    await page.locator('.own[data-state=sent]').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Take back' }).count(), 0);
    await page.context().close();
  });

  test('offer answers until something is said', async () => {
    const page = await harness.openPanel({ panel: panel({ messages: [message({ text: 'Shall I?', replies: ['Yes', 'No'] })] }) });
    await page.getByRole('group', { name: 'Answer with one touch' }).getByRole('button', { name: 'Yes' }).click();
    await page.locator('.own .bubble').waitFor();
    assert.equal(await page.locator('.replies').count(), 0);
    assert.equal((await commandsOf(page, 1))[0].text, 'Yes');
    await page.context().close();
  });

  test('carry cards: prices as the language writes them, answers by touch, articles to read', async () => {
    const cards = [
      { kind: 'product', title: 'Fern', amount: 123_456, currency: 'EUR', url: 'https://shop.example/fern', actions: [{ label: 'I want it', reply: 'The fern, please' }] },
      { kind: 'hologram', title: 'Of a newer version', amount: 500, currency: 'JPY' },
      { kind: 'article', title: 'Care', answer: 'care' },
    ];
    const page = await harness.openPanel({ panel: panel({ messages: [message({ text: 'See', cards })] }),
      articles: { care: { id: 'care', title: 'Caring for ferns', text: 'Water **often**.', language: 'en' } } });
    await page.getByText('€1,234.56').waitFor();
    await page.getByText('¥500').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Fern' }).getAttribute('href'), 'https://shop.example/fern');
    await page.getByRole('button', { name: 'Read' }).click();
    await page.getByRole('heading', { name: 'Caring for ferns' }).waitFor();
    assert.equal(await page.locator('.article strong').textContent(), 'often');
    await back(page).click();
    await page.getByRole('button', { name: 'I want it' }).click();
    await page.locator('.own .bubble').waitFor();
    assert.equal((await commandsOf(page, 1)).find(({ command }) => command === 'message.post').text, 'The fern, please');
    // What has been answered is not asked again.
    assert.ok(await page.getByRole('button', { name: 'I want it' }).isDisabled());
    await page.context().close();
  });

  test('hold code that is copied as it stands', async () => {
    const code = '  if (a < b) {\n\treturn "**";\n  }';
    const page = await harness.openPanel({ panel: panel({ messages: [message({ text: 'So:\n```\n' + code + '\n```' })] }) });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), code);
    await page.context().close();
  });

  test('take an emoji where the cursor is, by keyboard too', async () => {
    const page = await harness.openPanel({ panel: panel({}) });
    await field(page).fill('ab');
    await field(page).evaluate((one) => one.setSelectionRange(1, 1));
    await page.getByRole('button', { name: 'Emoji' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.emoji-grid button:focus').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    const chosen = await page.evaluate(() => document.activeElement.textContent);
    await page.keyboard.press('Enter');
    assert.equal(await field(page).inputValue(), `a${chosen}b`);
    await page.waitForFunction(() => document.activeElement.localName === 'textarea');
    // Escape closes the emoji, not the chat, and gives the focus back.
    await page.getByRole('button', { name: 'Emoji' }).click();
    assert.equal(await page.locator('.emoji-grid button:focus').textContent(), chosen);
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.emoji-grid').count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Emoji');
    await page.context().close();
  });
});

describe('The panel asks', () => {
  const form = { properties: { email: { format: 'email' }, topic: { title: 'Topic', enum: ['Delivery', 'Payment'] },
    order: { type: 'integer', title: 'Order', pattern: '[0-9]{4}' } }, required: ['email', 'topic'] };

  test('before the first message only what must be known and is not', async () => {
    const page = await harness.openPanel({ panel: panel({ site: { form }, customer: { email: 'a@b.example' } }), conversation: conversation() });
    await page.locator('.hello').waitFor();
    await field(page).fill('Hello');
    await page.keyboard.press('Enter');
    await page.getByText('Before we begin').waitFor();
    assert.equal(await page.getByLabel('E-mail').count(), 0, 'what is known is asked');
    assert.equal(await page.getByLabel(/Order/).count(), 0, 'what need not be known is asked before');
    assert.ok(await page.getByLabel('Topic').evaluate((one) => one === document.activeElement));
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Please fill this in.').waitFor();
    assert.deepEqual(await commandsOf(page), []);
    await page.getByLabel('Topic').selectOption('Payment');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.own .bubble').waitFor();
    assert.deepEqual(await commandsOf(page, 1), [
      { command: 'customer.update', attributes: { topic: 'Payment' } },
      { command: 'message.post', text: 'Hello', beside: [], language: 'en' },
    ]);
    // The rest is asked now, and need not be answered.
    await page.getByLabel(/Order/).fill('12');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Please check this.').waitFor();
    await page.getByRole('button', { name: 'Not now' }).click();
    await page.locator('.card').waitFor({ state: 'detached' });
    await page.context().close();
  });

  test('and keeps what it was asked for as a draft, wherever else he goes', async () => {
    const earlier = conversation({ id: 'earlier', resolved: true, last_text: 'Of last week' });
    const page = await harness.openPanel({
      panel: panel({ site: { form }, customer: { email: '' }, conversations: [earlier], conversation: null }),
      talks: { earlier: [message({ text: 'Of last week' })] },
    });
    await page.locator('.hello').waitFor();
    await field(page).fill('Precious');
    await page.keyboard.press('Enter');
    await page.getByText('Before we begin').waitFor();
    await page.reload();
    await page.locator('.hello').waitFor();
    await until('the draft is there again', async () => (await field(page).inputValue()) === 'Precious');
    await page.keyboard.press('Escape');
    await field(page).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Before we begin').waitFor();
    await page.locator('header').getByRole('button', { name: 'Back' }).click();
    await page.getByText('Of last week').click();
    await page.locator('.bubble', { hasText: 'Of last week' }).waitFor();
    assert.equal(await page.getByText('Before we begin').count(), 0, 'the form follows him');
    assert.equal(await field(page).inputValue(), '');
    assert.deepEqual(await commandsOf(page), []);
    await page.context().close();
  });

  test('and gives the text back to who does not want to say', async () => {
    const page = await harness.openPanel({ panel: panel({ site: { form }, customer: { email: '' } }) });
    await page.locator('.hello').waitFor();
    await field(page).fill('Hello');
    await page.keyboard.press('Enter');
    await page.locator('form.card').getByRole('button', { name: 'Back' }).click();
    assert.equal(await field(page).inputValue(), 'Hello');
    assert.deepEqual(await commandsOf(page), []);
    await page.context().close();
  });

  test('how it was, in the way that the site has chosen', async () => {
    const resolved = (kind) => ({ panel: panel({ site: { survey: { kind, tags: ['Fast', 'Kind'] } }, messages: [message({ text: 'x' })],
      conversation: conversation({ resolved: true, survey: survey({ open: true }) }) }) });
    const answers = {
      thumbs: [(page) => page.getByRole('radio', { name: 'Not good' }).check(), 0, /Not good/],
      nps: [(page) => page.getByRole('radio', { name: '10 Very likely' }).check(), 10, /10 of 10/],
      ces: [(page) => page.getByRole('radio', { name: '1 Very hard' }).check(), 1, /1 of 7/],
    };
    for (const [kind, [choose, score]] of Object.entries(answers)) {
      const page = await harness.openPanel(resolved(kind));
      await page.getByRole('button', { name: 'Send feedback' }).click();
      await page.getByText('Choose an answer first.').waitFor();
      await choose(page);
      await page.getByRole('checkbox', { name: 'Fast' }).check();
      await page.getByRole('button', { name: 'Send feedback' }).click();
      await page.locator('.thanks').waitFor();
      assert.deepEqual(await commandsOf(page), [
        { command: 'survey.answer', conversation: 'conversation', comment: '', kind, score, tags: ['Fast'] },
      ]);
      await page.context().close();
    }
  });
});

/** The panel in a frame of a page that keeps what it is told, and tells what a test says. */
async function openFramed(shown, options = {}) {
  harness.page = '<body><script>window.told = []; onmessage = (e) => told.push(e.data)</script></body>';
  harness.policy = null;
  harness.scenario = { panel: shown };
  const context = await harness.browser.newContext({ serviceWorkers: 'block', ...options });
  const page = await context.newPage();
  await page.goto(harness.shop);
  await page.evaluate((address) => {
    const frame = document.createElement('iframe');
    frame.src = address;
    document.body.append(frame);
  }, `${harness.hub}/panel/fern#host=${encodeURIComponent(harness.shop)}`);
  await page.waitForFunction(() => window.told.some(({ kind }) => kind === 'ready'));
  const tell = (message) => page.evaluate((data) =>
    document.querySelector('iframe').contentWindow.postMessage({ deskbell: 1, ...data }, '*'), message);
  const begin = { kind: 'begin', token: '', facts: {}, look: {}, wanted: true };
  await tell(begin);
  await tell({ kind: 'shown' });
  return { page, frame: page.frames()[1], tell, begin };
}

describe('The panel says', () => {
  test('whether somebody is there, and asks again when that changes', async () => {
    const soon = Date.now() + 1_500;
    const page = await harness.openPanel({ panel: panel({ site: { desk: { open: true, changes_at: soon }, reply_minutes: 10 } }) });
    await page.getByText('We are here now').waitFor();
    await page.getByText('Usual reply time: 10 minutes').waitFor();
    await page.evaluate(() => { window.heard.length = 0; });
    await page.waitForFunction(() => window.heard.some(({ command }) => command?.command === 'panel'));
    const evening = new Date().setHours(23, 59, 0, 0);
    await script(page, { panel: { site: { ...panel({}).site, desk: { open: false, changes_at: evening } } } });
    await page.getByText('We are away. Back at 11:59').waitFor();
    await script(page, { panel: { site: { ...panel({}).site, desk: { open: false, changes_at: null } } } });
    await page.getByText('We are away just now.').waitFor();
    await page.context().close();
  });

  test('everything in another language from one moment to the next, and after a reload', async () => {
    const page = await harness.openPanel({ panel: panel({ messages: [message({ text: 'Hello', own: true, state: 'read' })] }) });
    await page.getByText('Read', { exact: true }).waitFor();
    await field(page).fill('Half');
    await page.getByRole('button', { name: 'Options' }).click();
    await page.getByLabel('Language').selectOption('ar');
    await page.getByText('قُرئت').waitFor();
    assert.deepEqual(await page.evaluate(() => [document.dir, document.documentElement.lang]), ['rtl', 'ar']);
    assert.equal(await field(page).inputValue(), 'Half');
    await page.reload();
    await page.getByText('قُرئت').waitFor();
    await page.context().close();
  });

  test('what a site has said of its looks, without being loaded anew', async () => {
    const { page, frame, tell, begin } = await openFramed(
      panel({ messages: [message({ text: 'Hello', own: true, state: 'read' })] }), { colorScheme: 'light' });
    await frame.locator('.bubble').waitFor();
    await frame.evaluate(() => { window.mark = 1; });
    const style = (name) => frame.evaluate((property) => getComputedStyle(document.documentElement).getPropertyValue(property).trim(), name);
    await tell({ ...begin, look: { accent: '#ffe600', scheme: 'dark', radius: 4, language: 'de', texts: { compose: 'Ahoi' } } });
    await frame.getByPlaceholder('Ahoi').waitFor();
    await frame.getByText('Gelesen').waitFor();
    assert.equal(await style('--accent'), '#ffe600');
    assert.notEqual(await style('--on-accent'), '#ffffff');
    assert.equal(await style('--radius'), '4px');
    assert.equal(await style('--background'), '#171614');
    await tell({ ...begin, look: { accent: '', scheme: 'light', radius: 900 } });
    await frame.waitForFunction(() => getComputedStyle(document.documentElement).getPropertyValue('--background').trim() === '#fbfaf8');
    assert.equal(await style('--accent'), '#2c6a5d');
    assert.equal(await style('--radius'), '28px');
    assert.equal(await frame.evaluate(() => window.mark), 1, 'the panel was loaded anew');
    // And it is gone to where the site wants, and tells what happens.
    await tell({ kind: 'article', given: 'none' });
    await frame.locator('.article').waitFor();
    await tell({ kind: 'send', given: 'By the site' });
    await frame.locator('.own .bubble', { hasText: 'By the site' }).waitFor();
    await page.waitForFunction(() => window.told.some(({ event }) => event === 'message:queued'));
    await page.context().close();
  });

  test('and hears of a logout also when the worker breaks over it', async () => {
    const { page, frame, tell } = await openFramed(panel({ messages: [message({ text: 'Hello', own: true, state: 'read' })] }));
    await frame.locator('.bubble').waitFor();
    await tell({ kind: 'logout' });
    await until('all is forgotten', async () => {
      await frame.evaluate(() =>
        new BroadcastChannel('script').postMessage({ say: { kind: 'failed', message: 'its program broke' } }));
      return page.evaluate(() => window.told.some(({ kind }) => kind === 'forgotten'));
    });
    await page.context().close();
  });

  test('nothing aloud and nothing on the screen\'s edge before it was asked to', async () => {
    const page = await harness.openPanel({ panel: panel({ messages: [message({ text: 'x' })] }) }, { permissions: ['notifications'] });
    await page.evaluate(() => {
      window.sounded = 0;
      window.notified = [];
      window.AudioContext = class { constructor() { ++window.sounded; throw new Error('silent'); } };
      window.Notification = class { static permission = 'granted'; static requestPermission = async () => 'granted'; constructor(...about) { window.notified.push(about); } };
    });
    await page.locator('.bubble').waitFor();
    let n = 0;
    const come = async () => {
      ++n;
      await page.evaluate(() => {
        Object.defineProperty(document, 'hidden', { value: true, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      });
      await script(page, { panel: { unread: n, conversations: [conversation({ unread: n, assignee_name: 'Mira', last_text: `**Hi** ${n}` })] } });
      await page.waitForFunction((wanted) => document.title.startsWith(`(${wanted})`), n);
    };
    await come();
    assert.deepEqual(await page.evaluate(() => [window.sounded, window.notified.length]), [0, 0]);
    await page.getByRole('button', { name: 'Options' }).click();
    await page.getByRole('switch', { name: 'Sound for new messages' }).check();
    await page.getByRole('switch', { name: 'Notifications' }).check();
    await page.evaluate(() => { window.sounded = 0; window.heard.length = 0; });
    await come();
    assert.equal(await page.evaluate(() => window.sounded), 1);
    // Not what was written, as long as the customer has not asked for that, too.
    assert.deepEqual(await page.evaluate(() => window.notified), [['Fern & Oak', { body: 'You have a new message.', tag: 'deskbell' }]]);
    await page.getByRole('switch', { name: 'Show the text of messages' }).check();
    await come();
    assert.deepEqual(await page.evaluate(() => window.notified[1]), ['Mira', { body: 'Hi 3', tag: 'deskbell' }]);
    // And the way to the hub stays open for it.
    assert.ok(!await page.evaluate(() => window.heard.some(({ kind }) => kind === 'pause')));
    await page.context().close();
  });
});

describe('By keyboard alone', () => {
  test('nobody leaves a panel that fills a phone\'s screen, except by closing it', async () => {
    harness.page = '<body style="margin:0"><button>behind</button></body>';
    harness.policy = null;
    harness.scenario = { panel: panel({ messages: [message({ text: 'Hello' })] }) };
    const context = await harness.browser.newContext({ serviceWorkers: 'block', viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true });
    const page = await context.newPage();
    await page.goto(harness.shop);
    await page.evaluate((address) => {
      window.told = [];
      window.onmessage = ({ data }) => window.told.push(data);
      const frame = document.createElement('iframe');
      frame.style = 'position:fixed;inset:0;width:100%;height:100%;border:0';
      frame.src = address;
      document.body.append(frame);
    }, `${harness.hub}/panel/fern#host=${encodeURIComponent(harness.shop)}`);
    await page.waitForFunction(() => window.told.some(({ kind }) => kind === 'ready'));
    await page.evaluate(() => {
      for (const data of [{ kind: 'begin', token: '', facts: {}, look: {}, wanted: true }, { kind: 'shown' }]) {
        document.querySelector('iframe').contentWindow.postMessage({ deskbell: 1, ...data }, '*');
      }
    });
    const frame = page.frames()[1];
    await frame.locator('.bubble').waitFor();
    await frame.locator('.composer textarea').focus();
    const been = new Set();
    for (let step = 0; step < 20; ++step) {
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement.localName), 'iframe');
      been.add(await frame.evaluate(() => document.activeElement.getAttribute('aria-label')));
    }
    assert.ok(been.has('Back') && been.has('Close chat') && been.has('Send') && been.has('Write a message'), [...been].join());
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => window.told.some(({ kind }) => kind === 'close'));
    await context.close();
  });

  test('a customer goes from home to a conversation, writes, searches, saves and comes back', async () => {
    const scenario = twoTalks({ conversation: two()[1], conversations: two().reverse(), messages: [] });
    scenario.transcript = [{ ...message({ text: 'In the first', author_name: 'Mira' }), conversation: 'b' }];
    const page = await harness.openPanel(scenario);
    await page.locator('.hello').waitFor();
    const name = () => page.evaluate(() => document.activeElement === document.body ? ''
      : document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent);
    const focusComesTo = (wanted) => page.waitForFunction((text) => (document.activeElement
      .getAttribute('aria-label') ?? document.activeElement.textContent) === text, wanted);
    const tabTo = async (wanted) => {
      await page.waitForFunction((text) => [...document.querySelectorAll('button,input,textarea')].some((one) =>
        one.checkVisibility() && (one.getAttribute('aria-label') ?? one.textContent).includes(text)), wanted);
      for (let step = 0; step < 30; ++step) {
        if ((await name()).includes(wanted)) return;
        await page.keyboard.press('Tab');
      }
      assert.fail(`Tab never comes to ${wanted}`);
    };
    await tabTo('Jonas');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Conversation', exact: true }).waitFor();
    await page.waitForFunction(() => document.activeElement.localName === 'textarea');
    await page.keyboard.type('Hello again');
    await page.keyboard.press('Enter');
    await page.locator('.own .bubble').waitFor();
    await page.waitForFunction(() => document.activeElement.localName === 'textarea');
    await page.keyboard.press('Shift+Tab');
    await tabTo('Options');
    await page.keyboard.press('Enter');
    await tabTo('Save as data');
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    assert.match(download.suggestedFilename(), /^Fern-Oak-\d{4}-\d\d-\d\d\.json$/);
    assert.equal(JSON.parse(await readFile(await download.path(), 'utf8')).messages[0].name, 'Mira');
    await focusComesTo('Options');
    await page.keyboard.press('Enter');
    await page.locator('.choices-list:not([hidden])').waitFor();
    await page.keyboard.press('Escape');
    await focusComesTo('Options');
    await page.keyboard.press('Shift+Tab');
    await tabTo('Back');
    await page.keyboard.press('Enter');
    await page.locator('.hello').waitFor();
    await tabTo('All conversations');
    await page.keyboard.press('Enter');
    await tabTo('Search your messages');
    await page.keyboard.type('first');
    await page.locator('mark').waitFor();
    await tabTo('Mira');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Conversation', exact: true }).waitFor();
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
});
