// What a site's page is told of what changed between two views of the same customer's.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadModule } from '../support/module.mjs';
import { conversation, message, panel, survey } from './panel_harness.mjs';

const { eventsBetween } = await loadModule('panel/events.ts');
const names = (before, after) => eventsBetween(before, after).map(({ event }) => event);
const talk = (id, part) => conversation({ id, ...part });

describe('A site\'s page is told', () => {
  test('of each state that a message of the customer\'s comes to, once', () => {
    const inState = (state) => panel({ conversation: talk('a'), messages: [message({ own: true, id: 'm', state })] });
    const states = ['saved', 'sent', 'delivered', 'read'];
    const told = states.slice(1).map((state, at) => names(inState(states[at]), inState(state)));
    assert.deepEqual(told, [['message:sent'], ['message:delivered'], ['message:read']]);
    assert.deepEqual(names(inState('saved'), inState('refused')), ['message:failed']);
    assert.deepEqual(names(inState('read'), inState('read')), []);
  });

  test('of a conversation that begins, with its first message and what answers it', () => {
    const begun = panel({ conversation: talk('a'), messages: [message({ own: true, state: 'saved' }), message({})] });
    assert.deepEqual(names(panel({}), begun), ['conversation:started', 'message:queued', 'message:received']);
  });

  test('of nothing when another conversation is looked at, or one again after home', () => {
    const conversations = [talk('a'), talk('b')];
    const looks = (conversation, messages) => ({ ...panel({ messages }), conversation, conversations });
    const [a, b] = conversations;
    const home = looks(null, []);
    const old = [message({ own: true, state: 'read' }), message({})];
    assert.deepEqual(names(home, looks(a, old)), []);
    assert.deepEqual(names(looks(a, old), looks(b, [message({})])), []);
    assert.deepEqual(names(looks(b, old), home), []);
  });

  test('of news in a conversation that nobody looks at, and not once more when it is read', () => {
    const looks = (conversation, unread) =>
      ({ ...panel({}), conversation, conversations: [talk('a'), talk('b', { unread })] });
    assert.deepEqual(eventsBetween(looks(talk('a'), 0), looks(talk('a'), 2)),
      [{ event: 'message:received', detail: { id: '', conversation: 'b' } }]);
    assert.deepEqual(names(looks(null, 0), looks(null, 1)), ['message:received']);
    assert.deepEqual(names(looks(talk('a'), 2), looks(talk('a'), 0)), []);
    assert.deepEqual(names(looks(talk('a'), 2), looks(talk('a'), 2)), []);
  });

  test('what somebody wrote without his words, and not what the robot said', () => {
    const before = panel({ conversation: talk('a') });
    const after = panel({ conversation: talk('a'),
      messages: [message({ id: 'm', text: 'a secret' }), message({ step: { kind: 'answered', answers: [] } })] });
    assert.deepEqual(eventsBetween(before, after),
      [{ event: 'message:received', detail: { id: 'm', conversation: 'a' } }]);
  });

  test('of a survey that was answered, and of people who come and go', () => {
    const resolved = (part) => panel({ conversation: talk('a', { survey: survey(part) }) });
    assert.deepEqual(eventsBetween(resolved({ open: true }), resolved({ kind: 'nps', score: 9 })),
      [{ event: 'survey:answered', detail: { conversation: 'a', kind: 'nps', score: 9 } }]);
    const desk = (open) => panel({ site: { desk: { open, changes_at: 1 } } });
    assert.deepEqual(eventsBetween(desk(true), desk(false)),
      [{ event: 'availability:change', detail: { open: false, changes_at: 1 } }]);
  });
});
