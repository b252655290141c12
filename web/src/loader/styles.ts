import { readNumber, saysNo, type Options } from './options.ts';

const kAccent = '#2c6a5d';

/**
 * White or ink, whichever is read better on a colour: where both have the same contrast (WCAG 2, as
 * nearly as telling the two apart needs).
 */
function inkOn(colour: string): string {
  const light = (at: number): number => (parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2;
  return 0.21 * light(1) + 0.72 * light(3) + 0.07 * light(5) > 0.195 ? '#161614' : '#fff';
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
  const x = `${side}:calc(${readNumber(given['offsetX'], 20)}px + env(safe-area-inset-${side},0px))`;
  const y = readNumber(given['offsetY'], 20);
  const up = (by: number): string => `bottom:calc(${y + by}px + env(safe-area-inset-bottom,0px))`;
  return `:host{all:initial!important;position:fixed!important;inset:0 0 auto auto!important;z-index:2147483647!important;color-scheme:light dark!important}
:host([hidden]),[hidden]{display:none!important}
*{box-sizing:border-box}
button{all:unset;box-sizing:border-box;cursor:pointer;font:600 16px/1.4 system-ui,sans-serif;background:${colour};color:${ink}}
.launcher{position:fixed;${x};${up(0)};height:56px;min-width:56px;max-width:calc(100vw - 40px);padding:0 15px;border-radius:28px;display:${saysNo(given['launcher']) ? 'none' : 'flex'};align-items:center;gap:10px;box-shadow:0 6px 20px #0004;transition:.2s}
.launcher:hover{transform:translateY(-2px)}
button:focus-visible{outline:3px solid ${ink};outline-offset:-5px;box-shadow:0 0 0 3px ${colour}}
svg{width:26px;height:26px;flex:none;fill:none;stroke:currentColor;stroke-width:1.9;stroke-linecap:round;stroke-linejoin:round}
span{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
[aria-expanded=true] path:first-child,[aria-expanded=false] path+path{display:none}
b{position:absolute;top:-4px;${side}:-4px;min-width:22px;padding:0 6px;border-radius:11px;background:#c8322b;color:#fff;box-shadow:0 0 0 2px #fff;font:600 12px/22px system-ui,sans-serif;text-align:center}
.frame{position:fixed;${x};${up(72)};width:400px;height:min(680px,100vh - ${y + 92}px);max-width:calc(100vw - 40px);border-radius:${readNumber(look.radius, 20)}px;overflow:hidden;background:#fbfaf8;color:#5c5852;box-shadow:0 0 0 1px #0001,0 12px 48px #0004;transition:opacity .2s,visibility .2s}
[aria-expanded=false]~.frame{visibility:hidden;opacity:0}
iframe,.wait{position:absolute;inset:0;width:100%;height:100%;border:0}
.ready~*>.wait,button:not(.ready)~*>iframe{opacity:0;pointer-events:none}
.wait{display:grid;place-content:center;place-items:center;gap:20px;padding:20px;text-align:center;font:16px/1.4 system-ui,sans-serif}
.wait>button{padding:10px 20px;border-radius:20px}
@media (max-width:480px),(max-height:420px){.frame{inset:var(--top,0) 0 auto;width:auto;max-width:none;height:var(--height,100%);border-radius:0}
[aria-expanded=true]{z-index:1}
.ready[aria-expanded=true]{visibility:hidden}}
@media (prefers-color-scheme:dark){.frame{background:#171614;color:#b5afa6;box-shadow:0 0 0 1px #fff2,0 12px 48px #000a}}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media (forced-colors:active){button,b,.frame{border:1px solid}}
@media print{*{display:none!important}}`;
}
