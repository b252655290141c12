import { readNumber, saysNo, type Options } from './options.ts';

const kAccent = '#2c6a5d';

const kTalk = 'M10 21 4 24 5 18A10.5 9 0 1 1 10 21Z';
const kShut = 'M5 9 13 17 21 9 23 11 13 20 3 11Z';

/**
 * White or ink, whichever is read better on a colour: where both have the same contrast (WCAG 2, as
 * nearly as telling the two apart needs).
 */
function inkOn(colour: string): string {
  const [r, g, b] = colour.match(/\w\w/g)!.map((two) => parseInt(two, 16) ** 2.2) as [number, number, number];
  return 21 * r + 72 * g + 7 * b > 384e4 ? '#161614' : '#fff';
}

/**
 * The launcher's and the frame's styles. `!important` on `:host` is deliberate: inside a shadow
 * root it wins over any rule of the page, important ones too. Everything inside is out of the
 * page's reach.
 */
export function styles({ given, look }: Options): string {
  const colour = look.accent || kAccent;
  const ink = inkOn(colour);
  const side = given['position'] === 'left' ? 'left' : 'right';
  const x = readNumber(given['offsetX'], 20);
  const y = readNumber(given['offsetY'], 20);
  const from = (edge: string, by: number): string => `${edge}:calc(${by}px + env(safe-area-inset-${edge}))!important;`;
  return `:host{all:initial!important;position:fixed!important;${from(side, x)}${from('bottom', y)}z-index:9999999999!important;color-scheme:light dark!important;font:16px/1.4 system-ui,sans-serif!important;text-align:center!important}
:host([hidden]),[hidden]{display:none!important}
button{all:unset;cursor:pointer;font-weight:600;padding:15px;border-radius:28px;background:${colour};color:${ink}}
.launcher{max-width:calc(100vw - 70px);display:${saysNo(given['launcher']) ? 'none' : 'flex'};align-items:center;gap:10px;box-shadow:0 8px 32px #0004;transition:.2s}
.launcher:hover{transform:scale(1.1)}
button:focus-visible{outline:3px solid ${ink};outline-offset:-3px;box-shadow:0 0 0 3px ${colour}}
i{width:26px;height:26px;flex:none;background:currentColor;clip-path:path("${kTalk}")}
[aria-expanded=true]>i{clip-path:path("${kShut}")}
span{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
b{position:absolute;top:-4px;${side}:-4px;min-width:10px;padding:0 6px;border-radius:11px;background:#c8322b;color:#fff;box-shadow:0 0 0 2px #fff;font-size:12px;line-height:20px}
.frame{position:absolute;bottom:72px;${side}:0;width:400px;height:min(680px,100vh - ${y + 92}px);max-width:calc(100vw - 40px);border-radius:${readNumber(look.radius, 20)}px;overflow:hidden;background:canvas;box-shadow:0 0 0 1px #8884,0 8px 32px #0004;transition:opacity .2s,visibility .2s}
[aria-expanded=false]~.frame{visibility:hidden;opacity:0}
.frame>*{position:absolute;inset:0;width:100%;height:100%;border:0}
button:not(.ready)~*>iframe{visibility:hidden}
.wait{display:grid;place-content:center}
output{margin:20px}
@media (max-width:480px),(max-height:420px){.frame{position:fixed;inset:var(--top,0) 0 auto;width:auto;max-width:none;height:var(--height,100%);border-radius:0}
[aria-expanded=true]{position:relative;z-index:1}
.ready[aria-expanded=true]{visibility:hidden}}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media (forced-colors:active){button,.frame{border:1px solid}i{background:buttontext}}
@media print{*{display:none!important}}`;
}
