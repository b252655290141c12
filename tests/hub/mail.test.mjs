// The real hub sends conversations by e-mail, through a mail server of the test's.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { Device, idOf, kPassword, kSite } from '../protocol/hub.mjs';
import { MailServer, readMail } from '../support/mail_server.mjs';
import { addAccount, deskbell, Program } from '../support/programs.mjs';
import { until } from '../support/until.mjs';

const kFrom = 'desk@shop.example';
const kTo = 'ada@example.org';
const kConversation = idOf('conversation');

let folder;
let mail;
let hub;
let url;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deskbell-mail-'));
  mail = await MailServer.start();
  writeFileSync(join(folder, 'site.json'), JSON.stringify({
    site: kSite, name: 'Fern & Öl, Grüße 🌿', origins: [],
    hours: { zone: 'CET-1CEST,M3.5.0,M10.5.0/3', week: {} },
  }));
  await addAccount(join(folder, 'data'), kSite, 'ana', 'Ana Silva', kPassword);
});
afterEach(async () => {
  await hub?.kill('SIGKILL');
  await mail.close();
  rmSync(folder, { recursive: true, force: true });
});

const kSends = () => ['--smtp', mail.url, '--mail-from', kFrom];

async function serve(...flags) {
  hub = new Program(deskbell, ['serve', '--data', join(folder, 'data'), '--port', '0',
    '--site', join(folder, 'site.json'), ...flags]);
  [, url] = await hub.says(/listening on (http:\S+)/);
}

/** A device of the hub as it runs now. */
async function customer(name = 'customer', before = null) {
  if (!before) return Device.customer(url, name);
  const device = new Device(url, 'customer', before.author.id, before.secret);
  await device.signIn();
  return device;
}

async function place(device, ...events) {
  const results = await device.push(...events);
  assert.deepEqual(results.map(({ outcome, message }) => message ?? outcome), results.map(() => 'placed'));
}

async function begin(device, text = 'Hello', conversation = kConversation) {
  await place(device, device.event('conversation.started', conversation),
    device.event('message.posted', conversation, { text }));
}

let asked = 0;
function wish(device, { conversation = kConversation, email = kTo, language = 'en' } = {}) {
  asked += 1;
  return { ...device.event('transcript.requested', conversation, { email, language }), id: idOf(`wish ${asked}`) };
}

async function history(device) {
  const page = await (await device.pull('?limit=2000')).json();
  return page.events.map(({ event }) => event);
}

/** What the hub says of these wishes, one or none for each. */
async function ends(device) {
  return (await history(device)).filter(({ type }) => /^transcript\.(sent|failed)$/.test(type));
}

async function ended(device, count = 1) {
  return until('the hub says what became of it', async () => {
    const found = await ends(device);
    return found.length >= count && found;
  });
}

test('a conversation is sent once, as it stood when it was asked for, without what is the team\'s', async () => {
  await serve(...kSends());
  const ada = await customer();
  const ana = await Device.agent(url);
  const long = 'long '.repeat(3000).trim();
  await begin(ada, 'Where is my parcel? 📦\r\n.\r\n.hidden\r\nBcc: x@y.example <b>&amp;</b>');
  await place(ana, ana.event('note.added', kConversation, { text: 'He called twice' }),
    ana.event('message.posted', kConversation, { text: `On its way. ${long}` }));
  const asking = wish(ada);
  await place(ada, asking);
  await place(ada, ada.event('message.posted', kConversation, { text: 'Said afterwards' }));

  const [sent, ...more] = await ended(ada);
  assert.deepEqual(more, []);
  assert.equal(sent.type, 'transcript.sent');
  assert.deepEqual(sent.data, { request: asking.id });
  assert.equal(sent.author.kind, 'system');
  assert.equal(mail.mails.length, 1);
  const [{ from, to, raw }] = mail.mails;
  assert.equal(from, kFrom);
  assert.deepEqual(to, [kTo]);
  const { fields, subject, from: sender, text, html } = readMail(raw);
  assert.equal(subject, 'Your conversation with Fern & Öl, Grüße 🌿');
  assert.equal(sender, `Fern & Öl, Grüße 🌿 <${kFrom}>`);
  assert.equal(fields.to, kTo);
  assert.equal(fields['message-id'], `<${asking.id}.transcript@shop.example>`);
  assert.equal(fields['auto-submitted'], 'auto-generated');
  assert.ok(Math.abs(Date.parse(fields.date) - Date.now()) < 24 * 3600 * 1000);
  assert.ok(text.includes('-- You, 2025-11-22 01:06 UTC+1\nWhere is my parcel? 📦\n.\n.hidden\nBcc: x@y.example <b>&amp;</b>\n'), text);
  assert.ok(text.includes(`-- Ana Silva, 2025-11-22 01:06 UTC+1\nOn its way. ${long}\n`));
  assert.ok(html.includes('&lt;b&gt;&amp;amp;&lt;/b&gt;'));
  for (const words of [text, html]) {
    assert.doesNotMatch(words, /called twice|Said afterwards/);
  }
  // Nobody else hears of it, and the log has nothing of it.
  const bob = await customer('bob');
  assert.deepEqual((await history(bob)).filter(({ type }) => type.startsWith('transcript.')), []);
  assert.doesNotMatch(hub.output, /ada|parcel|called/);
});

test('in the language of the customer, to an address and a name of any letters', async () => {
  await serve(...kSends());
  const ada = await customer();
  await begin(ada);
  await place(ada, wish(ada, { email: 'jörg@example.org', language: 'ar-EG' }));
  await ended(ada);
  const { subject, html, fields } = readMail(Buffer.from(mail.mails[0].raw, 'latin1').toString());
  assert.equal(subject, 'محادثتك مع Fern & Öl, Grüße 🌿');
  assert.equal(fields['content-language'], 'ar');
  assert.equal(fields.to, 'jörg@example.org');
  assert.match(html, /<html lang="ar" dir="rtl">/);
});

test('what cannot go while the mail server is down goes when it is back', async () => {
  await mail.close();
  await serve(...kSends());
  const ada = await customer();
  await begin(ada);
  await place(ada, wish(ada));
  await hub.says(/mail: the mail server takes none now: .*connect/);
  assert.deepEqual(await ends(ada), []);
  await mail.open();
  const [{ type }] = await ended(ada);
  assert.equal(type, 'transcript.sent');
  assert.equal(mail.mails.length, 1);
  await hub.says(/mail: the mail server takes mail again/);
});

test('an address that is refused for good is told; one that is put off is tried again', async () => {
  await serve(...kSends());
  const ada = await customer();
  await begin(ada);
  mail.answers.RCPT = '550 no such mailbox as ada@example.org';
  const first = wish(ada);
  await place(ada, first);
  const [failed] = await ended(ada);
  assert.equal(failed.type, 'transcript.failed');
  assert.deepEqual(failed.data, { request: first.id, reason: 'mail_refused' });

  mail.answers.RCPT = '451 come back later';
  await place(ada, wish(ada));
  await hub.says(/a mail is put off: RCPT was answered 451/);
  delete mail.answers.RCPT;
  mail.answers.end = '452 full';
  await until('the mail came as far as its end', () => mail.mails.length > 0);
  delete mail.answers.end;
  const [, sent] = await ended(ada, 2);
  assert.equal(sent.type, 'transcript.sent');
  assert.doesNotMatch(hub.output, /ada@/);

  mail.answers.end = '554 spam';
  await place(ada, wish(ada));
  assert.equal((await ended(ada, 3))[2].data.reason, 'mail_refused');
});

test('a sender that is refused is the site\'s trouble: nothing fails, it is tried again', async () => {
  mail.answers.MAIL = '530 sign in first';
  await serve(...kSends());
  const ada = await customer();
  await begin(ada);
  await place(ada, wish(ada));
  await hub.says(/takes none now: MAIL was answered 530/);
  assert.deepEqual(await ends(ada), []);
  delete mail.answers.MAIL;
  assert.equal((await ended(ada))[0].type, 'transcript.sent');
});

test('a hub that is killed before it knows sends it again, and it is known to be the same', async () => {
  mail.answers.end = ''; // says nothing
  await serve(...kSends());
  const before = await customer();
  await begin(before);
  await place(before, wish(before));
  await until('the mail has arrived', () => mail.mails.length === 1);
  await hub.kill('SIGKILL');
  delete mail.answers.end;
  await serve(...kSends());
  const ada = await customer('customer', before);
  const found = await ended(ada);
  assert.deepEqual(found.map(({ type }) => type), ['transcript.sent']);
  assert.equal(mail.mails.length, 2);
  const [first, second] = mail.mails.map(({ raw }) => readMail(raw));
  assert.equal(first.fields['message-id'], second.fields['message-id']);
  assert.equal(first.text, second.text);
});

test('a mail server that says nothing holds up neither what is written nor the end', async () => {
  mail.answers.greeting = '';
  await serve(...kSends());
  const ada = await customer();
  await begin(ada);
  await place(ada, wish(ada));
  await until('it is spoken to', () => mail.connections > 0);
  await place(ada, ada.event('message.posted', kConversation, { text: 'Still here' }));
  const { code } = await hub.kill('SIGTERM');
  assert.equal(code, 0);
});

test('without a mail server there is nothing to ask for, and who waited is told', async () => {
  await serve();
  const before = await customer();
  await begin(before);
  const [refused] = await before.push(wish(before));
  assert.equal(refused.code, 'mail_off');
  const mailOf = async (device) => (await history(device)).filter(({ type, data }) => type === 'site.updated' && 'mail' in data)
    .map(({ data }) => data.mail);
  assert.deepEqual(await mailOf(before), []);

  await hub.kill('SIGTERM');
  mail.answers.greeting = '421 not now';
  await serve(...kSends());
  const ada = await customer('customer', before);
  assert.deepEqual(await mailOf(ada), [true]);
  const waiting = wish(ada);
  await place(ada, waiting);
  await hub.kill('SIGTERM');

  await serve();
  const after = await customer('customer', before);
  assert.deepEqual(await mailOf(after), [true, false]);
  const [{ type, data }] = await ends(after);
  assert.equal(type, 'transcript.failed');
  assert.deepEqual(data, { request: waiting.id, reason: 'mail_off' });
  // Said once.
  await hub.kill('SIGTERM');
  await serve();
  const last = await customer('customer', before);
  assert.deepEqual(await mailOf(last), [true, false]);
  assert.equal((await ends(last)).length, 1);
});

test('no more leave in an hour than may, and no more go to one address in a day', async () => {
  await serve(...kSends(), '--mail-per-hour', '11');
  const ada = await customer();
  const ask = async (name, email) => {
    const conversation = idOf(name);
    await begin(ada, name, conversation);
    const asking = wish(ada, { conversation, email });
    await place(ada, asking);
    return asking.id;
  };
  for (let i = 0; i < 10; i += 1) await ask(`conversation ${i}`, kTo);
  await ended(ada, 10);
  const eleventh = await ask('one too many', kTo.toUpperCase());
  const failed = (await ended(ada, 11)).at(-1);
  assert.deepEqual(failed.data, { request: eleventh, reason: 'mail_limit' });
  await ask('to another', 'bob@example.org');
  await ended(ada, 12);
  await ask('beyond the hour', 'cy@example.org');
  await hub.says(/as much has left in this hour as may/);
  assert.equal(mail.mails.length, 11);
  assert.equal((await ends(ada)).length, 12);
});

test('no mail and no password go to another machine without TLS', async () => {
  const secret = join(folder, 'password');
  writeFileSync(secret, 'correct horse\n');
  const elsewhere = `smtp://0.0.0.0:${mail.port}`; // this machine, but it need not be
  await serve('--smtp', elsewhere, '--mail-from', kFrom, '--smtp-user', 'desk', '--smtp-password-file', secret);
  const ada = await customer();
  await begin(ada);
  await place(ada, wish(ada));
  await hub.says(/takes none now/);
  assert.deepEqual(mail.commands.filter((line) => !/^(EHLO|QUIT)/.test(line)), []);
});

test('TLS and a password, where they are wanted', async () => {
  const [key, cert, secret] = ['key', 'cert', 'password'].map((name) => join(folder, name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1',
    '-nodes', '-keyout', key, '-out', cert, '-subj', '/CN=mail.example', '-days', '2'], { stdio: 'ignore' });
  writeFileSync(secret, 'correct horse\n');
  await mail.close();
  mail = await MailServer.start({ tls: { key: readFileSync(key), cert: readFileSync(cert) } });
  const signsIn = ['--mail-from', kFrom, '--smtp-user', 'desk', '--smtp-password-file', secret];
  // Nobody vouches for that certificate.
  await serve('--smtp', `smtp://0.0.0.0:${mail.port}`, ...signsIn);
  const before = await customer();
  await begin(before);
  await place(before, wish(before));
  await hub.says(/takes none now: SSL/);
  assert.deepEqual(mail.commands.filter((line) => /^(AUTH|MAIL)/.test(line)), []);
  await hub.kill('SIGTERM');
  await serve('--smtp', `smtp://0.0.0.0:${mail.port}`, ...signsIn, '--smtp-insecure');
  const ada = await customer('customer', before);
  await ended(ada);
  const [{ tls, user }] = mail.mails;
  assert.equal(tls, true);
  assert.equal(user, 'desk:correct horse');
  assert.doesNotMatch(hub.output, /horse/);
});

test('a hub that is told nonsense about mail does not start, and says what to change', async () => {
  const empty = join(folder, 'empty');
  writeFileSync(empty, '\n');
  const cases = [
    [['--mail-from', kFrom], /only with --smtp/],
    [['--smtp', mail.url], /--mail-from/],
    [['--smtp', mail.url, '--mail-from', 'nobody'], /--mail-from: "nobody" is no e-mail address/],
    [['--smtp', 'http://127.0.0.1', '--mail-from', kFrom], /neither smtp nor smtps/],
    [['--smtp', '127.0.0.1:25', '--mail-from', kFrom], /--smtp/],
    [['--smtp', 'smtp://desk:secret@127.0.0.1', '--mail-from', kFrom], /--smtp-user/],
    [[...kSends(), '--smtp-user', 'desk'], /go together/],
    [[...kSends(), '--smtp-user', 'desk', '--smtp-password-file', join(folder, 'nowhere')], /nowhere cannot be read/],
    [[...kSends(), '--smtp-user', 'desk', '--smtp-password-file', empty], /is no password/],
  ];
  for (const [flags, says] of cases) {
    const started = new Program(deskbell, ['serve', '--data', join(folder, 'data'), '--port', '0', ...flags]);
    const { code } = await started.ended;
    assert.equal(code, 1, started.output);
    assert.match(started.output, says);
    assert.doesNotMatch(started.output, /listening/);
  }
});
