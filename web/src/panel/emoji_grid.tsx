import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { keep, recall } from './keepsake.ts';

// A screen reader knows each by its own name, in every language: no list of names is needed.
const kEmoji = '😀 😄 😂 🙂 😉 😊 😍 😘 😎 🤔 😐 🙄 😮 😢 😭 😡 😴 🤒 🤗 🙏 👍 👎 👌 👏 🙌 💪 👋 🤝 ✌️ 🤞 ' +
  '❤️ 💔 ✨ 🎉 🎁 🔥 ⭐ ✅ ❌ ❗ ❓ 💡 🕐 📦 🚚 🏠 🛒 💳 🧾 📷 📎 📍 📞 ✉️ 🔒 🔧 🌱 🪴 🌸 ☀️ 🌧️ ☕ 🍕 🐶';
const kAll = kEmoji.split(' ');
const kColumns = 8;
const kRecent = 8;

/** A small set of emoji: those chosen last come first. Arrows move in it. */
export function EmojiGrid(props: { site: string; onChoose: (emoji: string) => void }) {
  const [at, setAt] = useState(0);
  const here = useRef<HTMLButtonElement>(null);
  const recent = recall(props.site, 'emoji').split(' ').filter((one) => kAll.includes(one));
  const shown = [...recent, ...kAll.filter((one) => !recent.includes(one))];

  useLayoutEffect(() => here.current?.focus(), [at]);

  function choose(emoji: string): void {
    keep(props.site, 'emoji', [emoji, ...recent.filter((one) => one !== emoji)].slice(0, kRecent).join(' '));
    props.onChoose(emoji);
  }

  function move(event: KeyboardEvent): void {
    const way = getComputedStyle(here.current!).direction === 'rtl' ? -1 : 1;
    const step: Record<string, number> = {
      ArrowRight: way, ArrowLeft: -way, ArrowDown: kColumns, ArrowUp: -kColumns, Home: -at,
      End: shown.length - 1 - at,
    };
    if (!(event.key in step)) return;
    event.preventDefault();
    setAt(Math.min(shown.length - 1, Math.max(0, at + step[event.key]!)));
  }

  return (
    <>
      {shown.map((emoji, i) => (
        <button
          type="button" key={emoji} tabIndex={i === at ? 0 : -1} {...(i === at && { ref: here })}
          onClick={() => choose(emoji)} onKeyDown={move}
        >
          {emoji}
        </button>
      ))}
    </>
  );
}
