// What people write reaches a customer's screen as text and as nothing else: each of the known
// payloads in every field that the panel shows, and in the transcripts that it hands out.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { conversation, Harness, message, panel, script, survey } from './panel_harness.mjs';
import { kXssPayloads, kXssTrap } from '../support/xss_payloads.mjs';

const kAddresses = [
  'javascript:xss()', 'JaVaScRiPt:xss()', 'java\tscript:xss()', ' javascript:xss()', '\u0001javascript:xss()',
  'javascript://a.example/%0axss()', 'javascript&colon;xss()', 'vbscript:xss()', 'data:text/html,<script>xss()</script>',
  'blob:https://a.example/1', 'file:///etc/passwd', 'about:blank', '//a.example/x', 'https://bank.example@evil.example/',
  'https://a.example\u202egpj.exe', 'mailto:a@b.example?body=<script>xss()</script>', 'https://a.example/"onmouseover="xss()',
];

/** What only a reader of light Markdown can be led astray by. */
const kMarkdown = [
  ...kAddresses.flatMap((address) => [address, `[click](${address})`, `![click](${address})`, `<${address}>`]),
  '[https://bank.example](https://evil.example)', '[bank.example](https://evil.example/x)', '[x](https://a.example "onclick=xss()")',
  '[x]: javascript:xss()', '**<img src=x onerror=xss()>**', '*<script>xss()</script>*', '`<img src=x onerror=xss()>`',
  '```html\n<script>xss()</script>\n```', '- <img src=x onerror=xss()>\n- <svg onload=xss()>', '1. <script>xss()</script>\n2. x',
  '[a](https://a.example)](javascript:xss())', '[[x]](javascript:xss())', '[<img src=x onerror=xss()>](https://a.example)',
  '**a*b**c*d**', '*'.repeat(2000), '['.repeat(2000), '`'.repeat(2001), '_a'.repeat(1000), '[a]('.repeat(500),
];

const xssPayloads = [...new Set([...kXssPayloads, ...kMarkdown])];

let harness;
before(async () => { harness = await Harness.start(); });
after(async () => { await harness.stop(); });

const kKnown = 'main,header,h1,h2,p,div,span,bdi,button,svg,path,circle,rect,ol,ul,li,time,a,section,article,strong,em,' +
  'code,pre,form,textarea,blockquote,fieldset,legend,label,input,select,option,small,mark,img,progress';

/** Runs in the page: everything that text cannot make. */
function strange(known) {
  const all = [...document.querySelectorAll('#panel *')];
  const safe = (one) => /^(https?|mailto):$/.test(one.protocol) && one.rel.includes('noopener') && one.target === '_blank';
  return [
    ...all.filter((one) => !one.matches(known)),
    ...all.filter((one) => [...one.attributes].some(({ name }) => /^(on|srcdoc|formaction|xlink)/i.test(name))),
    ...all.filter((one) => one.matches('a') && !safe(one)),
    ...all.filter((one) => one.matches('img') && !/^https?:$/.test(new URL(one.src).protocol)),
    ...all.filter((one) => one.hasAttribute('style') && !one.matches('textarea')),
    ...[...document.head.children, ...document.body.children]
      .filter((one) => !one.matches('meta,title,link[href^="/assets/"],script[src^="/assets/"],#panel,noscript')),
  ].map((one) => one.outerHTML.slice(0, 200)).concat(window.xssCalls !== 0 ? ['a script ran'] : []);
}

/** With a trap for whatever runs. */
async function openPanel(scenario) {
  const page = await harness.openPanel(scenario);
  await page.evaluate(kXssTrap);
  return page;
}

/** A picture that the policy refuses is the policy at work; all else is a complaint. */
const serious = (page) => page.complaints.filter((text) => !/violates the following Content Security Policy directive: "img-src|Failed to load resource/.test(text));

async function check(page) {
  assert.deepEqual(await page.evaluate(strange, kKnown), []);
  assert.deepEqual(serious(page), []);
}

describe('Whatever people write is text', () => {
  test('there are 300 payloads at least', () => assert.ok(xssPayloads.length >= 300, String(xssPayloads.length)));

  test('in messages, names, ready answers and cards', async () => {
    const messages = xssPayloads.flatMap((text) => [
      message({ text, author_name: text, cards: [
        { kind: text, title: text, text, number: text, status: text, currency: 'EUR', image: text, url: text,
          lines: [{ title: text, count: 1 }], actions: [{ label: text, url: text }, { label: text, reply: text }] },
      ] }),
      message({ text: 'A file', attachments: [{ id: text, name: text, type: text, size: 5, width: 0, height: 0,
        state: 'uploading', sent: 2 }] }),
      message({ own: true, text, state: 'refused', error: { code: text, message: text } }),
      message({ author: 'system', text }),
    ]);
    messages.push(message({ text: 'Choose', replies: xssPayloads }));
    const page = await openPanel({ panel: panel({ messages }) });
    await page.locator('.replies button').first().waitFor();
    await check(page);
    // And all of it is there: nothing is lost by being dangerous.
    const shown = await page.locator('.other .said').evaluateAll((all) => all.map((one) => one.textContent)
      .filter((said) => said !== 'A file'));
    const plain = (text) => !/[*_`[\n]|https?:|\s{2}|^\s|\s$|[\u0000-\u001f]/.test(text);
    const wanted = xssPayloads.map((text, i) => [text, shown[i]]).filter(([text]) => plain(text));
    assert.ok(wanted.length > 150, String(wanted.length));
    for (const [text, seen] of wanted) assert.equal(seen, text);
    await page.context().close();
  });

  test('in what a site says of itself, its form, its survey and its conversations', async () => {
    const page = await openPanel({ panel: panel({}) });
    const show = async (view, ready) => {
      await script(page, { panel: view });
      await page.waitForFunction(([selector, text]) =>
        [...document.querySelectorAll(selector)].some((one) => one.textContent.includes(text)), ready);
      const found = await page.evaluate(strange, kKnown);
      assert.deepEqual(found, [], ready[1]);
    };
    let n = 0;
    for (const text of xssPayloads) {
      const mark = ` #${++n}#`;
      const site = { name: text + mark, greeting: text + mark, desk: null, reply_minutes: 0, suggestions: [text],
        form: null, survey: null };
      const past = [conversation({ id: 'a', assignee_name: text, last_text: text, unread: n })];
      await show({ site, conversations: [conversation({ id: 'newest', resolved: true }), ...past], conversation: null, messages: [] }, ['.hello', mark]);
    }
    assert.deepEqual(serious(page), []);
    await page.context().close();

    const talk = await openPanel({ panel: panel({ messages: [message({ text: 'x' })], customer: { name: '' } }) });
    n = 0;
    for (const text of xssPayloads) {
      const mark = ` #${++n}#`;
      const resolved = n % 2 === 0;
      const answered = n % 4 === 0;
      await script(talk, { panel: {
        site: { name: text, greeting: text, desk: null, reply_minutes: 0, suggestions: null,
          form: { properties: { topic: { title: text, description: text, enum: [text] } } },
          survey: { kind: 'stars', question: text, tags: [text] } },
        messages: [message({ text: text + mark, author_name: text })],
        typing: [text],
        conversation: conversation({ assignee_name: text, resolved,
          survey: survey({ open: !answered, stars: answered ? 3 : null, score: answered ? 3 : null, comment: text, tags: [text] }) }),
      } });
      await talk.waitForFunction((wanted) => document.querySelector('.said')?.textContent.includes(wanted), mark);
      assert.deepEqual(await talk.evaluate(strange, kKnown), [], text);
    }
    assert.deepEqual(serious(talk), []);
    await talk.context().close();
  });

  test('in what the robot says, offers, asks and greets with, and in answers that are suggested', async () => {
    const answer = (text) => ({ id: text, title: text, text, language: '' });
    const steps = (text) => {
      const step = (kind, part) => message({ author: 'robot', author_name: text, text,
        step: { kind, answers: [answer(text)], fields: [], reason: '', helpful: null, open: true, ...part } });
      return [step('answered'), step('offered'), step('chosen', { helpful: true }), step('missed'),
        step('asked', { fields: ['topic', text] }), step('handed_over', { reason: 'complaint' })];
    };
    const robot = (text) => ({ answers: true, robot: { works: 'always', name: text, greeting: text, away: text },
      form: { properties: { topic: { title: text, description: text, enum: [text] } } } });
    const messages = xssPayloads.flatMap(steps);
    const page = await openPanel({ panel: panel({ site: robot(xssPayloads[0]), messages, conversation: conversation({ handled_by: 'robot' }) }),
      suggested: xssPayloads.map(answer) });
    await page.locator('.robot-choices').first().waitFor();
    assert.equal(await page.locator('[data-step]').count(), messages.length);
    await page.locator('.composer textarea').fill('parcel');
    await page.waitForFunction((count) => document.querySelectorAll('[role=option]').length === count, xssPayloads.length);
    await check(page);
    await page.context().close();

    const talk = await openPanel({ panel: panel({ site: robot('x') }) });
    await talk.locator('.robot-greeting').waitFor();
    let n = 0;
    for (const text of xssPayloads) {
      const mark = ` #${++n}#`;
      await script(talk, { panel: { site: { ...panel({}).site, ...robot(text + mark) } } });
      await talk.waitForFunction((wanted) => document.querySelector('.robot-greeting')?.textContent.includes(wanted), mark);
      assert.deepEqual(await talk.evaluate(strange, kKnown), [], text);
    }
    assert.deepEqual(serious(talk), []);
    await talk.context().close();
  });

  test('in articles, in what was searched for and found, in drafts, and in what the page puts forward', async () => {
    const articles = Object.fromEntries(xssPayloads.map((text, i) => [String(i), { id: String(i), title: text, text, language: '' }]));
    const messages = [message({ text: 'x', cards: [{ title: 'x', answer: '0' }] })];
    const past = [conversation({ id: 'a' }), conversation({ id: 'b', resolved: true })];
    const transcript = xssPayloads.map((text) => ({ ...message({ text: `needle ${text}`, author_name: text }), conversation: 'a' }));
    const page = await openPanel({
      panel: panel({ messages, conversations: past, conversation: past[0] }), articles: { 0: { id: '0', title: 'all', language: '',
        text: Object.values(articles).map(({ text }) => text).join('\n\n') } }, transcript,
    });
    await page.locator('.card-actions button').click();
    await page.locator('.article h2').waitFor();
    await check(page);
    await page.locator('.header .plain').first().click();
    for (const text of xssPayloads.slice(0, 60)) await page.locator('.composer textarea').fill(text);
    await check(page);
    await page.locator('.composer textarea').fill('');
    await page.locator('.header .plain').first().click();
    await page.locator('.row.quiet').click();
    await page.locator('.search input').fill('needle');
    await page.locator('mark').first().waitFor();
    await check(page);
    for (const text of xssPayloads.slice(0, 60)) await page.locator('.search input').fill(text);
    await check(page);
    await page.context().close();
  });

  test('in the transcript, as a page and as data', async () => {
    const past = [conversation({ id: 'a' })];
    const transcript = xssPayloads.flatMap((text) => [
      { ...message({ text, author_name: text }), conversation: 'a' },
      { ...message({ text, own: true }), conversation: 'a' },
    ]);
    const page = await openPanel({ transcript, panel: panel({
      site: { name: '</title><script>xss()</script>' }, conversation: past[0], conversations: past, messages: [message({ text: 'x' })],
    }) });
    await page.locator('.bubble').waitFor();
    const save = async (name) => {
      await page.locator('.menu > button').click();
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
      return readFile(await download.path(), 'utf8');
    };
    const data = JSON.parse(await save('Save as data (JSON)'));
    assert.deepEqual(data.messages.map(({ text }) => text.toWellFormed?.() ?? text),
      transcript.map(({ text }) => text.toWellFormed?.() ?? text).map((text) => text));
    const html = await save('Save as a page (HTML)');
    // Opened as anybody would, without the policy that it carries.
    const naked = html.replace(/<meta http-equiv[^>]*>/, '');
    assert.notEqual(naked, html);
    const reader = await page.context().newPage();
    const opened = [];
    reader.on('request', (request) => { if (!request.url().startsWith('about:')) opened.push(request.url()); });
    await reader.evaluate(kXssTrap);
    await reader.setContent(naked);
    assert.equal(await reader.evaluate(() => window.xssCalls), 0);
    assert.deepEqual(opened, []);
    const strangers = await reader.evaluate(() => [...document.querySelectorAll('body *')]
      .filter((one) => !one.matches('h1,hr,p,article,header,b,time')).map((one) => one.outerHTML));
    assert.deepEqual(strangers, []);
    assert.equal(await reader.locator('article').count(), transcript.length);
    await page.context().close();
  });
});
