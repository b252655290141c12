// What a site's owner is told of his own book: `deskbell answers eval` and `try`.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { deskbell } from '../support/programs.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const book = join(here, 'shop.tsv');
const asked = join(here, 'asked.tsv');
const strange = join(here, 'strange.tsv');
const folder = mkdtempSync(join(tmpdir(), 'deskbell-answers-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function answers(...order) {
  const options = typeof order.at(-1) === 'object' ? order.pop() : {};
  return spawnSync(deskbell, ['answers', ...order], { encoding: 'utf8', ...options });
}

test('the figures of a book are told, for people and for programs', () => {
  const { status, stdout } = answers('eval', '--train', book, '--test', asked, '--oos', strange, '--json');
  assert.equal(status, 0);
  const figures = JSON.parse(stdout);
  assert.ok(figures.top1 >= 75 && figures.top3 >= figures.top1, stdout);
  assert.ok(figures.auroc > 0.9, stdout);
  assert.ok(figures.index_bytes > 1000 && figures.microseconds > 0 && figures.train_seconds > 0, stdout);
  const text = answers('eval', '--train', book, '--test', asked).stdout;
  assert.match(text, /right at once, % +\d/);
  assert.doesNotMatch(text, /AUROC/, 'nothing is told of questions without an answer when there are none');
});

test('of several books the mean is told', () => {
  const one = JSON.parse(answers('eval', '--train', book, '--test', asked, '--json').stdout);
  const twice = JSON.parse(answers('eval', '--train', book, '--train', book, '--test', asked, '--json').stdout);
  assert.equal(twice.top1, one.top1);
  assert.equal(twice.index_bytes, one.index_bytes);
});

test('questions without an answer that were learned are refused the better', () => {
  const without = JSON.parse(answers('eval', '--train', book, '--test', asked, '--oos', strange, '--json').stdout);
  const learned = JSON.parse(
    answers('eval', '--train', book, '--test', asked, '--oos', strange, '--oos-train', strange, '--json').stdout);
  assert.ok(learned.auroc >= without.auroc);
});

test('half of the letters suggest already', () => {
  const figures = JSON.parse(answers('eval', '--train', book, '--test', asked, '--typed', '60', '--json').stdout);
  assert.ok(figures.top3 >= 60, `top3 ${figures.top3}`);
});

test('a question is explained: how sure, the nearest example, the words in common, what was mended', () => {
  const { status, stdout } = answers('try', '--train', book, 'where is my pracel');
  assert.equal(status, 0);
  assert.match(stdout, /Read "parcel" for "pracel"/);
  assert.match(stdout, /\d+ % +parcel_status\n +nearest: Where is my parcel\?\n +in common: .*parcel/);
});

test('questions can come from a pipe, and none is too strange', () => {
  const { status, stdout } = answers('try', '--train', book, { input: '包裹到哪里了\n\n\u0000?!\n' + 'x'.repeat(10_000) + '\n' });
  assert.equal(status, 0);
  assert.match(stdout, /parcel_status/);
  assert.match(stdout, /It says that it does not know/);
});

test('a line that is wrong is named, with what it should be', () => {
  const wrong = join(folder, 'wrong.tsv');
  writeFileSync(wrong, 'good\tlabel\nno label here\n');
  const { status, stderr } = answers('eval', '--train', wrong, '--test', asked);
  assert.equal(status, 1);
  assert.match(stderr, /wrong\.tsv, line 2: a line is a question, a tab, and the label/);
  for (const path of [join(folder, 'missing.tsv'), folder]) {
    const missing = answers('try', '--train', path, 'hello');
    assert.equal(missing.status, 1);
    assert.match(missing.stderr, /error: .*(missing\.tsv|deskbell-answers-)/);
  }
});

test('the bench says what to do when the question sets are not there', () => {
  const { DESKBELL_DATA: _, ...environment } = process.env;
  const bench = spawnSync(process.execPath, [join(here, '../bench/answers'), '--peers', 'none'], { encoding: 'utf8', env: environment });
  assert.equal(bench.status, 1);
  assert.match(bench.stderr, /--data FOLDER, or DESKBELL_DATA=FOLDER/);
});
