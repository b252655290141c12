// The question sets that finding answers is measured with, and the goals. The sets are no part of
// the project (some may be measured with, but not passed on).

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const seeds = (examples) => [0, 1, 2].map((seed) => `train_${examples}_s${seed}.tsv`);
const kLanguages = ['ar', 'da', 'de', 'en', 'id', 'it', 'ja', 'kk', 'nl', 'sr', 'tr', 'zh'];

/** Each: what is learned, what is asked, and what of it is to be reached. */
export const answerSets = [
  { name: 'banking77', folder: 'banking77', goals: { top1: 92.5 } },
  { name: 'banking77, typos', folder: 'banking77', test: 'dev_typo.tsv', goals: { top1: 90 } },
  { name: 'banking77, 10 examples', folder: 'banking77', train: seeds(10), goals: { top1: 79 } },
  { name: 'banking77, 5 examples', folder: 'banking77', train: seeds(5), goals: { top1: 70 } },
  { name: 'clinc150', folder: 'clinc150', oos: true, goals: { top1: 93.5, auroc: 0.965 } },
  { name: 'clinc150, 5 examples', folder: 'clinc150', train: seeds(5), goals: { top1: 76 } },
  { name: 'hwu64', folder: 'hwu64', goals: { top1: 91 } },
  { name: 'vira', folder: 'vira', goals: { top1: 74 } },
  { name: 'hint3 curekart', folder: 'hint3_curekart', oos: true, goals: { top1: 88, auroc: 0.87 } },
  { name: 'hint3 sofmattress', folder: 'hint3_sofmattress', oos: true, goals: { top1: 81, auroc: 0.87 } },
  { name: 'hint3 powerplay11', folder: 'hint3_powerplay11', oos: true, goals: { top1: 71, auroc: 0.87 } },
  { name: 'bitext, 5 examples', folder: 'bitext', train: seeds(5), goals: { top1: 91 } },
  { name: 'lcqmc (Chinese)', folder: 'lcqmc_faq', oos: true, goals: { top1: 96, auroc: 0.94 } },
  { name: 'smp2017, 5 examples (Chinese)', folder: 'smp2017', train: seeds(5), goals: { top1: 67 } },
  ...kLanguages.map((language) => ({
    name: `xsid ${language}`, folder: 'xsid', train: [`${language}.train.tsv`], test: `${language}.dev.tsv`, group: 'xsid', goals: { top1: 89 },
  })),
  { name: 'banking77, half typed', folder: 'banking77', typed: 50, goals: { top3: 58 } },
];

/** The folder of the sets, or an error that says what to do. */
export function dataFolder(given) {
  const folder = given ?? process.env.DESKBELL_DATA;
  if (folder && existsSync(join(folder, 'banking77/train.tsv'))) return folder;
  throw new Error(
    `${folder ? `There are no question sets in ${folder}.` : 'The question sets are not part of the project.'}\n` +
    'Name their folder: tests/bench/answers --data FOLDER, or DESKBELL_DATA=FOLDER. It holds a folder for each set\n' +
    '(banking77, clinc150, …), with files of lines `text<TAB>label`: train.tsv, dev.tsv, oos_dev.tsv; docs/answers.md\n' +
    'says where they come from.');
}

/** The files of a set: several to learn from, of which the mean counts. */
export function filesOf(set, data) {
  const path = (name) => join(data, set.folder, name);
  return {
    train: (set.train ?? ['train.tsv']).map(path),
    test: path(set.test ?? 'dev.tsv'),
    oos: set.oos ? path('oos_dev.tsv') : undefined,
  };
}

/** Reads `text<TAB>label` lines. */
export function readQuestions(path) {
  return readFileSync(path, 'utf8').split('\n').filter((line) => line.includes('\t')).map((line) => {
    const tab = line.lastIndexOf('\t');
    return { text: line.slice(0, tab), label: line.slice(tab + 1).replace(/\r$/, '') };
  });
}

/** A label as a title, as `deskbell answers eval` reads it. */
export const titleOf = (label) => label.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[_/]/g, ' ');
