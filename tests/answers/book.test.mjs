// A site's answer book goes into files and comes out of them: `deskbell answers import` and `export`.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
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

/** All files of a folder and of those in it, or the one file, as they are. */
function bytesOf(path) {
  if (!statSync(path).isDirectory()) return readFileSync(path, 'utf8');
  return Object.fromEntries(readdirSync(path).sort().map((name) => [name, bytesOf(join(path, name))]));
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

/** The same with files; two of one name, and one that could be taken for an entry. */
const withFiles = entries.map((entry, i) => (
  [{ ...entry, attachments: ['files/a label, for "you".pdf', 'files/ünï.md'] },
    { ...entry, attachments: ['files/more/ünï.md', 'files/a label, for "you".pdf'] }][i] ?? entry));
mkdirSync(join(folder, 'files/more'), { recursive: true });
file('files/a label, for "you".pdf', 'a label');
file('files/ünï.md', '# Care');
file('files/more/ünï.md', '# Other care');

for (const form of ['book.csv', 'book.json', 'book-md'])
  test(`a book goes out and in as ${form} without a byte changing`, () => {
    const from = newSite(`from-${form}`);
    const read = from.import(file('entries.json', JSON.stringify(withFiles)));
    assert.equal(read.status, 0, read.stderr);
    const out = (name) => {
      mkdirSync(join(folder, `${name}-${form}`));
      return join(folder, `${name}-${form}`, form);
    };
    const first = out('first');
    assert.match(from.export(first).stdout, /Wrote 3 entries/);
    const whole = JSON.stringify(bytesOf(join(folder, `first-${form}`)));
    for (const bytes of ['a label', '# Care', '# Other care']) assert.ok(whole.includes(JSON.stringify(bytes)), bytes);
    const to = newSite(`to-${form}`);
    const imported = to.import(form === 'book-md' ? `${first}/` : first);
    assert.equal(imported.status, 0, imported.stderr);
    assert.match(imported.stdout, /3 new and 0 changed entries; 0 are as they were/);
    const second = out('second');
    assert.equal(to.export(second).status, 0);
    assert.deepEqual(bytesOf(join(folder, `second-${form}`)), bytesOf(join(folder, `first-${form}`)));
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

test('a running hub is sent no files, and those that it has with an entry are no hindrance', async () => {
  const site = newSite('filed');
  const entry = { title: 'Filed', text: 'Text', attachments: ['files/ünï.md'] };
  assert.equal(site.import(file('filed.json', JSON.stringify([entry]))).status, 0);
  const data = join(folder, 'filed');
  const added = spawnSync(deskbell, ['account', 'add', '--data', data, '--site', 'shop', '--login', 'bo',
    '--password-stdin'], { input: 'correct horse\n', encoding: 'utf8' });
  assert.equal(added.status, 0, added.stderr);
  const hub = new Program(deskbell, ['serve', '--data', data, '--port', '0']);
  const [, url] = await hub.says(/listening on (http:\/\/\S+)/);
  const imported = (...book) => spawnSync(deskbell, ['answers', 'import', file('sent.json', JSON.stringify(book)),
    '--hub', url, '--site', 'shop', '--login', 'bo', '--password-stdin'], { input: 'correct horse\n', encoding: 'utf8' });
  assert.match(imported(entry).stdout, /0 new and 0 changed entries; 1 are as they were/);
  assert.match(imported({ ...entry, text: 'Other text' }).stdout, /0 new and 1 changed entries/);
  const more = imported({ title: 'Without', text: 'Text' }, { ...entry, title: 'More' });
  assert.equal(more.status, 1);
  assert.match(more.stderr, /"More" has attachments[^]*stopped hub \(--data\)[^]*Nothing was imported/);
  assert.match(imported({ ...entry, attachments: ['files/more/ünï.md'] }).stderr, /"Filed" has attachments/);
  assert.equal((await hub.kill('SIGTERM')).code, 0);
  assert.match(site.import(file('filed.json', JSON.stringify([entry]))).stdout, /0 new and 1 changed/, 'the text alone was other');
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

test('files that cannot be had are said with their line, and nothing is imported', () => {
  const site = newSite('files');
  file('empty.txt', '');
  file('large.bin', Buffer.alloc(1024 * 1024 + 1));
  symlinkSync('/etc/hostname', join(folder, 'link.txt'));
  const cell = (...names) => `"${names.join('\n')}"`;
  const { status, stderr } = site.import(file('files.csv', [
    'id,title,text,language,attachments',
    'good,Good,Text,en,files/ünï.md',
    'gone,Gone,Text,en,files/gone.pdf',
    'empty,Empty,Text,en,empty.txt',
    'large,Large,Text,en,large.bin',
    'out,Out,Text,en,../etc/hostname',
    'root,Root,Text,en,/etc/hostname',
    'link,Link,Text,en,link.txt',
    `twice,Twice,Text,en,${cell('files/ünï.md', './files/ünï.md')}`,
    `many,Many,Text,en,${cell(...Array.from({ length: 11 }, (_, i) => `${i}.txt`))}`,
    'good,Bon,Texte,fr,empty.txt',
  ].join('\n')), '--max-attachment-mb', '1');
  assert.equal(status, 1);
  assert.match(stderr, /files\.csv:3: there is no file "files\/gone\.pdf" in /);
  assert.match(stderr, /files\.csv:4: the file "empty\.txt" is empty/);
  assert.match(stderr, /files\.csv:5: the file "large\.bin" has 1048577 bytes; it may have 1048576/);
  for (const line of [6, 7, 8]) assert.match(stderr, new RegExp(`files\\.csv:${line}: the file ".*" must lie in the folder`));
  assert.match(stderr, /files\.csv:9: the file "\.\/files\/ünï\.md" is the same as "ünï\.md"/);
  assert.match(stderr, /files\.csv:11: attachments must be at most 10 files/);
  assert.match(stderr, /files\.csv:22: attachments stands with the entry's first language/);
  assert.match(stderr, /Nothing was imported/);
  site.export(join(folder, 'no-files.json'));
  assert.equal(bytesOf(join(folder, 'no-files.json')), '[]\n');
  assert.equal(site.import(file('large.csv', 'title,text,attachments\nLarge,Text,large.bin\n')).status, 0);
});

test('an export without a file that the hub has lost says so', () => {
  const site = newSite('lost');
  assert.equal(site.import(file('lost.csv', 'title,text,attachments\nLabel,Text,files/ünï.md\n')).status, 0);
  rmSync(join(folder, 'lost/sites/shop/attachments/files'), { recursive: true });
  const { status, stderr } = site.export(join(folder, 'lost-out.csv'));
  assert.equal(status, 1);
  assert.match(stderr, /Cannot copy .*attachments.*/);
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
