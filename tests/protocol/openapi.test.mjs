/**
 * Holds docs/openapi.yaml against a real hub's traffic: every operation, with requests that are good
 * and bad, through the recorder, which checks each exchange.
 */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { MailServer } from '../support/mail_server.mjs';
import { until } from '../support/until.mjs';
import { Description, loadDocument } from './description.mjs';
import { Device, Hub, idOf, kNewCustomers, kPassword, kSite } from './hub.mjs';
import { Recorder } from './recorder.mjs';

const kFailedLogins = 10;
/** More than the hub hashes and queues at once. */
const kManyLogins = 60;
/** So often in a minute may somebody say that he is writing. */
const kMostTyping = 120;

const kBase = `/v1/sites/${kSite}`;
const kMegabyte = 1024 * 1024;

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
/** An address that the document has with gaps. */
const addressOf = (path) => path.replace('{site}', kSite).replace('{file}', 'x.js').replace('{language}', 'de').replace('{attachment}', sha256('x'));

let hub;
let mail;
let recorder;
let customer;
let agent;
/** What the agent's stream said, from the first test to the last: checkpoints are far between. */
const heard = [];
let listening;

const post = (path, body, headers = {}) => fetch(recorder.url + path, {
  method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body),
});

async function isProblem(answer, status, code) {
  assert.equal(answer.status, status);
  const problem = await answer.json();
  assert.equal(problem.type, code === null ? 'about:blank' : `/problems/${code}`);
  return problem;
}

/** A conversation that the customer has just begun. */
async function begin(device, name, text = 'Hello') {
  const conversation = idOf(name);
  const results = await device.push(
    device.event('conversation.started', conversation),
    device.event('message.posted', conversation, { text }));
  assert.deepEqual(results.map(({ outcome }) => outcome), ['placed', 'placed']);
  return conversation;
}

before(async () => {
  mail = await MailServer.start();
  hub = await Hub.start('--smtp', mail.url, '--mail-from', 'desk@shop.example');
  recorder = await Recorder.open(hub.url);
  customer = await Device.customer(recorder.url, 'customer');
  agent = await Device.agent(recorder.url);
  listening = (async () => {
    for await (const event of agent.stream()) heard.push(event);
  })();
});

after(async () => {
  await recorder?.close();
  await hub?.remove();
  await mail?.close();
});

test('the examples of the document are as its schemas say', () => {
  const description = new Description();
  const examples = description.examples();
  assert.ok(examples.length > 15);
  for (const { schema, value } of examples) {
    if (typeof value === 'string' && value.startsWith('event: ')) continue;
    assert.deepEqual(description.validate(schema, value, schema), []);
  }
  const stream = description.at(`#/paths/~1v1~1sites~1{site}~1stream/get/responses/200/content`);
  const check = description.stream('GET', `${kBase}/stream`, 200, 'text/event-stream');
  assert.deepEqual(check.take(stream['text/event-stream'].example), []);
  assert.deepEqual(check.end(), []);
});

test('transcripts by e-mail', async () => {
  const conversation = await begin(customer, 'transcripts');
  const wish = (email = 'ada@example.org') =>
    customer.event('transcript.requested', conversation, { email, language: 'en' });
  const last = async (device) => {
    const { events } = await (await device.pull('?limit=2000')).json();
    return events.findLast(({ event }) => event.conversation === conversation).event;
  };
  mail.answers.RCPT = '451 not now';
  const [taken, second, wrong] = await customer.push(wish(), wish(), wish('nobody'));
  assert.deepEqual([taken.outcome, second.code, wrong.code], ['placed', 'mail_waiting', 'invalid_event']);
  mail.answers.RCPT = '550 never';
  const failed = await until('it failed', async () => {
    const event = await last(customer);
    return event.type === 'transcript.failed' && event;
  });
  assert.equal(failed.data.reason, 'mail_refused');
  delete mail.answers.RCPT;
  await customer.push(wish());
  await until('it was sent', async () => (await last(agent)).type === 'transcript.sent');
});

test('health, methods and paths', async () => {
  const health = await fetch(`${recorder.url}/v1/health`);
  assert.equal((await health.json()).status, 'ok');
  assert.equal((await fetch(`${recorder.url}/v1/health`, { method: 'HEAD' })).status, 200);
  for (const { path } of recorder.description.operations()) {
    const address = recorder.url + addressOf(path);
    assert.equal((await fetch(address, { method: 'OPTIONS' })).status, 204);
    await isProblem(await fetch(address, { method: 'DELETE' }), 405, null);
  }
  for (const path of ['/', '/v1/nothing', `${kBase}/nothing`, '/index.html']) {
    await isProblem(await fetch(recorder.url + path), 404, 'not_found');
  }
  for (const path of ['login', 'tokens', 'identify', 'logout', 'events', 'stream', 'typing']) {
    const nowhere = `/v1/sites/nowhere/${path}`;
    const method = path === 'events' || path === 'stream' ? 'GET' : 'POST';
    await isProblem(await fetch(recorder.url + nowhere, { method }), 404, 'unknown_site');
    await isProblem(await fetch(recorder.url + nowhere, { method: 'OPTIONS' }), 404, 'unknown_site');
  }
  for (const [method, path] of [['POST', 'uploads'], ['PATCH', 'uploads/{attachment}'], ['GET', 'attachments/{attachment}']]) {
    const nowhere = recorder.url + addressOf(`/v1/sites/nowhere/${path}`);
    await isProblem(await fetch(nowhere, { method }), 404, 'unknown_site');
    await isProblem(await fetch(nowhere, { method: 'OPTIONS' }), 404, 'unknown_site');
  }
  await isProblem(await post('/v1/sites/nowhere/events', '{}'), 404, 'unknown_site');
});

test('what anybody may know of a site', async () => {
  const about = await fetch(recorder.url + kBase);
  assert.equal(about.status, 200);
  assert.equal(about.headers.get('cache-control'), 'no-store');
  assert.equal((await about.json()).site.name, 'Fern');
  assert.equal((await fetch(recorder.url + kBase, { method: 'HEAD' })).status, 200);
  await isProblem(await fetch(`${recorder.url}/v1/sites/nowhere`), 404, 'unknown_site');
  for (const method of ['HEAD', 'OPTIONS']) {
    assert.equal((await fetch(`${recorder.url}/v1/sites/nowhere`, { method })).status, 404);
  }
  await isProblem(await fetch(`${recorder.url}${kBase}/`), 404, 'not_found');
});

test('the widget\'s files', async (t) => {
  const missing = ['/panel/nowhere', '/proactive/nowhere', '/assets/nothing.js', '/deskbell.tlh.js', ...(hub.hasWidget ? [] : ['/deskbell.js', '/notify.js', '/service-worker.js'])];
  for (const path of missing) {
    assert.equal((await fetch(recorder.url + path)).status, 404);
    assert.equal((await fetch(recorder.url + path, { method: 'HEAD' })).status, 404);
  }
  if (!hub.hasWidget) return t.diagnostic('the widget is not built: its files are not looked at');
  const page = await (await fetch(`${recorder.url}/panel/${kSite}`)).text();
  const assets = page.match(/\/assets\/[\w.-]+/g);
  assert.ok(assets.length >= 2);
  for (const path of ['/deskbell.js', '/deskbell.de.js', '/notify.js', '/service-worker.js', `/panel/${kSite}`, `/proactive/${kSite}`, ...assets]) {
    const whole = await fetch(recorder.url + path);
    assert.equal(whole.status, 200, path);
    const headers = { 'if-none-match': whole.headers.get('etag') };
    assert.equal((await fetch(recorder.url + path, { headers })).status, 304, path);
    assert.equal((await fetch(recorder.url + path, { method: 'HEAD' })).status, 200, path);
  }
});

test('signing in', async () => {
  const good = await post(`${kBase}/login`, { login: 'ana', password: kPassword });
  assert.equal(good.status, 200);
  await isProblem(await post(`${kBase}/login`, { login: 'ana', password: 'no' }), 401, 'wrong_credentials');
  await isProblem(await post(`${kBase}/login`, { login: 'nobody', password: 'no' }), 401, 'wrong_credentials');
  await isProblem(await post(`${kBase}/login`, 'login=ana'), 400, 'invalid_json');
  const pointer = recorder.description.operations()
    .find(({ operation }) => operation.operationId === 'logIn').pointer;
  const schema = `${pointer}/requestBody/content/application~1json/schema`;
  for (const body of [{}, { login: 'ana' }, { login: 5, password: 'x' }, [], { login: 'x'.repeat(300), password: 'x' }]) {
    await isProblem(await post(`${kBase}/login`, body), 400, 'invalid_command');
    assert.notDeepEqual(recorder.description.validate(schema, body), [], 'the document allows it');
  }
  await isProblem(await post(`${kBase}/login`, `{"login":"${'x'.repeat(9000)}"}`), 413, 'too_large');
});

test('people whom the site names, and who log out', async () => {
  const secret = 'a'.repeat(64);
  const named = (body) => post(`${kBase}/identify`, { secret, ...body });
  const before = await Device.customer(recorder.url, 'before');
  await begin(before, 'unnamed');
  const { author: { id }, secret: old } = before;
  const good = await named({
    token: hub.identityToken('ada', { name: 'Ada', attributes: { plan: 'pro' } }), before: { id, secret: old },
  });
  assert.deepEqual([good.status, await good.json()], [200, { customer: id }]);
  const again = await named({ token: hub.identityToken('ada'), secret: 'b'.repeat(64) });
  assert.equal((await again.json()).customer, id);
  // The secret of before is worth nothing, nor is the token that it was traded for a moment ago.
  const tokens = (with_) => post(`${kBase}/tokens`, { actor: 'customer', id, secret: with_ });
  await isProblem(await tokens(old), 401, 'wrong_credentials');
  assert.equal((await tokens(secret)).status, 200);
  await isProblem(await named({ token: 'x' }), 401, 'identity_refused');
  await isProblem(await named({ token: hub.identityToken('ada', { site: 'moss' }) }), 401, 'identity_refused');
  const stranger = await Device.customer(recorder.url, 'stranger');
  await isProblem(await named({ token: hub.identityToken('eve'), before: { id: stranger.author.id, secret } }),
    401, 'wrong_credentials');
  // A known person's other device, where something was written unnamed.
  await begin(stranger, 'written unnamed');
  const moved = await named({ token: hub.identityToken('ada'), secret: 'c'.repeat(64),
    before: { id: stranger.author.id, secret: stranger.secret } });
  assert.equal((await moved.json()).customer, id);

  const pointer = recorder.description.operations()
    .find(({ operation }) => operation.operationId === 'identify').pointer;
  const schema = `${pointer}/requestBody/content/application~1json/schema`;
  await isProblem(await post(`${kBase}/identify`, 'token'), 400, 'invalid_json');
  for (const body of [{}, { token: 5, secret }, { token: 'x' }, { token: 'x', secret: 'short' },
    { token: 'x', secret, before: {} }, { token: 'x', secret, before: { id, secret: 'short' } }]) {
    await isProblem(await post(`${kBase}/identify`, body), 400, 'invalid_command');
    assert.notDeepEqual(recorder.description.validate(schema, body), [], 'the document allows it');
  }
  await isProblem(await named({ token: 'x'.repeat(40_000) }), 413, 'too_large');

  const out = (body) => post(`${kBase}/logout`, body);
  const mine = { actor: 'customer', id, secret };
  for (let times = 0; times < 2; ++times) assert.equal((await out(mine)).status, 204);
  await isProblem(await tokens(secret), 401, 'wrong_credentials');
  assert.equal((await tokens('b'.repeat(64))).status, 200);
  await isProblem(await out({ ...mine, actor: 'system' }), 422, 'invalid_event');
  await isProblem(await out('{'), 400, 'invalid_json');
  await isProblem(await out({ ...mine, more: 'x'.repeat(300_000) }), 413, 'too_large');
  const device = await Device.agent(recorder.url);
  assert.equal((await out({ actor: 'agent', id: device.author.id, secret: device.secret })).status, 204);
  await isProblem(await post(`${kBase}/tokens`, { actor: 'agent', id: device.author.id, secret: device.secret }),
    401, 'wrong_credentials');
});

test('tokens', async () => {
  const mine = { actor: 'customer', id: customer.author.id, secret: customer.secret };
  assert.equal((await post(`${kBase}/tokens`, mine)).status, 200);
  await isProblem(await post(`${kBase}/tokens`, { ...mine, secret: 'f'.repeat(64) }), 401, 'wrong_credentials');
  const agents = { actor: 'agent', id: agent.author.id, secret: 'f'.repeat(64) };
  await isProblem(await post(`${kBase}/tokens`, agents), 401, 'wrong_credentials');
  await isProblem(await post(`${kBase}/tokens`, '{"actor"'), 400, 'invalid_json');
  const schema = '#/components/schemas/TokenRequest';
  for (const change of [{ actor: 'system' }, { id: 'x' }, { secret: 'short' }, { secret: 5 }, { id: undefined }]) {
    const body = { ...mine, ...change };
    await isProblem(await post(`${kBase}/tokens`, body), 422, 'invalid_event');
    assert.notDeepEqual(recorder.description.validate(schema, body), [], 'the document allows it');
  }
  await isProblem(await post(`${kBase}/tokens`, JSON.stringify({ ...mine, more: 'x'.repeat(300_000) })), 413, 'too_large');
});

test('every type of event comes back as it is described', async () => {
  const conversation = await begin(customer, 'one of everything', 'Where is my parcel?');
  const page = await (await agent.pull()).json();
  const seen = { seen: page.events.at(-1).seq, epoch: page.cursor.split('.')[0] };
  const answer = idOf('published by an agent');
  const published = {
    answer, title: 'Late', text: 'Sorry', keywords: ['late'], scope: 'team', language: 'en',
    translations: [{ language: 'de', title: 'Spät', text: 'Verzeihung' }], examples: 'Why so late?\nWo bleibt es?',
    category: 'Delivery', shortcut: 'late', from: 1, to: 4_000_000_000_000, related: [idOf('answer everyone')],
    replies: ['Fine'], cards: [{ title: 'The parcel' }],
  };
  const results = await agent.push(
    agent.event('receipt.delivered', conversation, { up_to: seen.seen }),
    agent.event('receipt.read', conversation, { up_to: seen.seen }),
    agent.event('message.posted', conversation, { text: 'On its way', ...seen, answer: idOf('answer everyone') }),
    agent.event('note.added', conversation, { text: 'Ask the carrier' }),
    agent.event('conversation.assigned', conversation, { agent: agent.author.id }),
    agent.event('conversation.assigned', conversation, { agent: '' }),
    agent.event('conversation.resolved', conversation),
    agent.event('conversation.reopened', conversation),
    agent.event('conversation.resolved', conversation, {}),
    agent.event('customer.updated', '', { customer: customer.author.id, name: 'Mia', email: 'mia@example.com' }),
    agent.event('answer.published', '', published),
    agent.event('answer.drafted', '', { ...published, title: 'Later' }),
    agent.event('answer.guided', '', { answer, procedure: 'Ask the carrier.', authority: 'Up to 5 euros.' }),
    agent.event('answer.withdrawn', '', { answer, draft: true }),
    agent.event('answer.withdrawn', '', { answer }));
  for (const result of results) assert.equal(result.outcome, 'placed', JSON.stringify(result));
  const [survey] = await customer.push(
    customer.event('survey.answered', conversation, { stars: 5, comment: 'Thank you' }));
  assert.equal(survey.outcome, 'placed');
  const known = idOf('answer everyone');
  const message = idOf('asked of the robot');
  const offered = customer.event('robot.offered', conversation, { message, answers: [known], language: 'en' });
  const steps = await customer.push(
    offered,
    customer.event('robot.answered', conversation, { message, answer: known }),
    customer.event('robot.asked', conversation, { message, answer: known, fields: ['order'] }),
    customer.event('robot.missed', conversation, { message }),
    customer.event('answer.chosen', conversation, { step: offered.id, answer: known }),
    customer.event('answer.rated', conversation, { step: offered.id, helpful: false }),
    customer.event('conversation.handed_over', conversation, { reason: 'unhelpful', message }));
  for (const result of steps) assert.equal(result.outcome, 'placed', JSON.stringify(result));

  const { events } = await (await agent.pull()).json();
  const types = new Set(events.map(({ event }) => event.type));
  const documented = Object.keys(recorder.description.document.components.schemas.Event.discriminator.mapping);
  assert.deepEqual(documented.filter((type) => !types.has(type)), [], 'types that no event had');
});

test('a push answers for each event by itself', async () => {
  const conversation = await begin(customer, 'refusals');
  const { events, cursor } = await (await agent.pull()).json();
  const epoch = cursor.split('.')[0];
  const before = { text: 'I know', seen: events.at(-1).seq, epoch };
  await customer.push(customer.event('message.posted', conversation, { text: 'One more thing' }));
  const other = await Device.customer(recorder.url, 'other');
  const started = customer.event('conversation.started', idOf('again'));
  const message = customer.event('message.posted', conversation, { text: 'Once' });
  const [placed] = await customer.push(message);

  const all = [
    [agent, agent.event('message.posted', conversation, before), 'refused', 'stale_reply'],
    [customer, { ...message, author: agent.author }, 'refused', 'wrong_author'],
    [customer, customer.event('note.added', conversation, { text: 'x' }), 'refused', 'not_allowed'],
    [customer, customer.event('thing.happened', conversation), 'refused', 'unknown_type'],
    [customer, customer.event('message.posted', conversation, { text: ' ' }), 'refused', 'invalid_event'],
    [customer, customer.event('message.posted', '', { text: 'x' }), 'refused', 'invalid_event'],
    [customer, { ...message, at: 1.5 }, 'refused', 'invalid_event'],
    [customer, { ...message, id: 'no id' }, 'refused', 'invalid_event'],
    [customer, 'no event', 'refused', 'invalid_event'],
    [customer, customer.event('message.posted', conversation, { text: 'x'.repeat(17_000) }), 'refused', 'invalid_event'],
    [customer, customer.event('message.posted', conversation, { text: 'x'.repeat(70_000) }), 'refused', 'too_large'],
    [customer, { ...message, data: { text: 'Twice' } }, 'refused', 'id_conflict'],
    [customer, message, 'placed', undefined],
    [customer, { ...started, conversation }, 'refused', 'conversation_exists'],
    [customer, customer.event('survey.answered', conversation, { stars: 3 }), 'refused', 'survey_not_open'],
    [customer, customer.event('survey.answered', idOf('one of everything'), { stars: 3 }), 'refused', 'survey_already_answered'],
    [other, other.event('message.posted', conversation, { text: 'x' }), 'retry', 'unknown_conversation'],
    [other, other.event('customer.updated', '', { customer: customer.author.id, name: 'x' }), 'refused', 'not_allowed'],
    [agent, agent.event('conversation.assigned', conversation, { agent: idOf('nobody') }), 'refused', 'unknown_agent'],
    [agent, agent.event('answer.withdrawn', '', { answer: idOf('nothing') }), 'refused', 'unknown_answer'],
    [agent, agent.event('answer.published', '', {
      answer: idOf('answer everyone'), title: 'x', text: 'x', scope: 'team' }), 'refused', 'scope_narrowed'],
  ];
  for (const [device, event, outcome, code] of all) {
    const [result] = await device.push(event);
    assert.equal(result.outcome, outcome, JSON.stringify([event, result]).slice(0, 500));
    assert.equal(result.code, code, JSON.stringify(result));
    if (code === undefined) assert.equal(result.seq, placed.seq);
    if (code === 'invalid_event') {
      assert.notDeepEqual(recorder.description.validate('#/components/schemas/Event', event), [],
        `the document allows ${JSON.stringify(event).slice(0, 200)}`);
    }
  }
  const together = await customer.push(...all.filter(([device]) => device === customer).map(([, event]) => event));
  assert.ok(together.some(({ outcome }) => outcome === 'placed'));
});

test('a push that fails as a whole', async () => {
  await isProblem(await post(`${kBase}/events`, { events: [] }), 401, 'not_signed_in');
  const forged = { authorization: `Bearer ${customer.token.slice(0, -2)}xx` };
  await isProblem(await post(`${kBase}/events`, { events: [] }, forged), 401, 'not_signed_in');
  assert.deepEqual(await customer.push(), []);
  for (const body of ['', 'no', '{}', '{"events":5}', '[[[[[[[[[[[[]]]]]]]]]]]]']) {
    await isProblem(await post(`${kBase}/events`, body, customer.headers), 400, 'invalid_json');
  }
  const many = { events: Array(501).fill(5) };
  await isProblem(await post(`${kBase}/events`, many, customer.headers), 413, 'too_large');
  await isProblem(await post(`${kBase}/events`, 'x'.repeat(1024 * 1024 + 1), customer.headers), 413, 'too_large');
  const elsewhere = `${kBase}/events?epoch=${'0'.repeat(16)}`;
  await isProblem(await post(elsewhere, { events: [] }, customer.headers), 409, 'new_epoch');
});

test('pages join on one another and a pull can wait', async () => {
  const all = await (await agent.pull()).json();
  let events = [];
  let page = { cursor: null, more: true };
  while (page.more) {
    const query = page.cursor === null ? '' : `&cursor=${page.cursor}`;
    const next = await (await agent.pull(`?limit=3${query}`)).json();
    if (page.cursor !== null) assert.equal(next.since, page.cursor);
    page = next;
    events = events.concat(page.events);
  }
  assert.deepEqual(events, all.events);
  assert.equal(page.cursor, all.cursor);
  const empty = await (await agent.pull(`?limit=1000&wait=1&cursor=${all.cursor}`)).json();
  assert.deepEqual(empty.events, []);
  const waiting = agent.pull(`?wait=25&cursor=${all.cursor}`);
  await begin(customer, 'news');
  assert.equal((await (await waiting).json()).events.length > 0, true);
});

test('a pull that fails', async () => {
  await isProblem(await fetch(`${recorder.url}${kBase}/events`), 401, 'not_signed_in');
  for (const query of ['?limit=0', '?limit=many', '?wait=-1', '?wait=1.5', '?cursor=here', '?cursor=']) {
    await isProblem(await agent.pull(query), 400, 'invalid_command');
  }
  const { cursor } = await (await agent.pull()).json();
  const [epoch] = cursor.split('.');
  for (const other of [`${'0'.repeat(16)}.1.0`, `${epoch}.999999.0`]) {
    assert.equal((await isProblem(await agent.pull(`?cursor=${other}`), 409, 'new_epoch')).epoch, epoch);
  }
});

test('a customer is sent nothing that is the team\'s', async () => {
  const text = await (await customer.pull()).text();
  for (const secret of ['note.added', 'Ask the carrier', 'For team']) assert.ok(!text.includes(secret), secret);
  assert.ok(text.includes('For everyone'));
});

test('a stream tells first what was missed and then what happens', async () => {
  const leaving = new AbortController();
  const stream = customer.stream('', leaving.signal);
  const missed = (await stream.next()).value;
  assert.equal(missed.name, 'page');
  assert.ok(missed.data.events.length > 0);
  let next = stream.next();
  const conversation = await begin(customer, 'live');
  const types = [];
  while (types.length < 2) {
    for (const { event } of (await next).value.data.events) {
      if (event.conversation === conversation) types.push(event.type);
    }
    next = stream.next();
  }
  assert.deepEqual(types, ['conversation.started', 'message.posted']);
  leaving.abort();
  await assert.rejects(next);

  const { cursor } = await (await customer.pull()).json();
  const current = customer.stream(`?cursor=${cursor}`, AbortSignal.timeout(60_000));
  assert.deepEqual((await current.next()).value.data.events, [], 'up to date');
  await current.return();
  const reset = [];
  for await (const event of customer.stream(`?cursor=${'0'.repeat(16)}.1.0`)) reset.push(event);
  assert.deepEqual(reset, [{ name: 'reset', data: { epoch: cursor.split('.')[0] } }]);
});

test('a stream that is refused', async () => {
  const address = `${recorder.url}${kBase}/stream`;
  await isProblem(await fetch(address), 401, 'not_signed_in');
  await isProblem(await fetch(`${address}?cursor=here`, { headers: agent.headers }), 400, 'invalid_command');
});

test('who is writing is told to those who may read it, and to nobody else', async () => {
  const conversation = await begin(customer, 'being written');
  const other = await Device.customer(recorder.url, 'an onlooker');
  await begin(other, 'of an onlooker');
  const leaving = new AbortController();
  const theirs = other.stream('', leaving.signal);
  await theirs.next();
  const mine = customer.stream('', leaving.signal);
  await mine.next();
  const typing = (device, body) => post(`${kBase}/typing`, body, device.headers);
  assert.equal((await typing(agent, { conversation })).status, 204);
  let next;
  do next = (await mine.next()).value; while (next.name === 'page');
  assert.deepEqual(next, { name: 'typing', data: { conversation, actor: 'agent', id: agent.author.id } });
  assert.equal((await typing(customer, { conversation })).status, 204);
  await until('the team hears it', () => heard.some(({ name, data }) =>
    name === 'typing' && data.conversation === conversation && data.id === customer.author.id));
  assert.ok(!heard.some(({ name, data }) => name === 'typing' && data.id === agent.author.id), 'his own');
  // Whatever was to come of it would have come before this.
  await begin(other, 'and then');
  let after;
  do {
    after = (await theirs.next()).value;
    assert.equal(after.name, 'page');
  } while (!after.data.events.some(({ event }) => event.conversation === idOf('and then')));
  leaving.abort();

  await isProblem(await typing(other, { conversation }), 404, 'unknown_conversation');
  await isProblem(await typing(agent, { conversation: idOf('nowhere') }), 404, 'unknown_conversation');
  await isProblem(await post(`${kBase}/typing`, { conversation }), 401, 'not_signed_in');
  await isProblem(await typing(customer, '{'), 400, 'invalid_json');
  for (const body of [{}, { conversation: 5 }, []]) {
    await isProblem(await typing(customer, body), 400, 'invalid_command');
    assert.notDeepEqual(recorder.description.validate('#/components/schemas/TypingRequest', body), [], 'the document allows it');
  }
  let refused;
  for (let times = 0; times <= kMostTyping && refused?.status !== 429; ++times) {
    refused = await typing(other, { conversation });
  }
  await isProblem(refused, 429, 'too_many_attempts');
});

test('a file goes up piece by piece, and comes down whole or in part', async () => {
  const author = await Device.customer(recorder.url, 'with a file');
  const conversation = await begin(author, 'with a file');
  const bytes = Buffer.from('0123456789'.repeat(3));
  const id = sha256(bytes);
  const { headers } = author;
  const uploads = `${recorder.url}${kBase}/uploads`;
  const start = (attachment, length, fields = {}) => fetch(`${uploads}?attachment=${attachment}`, {
    method: 'POST', headers: { ...headers, 'upload-length': String(length), ...fields } });
  const append = (offset, part, complete, fields = {}, attachment = id) => fetch(`${uploads}/${attachment}`, {
    method: 'PATCH', body: part, headers: {
      ...headers, 'content-type': 'application/partial-upload', 'upload-offset': String(offset),
      'upload-complete': complete ? '?1' : '?0', ...fields,
    } });
  const look = (attachment = id) => fetch(`${uploads}/${attachment}`, { method: 'HEAD', headers });
  const offset = (answer) => [answer.status, answer.headers.get('upload-offset'), answer.headers.get('upload-complete')];

  assert.equal((await look()).status, 404);
  assert.equal((await fetch(`${uploads}/${id}`, { method: 'HEAD' })).status, 401);
  const begun = await start(id, bytes.length, { 'upload-complete': '?0' });
  assert.deepEqual(offset(begun), [201, '0', '?0']);
  assert.equal(begun.headers.get('location'), `${kBase}/uploads/${id}`);
  assert.deepEqual(offset(await append(0, bytes.subarray(0, 10), false)), [204, '10', '?0']);
  assert.deepEqual(offset(await look()), [204, '10', '?0']);
  assert.deepEqual(offset(await start(id, bytes.length)), [201, '10', '?0']);
  const elsewhere = await append(0, bytes.subarray(0, 10), false);
  assert.equal(elsewhere.headers.get('upload-offset'), '10');
  await isProblem(elsewhere, 409, 'upload_offset');
  await isProblem(await append(10, bytes.subarray(10), true, { 'content-type': 'text/plain' }), 415, null);
  await isProblem(await append('x', bytes.subarray(10), true), 400, 'invalid_command');
  await isProblem(await append(10, bytes, true), 400, 'invalid_command');
  await isProblem(await append(10, Buffer.alloc(kMegabyte + 1), false), 413, 'too_large');

  const file = { id, name: 'Zahlen.txt', type: 'text/plain', size: bytes.length };
  const message = author.event('message.posted', conversation, { text: '', attachments: [file] });
  const [early] = await author.push(message);
  assert.deepEqual([early.outcome, early.code], ['retry', 'attachment_missing']);
  assert.deepEqual(offset(await append(10, bytes.subarray(10), true)), [204, '30', '?1']);
  const [placed] = await author.push(message);
  assert.equal(placed.outcome, 'placed');

  const download = (device, fields = {}, of = message.id) =>
    fetch(`${recorder.url}${kBase}/attachments/${id}?message=${of}`, { headers: { ...device.headers, ...fields } });
  for (const device of [author, agent]) {
    const whole = await download(device);
    assert.equal(whole.status, 200);
    assert.deepEqual(Buffer.from(await whole.arrayBuffer()), bytes);
  }
  const part = await download(agent, { range: 'bytes=28-' });
  assert.deepEqual([part.status, part.headers.get('content-range'), await part.text()], [206, 'bytes 28-29/30', '89']);
  const beyond = await download(agent, { range: 'bytes=30-' });
  assert.equal(beyond.headers.get('content-range'), 'bytes */30');
  await isProblem(beyond, 416, null);
  await isProblem(await download(customer), 404, 'not_found');
  await isProblem(await download(agent, {}, 'x'), 400, 'invalid_command');
  // The answer is everybody's, and the file is none of its.
  await isProblem(await fetch(`${recorder.url}${kBase}/attachments/${id}?answer=${idOf('answer everyone')}`,
    { headers: author.headers }), 404, 'not_found');
  await isProblem(await fetch(`${recorder.url}${kBase}/attachments/${id}?message=${message.id}`), 401, 'not_signed_in');

  await isProblem(await start('x', 5), 400, 'invalid_command');
  await isProblem(await start(sha256('none'), 0), 400, 'invalid_command');
  await isProblem(await fetch(`${uploads}?attachment=${id}`, { method: 'POST' }), 401, 'not_signed_in');
  await isProblem(await fetch(`${uploads}/${id}`, { method: 'PATCH' }), 401, 'not_signed_in');
  await isProblem(await append(0, bytes, true, {}, sha256('never begun')), 404, 'not_found');
  const other = sha256('other bytes');
  assert.equal((await start(other, bytes.length)).status, 201);
  await isProblem(await append(0, bytes, true, {}, other), 422, 'attachment_mismatch');
  assert.equal((await look(other)).status, 404);
  await isProblem(await start(sha256('large'), 20 * kMegabyte + 1), 413, 'too_large');
  for (let i = 0; i < 9; ++i) assert.equal((await start(sha256(`large ${i}`), 20 * kMegabyte)).status, 201);
  await isProblem(await start(sha256('one more'), 20 * kMegabyte), 413, 'over_quota');
});

test('a device fetches what finds answers, and fetches it again only when it is another', async () => {
  const finder = (site = kSite, headers = {}) => fetch(`${recorder.url}/v1/sites/${site}/finder`, { headers });
  const first = await finder();
  assert.equal(first.status, 200);
  assert.ok((await first.arrayBuffer()).byteLength > 0);
  assert.equal((await finder(kSite, { 'if-none-match': first.headers.get('etag') })).status, 304);
  await isProblem(await finder('nowhere'), 404, 'unknown_site');
  const options = await fetch(`${recorder.url}/v1/sites/nowhere/finder`, { method: 'OPTIONS' });
  assert.equal(options.status, 404);
  const known = idOf('answer everyone');
  const [withdrawn] = await agent.push(agent.event('answer.withdrawn', '', { answer: known }));
  assert.equal(withdrawn.outcome, 'placed');
  await until('there is none for a site without answers', async () => (await finder()).status === 204);
});

test('bad HTTP is refused at every address as described', async () => {
  const { description } = recorder;
  const cases = [
    [400, 'HTTP/1.1', '', ''],
    [413, 'HTTP/1.1', 'Host: x\r\n', 'Content-Length: 99999999\r\n'],
    [415, 'HTTP/1.1', 'Host: x\r\n', 'Content-Encoding: gzip\r\n'],
    [417, 'HTTP/1.1', 'Host: x\r\n', 'Expect: cake\r\n'],
    [431, 'HTTP/1.1', 'Host: x\r\n', `X: ${'x'.repeat(17 * 1024)}\r\n`],
    [505, 'HTTP/2.0', 'Host: x\r\n', ''],
  ];
  for (const { path, method, operation } of description.operations()) {
    if (method === 'options' || method === 'head') continue;
    const target = addressOf(path);
    for (const [status, version, host, fields] of cases) {
      const name = method.toUpperCase();
      const response = await hub.raw(`${name} ${target} ${version}\r\n${host}${fields}\r\n`);
      assert.equal(response.status, status, `${operation.operationId} ${response.body}`);
      const exchange = { method: name, target, request: { headers: {}, body: '' }, response };
      assert.deepEqual(description.check(exchange), []);
    }
  }
});

test('a crowd of new customers from one address has to wait', async () => {
  const register = (n) => fetch(`${recorder.url}${kBase}/tokens`, {
    method: 'POST', headers: { 'x-forwarded-for': '203.0.113.9' },
    body: JSON.stringify({ actor: 'customer', id: idOf(`crowd ${n}`), secret: 'c'.repeat(64) }),
  });
  for (let n = 0; n < kNewCustomers; ++n) assert.equal((await register(n)).status, 200);
  await isProblem(await register(kNewCustomers), 429, 'too_many_attempts');
  assert.equal((await register(0)).status, 200);
});

test('who guesses passwords has to wait, and too many at once are turned away', async () => {
  for (let i = 0; i < kFailedLogins; ++i) {
    await isProblem(await post(`${kBase}/login`, { login: 'guessed', password: `${i}` }), 401, 'wrong_credentials');
  }
  await isProblem(await post(`${kBase}/login`, { login: 'guessed', password: 'x' }), 429, 'too_many_attempts');
  const crowd = await Promise.all(Array.from({ length: kManyLogins }, (_, i) =>
    post(`${kBase}/login`, { login: `crowd ${i}`, password: 'x' })));
  const statuses = new Set(crowd.map(({ status }) => status));
  assert.deepEqual([...statuses].sort(), [401, 503]);
});

test('a checkpoint comes by itself, and the hub says goodbye', async () => {
  await until('a checkpoint', () => heard.some(({ name }) => name === 'checkpoint'));
  const stopped = hub.stop();
  await listening;
  const { name, data } = heard.at(-1);
  assert.equal(name, 'bye');
  assert.equal(data.reason, 'stopping');
  assert.equal(await stopped, 0);
});

test('all traffic was as the document says, and all that it says was met', (t) => {
  assert.deepEqual(recorder.complaints, []);
  assert.ok(recorder.exchanges > 200 && recorder.streamed > 5);
  const { seen } = recorder.description;
  for (const event of ['page', 'checkpoint', 'reset', 'bye', 'typing']) assert.ok(seen.has(`stream ${event}`), event);
  // A full or failing disk is not to be had here, nor ten thousand connections at once.
  const elsewhere = /^(500|507)$/;
  const files = hub.hasWidget ? /^$/ : /^(get|head)(Loader|ServiceWorker|Notify|Asset|Panel)$/;
  const missing = recorder.description.operations().flatMap(({ operation: { operationId, responses } }) =>
    Object.keys(responses)
      .filter((status) => !elsewhere.test(status) && !(status === '503' && operationId !== 'logIn'))
      .filter((status) => !(/^head/.test(operationId) && !/^(200|404)$/.test(status)))
      .filter((status) => !(files.test(operationId) && /^(200|304)$/.test(status)))
      .filter((status) => !(hub.hasWidget && /(Loader|ServiceWorker|Notify)$/.test(operationId) && status === '404'))
      .map((status) => `${operationId} ${status}`))
    .filter((name) => !seen.has(name));
  assert.deepEqual(missing, []);
  t.diagnostic(`${recorder.exchanges} exchanges, ${recorder.streamed} events of streams`);
});

/** A server that answers as it is told, where a hub would be. */
async function complaintsAbout(path, answer, request = {}) {
  const server = createServer((_, response) => {
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const between = await Recorder.open(`http://127.0.0.1:${server.address().port}`);
  const passed = await fetch(between.url + path, request);
  assert.equal(passed.status, answer.status ?? 200);
  assert.equal(await passed.text(), answer.body, 'it passes as it is');
  await between.close();
  server.close();
  return between.complaints.join('\n');
}

test('whatever is not documented is complained of', async () => {
  const health = '{"status":"ok","version":"0.1.0"}';
  const headers = { authorization: 'Bearer x' };
  assert.equal(await complaintsAbout('/v1/health', { body: health }), '');
  const about = async (pattern, ...given) => assert.match(await complaintsAbout(...given), pattern);
  await about(/unknown|"load"/, '/v1/health', { body: '{"status":"ok","version":"0.1.0","load":5}' });
  await about(/version/, '/v1/health', { body: '{"status":"ok"}' });
  await about(/status is not documented/, '/v1/health', { status: 203, body: health });
  await about(/content type/, '/v1/health', { body: health, headers: { 'content-type': 'text/html' } });
  await about(/not JSON/, '/v1/health', { body: '{' });
  await about(/status is not documented/, '/v1/nothing', { body: health });
  await about(/Allow/, '/v1/health', { status: 405, body: '{}' }, { method: 'PUT' });

  const problem = { type: '/problems/not_signed_in', title: 'x', status: 401, detail: 'x' };
  const refused = (change, fields = { 'www-authenticate': 'Bearer' }) => [`${kBase}/events`, {
    status: 401, body: JSON.stringify({ ...problem, ...change }),
    headers: { 'content-type': 'application/problem+json', ...fields } }];
  assert.equal(await complaintsAbout(...refused({})), '');
  await about(/WWW-Authenticate is missing/, ...refused({}, {}));
  await about(/says status 400/, ...refused({ status: 400 }));
  await about(/"more"/, ...refused({ more: 5 }));
  await about(/type/, ...refused({ type: '/problems/overloaded' }));

  const cursor = `${'0'.repeat(16)}.1.0`;
  const page = { since: cursor, cursor, more: false, time: 5, events: [] };
  const event = { id: idOf('e'), type: 'conversation.started', conversation: idOf('c'),
    author: { kind: 'customer', id: idOf('a') }, at: 5 };
  const pulled = (placed) => [`${kBase}/events`, {
    body: JSON.stringify({ ...page, events: [{ seq: 1, event: placed }] }) }, { headers }];
  assert.equal(await complaintsAbout(...pulled(event)), '');
  await about(/"mood"/, ...pulled({ ...event, mood: 'good' }));
  await about(/"mood"/, ...pulled({ ...event, author: { ...event.author, mood: 'good' } }));
  await about(/tag|type/, ...pulled({ ...event, type: 'thing.happened' }));
  await about(/kind/, ...pulled({ ...event, author: { ...event.author, kind: 'agent' } }));
  await about(/stars/, ...pulled({ ...event, type: 'survey.answered', data: { stars: 6 } }));
  await about(/parameter more/, `${kBase}/events?more=5`, { body: JSON.stringify(page) }, { headers });
  const put = (fields) => [`${kBase}/uploads/${sha256('x')}`, { status: 204, body: '', headers: {
    'upload-offset': '1', 'upload-complete': '?0', 'upload-length': '2', 'upload-limit': 'max-size=9, max-append-size=9, max-age=9' } },
  { method: 'PATCH', body: 'x', headers: { ...headers, 'content-type': 'application/partial-upload', 'upload-offset': '0', ...fields } }];
  assert.equal(await complaintsAbout(...put({})), '');
  await about(/Upload-Offset/, ...put({ 'upload-offset': 'x' }));
  await about(/Upload-Complete/, ...put({ 'upload-complete': 'yes' }));
  await about(/content type "text\/plain"/, ...put({ 'content-type': 'text/plain' }));
  await about(/no token/, `${kBase}/events`, { body: JSON.stringify(page) });

  const streamed = (text) => [`${kBase}/stream`, {
    body: text, headers: { 'content-type': 'text/event-stream' } }, { headers }];
  const frame = (name, data) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
  assert.equal(await complaintsAbout(...streamed(frame('page', page) + frame('bye', { reason: 'stopping', retry_after_ms: 5 }))), '');
  await about(/"mood" of the stream is not documented/, ...streamed(frame('mood', {})));
  await about(/"mood"/, ...streamed(frame('page', { ...page, mood: 'good' })));
  await about(/leaves a gap/, ...streamed(frame('page', page) + frame('page', { ...page, since: `${'0'.repeat(16)}.5.0` })));
  await about(/before any page/, ...streamed(frame('checkpoint', { cursor, time: 5 })));
  await about(/line "id: 5"/, ...streamed('id: 5\n' + frame('page', page)));
  await about(/ended inside/, ...streamed('event: page\ndata: {'));
  await about(/comes after "bye"/, ...streamed(frame('bye', { reason: 'stopping', retry_after_ms: 5 }) + frame('page', page)));
});

test('a document that says less than the hub does makes the traffic wrong', () => {
  const document = loadDocument();
  delete document.components.schemas.Health.properties.version;
  document.components.schemas.Health.required = ['status'];
  delete document.paths['/v1/sites/{site}/events'].get.responses['409'];
  const description = new Description(document);
  const request = { headers: {}, body: '' };
  const answer = (status, body) => ({ status, body, headers: { 'content-type': 'application/json' } });
  const health = description.check({ method: 'GET', target: '/v1/health', request,
    response: answer(200, '{"status":"ok","version":"0.1.0"}') });
  assert.match(health.join(), /"version"/);
  const conflict = description.check({ method: 'GET', target: `${kBase}/events`, request, response: answer(409, '{}') });
  assert.match(conflict.join(), /status is not documented/);
});
