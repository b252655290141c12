// What strangers write, where the hub and the agent's client show it outside of the panel: in a mail, opened
// as a reader of mail would that keeps nothing from running; and in a terminal.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { Device, idOf, kPassword, kSite } from '../protocol/hub.mjs';
import { launch } from '../support/browser.mjs';
import { MailServer, readMail } from '../support/mail_server.mjs';
import { addAccount, Agent, deskbell, Program } from '../support/programs.mjs';
import { kTerminalPayloads } from '../support/terminal_payloads.mjs';
import { until } from '../support/until.mjs';
import { kXssPayloads, kXssTrap } from '../support/xss_payloads.mjs';

const kConversation = idOf('conversation');
const kMarkup = '"><img src=x onerror=xss()>';
/** A hub takes no zero. */
const kPayloads = kXssPayloads.map((payload) => payload.replaceAll('\0', ''));

let folder, mail, hub, url;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deskbell-strangers-'));
  mail = await MailServer.start();
  writeFileSync(join(folder, 'site.json'), JSON.stringify({ site: kSite, name: `Fern ${kMarkup}`, origins: [] }));
  await addAccount(join(folder, 'data'), kSite, 'ana', `Ana ${kMarkup}`, kPassword);
  hub = new Program(deskbell, ['serve', '--data', join(folder, 'data'), '--port', '0', '--site', join(folder, 'site.json'),
    '--smtp', mail.url, '--mail-from', 'desk@shop.example']);
  [, url] = await hub.says(/listening on (http:\S+)/);
});
afterEach(async () => {
  await hub?.kill('SIGKILL');
  await mail.close();
  rmSync(folder, { recursive: true, force: true });
});

async function place(device, ...events) {
  for (let at = 0; at < events.length; at += 100) {
    const results = await device.push(...events.slice(at, at + 100));
    assert.deepEqual(results.filter(({ outcome }) => outcome !== 'placed'), []);
  }
}

const says = (device, texts) => texts.map((text) => device.event('message.posted', kConversation, { text }));

test('a conversation by e-mail is text, each of the known payloads', async () => {
  const ada = await Device.customer(url, 'customer');
  const ana = await Device.agent(url);
  await place(ada, ada.event('conversation.started', kConversation), ...says(ada, kPayloads));
  await place(ana, ...says(ana, kPayloads));
  await place(ada, ada.event('transcript.requested', kConversation, { email: 'ada@example.org', language: 'en' }));
  await until('it has come', () => mail.mails.length > 0);
  const { subject, from, text, html } = readMail(mail.mails[0].raw);
  assert.equal(subject, `Your conversation with Fern ${kMarkup}`);
  assert.equal(from.replace(/^"|"(?= <desk)|\\(?=")/g, ''), `Fern ${kMarkup} <desk@shop.example>`);
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.evaluate(kXssTrap);
    await page.setContent(html);
    const { calls, elements, attributes, shown } = await page.evaluate(() => {
      const all = [...document.querySelectorAll('body *')];
      return {
        calls: window.xssCalls, elements: [...new Set(all.map(({ localName }) => localName))].sort(),
        attributes: all.flatMap((one) => one.getAttributeNames()).filter((name) => /^(on|src|href|action|formaction)/.test(name)),
        shown: document.body.innerText,
      };
    });
    assert.equal(calls, 0);
    assert.deepEqual(asked, []);
    assert.deepEqual(attributes, []);
    assert.deepEqual(elements.filter((name) => !['b', 'br', 'div', 'h1', 'hr', 'p', 'span', 'strong', 'small', 'section'].includes(name)), []);
    // And none is lost by being dangerous; white space and controls are not what is told.
    const plain = (words) => words.replace(/[\s\u0000-\u001f]+/g, '');
    for (const payload of kPayloads) {
      for (const words of [shown, text]) assert.ok(plain(words).includes(plain(payload)), payload);
    }
  } finally {
    await browser.close();
  }
});

test('nothing that a customer writes steers the agent\'s terminal', async () => {
  const ada = await Device.customer(url, 'customer');
  await place(ada, ada.event('conversation.started', kConversation));
  const agent = new Agent({ hubUrl: url, site: kSite, login: 'ana', password: kPassword, store: join(folder, 'agent.db') });
  try {
    const texts = [...kTerminalPayloads, ...kPayloads];
    await place(ada, ...says(ada, texts));
    let all = '';
    for (const [at, name] of kTerminalPayloads.entries()) {
      await place(ada, ada.event('customer.updated', '', { customer: ada.author.id, name: `${at} ${name}`,
        email: `a${at}@example.org`, attributes: { plan: name } }), ...says(ada, [`written ${at} ${name}`]));
      all += await agent.run(`wait message written ${at}`);
      all += await agent.run('list');
    }
    all += await agent.run('open 1');
    for (const [at, name] of kTerminalPayloads.entries()) all += await agent.run(`suggest ${at} ${name.replace(/[\r\n]/g, ' ')}`);
    assert.ok(all.includes('written 0 ␛[31mred'), all.slice(-2000));
    // eslint-disable-next-line no-control-regex
    const steering = /[^\n]{0,20}[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069][^\n]{0,20}/.exec(all);
    assert.equal(steering && JSON.stringify(steering[0]), null);
  } finally {
    await agent.program.kill();
  }
});
