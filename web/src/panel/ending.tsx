import { useRef } from 'preact/hooks';
import type { ConversationView, SiteView } from '../shared/border.ts';
import { DoneIcon } from './icons.tsx';
import type { Answer } from './survey.tsx';
import { WithLater } from './with_later.tsx';
import { say } from './words.ts';

/** The end of a conversation: that it is finished, the survey, and later its answer. */
export function Ending(props: { conversation: ConversationView; site: SiteView; onAnswer: Answer }) {
  const { resolved, survey } = props.conversation;
  const asked = useRef(false);
  if (!resolved) return null;
  asked.current ||= survey.open;
  return (
    <section class="ending" aria-label={say('resolved')}>
      <p class="done">
        <DoneIcon /><strong>{say('resolved')}</strong><span>{say('resolvedMore')}</span>
      </p>
      {(survey.open || survey.score !== null) && (
        <WithLater>
          {({ Survey, Thanks }) => (survey.open ? <Survey site={props.site} onAnswer={props.onAnswer} />
            : <Thanks survey={survey} focus={asked.current} />)}
        </WithLater>
      )}
    </section>
  );
}
