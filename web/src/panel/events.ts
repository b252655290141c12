import type { MessageState, PanelView } from '../shared/border.ts';
import type { PanelEvent } from '../shared/protocol.ts';

export interface Told {
  event: PanelEvent;
  detail: Record<string, string | number | boolean | null>;
}

const kEvents: Record<MessageState, PanelEvent> = {
  saved: 'message:queued', sent: 'message:sent', delivered: 'message:delivered',
  read: 'message:read', refused: 'message:failed',
};

/** What a site may want to know of what changed between two views of the same customer's. */
export function eventsBetween(before: PanelView, after: PanelView): Told[] {
  const told: Told[] = [];
  const known = new Map(before.conversations.map((one) => [one.id, one]));
  const conversation = after.conversation?.id ?? '';
  for (const { id, proactive, unread } of after.conversations) {
    const had = known.get(id);
    if (!had) {
      const from = proactive ? { proactive } : {};
      told.push({ event: 'conversation:started', detail: { conversation: id, ...from } });
    } else if (id !== conversation && unread > had.unread) {
      // Nobody looks at it: which message it is stands in no view.
      told.push({ event: 'message:received', detail: { id: '', conversation: id } });
    }
  }
  // Another conversation that is looked at is no news, unless it has just begun.
  if (conversation === (before.conversation?.id ?? '') || !known.has(conversation)) {
    const states = new Map(before.messages.map(({ id, state }) => [id, state]));
    for (const { id, own, state, step } of after.messages) {
      if (step || states.get(id) === state) continue;
      if (own) told.push({ event: kEvents[state], detail: { id, conversation } });
      else if (!states.has(id)) {
        // Not what it says: whatever runs on the site's page could read it there.
        told.push({ event: 'message:received', detail: { id, conversation } });
      }
    }
  }
  const { desk } = after.site;
  if (desk && desk.open !== before.site.desk?.open) {
    told.push({ event: 'availability:change', detail: { ...desk } });
  }
  for (const { id, survey } of after.conversations) {
    const had = known.get(id)?.survey;
    if (survey.score === null || !had || had.score !== null) continue;
    told.push({
      event: 'survey:answered', detail: { conversation: id, kind: survey.kind, score: survey.score },
    });
  }
  return told;
}
