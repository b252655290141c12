// Makes the normaliser's tables from the Unicode data of Node's own ICU, small enough for a widget.
//
//   node core/answer/make_unicode.mjs OUTPUT
//
// What a character is to the normaliser (a letter, a digit, one of a script without spaces, something
// to be left out), and what it is folded to, both as runs of code points.

import { writeFileSync } from 'node:fs';

const kLast = 0x323af;
const kLastFolded = 0x1ffff; // beyond are ideographs, which fold to themselves
const kSurrogates = [0xd800, 0xdfff];
const kLongestRun = 127;

// Letters that Unicode does not take apart, but people do; Arabic letters that keyboards mix up.
const alike = new Map(Object.entries({
  'æ': 'ae', 'œ': 'oe', 'ø': 'o', 'đ': 'd', 'ð': 'd', 'þ': 'th', 'ł': 'l', 'ħ': 'h', 'ŧ': 't', 'ı': 'i',
  'ة': 'ه', 'ى': 'ي', 'ی': 'ي', 'ک': 'ك', 'ە': 'ه', 'ٱ': 'ا',
}));
const kDakuten = /[\u3099\u309a]/u; // part of a kana, no accent

const isUnspaced = (c) =>
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー々]/u.test(c) &&
  /[\p{L}\p{M}\p{Nl}]/u.test(c);

// Marks of scripts that are read without them too; elsewhere (Devanagari, Thai) they are vowels.
const isLeftOut = (c) =>
  (/\p{M}/u.test(c) && !kDakuten.test(c) &&
    /[\p{Script=Inherited}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]/u.test(c)) ||
  /[\u0640\u00ad\u200b-\u200f\u2060\ufeff]/u.test(c);

function classOf(c) {
  if (isLeftOut(c)) return 'left_out';
  if (isUnspaced(c)) return 'unspaced';
  if (/\p{Nd}/u.test(c)) return 'digit';
  return /[\p{L}\p{M}\p{N}]/u.test(c) ? 'letter' : 'other';
}

// The ten digits of a script stand together, zero first.
function digitOf(c) {
  const plain = c.normalize('NFKC');
  if (/^[0-9]$/.test(plain)) return plain;
  const code = c.codePointAt(0);
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) --zero;
  return String((code - zero) % 10);
}

function foldOf(c) {
  if (classOf(c) === 'digit') return digitOf(c);
  let folded = '';
  for (const part of c.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')) {
    const pieces = isUnspaced(part) || /\p{Script=Hangul}/u.test(part) ? part : part.normalize('NFD');
    for (const piece of pieces) {
      if (!['left_out', 'other'].includes(classOf(piece))) folded += alike.get(piece) ?? piece;
    }
  }
  return folded.normalize('NFC');
}

const classes = [];
const runs = [];
const strings = [];
const pool = [];

function addClass(code, kind) {
  const last = classes.at(-1);
  if (last?.kind === kind && last.end === code) last.end = code + 1;
  else classes.push({ first: code, end: code + 1, kind });
}

function addRun(code, delta) {
  const last = runs.at(-1);
  if (last?.delta === delta && last.count < kLongestRun) {
    if (last.count === 1 && code - last.first <= 2) last.stride = code - last.first;
    if (last.first + last.count * last.stride === code) {
      ++last.count;
      return;
    }
    if (last.count === 1) last.stride = 1;
  }
  runs.push({ first: code, count: 1, stride: 1, delta });
}

for (let code = 0; code <= kLast; ++code) {
  if (code >= kSurrogates[0] && code <= kSurrogates[1]) continue;
  const c = String.fromCodePoint(code);
  const kind = classOf(c);
  if (kind === 'other') continue;
  addClass(code, kind);
  if (kind === 'left_out' || code > kLastFolded) continue;
  const folded = [...foldOf(c)].map((piece) => piece.codePointAt(0));
  if (folded.length === 1 && folded[0] !== code) addRun(code, folded[0] - code);
  if (folded.length > 1) {
    strings.push({ code, at: pool.length, count: folded.length });
    pool.push(...folded);
  }
}

// Packed as PackedReader reads it: a table's columns one after the other, numbers as differences from
// the one before, so that the widget's file, which is compressed, has them at half the size.
const packed = [];

function addNumber(value) {
  for (; value >= 0x80; value >>>= 7) packed.push(value & 0x7f | 0x80);
  packed.push(value);
}

const addDifferences = (column) => column.forEach((value, at) => {
  const difference = value - (at > 0 ? column[at - 1] : 0);
  addNumber(difference < 0 ? -2 * difference - 1 : 2 * difference);
});

function addTable(rows) {
  addNumber(rows.length);
  addDifferences(rows.map(({ first }) => first));
  rows.forEach(({ count }) => addNumber(count));
  addDifferences(rows.map(({ value }) => value));
}

const kinds = ['other', 'letter', 'digit', 'unspaced', 'left_out']; // as in CharClass
addTable(classes.map(({ first, end, kind }) => ({ first, count: end - first, value: kinds.indexOf(kind) })));
addTable(runs.map(({ first, count, stride, delta }) => ({ first, count: count << 1 | (stride - 1), value: delta })));
addTable(strings.map(({ code, at, count }) => ({ first: code, count, value: at })));
addNumber(pool.length);
pool.forEach(addNumber);

writeFileSync(process.argv[2], [
  `// Made by core/answer/make_unicode.mjs from Unicode ${process.versions.unicode}.`,
  'constexpr unsigned char kUnicode[] = {',
  ...Array.from({ length: Math.ceil(packed.length / 32) }, (_, line) => `${packed.slice(line * 32, line * 32 + 32)},`),
  '};',
  '',
].join('\n'));
