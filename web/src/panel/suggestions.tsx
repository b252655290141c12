import { useEffect, useRef, useState } from 'preact/hooks';
import type { NamedAnswer } from '../shared/border.ts';
import { say } from './words.ts';

/** Of fewer letters nobody can tell what is meant; one character of Chinese says more. */
const kFewestLetters = 2;

export interface Suggesting {
  answers: readonly NamedAnswer[];
  /** The one that Enter takes, or -1. */
  active: number;
  /** Handles a key of the field; whether it was one for the list. */
  onKey(event: KeyboardEvent): boolean;
  close(): void;
}

/** Answers to what is being typed. The list closes when one is taken, and stays away on Escape. */
export function useSuggestions(
  text: string, find: ((text: string) => Promise<readonly NamedAnswer[]>) | null,
  onTake: (answer: NamedAnswer) => void,
): Suggesting {
  const [answers, setAnswers] = useState<readonly NamedAnswer[]>([]);
  const [active, setActive] = useState(-1);
  const asked = useRef('');
  const closed = useRef('');
  const typed = text.trim();

  useEffect(() => {
    asked.current = typed;
    setActive(-1);
    if (!find || typed.length < kFewestLetters || typed.includes('\n') || closed.current === typed) {
      setAnswers([]);
      return;
    }
    void find(text).then((found) => {
      // What came late answers a question that nobody asks any more.
      if (asked.current === typed) setAnswers(found);
    });
  }, [typed, find !== null]);

  function close(): void {
    closed.current = typed;
    setAnswers([]);
    setActive(-1);
  }

  function onKey(event: KeyboardEvent): boolean {
    if (answers.length === 0 || event.isComposing || event.keyCode === 229) return false;
    switch (event.key) {
      case 'ArrowDown': setActive(active + 1 < answers.length ? active + 1 : -1); break;
      case 'ArrowUp': setActive(active < 0 ? answers.length - 1 : active - 1); break;
      case 'Escape': close(); break;
      case 'Enter': {
        const chosen = answers[active];
        if (!chosen) return false;
        onTake(chosen);
        break;
      }
      default: return false;
    }
    event.preventDefault();
    event.stopPropagation(); // Escape closes the list, not the panel
    return true;
  }

  return { answers, active, onKey, close };
}

export const optionId = (list: string, index: number) => `${list}-${index}`;

/** The list above the field; the focus stays in the field. */
export function Suggestions(props: {
  id: string; suggesting: Suggesting; onTake: (answer: NamedAnswer) => void;
}) {
  const { id, suggesting: { answers, active } } = props;
  const count = answers.length;
  return (
    <>
      <p class="hidden-words" role="status">{count > 0 && say('suggested', { n: count })}</p>
      {count > 0 && (
        <ul class="plain-list suggested" id={id} role="listbox" aria-label={say('suggestions')}>
          {answers.map((answer, index) => (
            <li
              key={answer.id} id={optionId(id, index)} role="option" aria-selected={index === active}
              class={index === active ? 'active' : undefined} dir="auto"
              // The field keeps the focus.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => props.onTake(answer)}
            >
              {answer.title}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
