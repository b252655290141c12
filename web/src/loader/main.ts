// The one script that a site embeds: `<script async src="HUB/deskbell.js" data-site="fern">`.
// It paints the launcher, and does nothing else until the customer wants to talk.

import { makeDeskbell, type Deskbell } from './commands.ts';

declare global {
  interface Window {
    Deskbell?: Deskbell;
  }
}

const script =
  (document.currentScript as HTMLScriptElement | null) ??
  document.querySelector<HTMLScriptElement>('script[data-site][src*=deskbell]');

const before = window.Deskbell;
if (!before?.loaded) {
  const deskbell = makeDeskbell(script?.src ?? '');
  deskbell.loaded = true;
  window.Deskbell = deskbell;
}
const data = script?.dataset;
if (data?.['site']) window.Deskbell!('boot', { ...data });
for (const call of before?.q ?? []) window.Deskbell!(...call);
