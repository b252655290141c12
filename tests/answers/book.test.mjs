// A site's answer book goes into files and comes out of them: `deskbell answers import` and `export`.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Program, deskbell } from '../support/programs.mjs';

const folder = mkdtempSync(join(tmpdir(), 'deskbell-book-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function run(...order) {
  return spawnSync(deskbell, order, { encoding: 'utf8' });
}

/** A hub's data folder with a site in it. */
function newSite(name) {
  const data = join(folder, name);
  assert.equal(run('account', 'add', '--data', data, '--site', 'shop', '--login', 'ada').status, 0);
  const place = ['--data', data, '--site', 'shop'];
  return {
    import: (file, ...more) => run('answers', 'import', file, ...place, ...more),
    export: (file) => run('answers', 'export', file, ...place),
  };
}

function file(name, content) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** All files of a folder, or the one file, as they are. */
function bytesOf(path) {
  try {
    return Object.fromEntries(readdirSync(path).sort().map((name) => [name, readFileSync(join(path, name), 'utf8')]));
  } catch {
    return readFileSync(path, 'utf8');
  }
}

const entries = [
  {
    id: 'parcel', language: 'en', title: 'Where is my parcel?',
    text: 'Hello {{customer.name|there}},\n\nit is **on its way**: "today", she said; comma, done.\n',
    category: 'Shipping', shortcut: 'parcel', keywords: ['track', 'delivery; late'],
    examples: ['Where is it?', '我的包裹在哪里', '"quoted"'], from: '2026-11-26', to: '2027-01-01T08:00Z',
    related: ['returns'], replies: ['Thank you', 'I need more'],
    cards: [{ kind: 'product', title: 'Fern', url: 'https://shop.example/fern' }],
    procedure: '1. Look up the order.\n\n2. Say: "one moment".', authority: 'Up to 20 EUR.',
    translations: [
      { language: 'fr', title: 'Où est mon colis ?', text: 'Bonjour' },
      { language: 'pt-BR', title: 'Cadê: meu pacote?', text: '---\nOlá' },
    ],
  },
  { id: 'returns', language: 'en', title: '- Returns: #1', text: ' 30 days.', scope: 'team' },
  { id: 'zh', language: 'zh-CN', title: '退货', text: '三十天。' },
];

for (const form of ['book.csv', 'book.json', 'book-md'])
  test(`a book goes out and in as ${form} without a byte changing`, () => {
    const from = newSite(`from-${form}`);
    assert.equal(from.import(file('entries.json', JSON.stringify(entries))).status, 0);
    const first = join(folder, `first-${form}`);
    assert.match(from.export(first).stdout, /Wrote 3 entries/);
    const to = newSite(`to-${form}`);
    const imported = to.import(first);
    assert.equal(imported.status, 0, imported.stderr);
    assert.match(imported.stdout, /3 new and 0 changed entries; 0 are as they were/);
    const second = join(folder, `second-${form}`);
    assert.equal(to.export(second).status, 0);
    assert.deepEqual(bytesOf(second), bytesOf(first));
    assert.match(JSON.stringify(bytesOf(first)), /Look up the order/, 'what the team knows comes along');
    assert.match(from.import(first).stdout, /0 new and 0 changed entries; 3 are as they were/);
  });

test('what the entries are found by goes out for `eval` and `try`', () => {
  const site = newSite('questions');
  assert.equal(site.import(file('questions.json', JSON.stringify([
    ...entries, { id: 'again', language: 'en', title: 'Where is my parcel?', text: 'Ask the post.' },
  ]))).status, 0);
  const path = join(folder, 'questions.tsv');
  assert.match(site.export(path).stdout, /Wrote 4 entries/);
  const lines = bytesOf(path).trim().split('\n').map((line) => line.split('\t'));
  assert.ok(lines.every((parts) => parts.length === 2));
  const labels = new Set(lines.map(([, label]) => label));
  assert.equal(labels.size, 4, 'two entries of one title are told apart');
  assert.ok(lines.some(([text, label]) => text === '我的包裹在哪里' && label.startsWith('Where is my parcel?')));
  const tried = run('answers', 'try', '--train', path, '退货');
  assert.match(tried.stdout, /退货/);
  const refused = site.import(path);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /neither a \.csv/);
});

test('a file is imported into a running hub by an agent, all of it or nothing', async () => {
  const data = join(folder, 'running');
  const added = spawnSync(deskbell, ['account', 'add', '--data', data, '--site', 'shop', '--login', 'ada', '--name', 'Ada',
    '--password-stdin'], { input: 'correct horse\n', encoding: 'utf8' });
  assert.equal(added.status, 0, added.stderr);
  const hub = new Program(deskbell, ['serve', '--data', data, '--port', '0']);
  const [, url] = await hub.says(/listening on (http:\/\/\S+)/);
  const login = ['--hub', url, '--site', 'shop', '--login', 'ada', '--password-stdin'];
  const imported = (path, ...more) => spawnSync(deskbell, ['answers', 'import', path, ...login, ...more],
    { input: 'correct horse\n', encoding: 'utf8' });
  const path = file('running.json', JSON.stringify(entries));
  assert.match(imported(path, '--dry-run').stdout, /Would publish 3 new and 0 changed entries/);
  const first = imported(path);
  assert.equal(first.status, 0, first.stderr);
  assert.match(first.stdout, /Published 3 new and 0 changed entries; 0 are as they were/);
  assert.match(first.stderr, /Publishing/);
  assert.match(imported(path).stdout, /Published 0 new and 0 changed entries; 3 are as they were/);
  // It reads back as it was, what the team alone knows too.
  const back = join(folder, 'running-back.json');
  assert.equal(run('answers', 'export', back, '--data', data, '--site', 'shop').status, 0);
  assert.match(bytesOf(back), /Look up the order/);
  // Fewer are to see it, and something is wrong with another: nothing is done.
  const narrowed = entries.map((entry) => ({ ...entry, scope: 'team' }));
  const wrong = imported(file('wrong.json', JSON.stringify([...narrowed, { title: 'No text' }])));
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /wrong\.json.*text[^]*Nothing was imported/);
  const gap = imported(file('gap.json', JSON.stringify([{ id: 'new', title: 'T', text: 'T', related: ['nowhere'] }])));
  assert.match(gap.stderr, /which is not there[^]*Nothing was imported/);
  assert.match(imported(file('narrow.json', JSON.stringify(narrowed))).stdout, /0 new and 2 changed/);
  const many = Array.from({ length: 501 }, (_, i) => ({ id: `many-${i}`, title: `Title ${i}`, text: 'Text' }));
  const tooMany = imported(file('many.json', JSON.stringify(many)));
  assert.equal(tooMany.status, 1);
  assert.match(tooMany.stderr, /up to 500 changes[^]*Nothing was imported/);
  assert.match(imported(file('fewer.json', JSON.stringify(many.slice(1)))).stdout, /Published 500 new/);
  const stranger = spawnSync(deskbell, ['answers', 'import', path, ...login], { input: 'wrong\n', encoding: 'utf8' });
  assert.equal(stranger.status, 1);
  assert.match(stranger.stderr, /Nothing was imported/);
  assert.equal(run('answers', 'import', path, '--site', 'shop').status, 2);
  assert.equal((await hub.kill('SIGTERM')).code, 0);
  assert.equal(run('answers', 'export', back, '--data', data, '--site', 'shop').stdout, `Wrote 503 entries to ${back}.\n`);
});

test('a question is tried as the widget of the site would answer it', () => {
  const site = newSite('tried');
  const hours = ['When are you open?', 'opening hours', 'until when can I come?', 'are you open on Sunday?'];
  const late = ['Is it late?', 'my parcel does not come', 'the parcel is late', 'parcel delayed'];
  assert.equal(site.import(file('tried.json', JSON.stringify([
    { id: 'hours', title: 'Hours', text: 'Nine to five.', examples: hours },
    { id: 'late', title: 'Late parcels', text: 'Sorry.', examples: late },
    { id: 'old', title: 'The summer sale', text: 'Over.', to: '2020-01-01', examples: ['is there a summer sale?'] },
    { id: 'team', title: 'Refund limits', text: '50', scope: 'team', examples: ['how much may I refund?'] },
  ]))).status, 0);
  const place = ['--data', join(folder, 'tried'), '--site', 'shop'];
  const asked = (question, ...more) => run('answers', 'try', ...place, question, ...more).stdout;
  assert.match(asked('are you open on sunday', '--wrong', '50'),
    /^From \d+ % on it answers, from \d+ % on it offers a choice\.\nIt answers:\n {2}\d+ % {2}Hours\n/);
  // So little speaks for so small a book that it must be surer than it can be.
  assert.match(asked('are you open on sunday'), /^From 100 % [^]*It offers a choice:\n {2}\d+ % {2}Hours\n/);
  assert.match(asked('a person please'), /It hands over/);
  assert.doesNotMatch(asked('is there a summer sale?'), /The summer sale/, 'what is not good now is left out');
  assert.doesNotMatch(asked('how much may I refund?'), /Refund limits/, 'what is the team\'s is left out');
  // The book's own thresholds, and the owner's strictness.
  const from = (text) => Number(/From (\d+) %/.exec(text)[1]);
  assert.equal(from(asked('late', '--no-thresholds')), 50);
  assert.ok(from(asked('late', '--wrong', '0.1')) > from(asked('late', '--wrong', '50')));
  assert.equal(run('answers', 'try', 'question').status, 2);
  assert.equal(run('answers', 'try', '--data', 'x', 'question').status, 2);
});

test('a changed file changes what it changes, and a dry run nothing', () => {
  const site = newSite('changes');
  site.import(file('a.csv', 'id,title,text\nreturns,Returns,30 days\nhours,Hours,9 to 5\n'));
  const changed = file('b.csv', 'id;title;text\r\nreturns;Returns;"60 days; all of them"\r\nnew;New;Text\r\n');
  assert.match(site.import(changed, '--dry-run').stdout, /Would publish 1 new and 1 changed entries; 0 /);
  assert.match(site.import(changed).stdout, /Published 1 new and 1 changed entries; 0 /);
  site.export(join(folder, 'changed.csv'));
  assert.match(bytesOf(join(folder, 'changed.csv')), /Hours,9 to 5[^]*"60 days; all of them"/);
});

test('what is imported stays when a hub starts with a site file that has other answers', async () => {
  const site = newSite('beside');
  assert.equal(site.import(file('beside.json', JSON.stringify(entries))).status, 0);
  const siteFile = file('site.json', JSON.stringify({
    site: 'shop',
    answers: [{ id: '01936d5e-7c00-7000-8000-000000000001', title: 'Of the site file', text: 'Hello' }],
  }));
  for (const answers of ['given', 'gone']) {
    if (answers === 'gone') writeFileSync(siteFile, JSON.stringify({ site: 'shop', answers: [] }));
    const hub = new Program(deskbell,
      ['serve', '--data', join(folder, 'beside'), '--host', '127.0.0.1', '--port', '0', '--site', siteFile]);
    await hub.says(/listening/i);
    await hub.kill('SIGTERM');
  }
  site.export(join(folder, 'beside.csv'));
  assert.match(bytesOf(join(folder, 'beside.csv')), /Where is my parcel/);
  assert.doesNotMatch(bytesOf(join(folder, 'beside.csv')), /Of the site file/);
});

test('everything that is wrong is said with its line, and nothing is imported', () => {
  const site = newSite('wrong');
  const bad = file('bad.csv', [
    'id,title,text,language,scope,from,related,shortcut',
    'good,Good,Text,en,,,,x',
    'no-text,Title,,en,,,,',
    'lines,"Two\nlines",Text,en,nobody,,,',
    'time,Title,Text,en,,tomorrow,,',
    'own,Title,Text,en,own,,,',
    'good,Good,Text,en,,,,',
    'short,Title,Text,en,,,,x',
    'a,b,c,d,e,f,g,h,too many',
  ].join('\n'));
  const { status, stderr } = site.import(bad);
  assert.equal(status, 1);
  assert.match(stderr, /bad\.csv:3: text must not be empty/);
  assert.match(stderr, /bad\.csv:4: scope must be/);
  assert.match(stderr, /bad\.csv:6: from must be a day/);
  assert.match(stderr, /bad\.csv:7: scope "own"/);
  assert.match(stderr, /bad\.csv:8: "good" is there already in that language \(.*bad\.csv:2\)/);
  assert.match(stderr, /the shortcut "x" is that of "Good" and of "Title"/);
  assert.match(stderr, /bad\.csv:10: the row has 9 cells, the header 8/);
  assert.match(stderr, /Nothing was imported/);
  const related = site.import(file('related.csv', 'id,title,text,related\na,A,Text,nowhere\nb,B,Text,a\n'));
  assert.match(related.stderr, /"A" is related to .*, which is not there/);
  site.export(join(folder, 'nothing.json'));
  assert.equal(bytesOf(join(folder, 'nothing.json')), '[]\n');
});

test('rubbish is refused in words that say what to do', () => {
  const site = newSite('rubbish');
  const md = join(folder, 'md');
  mkdirSync(md);
  writeFileSync(join(md, 'a.md'), '---\ntitle Without colon\nmood: great\n---\nText\n');
  writeFileSync(join(md, 'b.md'), 'no front matter');
  writeFileSync(join(md, 'c.md'), '---\ntitle: Never closed\n');
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  for (const [path, complaint] of [
    [file('x.csv', ''), /is empty; its first line must name the columns/],
    [file('q.csv', 'id,title,text\na,"never closed\n'), /q\.csv:2: a quotation mark is opened and never closed/],
    [file('r.csv', 'id,title,text\na,"x"y,z\n'), /r\.csv:2: behind a closing quotation mark/],
    [file('c.csv', 'id,mood\na,b\n'), /c\.csv:1: there is no column "mood"/],
    [file('l.csv', Buffer.from([0x69, 0x64, 0x0a, 0xe9, 0x0a])), /l\.csv:2: is not UTF-8/],
    [file('x.json', '[\n{"title": "A",\n]'), /x\.json:3: this is no JSON any more/],
    [file('o.json', '{}'), /must be an array of entries/],
    [file('e.json', '[\n{"id":"a","title":"A","text":"t"},\n{"title":"A","text":5}]'), /e\.json:3: text must be a text/],
    [file('d.json', `${'['.repeat(9999)}`), /d\.json:1: /],
    [file('x.txt', 'a'), /neither a \.csv nor a \.json/],
    [md, /a\.md:2: must be a field[^]*a\.md:3: there is no field "mood"[^]*b\.md:1: must begin with front matter[^]*c\.md:1: the front matter is never closed/],
    [empty, /has no \.md files/],
    [join(folder, 'nowhere.csv'), /There is no /],
  ]) {
    const { status, stderr, signal } = site.import(path);
    assert.equal(signal, null);
    assert.equal(status, 1, path);
    assert.match(stderr, complaint);
  }
});
