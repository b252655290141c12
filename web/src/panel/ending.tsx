import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ConversationView } from '../shared/border.ts';
import { DoneIcon } from './icons.tsx';
import { StarChoice, StarsGiven } from './stars.tsx';
import { words } from './words.ts';

type Answer = (stars: number, comment: string) => Promise<string | null>;

const kMaxComment = 2_000;

function Survey({ onAnswer }: { onAnswer: Answer }) {
  const [stars, setStars] = useState(0);
  const [comment, setComment] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (busy) return;
    if (stars === 0) {
      setError(words.chooseStars);
      return;
    }
    setBusy(true);
    setError((await onAnswer(stars, comment.trim())) ?? '');
    setBusy(false);
  }

  return (
    <form class="survey" onSubmit={submit}>
      <fieldset>
        <legend>{words.surveyTitle}</legend>
        <StarChoice stars={stars} onChoose={(count) => { setStars(count); setError(''); }} />
        <p class="rating" aria-hidden="true">{words.rating[stars - 1] ?? '\u00a0'}</p>
      </fieldset>
      <label class="field">
        <span>{words.comment} <small>({words.optional})</small></span>
        <textarea
          rows={2} maxLength={kMaxComment} value={comment}
          onInput={(event) => setComment(event.currentTarget.value)}
        />
      </label>
      <p class="error" role="alert">{error}</p>
      <button type="submit" class="main-button">{words.sendFeedback}</button>
    </form>
  );
}

function Thanks(props: { stars: number; comment: string; focus: boolean }) {
  const here = useRef<HTMLDivElement>(null);
  // The form that held the focus is gone; what took its place is worth hearing.
  useLayoutEffect(() => { if (props.focus) here.current?.focus(); }, []);
  return (
    <div class="thanks" ref={here} tabIndex={-1}>
      <p>{words.thanks}</p>
      <StarsGiven stars={props.stars} />
      {props.comment && <blockquote dir="auto">{props.comment}</blockquote>}
    </div>
  );
}

/** The end of a conversation: that it is finished, the survey, and later its answer. */
export function Ending(props: { conversation: ConversationView; onAnswer: Answer }) {
  const { resolved, survey } = props.conversation;
  const asked = useRef(false);
  if (!resolved) return null;
  asked.current ||= survey.open;
  return (
    <section class="ending" aria-label={words.resolved}>
      <p class="done">
        <DoneIcon /><strong>{words.resolved}</strong><span>{words.resolvedMore}</span>
      </p>
      {survey.open && <Survey onAnswer={props.onAnswer} />}
      {survey.stars !== null && (
        <Thanks stars={survey.stars} comment={survey.comment} focus={asked.current} />
      )}
    </section>
  );
}
