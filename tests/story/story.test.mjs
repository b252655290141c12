// The story that Deskbell stands on, against the real parts: hub, widget in Chromium, agent's
// client. `STORY_RUNS=20 node --test tests/story/` tells it twenty times.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { Recorder } from '../protocol/recorder.mjs';
import { openProfile } from '../support/browser.mjs';
import { freePort, Network } from '../support/network.mjs';
import { addAccount, Agent, Hub, noteTyping, Program, pullHistory, root, signIn } from '../support/programs.mjs';
import { storeTextOf } from '../support/shop.mjs';
import { until } from '../support/until.mjs';

const kSite = 'fern';
const kPassword = 'correct horse battery';
const kPush = `POST /v1/sites/${kSite}/events`;
const kQuestions = ['Hello, is anybody there?', 'Where is my fern?', 'It was due on Monday.'];
const kAfterCrash = 'Are you still there?';
const kNote = 'Careful: second complaint this month';

/**
 * A shop, a hub behind a network that can be cut, a customer's browser and an agent. What the
 * widget and the hub say to each other is held against the protocol's description on its way.
 */
class World {
  static async open() {
    const world = new World();
    world.folder = await mkdtemp(join(tmpdir(), 'deskbell-story-'));
    const hubPort = await freePort();
    world.recorder = await Recorder.open(`http://127.0.0.1:${hubPort}`);
    world.network = await new Network(Number(new URL(world.recorder.url).port)).open();
    world.hubUrl = `http://localhost:${world.network.port}`;
    world.directUrl = `http://127.0.0.1:${hubPort}`;

    world.shop = new Program('node', [resolve(root, 'demo/shop/serve.mjs'), '--port', '0', '--hub', world.hubUrl]);
    const [, shopPort] = await world.shop.says(/http:\/\/[\w.]+:(\d+)/);
    world.shopNetwork = await new Network(Number(shopPort)).open();
    world.shopUrl = `http://localhost:${world.shopNetwork.port}/`;

    const siteFile = join(world.folder, 'site.json');
    await writeFile(siteFile, JSON.stringify({
      site: kSite, name: 'Fern & Oak', greeting: 'How can we help?',
      origins: [new URL(world.shopUrl).origin],
      answers: resolve(root, 'demo/site/answers.json'),
    }));
    const data = join(world.folder, 'hub');
    await addAccount(data, kSite, 'ana', 'Ana Silva', kPassword);
    world.hub = new Hub({ data, port: hubPort, siteFile });
    await world.hub.start();
    world.browser = await openProfile(join(world.folder, 'profile'));
    return world;
  }

  async close() {
    await this.browser?.close();
    await this.agent?.program.kill();
    await this.shop?.kill();
    await this.hub?.stop();
    await this.network?.close();
    await this.shopNetwork?.close();
    await this.recorder?.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  async openShop() {
    this.page = await this.browser.newPage();
    await this.page.goto(this.shopUrl);
    await this.openWidget();
  }

  /** Clicks where the launcher is; its shadow root is closed to us as to everybody. */
  async openWidget() {
    await this.page.waitForFunction(() => window.Deskbell?.loaded);
    const { width, height } = this.page.viewportSize();
    await until('the panel is there', async () => {
      this.panel = this.page.frames().find((frame) => frame.url().includes(`/panel/${kSite}`));
      // Once: a second click, while the frame is still on its way, would close it again.
      if (this.page.frames().length === 1) await this.page.mouse.click(width - 48, height - 48);
      return this.panel;
    });
    await this.panel.getByRole('textbox', { name: /^Write/ }).waitFor();
  }

  async cutNetwork() {
    await Promise.all([this.network.cut(), this.shopNetwork.cut()]);
  }

  async restoreNetwork() {
    await Promise.all([this.network.restore(), this.shopNetwork.restore()]);
  }

  /** The renderer dies as if the machine's memory had run out; the page is not asked. */
  async killTab() {
    const crashed = this.page.waitForEvent('crash');
    const session = await this.browser.newCDPSession(this.page);
    session.send('Page.crash').catch(() => {});
    await crashed;
    await this.page.close();
  }

  async write(text) {
    const field = this.panel.getByRole('textbox', { name: /^Write/ });
    await field.fill(text);
    await field.press('Enter');
  }

  /** The customer's own messages as [text, state]. */
  ownMessages() {
    return this.panel.$$eval('li.own', (rows) =>
      rows.map((row) => [row.querySelector('.bubble').lastChild.textContent, row.dataset.state]));
  }

  async ownMessagesAre(expected) {
    const wanted = JSON.stringify(expected);
    let last = '';
    await until('the customer sees the right messages', async () => {
      last = JSON.stringify(await this.ownMessages());
      return last === wanted;
    }).catch((error) => {
      throw new Error(`${error.message}\nexpected ${wanted}\nseen     ${last}`);
    });
  }

  startAgent() {
    this.agent = new Agent({
      hubUrl: this.directUrl, site: kSite, login: 'ana', password: kPassword,
      store: join(this.folder, 'ana.db'),
    });
  }

  /** Everything that the hub has placed, as the agent's API sees it. */
  async history() {
    const device = await signIn(this.directUrl, kSite, { login: 'ana', password: kPassword });
    return pullHistory(this.directUrl, kSite, device);
  }

  /** All that the panel's origin keeps in this browser, as text. */
  async deviceStore() {
    return this.panel.evaluate(storeTextOf);
  }

  async keepsPagesForOffline() {
    const cached = (frame) => frame.evaluate(async () => {
      await navigator.serviceWorker.ready;
      return Boolean(navigator.serviceWorker.controller) || (await caches.keys()).length > 0;
    });
    await until('the shop is kept for offline use', () => cached(this.page));
    await until('the panel is kept for offline use', () => cached(this.panel));
    await until('the panel page is in the cache', () =>
      this.panel.evaluate(async () => Boolean(await caches.match(location.pathname))));
  }
}

const withState = (texts, state) => texts.map((text) => [text, state]);

async function tell(world) {
  // A customer opens the shop and the widget; then the network is gone.
  await world.openShop();
  await world.keepsPagesForOffline();
  await world.cutNetwork();
  for (const question of kQuestions) await world.write(question);
  await world.ownMessagesAre(withState(kQuestions, 'saved'));

  // The tab is killed and opened again, still without a network.
  await world.killTab();
  await world.openShop();
  await world.ownMessagesAre(withState(kQuestions, 'saved'));
  await world.panel.getByText(/cannot be reached|offline/).first().waitFor();

  // The network comes back: each goes out, once.
  await world.restoreNetwork();
  await world.ownMessagesAre(withState(kQuestions, 'sent'));
  await world.panel.getByLabel('Name').fill('Mia');
  await world.panel.getByRole('button', { name: 'Save' }).click();

  // An agent reads and answers with a canned answer, its variables filled in.
  world.startAgent();
  const { agent } = world;
  await agent.run(`wait message ${kQuestions[2]}`);
  await until('the agent knows the customer by name', async () => (await agent.run('list')).includes('Mia'));
  const read = await agent.run('open 1');
  for (const question of kQuestions) assert.equal(read.split(question).length, 2, read);
  const found = await agent.run('find where is my order');
  assert.match(found, /^ *1\b/m, 'a canned answer is found by words');
  const used = await agent.run('use 1');
  assert.match(used, /Mia/, 'the answer calls the customer by name');
  assert.doesNotMatch(used, /\{\{/);
  const reply = /sent: (.*)/.exec(used)[1].slice(0, 60);

  // The widget shows it live, and the read mark goes back.
  await world.panel.getByText(reply).first().waitFor();
  await agent.run('wait read');
  await world.ownMessagesAre(withState(kQuestions, 'read'));

  // Each sees the other write.
  const { event: { conversation } } = (await world.history()).find(({ event }) => event.conversation);
  const ana = await signIn(world.directUrl, kSite, { login: 'ana', password: kPassword });
  await until('the customer sees that the agent writes', async () => {
    await noteTyping(world.directUrl, kSite, ana, conversation);
    return world.panel.getByText('Ana Silva is writing').isVisible();
  });
  await world.panel.getByRole('textbox', { name: /^Write/ }).pressSequentially('And');
  await until('the hub hears that the customer writes', () =>
    world.recorder.description.seen.has('noteTyping 204'));

  // The hub is killed after it placed a message and before anybody was told.
  const placed = world.network.holdNextAnswer(kPush);
  await world.write(kAfterCrash);
  await placed;
  await world.hub.kill();
  await world.hub.start();
  await agent.run(`wait message ${kAfterCrash}`);
  await until('the last question has arrived', async () =>
    ['delivered', 'read'].includes((await world.ownMessages()).at(-1)[1]));

  // The agent works while the hub is down; it is placed when the hub is back.
  await agent.run('open 1');
  await agent.run('wait placed');
  await world.hub.kill();
  for (const command of ['say I have looked it up for you.', `note ${kNote}`, 'assign me', 'resolve'])
    await agent.run(command);
  assert.match(await agent.run('status'), /unsent +4/);
  await world.hub.start();
  await agent.run('wait placed');

  // The customer sees the end, and says how it was.
  await world.panel.getByText('I have looked it up for you.').first().waitFor();
  await world.panel.getByText('You are talking with Ana Silva').waitFor();
  await world.panel.getByLabel('4 stars').check({ force: true });
  await world.panel.getByLabel(/Anything to add/).fill('Quick and friendly');
  await world.panel.getByRole('button', { name: 'Send feedback' }).click();
  await world.panel.getByText('Thank you for your feedback').waitFor();
  const survey = await agent.run('wait survey');
  assert.match(survey, /4/);
  assert.match(survey, /Quick and friendly/);

  // The note stayed with the team: neither the wire nor the device ever had it.
  assert.match(await agent.run('open 1'), new RegExp(kNote));
  const store = await world.deviceStore();
  assert.ok(store.includes('I have looked it up for you.'), 'the search finds what is there');
  assert.ok(world.network.hasBrought('I have looked it up for you.'));
  assert.ok(!store.includes(kNote), 'the note is in the device\'s store');
  assert.ok(!world.network.hasBrought(kNote), 'the note came over the wire');

  // Nothing was lost, nothing placed twice.
  const history = await world.history();
  const texts = history.map(({ event }) => event.data?.text).filter(Boolean);
  for (const text of [...kQuestions, kAfterCrash, 'I have looked it up for you.', kNote])
    assert.equal(texts.filter((each) => each === text).length, 1, text);
  assert.deepEqual(history.map(({ seq }) => seq), history.map((_, index) => index + 1));
  assert.equal(new Set(history.map(({ event }) => event.id)).size, history.length);
  await agent.quit();

  // All that the widget and the hub said to each other is what docs/openapi.yaml says.
  assert.deepEqual(world.recorder.complaints, []);
}

const runs = Number(process.env['STORY_RUNS'] ?? 1);
for (let run = 1; run <= runs; ++run) {
  test(`a customer and an agent talk, offline and on (${run} of ${runs})`, async () => {
    const world = await World.open();
    try {
      await tell(world);
    } catch (error) {
      await world.page?.screenshot({ path: join(tmpdir(), 'deskbell-story-failed.png') }).catch(() => {});
      throw error;
    } finally {
      await world.close();
    }
  });
}
