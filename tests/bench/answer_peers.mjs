// The peers that finding answers is measured beside. Each learns documents and ranks their labels
// for a question: `learn(documents)` gives `ask(question, typed)`, which gives `[label, score]` pairs,
// best first.

import Fuse from 'fuse.js';
import lunr from 'lunr';
import MiniSearch from 'minisearch';
import FlexSearch from 'flexsearch';
import { containerBootstrap, LangEn, Nlp } from '@nlpjs/basic';

// None of them splits Chinese or Japanese by itself: given in single characters, they can.
const spaced = (text) =>
  text.normalize('NFKC').toLowerCase().replace(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu, ' $& ');
const words = (text) => spaced(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];

/** The labels of documents that were found, each once with its best score. */
function labelsOf(found, documents) {
  const best = new Map();
  for (const [id, score] of found) {
    const { label } = documents[id];
    if (!(best.get(label) >= score)) best.set(label, score);
  }
  return [...best].sort((a, b) => b[1] - a[1]);
}

const nlpjs = {
  name: 'nlp.js',
  async learn(documents) {
    const container = await containerBootstrap();
    container.use(LangEn);
    const nlp = new Nlp({ container, languages: ['en'], autoSave: false, forceNER: false, nlu: { log: false, useNoneFeature: false } });
    for (const { text, label } of documents) nlp.addDocument('en', words(text).join(' '), label);
    await nlp.train();
    return async (question) => {
      const { classifications } = await nlp.process('en', words(question).join(' '));
      return (classifications ?? []).map(({ intent, score }) => [intent, score]);
    };
  },
};

const minisearch = {
  name: 'MiniSearch',
  async learn(documents) {
    const index = new MiniSearch({ fields: ['text'], tokenize: words });
    index.addAll(documents.map(({ text }, id) => ({ id, text })));
    return async (question, typed) =>
      labelsOf(index.search(question, { fuzzy: 0.2, prefix: typed }).map(({ id, score }) => [id, score]), documents);
  },
};

const flexsearch = {
  name: 'FlexSearch',
  async learn(documents) {
    const index = new FlexSearch.Index({ tokenize: 'forward', encode: words });
    documents.forEach(({ text }, id) => index.add(id, text));
    return async (question) => {
      const found = index.search(question, { limit: 100, suggest: true });
      return labelsOf(found.map((id, rank) => [id, -rank]), documents);
    };
  },
};

const lunrjs = {
  name: 'lunr',
  async learn(documents) {
    const index = lunr(function build() {
      // Its trimmer takes off all that is not ASCII, whole words of other scripts.
      this.pipeline.remove(lunr.trimmer);
      this.ref('id');
      this.field('text');
      documents.forEach(({ text }, id) => this.add({ id, text: words(text).join(' ') }));
    });
    return async (question, typed) => {
      const terms = words(question);
      const found = index.query((query) => {
        terms.forEach((term, at) => {
          const open = typed && at + 1 === terms.length;
          query.term(lunr.tokenizer(term), {});
          query.term(term, { editDistance: term.length > 3 ? 1 : 0, boost: 0.3,
            wildcard: open ? lunr.Query.wildcard.TRAILING : lunr.Query.wildcard.NONE });
        });
      });
      return labelsOf(found.map(({ ref, score }) => [Number(ref), score]), documents);
    };
  },
};

const fuse = {
  name: 'Fuse',
  slow: true,
  async learn(documents) {
    const index = new Fuse(documents, { keys: ['text'], includeScore: true, ignoreLocation: true, threshold: 0.6 });
    return async (question) => labelsOf(index.search(question.slice(0, 200), { limit: 50 })
      .map(({ refIndex, score }) => [refIndex, 1 - score]), documents);
  },
};

export const answerPeers = [nlpjs, minisearch, flexsearch, lunrjs, fuse];
