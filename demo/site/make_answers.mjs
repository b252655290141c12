/**
 * Makes answers.json: `node demo/site/make_answers.mjs DATA_FOLDER`, where DATA_FOLDER holds the
 * folders `hint3_curekart`, `hint3_sofmattress` and `banking77`, each with a `train.tsv` of
 * `text<TAB>label` lines. README.md beside this file says where they come from.
 *
 * The same data gives the same file, byte for byte.
 */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answers } from './answer_texts.mjs';

const kQuestions = 8;
const kMaxQuestionLength = 90;

/** What belongs to the sets' own shops, goods or time and not to a plant shop of today. */
const kForeign =
  /covid|corona|lockdown|pandemic|quarantine|curfew|pandamic|curekart|lagoon|heathkart|\bsof\b|mattress|ergo|ortho|bangl?ore|mumbai|pune|delhi|india|pincode|pin code|supplement|protein|\bapp\b|top.?up|\bcod\b|\bemi\b|you guys|diet|fitness|pounds?\b|£|\$/i;

function complain(message) {
  console.error(`demo/site/make_answers.mjs: ${message}`);
  process.exit(1);
}

/** Questions that differ only in case and marks are the same question. */
function plain(text) {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

function readRows(path) {
  return readFileSync(path, 'utf8').split('\n').filter(Boolean).map((line) => {
    const [text, label] = line.split('\t');
    return { text: text.trim().replace(/\s+/g, ' '), label };
  });
}

class Sets {
  #folder;
  #rows = new Map();
  #measured = new Map();

  constructor(folder) {
    this.#folder = folder;
  }

  /** Questions of a label, in the set's order, that are fit for the demo. */
  questions({ set, label, like }, unlike) {
    const all = this.#rowsOf(set).filter((row) => row.label === label);
    if (all.length === 0) complain(`${set} has no label ${label}.`);
    const measured = this.#measured.get(set);
    return all.map((row) => row.text).filter((text) =>
      text.length >= 4 && text.length <= kMaxQuestionLength && !kForeign.test(text) &&
      (like?.test(text) ?? true) && !unlike?.test(text) && !measured.has(plain(text)));
  }

  #rowsOf(set) {
    if (!this.#rows.has(set)) {
      const folder = join(this.#folder, set);
      if (!existsSync(join(folder, 'train.tsv'))) complain(`${folder}/train.tsv is missing.`);
      this.#rows.set(set, readRows(join(folder, 'train.tsv')));
      // What answers are measured on later must not be read here first, not even by coincidence.
      const measured = ['dev.tsv', 'oos_dev.tsv'].map((name) => join(folder, name)).filter(existsSync);
      this.#measured.set(set, new Set(measured.flatMap(readRows).map(({ text }) => plain(text))));
    }
    return this.#rows.get(set);
  }
}

/** Takes turns between the sources, so that each has a say. */
function alternate(lists) {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => lists.map((list) => list[i]))
    .flat().filter((text) => text !== undefined);
}

function distinct(texts) {
  return [...new Map(texts.map((text) => [plain(text), text]).reverse()).values()].reverse();
}

/** A UUIDv8 (RFC 9562, 5.8) of the key's hash: an answer keeps its id when its text changes. */
function idOf(key) {
  const bytes = createHash('sha256').update(`demo/site ${key}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x80;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function makeAnswer(sets, { key, title, text, questions = [], unlike, keywords = [], scope = 'everyone' }) {
  const found = distinct(alternate(questions.map((source) => sets.questions(source, unlike))));
  const all = [...keywords, ...found.slice(0, kQuestions)];
  if (all.length === 0) complain(`${key}: no question is left.`);
  const sources = [...new Set(questions.map(({ set, label }) => `${set} ${label}`))];
  return {
    id: idOf(key), title, text, keywords: all, scope, language: 'en',
    ...(sources.length > 0 ? { source: sources.join(', ') } : {}),
  };
}

const folder = process.argv[2];
if (!folder) complain('name the folder of the question sets.');
const sets = new Sets(folder);
const made = answers.map((answer) => makeAnswer(sets, answer));
const path = fileURLToPath(new URL('answers.json', import.meta.url));
writeFileSync(path, `${JSON.stringify(made, null, 2)}\n`);
console.log(`${made.length} answers`);
