import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { SiteView, SurveyKind, SurveyView } from '../shared/border.ts';
import { kQuestions, Scale, ScoreGiven } from './scales.tsx';
import { say, sayError } from './words.ts';

export type Answer = (
  kind: SurveyKind, score: number, comment: string, tags: string[],
) => Promise<string | null>;

const kMaxComment = 2_000;

function Tags(props: { tags: readonly string[]; chosen: readonly string[]; onChange: (tags: string[]) => void }) {
  if (props.tags.length === 0) return null;
  return (
    <fieldset class="tags">
      <legend>{say('tags')}</legend>
      {props.tags.map((tag) => (
        <label key={tag}>
          <input
            type="checkbox" checked={props.chosen.includes(tag)}
            onChange={(event) => props.onChange(event.currentTarget.checked
              ? [...props.chosen, tag] : props.chosen.filter((one) => one !== tag))}
          />
          <span><bdi>{tag}</bdi></span>
        </label>
      ))}
    </fieldset>
  );
}

/** What the customer is asked at the end of a conversation. */
export function Survey({ site, onAnswer }: { site: SiteView; onAnswer: Answer }) {
  const [score, setScore] = useState<number | null>(null);
  const [tags, setTags] = useState<string[]>([]);
  const [comment, setComment] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const kind = site.survey?.kind ?? 'stars';

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (busy) return;
    if (score === null) {
      setError(say(kind === 'stars' ? 'chooseStars' : 'chooseScore'));
      return;
    }
    setBusy(true);
    const failure = await onAnswer(kind, score, comment.trim(), tags);
    setError(failure === null ? '' : say('notSaved', { reason: sayError(failure) }));
    setBusy(false);
  }

  return (
    <form class="survey" onSubmit={submit}>
      <fieldset>
        <legend><bdi>{site.survey?.question || say(kQuestions[kind])}</bdi></legend>
        <Scale kind={kind} score={score} onChoose={(one) => { setScore(one); setError(''); }} />
      </fieldset>
      <Tags tags={site.survey?.tags ?? []} chosen={tags} onChange={setTags} />
      <label class="field">
        <span>{say('comment')} <small>({say('optional')})</small></span>
        <textarea
          rows={2} maxLength={kMaxComment} value={comment} dir="auto"
          onInput={(event) => setComment(event.currentTarget.value)}
        />
      </label>
      <p class="error" role="alert">{error}</p>
      <button type="submit" class="main-button">{say('sendFeedback')}</button>
    </form>
  );
}

/** What he has answered. */
export function Thanks({ survey, focus }: { survey: SurveyView; focus: boolean }) {
  const here = useRef<HTMLDivElement>(null);
  // The form that held the focus is gone; what took its place is worth hearing.
  useLayoutEffect(() => { if (focus) here.current?.focus(); }, []);
  return (
    <div class="thanks" ref={here} tabIndex={-1}>
      <p>{say('thanks')}</p>
      <ScoreGiven kind={survey.kind} score={survey.score!} />
      {survey.tags && <p class="soft" dir="auto">{survey.tags.join(' · ')}</p>}
      {survey.comment && <blockquote dir="auto">{survey.comment}</blockquote>}
    </div>
  );
}
