import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { SmileIcon } from './icons.tsx';
import { keep, recall } from './keepsake.ts';
import { say } from './words.ts';

// A screen reader knows each by its own name, in every language: no list of names is needed.
const kEmoji = '😀 😄 😂 🙂 😉 😊 😍 😘 😎 🤔 😐 🙄 😮 😢 😭 😡 😴 🤒 🤗 🙏 👍 👎 👌 👏 🙌 💪 👋 🤝 ✌️ 🤞 ' +
  '❤️ 💔 ✨ 🎉 🎁 🔥 ⭐ ✅ ❌ ❗ ❓ 💡 🕐 📦 🚚 🏠 🛒 💳 🧾 📷 📎 📍 📞 ✉️ 🔒 🔧 🌱 🪴 🌸 ☀️ 🌧️ ☕ 🍕 🐶';
const kAll = kEmoji.split(' ');
const kColumns = 8;
const kRecent = 8;

/** A small set of emoji: those chosen last come first. */
export function EmojiButton(props: { site: string; onChoose: (emoji: string) => void }) {
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const button = useRef<HTMLButtonElement>(null);
  const here = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const recent = recall(props.site, 'emoji').split(' ').filter((one) => kAll.includes(one));
  const shown = [...recent, ...kAll.filter((one) => !recent.includes(one))];

  useLayoutEffect(() => {
    if (open) (grid.current?.children[at] as HTMLElement | undefined)?.focus();
  }, [open, at]);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event): void => {
      if (!here.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);

  function choose(emoji: string): void {
    keep(props.site, 'emoji', [emoji, ...recent.filter((one) => one !== emoji)].slice(0, kRecent).join(' '));
    setOpen(false);
    props.onChoose(emoji);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (!open) return;
    const way = getComputedStyle(grid.current!).direction === 'rtl' ? -1 : 1;
    const step: Record<string, number> = {
      ArrowRight: way, ArrowLeft: -way, ArrowDown: kColumns, ArrowUp: -kColumns, Home: -at,
      End: shown.length - 1 - at,
    };
    if (event.key === 'Escape') {
      event.stopPropagation();
      setOpen(false);
      button.current?.focus();
    } else if (event.key in step) {
      event.preventDefault();
      setAt(Math.min(shown.length - 1, Math.max(0, at + step[event.key]!)));
    } else if (event.key === 'Tab') {
      setOpen(false);
    }
  }

  return (
    <div class="emoji" ref={here} onKeyDown={onKeyDown}>
      <button
        type="button" class="plain round" ref={button} aria-label={say('emoji')} aria-expanded={open}
        onClick={() => { setAt(0); setOpen(!open); }}
      >
        <SmileIcon />
      </button>
      {open && (
        <div class="emoji-grid" ref={grid} role="group" aria-label={say('emoji')}>
          {shown.map((emoji, i) => (
            <button type="button" key={emoji} tabIndex={i === at ? 0 : -1} onClick={() => choose(emoji)}>
              {emoji}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
