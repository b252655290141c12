import { useEffect, useRef, useState } from 'preact/hooks';
import { SmileIcon } from './icons.tsx';
import { WithLater } from './with_later.tsx';
import { say } from './words.ts';

/** Opens a small set of emoji (emoji_grid.tsx). */
export function EmojiButton(props: { site: string; onChoose: (emoji: string) => void }) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const here = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!open) return;
    const outside = (event: Event): void => {
      if (!here.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);

  function choose(emoji: string): void {
    setOpen(false);
    props.onChoose(emoji);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (!open) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      setOpen(false);
      button.current?.focus();
    } else if (event.key === 'Tab') {
      setOpen(false);
    }
  }

  return (
    <div class="emoji" ref={here} onKeyDown={onKeyDown}>
      <button
        type="button" class="plain round" ref={button} aria-label={say('emoji')} aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <SmileIcon />
      </button>
      {open && (
        <div class="emoji-grid" role="group" aria-label={say('emoji')}>
          <WithLater>{({ EmojiGrid }) => <EmojiGrid site={props.site} onChoose={choose} />}</WithLater>
        </div>
      )}
    </div>
  );
}
