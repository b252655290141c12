import { StarIcon } from './icons';
import { words } from './words';

const kStars = [1, 2, 3, 4, 5] as const;

/** Five stars to choose from: a real radio group, for the keyboard and for screen readers. */
export function StarChoice(props: { stars: number; onChoose: (stars: number) => void }) {
  return (
    <div class="stars">
      {kStars.map((count) => (
        <label class={count <= props.stars ? 'lit' : ''}>
          <input
            type="radio"
            name="stars"
            value={count}
            checked={count === props.stars}
            onChange={() => props.onChoose(count)}
          />
          <StarIcon />
          <span class="hidden-words">{`${words.stars(count)}: ${words.rating[count - 1]}`}</span>
        </label>
      ))}
    </div>
  );
}

export function StarsGiven({ stars }: { stars: number }) {
  return (
    <div class="stars given" role="img" aria-label={words.youGave(stars)}>
      {kStars.map((count) => <span class={count <= stars ? 'lit' : ''}><StarIcon /></span>)}
    </div>
  );
}
