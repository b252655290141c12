import { dress, make } from '../loader/elements.ts';
import { readNumber, saysNo, type Options } from '../loader/options.ts';

/** What closes it, for those who do not see the cross. */
const kClose: Record<string, string> = {
  en: 'Close', ar: 'إغلاق', de: 'Schließen', es: 'Cerrar', fr: 'Fermer', he: 'סגירה', hi: 'बंद करें',
  ja: '閉じる', pt: 'Fechar', ru: 'Закрыть', 'zh-CN': '关闭', 'zh-TW': '關閉', zh: '关闭',
};

const kCross = 'M3 2 8 7 13 2 14 3 9 8 14 13 13 14 8 9 3 14 2 13 7 8 2 3Z';

export interface Bubble {
  host: HTMLElement;
  restyle(options: Options): void;
  remove(): void;
}

function closeWord(options: Options): string {
  for (const tag of [options.look.language ?? '', ...navigator.languages]) {
    const word = kClose[tag] ?? kClose[tag.split('-')[0]!];
    if (word) return word;
  }
  return kClose['en']!;
}

function styles({ given, look }: Options): string {
  const side = given['position'] === 'left' ? 'left' : 'right';
  const x = readNumber(given['offsetX'], 20);
  const y = readNumber(given['offsetY'], 20) + (saysNo(given['launcher']) ? 0 : 72);
  const dark = 'color-scheme:dark;--ground:#24221f;--ink:#f3f1ec;--soft:#b5afa6;--line:#ffffff2e';
  return `:host{all:initial;color-scheme:light;--ground:#fff;--ink:#1d1b18;--soft:#5c5852;--line:#0000001a;${look.scheme === 'dark' ? dark : ''}}
.bubble{position:fixed;${side}:calc(${x}px + env(safe-area-inset-${side},0px));bottom:calc(${y}px + env(safe-area-inset-bottom,0px));width:320px;max-width:calc(100vw - 40px - env(safe-area-inset-left,0px) - env(safe-area-inset-right,0px));box-sizing:border-box;max-height:calc(100vh - ${y + 20}px);overflow:auto;display:flex;align-items:start;background:var(--ground);color:var(--ink);border-radius:${Math.min(20, readNumber(look.radius, 16))}px;box-shadow:0 0 0 1px var(--line),0 8px 32px #0003;animation:come .25s ease-out}
button{all:unset;box-sizing:border-box;cursor:pointer;border-radius:12px;font:16px/1.45 system-ui,sans-serif}
.say{flex:1;min-width:0;padding:14px 16px;overflow-wrap:anywhere;white-space:pre-line}
.from{display:block;font-size:13px;font-weight:600;color:var(--soft);margin-block-end:2px}
.close{flex:none;display:grid;place-items:center;width:44px;height:44px;color:var(--soft)}
.close:hover{color:var(--ink)}
button:focus-visible{outline:3px solid currentColor;outline-offset:-4px}
i{width:16px;height:16px;background:currentColor;clip-path:path("${kCross}")}
@keyframes come{from{opacity:0;transform:translateY(8px)}}
${look.scheme === 'light' || look.scheme === 'dark' ? '' : `@media (prefers-color-scheme:dark){:host{${dark}}}`}
@media (prefers-reduced-motion:reduce){.bubble{animation:none}}
@media (forced-colors:active){.bubble{border:1px solid}i{background:buttontext}}`;
}

/**
 * A message beside the launcher, in a closed shadow root of its own: the loader styles its one anew
 * whenever the page changes something. All that is said is put in as text.
 */
export function makeBubble(
  options: Options, from: string, text: string, on: { taken(): void; dismissed(): void },
): Bubble {
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'closed' });
  // What is said decides on which side the cross stands, not who says it.
  const name = make('span', { className: 'from', dir: 'auto' }, from);
  const say = make('button', { className: 'say' }, ...(from ? [name] : []), make('span', {}, text));
  const close = make('button', { className: 'close' }, make('i'));
  close.setAttribute('aria-label', closeWord(options));
  const bubble = make('div', { className: 'bubble', dir: 'auto' }, say, close);
  say.onclick = on.taken;
  close.onclick = on.dismissed;
  bubble.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    on.dismissed();
  });
  // Said once it is filled: a live region that comes with its words is often passed over.
  const region = make('output');
  root.append(region);
  const frame = requestAnimationFrame(() => region.append(bubble));
  let styled = '';

  function restyle(now: Options): void {
    const css = styles(now);
    if (css === styled) return;
    styled = css;
    dress(root, css);
  }

  restyle(options);
  return {
    host, restyle,
    remove: () => {
      cancelAnimationFrame(frame);
      host.remove();
    },
  };
}
