import type { MessageView, RobotStepView, SiteView } from '../shared/border.ts';
import { say } from './words.ts';

/** What the site calls its robot; never a person's. */
export function robotName(site: SiteView | undefined): string {
  return site?.robot?.name || say('robot');
}

const kSaid = { offered: 'robotOffers', asked: 'robotAsks', missed: 'robotMissed', handed_over: 'handedOver' } as const;

/** What the robot says in a step; `text` is what it says in the site's words. */
export function stepText({ kind }: RobotStepView, text: string): string {
  return kind === 'answered' || kind === 'chosen' ? text : `${say(kSaid[kind])} ${text}`.trim();
}

/** A message as it is told where only words are told: a step of the robot's as if it had said it. */
export function inWords<Message extends MessageView>(message: Message, site: SiteView | undefined): Message {
  const { step, text } = message;
  if (!step) return message;
  const offered = step.kind === 'offered' ? step.answers.map(({ title }) => title) : [];
  return { ...message, author_name: robotName(site), text: [stepText(step, text), ...offered].join(' · ') };
}
