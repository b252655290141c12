// A whole visit with the real worker, core and hub: what a site file says of its desk, several
// conversations, a message taken back while there is no network, what an agent's program offers,
// and a survey that asks how likely one is to recommend the shop.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from '../support/browser.mjs';
import { freePort } from '../support/network.mjs';
import { addAccount, Hub, pullHistory, signIn } from '../support/programs.mjs';
import { until } from '../support/until.mjs';

const kLogin = { login: 'ana', password: 'correct horse battery staple' };
const kAlways = Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, ['00:00-24:00']]));

let folder, hub, browser, hubUrl;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deskbell-panel-'));
  const siteFile = join(folder, 'site.json');
  await writeFile(siteFile, JSON.stringify({
    site: 'fern', name: 'Fern & Oak', greeting: 'Hello, plant lover', origins: ['http://localhost:1'],
    hours: { zone: 'CET-1CEST,M3.5.0,M10.5.0/3', week: kAlways }, reply_minutes: 10,
    suggestions: ['Where is my parcel?'], survey: { kind: 'nps', tags: ['Fast', 'Kind'] },
    form: { properties: { topic: { title: 'Topic', enum: ['Delivery', 'Payment'] } }, required: ['topic'] },
    answers: [{ id: '01936d5e-7c00-7000-8000-000000000001', title: 'Caring for ferns', text: 'Hello {{customer.name|you}}: water **often**.' }],
  }));
  const port = await freePort();
  hubUrl = `http://localhost:${port}`;
  const data = join(folder, 'data');
  hub = new Hub({ data, port, siteFile });
  await hub.start();
  await hub.stop();
  await addAccount(data, 'fern', kLogin.login, 'Ana', kLogin.password);
  await hub.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await hub?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** An agent's program, which speaks the protocol itself. */
class AgentProgram {
  #n = 0;
  async start() {
    this.who = await signIn(hubUrl, 'fern', kLogin);
    const answer = await this.#post('tokens', { actor: 'agent', id: this.who.agent, secret: this.who.secret });
    this.token = answer.token;
  }

  async #post(path, body) {
    const answer = await fetch(`${hubUrl}/v1/sites/fern/${path}`, {
      method: 'POST', body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...(this.token ? { authorization: `Bearer ${this.token}` } : {}) },
    });
    return answer.json();
  }

  async emit(type, conversation, data) {
    const id = `01936d5e-7c00-7000-8000-${String(++this.#n + 100).padStart(12, '0')}`;
    const { results } = await this.#post('events', { events: [
      { id, type, conversation, author: { kind: 'agent', id: this.who.agent }, at: Date.now(), data }] });
    assert.equal(results[0].outcome, 'placed', JSON.stringify(results));
  }

  history() {
    return pullHistory(hubUrl, 'fern', this.who);
  }
}

test('a customer visits: desk, form, two conversations, cards, an article, taking back, and a survey', async () => {
  const agent = new AgentProgram();
  await agent.start();
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${hubUrl}/panel/fern`);
  const field = page.locator('.composer textarea');

  // Home says what the site file says.
  await page.getByText('Hello, plant lover').waitFor();
  await page.getByText('We are here now').waitFor();
  await page.getByText('Usual reply time: 10 minutes').waitFor();
  await page.getByRole('button', { name: 'Where is my parcel?' }).click();

  // What must be known is asked once, and the message goes out.
  await page.getByLabel('Topic').selectOption('Delivery');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.own[data-state=sent]').waitFor();

  // The agent's program offers an order, an article, and answers.
  const started = (await agent.history()).filter(({ event }) => event.type === 'conversation.started');
  assert.equal(started.length, 1);
  const first = started[0].event.conversation;
  await agent.emit('message.posted', first, { text: 'Is it **this** one?', replies: ['Yes', 'No'], cards: [
    { kind: 'order', title: 'Your order', number: '1712', status: 'On its way', amount: 5380, currency: 'EUR', lines: [{ title: 'Fern', count: 2, amount: 5380 }] },
    { kind: 'article', title: 'Caring for ferns', answer: '01936d5e-7c00-7000-8000-000000000001' },
  ] });
  await page.getByText('Order 1712').waitFor();
  await page.getByRole('button', { name: 'Read', exact: true }).click();
  await page.getByText('Hello you: water often.').waitFor();
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await page.getByRole('button', { name: 'Yes', exact: true }).click();
  await until('the answer is at the hub', async () =>
    (await agent.history()).some(({ event }) => event.data?.text === 'Yes'));

  // Without a network: one message is taken back, the other goes out when it can.
  await context.setOffline(true);
  // Playwright tells the page alone; browsers tell its workers, too.
  await page.workers()[0].evaluate(() => self.dispatchEvent(new Event('offline')));
  await page.getByText('You are offline.').waitFor();
  await field.fill('Wrong words');
  await field.press('Enter');
  await page.locator('.own', { hasText: 'Wrong words' }).getByRole('button', { name: 'Take back' }).click();
  await page.locator('.own', { hasText: 'Wrong words' }).waitFor({ state: 'detached' });
  assert.equal(await field.inputValue(), 'Wrong words');
  await field.fill('Right words');
  await field.press('Enter');
  await page.locator('.own[data-state=saved]', { hasText: 'Right words' }).waitFor();
  await context.setOffline(false);
  await page.workers()[0].evaluate(() => self.dispatchEvent(new Event('online')));
  await until('only what was not taken back is at the hub', async () => {
    const texts = (await agent.history()).map(({ event }) => event.data?.text);
    assert.ok(!texts.includes('Wrong words'));
    return texts.includes('Right words');
  });

  // A second conversation beside the first.
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await field.fill('And something else');
  await field.press('Enter');
  await page.locator('.own', { hasText: 'And something else' }).waitFor();
  await until('two conversations', async () =>
    (await agent.history()).filter(({ event }) => event.type === 'conversation.started').length === 2);
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await agent.emit('message.posted', first, { text: 'It is at your door' });
  await page.getByRole('button', { name: /It is at your door.*1 unread/ }).click();
  await page.getByText('It is at your door').waitFor();
  await until('the agent knows that it was read', async () =>
    (await agent.history()).some(({ event }) => event.type === 'receipt.read' && event.conversation === first));

  // What was said is found again, also after a reload.
  await page.reload();
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await page.getByRole('button', { name: 'All conversations and search' }).click();
  await page.getByRole('searchbox').fill('door');
  await page.locator('mark').click();
  await page.locator('.message.found').waitFor();

  // The end, and what the customer thinks of it.
  await agent.emit('conversation.resolved', first, undefined);
  await page.getByRole('radio', { name: '9' }).check();
  await page.getByRole('checkbox', { name: 'Kind' }).check();
  await page.getByRole('button', { name: 'Send feedback' }).click();
  await page.getByText('Your answer: 9 of 10').waitFor();
  await until('the survey is at the hub', async () => (await agent.history()).some(({ event }) =>
    event.type === 'survey.answered' && event.data.kind === 'nps' && event.data.score === 9 && event.data.tags[0] === 'Kind'));
  const about = (await agent.history()).filter(({ event }) => event.type === 'customer.updated');
  assert.deepEqual(about.map(({ event }) => event.data.attributes), [{ topic: 'Delivery' }]);
  assert.deepEqual(complaints, []);
  await context.close();
});
