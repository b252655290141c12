// What the panel says in each language, and how it reads what people write: without a browser.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadModule } from '../support/module.mjs';
import { englishWords, readWords } from './panel_harness.mjs';

const load = (file, define) => loadModule(`panel/${file}`, define);

const english = await englishWords();
const words = await readWords();
const languages = Object.keys(words).filter((one) => one !== 'en-XA');
const holes = (text) => [...text.matchAll(/\{\w+\}/g)].map(([hole]) => hole).sort().join();

describe('Each language', () => {
  test('is there', () => assert.deepEqual(languages.sort(),
    ['ar', 'de', 'es', 'fr', 'he', 'hi', 'ja', 'pt', 'ru', 'zh-CN', 'zh-TW']));

  for (const language of languages) {
    test(`says everything, with the same gaps and its own plural forms: ${language}`, () => {
      assert.deepEqual(Object.keys(words[language]).sort(), Object.keys(english).sort());
      const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
      for (const [word, entry] of Object.entries(words[language])) {
        if (typeof english[word] === 'string') {
          assert.equal(holes(entry), holes(english[word]), word);
          assert.ok(entry.trim(), word);
          continue;
        }
        // `many` of Romance languages is for millions: whole counts of messages never need it.
        for (const form of pluralCategories) {
          if (!(form === 'many' && ['es', 'fr', 'pt', 'it'].includes(language))) assert.ok(entry[form], `${word}: ${form}`);
        }
        for (const [form, text] of Object.entries(entry)) {
          assert.ok(['zero', 'one', 'two', 'few', 'many', 'other'].includes(form), `${word}: ${form}`);
          if (!['zero', 'one', 'two'].includes(form)) assert.ok(text.includes('{n}'), `${word}: ${form}`);
        }
      }
    });
  }
});

describe('Words', () => {
  test('take the plural form of the number, and write the number as the language does', async () => {
    const { say, speak } = await load('words.ts');
    speak('ru', words['ru']);
    assert.deepEqual([1, 2, 5, 21, 1234].map((n) => say('found', { n })), [
      'Найдено 1 сообщение', 'Найдено 2 сообщения', 'Найдено 5 сообщений', 'Найдено 21 сообщение', 'Найдено 1 234 сообщения',
    ].map((text) => text.replace('1 234', '1\u00a0234')));
    speak('ar', words['ar']);
    assert.equal(say('newMessages', { n: 2 }), 'رسالتان جديدتان');
    // A name of the other direction stands by itself.
    assert.equal(say('talkingWith', { name: 'Mira' }), 'أنت تتحدث مع \u2068Mira\u2069');
    speak('en', {});
    assert.equal(say('newMessages', { n: 1 }), 'New message');
  });

  test('are the site\'s own where it has some', async () => {
    const { say, sayOwn, speak } = await load('words.ts');
    sayOwn({ greeting: 'Ahoy', nonsense: 'x', team: 7 });
    assert.equal(say('greeting'), 'Ahoy');
    assert.equal(say('team'), 'Customer care');
    speak('de', words['de']);
    assert.equal(say('greeting'), 'Ahoy');
    sayOwn({});
    assert.equal(say('greeting'), words['de'].greeting);
  });

  test('are in the language that is wanted most and there', async () => {
    const { bestLanguage } = await load('language.ts', { DESKBELL_LOCALES: '{}' });
    const cases = { 'pt-BR': 'pt', 'zh-HK': 'zh-TW', 'zh-Hans-SG': 'zh-CN', zh: 'zh-CN', 'de-AT': 'de', 'en-GB': 'en', tlh: 'en', 'HE-il': 'he' };
    for (const [tag, language] of Object.entries(cases)) assert.equal(bestLanguage([tag]), language, tag);
    assert.equal(bestLanguage(['tlh', 'ja-JP', 'fr']), 'ja');
  });
});

describe('Light Markdown', async () => {
  const { parse, plainText, safeHref } = await load('markdown.ts');
  const shape = (parts) => parts.map((part) => {
    if (part.kind === 'text') return part.text;
    if (part.kind === 'code') return { code: part.text };
    return { [part.kind]: shape(part.parts), ...(part.href ? { href: part.href } : {}) };
  });
  const lines = (text) => parse(text).map((block) => {
    if (block.kind === 'lines') return shape(block.parts);
    return block.kind === 'code' ? { block: block.text } : { list: block.items.map(shape), ordered: block.ordered };
  });
  const one = (text) => lines(text)[0];

  test('knows bold, italic, code, lists and links', () => {
    assert.deepEqual(one('a **b *c* d** `e*f*` _g_'), ['a ', { strong: ['b ', { em: ['c'] }, ' d'] }, ' ', { code: 'e*f*' }, ' ', { em: ['g'] }]);
    assert.deepEqual(lines('See:\n- one\n- **two**\n\n3. x\n4. y\nend'), [
      ['See:'], { list: [['one'], [{ strong: ['two'] }]], ordered: false }, { list: [['x'], ['y']], ordered: true }, ['end'],
    ]);
    assert.deepEqual(lines('a\n```js\nlet b = "**";\n\n```\nc'), [['a'], { block: 'let b = "**";\n' }, ['c']]);
    assert.deepEqual(one('[our page](https://a.example/x_(y))'), [{ link: ['our page'], href: 'https://a.example/x_(y)' }]);
  });

  test('leaves alone what only looks like it', () => {
    for (const text of ['2*3*4', 'snake_case_name', '* x', '**', '``', '1. Only one line', '- And here too', 'a ** b ** c', '[x]', '```\nno end', '5 * 3 * 2']) {
      assert.deepEqual(one(text), [text], text);
    }
    assert.deepEqual(one('https://a.example/x_y_z*'), [{ link: ['https://a.example/x_y_z'], href: 'https://a.example/x_y_z' }, '*']);
  });

  test('links nowhere but to the web and to mail, and never under another address\'s name', () => {
    for (const text of ['[x](javascript:alert(1))', '[x](data:text/html,x)', '[https://bank.example](https://evil.example)',
      '[bank.example](https://evil.example)', '[x](https://bank.example@evil.example)', '[x](/path)']) {
      // An address in the open is a link to itself at most.
      for (const part of one(text)) {
        if (typeof part === 'object') assert.equal(new URL(part.link[0]).href, part.href, text);
      }
    }
    assert.deepEqual(one('[www.a.example](https://www.a.example/deep)'), [{ link: ['www.a.example'], href: 'https://www.a.example/deep' }]);
    assert.equal(safeHref('mailto:a@b.example'), 'mailto:a@b.example');
    assert.equal(safeHref('mailto:a@b.example?body=x'), null);
  });

  test('is words alone where there is no room for more', () => {
    assert.equal(plainText('**a** `b`\n- c\n- d\n\nhttps://e.example'), 'a b c, d https://e.example');
  });

  test('reads the longest message there can be without losing a letter of it', () => {
    for (const piece of ['**a ', '*a ', '_a ', '`', '[a](', '[', 'https://a.example ', '- a\n', '```\n', '**a** ']) {
      const text = piece.repeat(Math.floor(16_384 / piece.length));
      assert.ok(plainText(text).length > 0);
    }
  });
});

describe('The search in past messages', async () => {
  const { search } = await load('past.tsx', { DESKBELL_LOCALES: '{}' });
  const past = ['Where is my parcel?', 'Das Café öffnet um 9', 'STRASSE', '我的包裹在哪里', 'A **bold** word', 'x'.repeat(90) + ' needle'].map((text, i) =>
    ({ id: String(i), conversation: 'a', own: false, author_name: '', at: i, text }));
  const found = (words) => search(past, words).map(({ message, hit }) => [message.id, hit]);

  test('finds words whatever their case, marks and order, newest first', () => {
    assert.deepEqual(found('PARCEL where'), [['0', 'parcel']]);
    assert.deepEqual(found('cafe'), [['1', 'Café']]);
    assert.deepEqual(found('offnet'), [['1', 'öffnet']]);
    assert.deepEqual(found('包裹'), [['3', '包裹']]);
    assert.deepEqual(found('bold'), [['4', 'bold']]);
    assert.deepEqual(found('nothing'), []);
    assert.deepEqual(found('  '), []);
    assert.deepEqual(found('a').map(([id]) => id), ['5', '4', '2', '1', '0'].filter((id) => past[id].text.toLowerCase().includes('a')));
    assert.ok(search(past, 'needle')[0].before.startsWith('…'));
  });
});
