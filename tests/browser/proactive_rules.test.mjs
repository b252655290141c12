// When a site speaks first: the rules alone, without a page or a clock.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadModule } from '../support/module.mjs';

const kMinute = 60_000;
const kDay = 24 * 60 * kMinute;
const kNow = 1_763_770_000_000;

const rules = await loadModule('proactive/rules.ts');
const fresh = () => rules.arrive(null, kNow);
const moment = (part = {}, facts = {}) => ({
  address: '/', seconds: 60, scroll: 0, open: null, now: kNow, fact: (name) => rules.factOf(name, [facts]), ...part,
});
const due = (rule, part, facts, history = fresh()) =>
  rules.dueRule([{ id: 'a', text: 'Hi', ...rule }], moment(part, facts), history)?.id ?? null;

describe('A page pattern', () => {
  for (const [pattern, address, matches] of [
    ['/checkout', '/checkout', true], ['/checkout', '/checkout/pay', false], ['/checkout*', '/checkout/pay', true],
    ['/checkout/*', '/checkout', false], ['*', '/anything?x#y', true], ['*/pay', '/a/b/pay', true],
    ['/a*b*c', '/a-b-c', true], ['/a*b*c', '/a-c-b', false], ['/a*a', '/a', false], ['/a*a', '/aa', true],
    ['/shop', '/shop?page=2#top', true], ['/shop?page=2*', '/shop?page=2#top', true], ['/shop?page=3', '/shop?page=2', false],
    ['/#/cart', '/#/cart', true], ['/#/cart', '/', false], ['/.*', '/x', false],
  ]) {
    test(`${pattern} ${matches ? 'is' : 'is not'} ${address}`, () => {
      assert.equal(rules.matchesPage(pattern, address), matches);
    });
  }

  test('of stars alone takes no longer on a hostile address', () => {
    assert.equal(rules.matchesPage(`/${'*a'.repeat(120)}b`, `/${'a'.repeat(100_000)}`), false);
  });
});

describe('A rule', () => {
  test('without conditions is due at once, on every page', () => assert.equal(due({}, { seconds: 0 }), 'a'));

  test('waits for its page, its time and its depth, all of them', () => {
    const rule = { pages: ['/pay', '/cart*'], seconds: 20, scroll: 50 };
    assert.equal(due(rule, { address: '/cart/2', seconds: 20, scroll: 50 }), 'a');
    assert.equal(due(rule, { address: '/', seconds: 20, scroll: 50 }), null);
    assert.equal(due(rule, { address: '/pay', seconds: 19, scroll: 50 }), null);
    assert.equal(due(rule, { address: '/pay', seconds: 20, scroll: 49.9 }), null);
  });

  test('looks into the basket, by what was tracked and by attributes', () => {
    const rule = { facts: [{ name: 'basket.total', at_least: 5000 }] };
    assert.equal(due(rule, {}, { basket: { total: 5000 } }), 'a');
    assert.equal(due(rule, {}, { basket: { total: '6000' } }), 'a');
    assert.equal(due(rule, {}, { 'basket.total': 5001 }), 'a');
    for (const facts of [{}, { basket: { total: 4999 } }, { basket: {} }, { basket: 6000 }, { basket: { total: '' } },
      { basket: { total: 'many' } }, { basket: { total: { valueOf: 9000 } } }, { basket: null }]) {
      assert.equal(due(rule, {}, facts), null, JSON.stringify(facts));
    }
    const between = { facts: [{ name: 'count', at_least: 1, at_most: 3 }, { name: 'plan', is: 'pro' }] };
    assert.equal(due(between, {}, { count: 3, plan: 'pro' }), 'a');
    assert.equal(due(between, {}, { count: 4, plan: 'pro' }), null);
    assert.equal(due(between, {}, { count: 3, plan: 'free' }), null);
    assert.equal(due({ facts: [{ name: 'member', is: 'true' }] }, {}, { member: true }), 'a');
  });

  test('takes nothing for a fact that every object has', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'basket.constructor', '__proto__.x']) {
      assert.equal(rules.factOf(name, [{ basket: {} }]), undefined, name);
    }
  });

  test('tells who was here before from who was not', () => {
    const again = rules.arrive(rules.arrive(null, kNow - kDay), kNow);
    assert.equal(again.visit, 2);
    assert.equal(due({ returning: true }), null);
    assert.equal(due({ returning: false }), 'a');
    assert.equal(due({ returning: true }, {}, {}, again), 'a');
    assert.equal(due({ returning: false }, {}, {}, again), null);
  });

  test('knows whether somebody is there, also after that has changed', () => {
    assert.equal(due({ open: true }, { open: true }), 'a');
    assert.equal(due({ open: true }, { open: false }), null);
    assert.equal(due({ open: false }, { open: false }), 'a');
    assert.equal(due({ open: true }, { open: null }), null);
    assert.equal(rules.isOpen(true, [10, 20, 30], 9), true);
    assert.equal(rules.isOpen(true, [10, 20, 30], 10), false);
    assert.equal(rules.isOpen(true, [10, 20, 30], 25), true);
    assert.equal(rules.isOpen(null, [10], 25), null);
  });

  test('comes before those that stand behind it', () => {
    const list = [{ id: 'a', text: '', seconds: 90 }, { id: 'b', text: '' }, { id: 'c', text: '' }];
    assert.equal(rules.dueRule(list, moment(), fresh()).id, 'b');
  });
});

describe('A message that was shown', () => {
  const later = (once, after, visits = 0) => {
    let history = rules.remember(fresh(), { id: 'a' }, kNow);
    for (let n = 0; n < visits; ++n) history = rules.arrive(history, history.seen + kDay);
    return due({ ...once }, { now: kNow + after }, {}, history);
  };

  test('is not shown again, ever, where nothing else is said', () => {
    assert.equal(later({}, 0), null);
    assert.equal(later({}, 1000 * kDay, 3), null);
    assert.equal(later({ once: 'ever' }, 1000 * kDay, 3), null);
  });

  test('is shown once a visit', () => {
    assert.equal(later({ once: 'visit' }, 10 * kMinute), null);
    assert.equal(later({ once: 'visit' }, kDay, 1), 'a');
  });

  test('is shown again after so many days, and not when a clock was put back', () => {
    assert.equal(later({ once: 'days', days: 3 }, 3 * kDay - 1), null);
    assert.equal(later({ once: 'days', days: 3 }, 3 * kDay), 'a');
    assert.equal(later({ once: 'days' }, 7 * kDay), 'a');
    assert.equal(later({ once: 'days' }, -90 * kDay), null);
  });

  test('is told from one that is named like what every object has', () => {
    assert.equal(rules.mayShow({ id: 'constructor', text: '' }, fresh(), kNow), true);
  });
});

describe('A visit', () => {
  test('goes on until half an hour has passed', () => {
    let history = fresh();
    for (let n = 1; n <= 20; ++n) history = rules.arrive(history, kNow + n * 29 * kMinute);
    assert.equal(history.visit, 1);
    assert.equal(rules.arrive(history, history.seen + 30 * kMinute).visit, 2);
  });
});
