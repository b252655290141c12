import type { ComponentChildren } from 'preact';
import type { SurveyKind } from '../shared/border.ts';
import { StarIcon, ThumbIcon } from './icons.tsx';
import { say, type Word } from './words.ts';

const kStars = [1, 2, 3, 4, 5] as const;

/** The scores that each kind of survey can have (scores_of in core/event/event.cpp). */
const kScores: Record<SurveyKind, readonly number[]> = {
  stars: kStars, thumbs: [0, 1], nps: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], ces: [1, 2, 3, 4, 5, 6, 7],
};

/** The question a kind asks where the site has none of its own. */
export const kQuestions: Record<SurveyKind, Word> = {
  stars: 'surveyTitle', thumbs: 'surveyTitle', nps: 'npsTitle', ces: 'cesTitle',
};

interface Choosing {
  score: number | null;
  onChoose: (score: number) => void;
}

function Choice(props: Choosing & { value: number; class: string; name: string; children: ComponentChildren }) {
  return (
    <label class={props.class + (props.value === props.score ? ' chosen' : '')}>
      <input
        type="radio" name="score" value={props.value} checked={props.value === props.score}
        onChange={() => props.onChoose(props.value)}
      />
      {props.children}
      {props.name && <span class="hidden-words">{props.name}</span>}
    </label>
  );
}

function Stars(props: Choosing) {
  return (
    <>
      <div class="stars">
        {kStars.map((count) => (
          <Choice
            key={count} {...props} value={count} class={count <= (props.score ?? 0) ? 'lit' : ''}
            name={`${say('stars', { n: count })}: ${say(`rating.${count}`)}`}
          >
            <StarIcon />
          </Choice>
        ))}
      </div>
      <p class="rating" aria-hidden="true">
        {props.score ? say(`rating.${props.score}` as Word) : '\u00a0'}
      </p>
    </>
  );
}

function Thumbs(props: Choosing) {
  return (
    <div class="thumbs">
      <Choice {...props} value={1} class="thumb-up" name={say('thumbsUp')}><ThumbIcon /></Choice>
      <Choice {...props} value={0} class="thumb-down" name={say('thumbsDown')}><ThumbIcon /></Choice>
    </div>
  );
}

function Numbers(props: Choosing & { kind: 'nps' | 'ces' }) {
  const [low, high] = props.kind === 'nps' ? ['npsLow', 'npsHigh'] as const : ['cesLow', 'cesHigh'] as const;
  const scores = kScores[props.kind];
  return (
    <>
      <div class={'numbers ' + props.kind}>
        {scores.map((score) => (
          <Choice
            key={score} {...props} value={score} class=""
            name={score === scores[0] ? say(low) : score === scores.at(-1) ? say(high) : ''}
          >
            <span>{score}</span>
          </Choice>
        ))}
      </div>
      <p class="ends" aria-hidden="true"><span>{say(low)}</span><span>{say(high)}</span></p>
    </>
  );
}

/** A scale to choose from: a real radio group, for the keyboard and for screen readers. */
export function Scale(props: Choosing & { kind: SurveyKind }) {
  const { kind, ...choosing } = props;
  if (kind === 'stars') return <Stars {...choosing} />;
  return kind === 'thumbs' ? <Thumbs {...choosing} /> : <Numbers {...choosing} kind={kind} />;
}

/** What was chosen. */
export function ScoreGiven({ kind, score }: { kind: SurveyKind; score: number }) {
  if (kind === 'stars') {
    return (
      <div class="stars given" role="img" aria-label={say('youGave', { n: score })}>
        {kStars.map((count) => <span class={count <= score ? 'lit' : ''}><StarIcon /></span>)}
      </div>
    );
  }
  if (kind === 'thumbs') {
    return (
      <div class="thumbs given" role="img" aria-label={say(score ? 'thumbsUp' : 'thumbsDown')}>
        <span class={score ? 'thumb-up' : 'thumb-down'}><ThumbIcon /></span>
      </div>
    );
  }
  return <p class="soft">{say('yourScore', { score, most: kScores[kind].at(-1)! })}</p>;
}
