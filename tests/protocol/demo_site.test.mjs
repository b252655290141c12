import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { answers as texts } from '../../demo/site/answer_texts.mjs';
import { Description } from './description.mjs';

const read = (name) => JSON.parse(readFileSync(new URL(`../../demo/site/${name}`, import.meta.url), 'utf8'));
const answers = read('answers.json');

test('the demo\'s answers are those that were written for it', () => {
  const written = ({ title, text, scope = 'everyone' }) => ({ title, text, scope });
  assert.deepEqual(answers.map(written), texts.map(written), 'run: node demo/site/make_answers.mjs DATA_FOLDER');
  assert.equal(new Set(answers.map(({ id }) => id)).size, answers.length);
  assert.ok(answers.some(({ scope }) => scope === 'team'));
  assert.ok(answers.some(({ text }) => text.includes('{{customer.name|')));
  assert.equal(read('site.json').answers, 'answers.json');
});

test('the demo\'s answers can be published', () => {
  const description = new Description();
  const schema = '#/components/schemas/AnswerPublished/properties/data';
  for (const { id, source, ...answer } of answers) {
    assert.ok(source === undefined || /^(hint3_\w+|banking77) /.test(source), 'a set that may not be passed on');
    assert.deepEqual(description.validate(schema, { answer: id, ...answer }, answer.title), []);
  }
});
