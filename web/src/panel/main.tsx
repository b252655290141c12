// The panel: a page of the hub, in an iframe on the site's page or in a tab of its own.

import { render } from 'preact';
import type { Look } from '../shared/protocol.ts';
import { App } from './app.tsx';
import { HostPage } from './host_page.ts';
import { recall } from './keepsake.ts';
import { bestLanguage, switchLanguage } from './language.ts';
import { Painter } from './look.ts';
import { Model } from './model.ts';
import { keepForOffline } from './offline_page.ts';
import { isToPerson, Person } from './person.ts';
import { say, sayOwn } from './words.ts';

/** How long the first thing shown may wait for its words. */
const kWordsPatienceMs = 400;

/** `/panel/fern` */
const site = decodeURIComponent(location.pathname.split('/')[2] ?? '');
const root = document.getElementById('panel')!;

let scheduled = false;
let kept = false;
let speaking = false;

function paint(): void {
  scheduled = false;
  if (!speaking) return;
  const { state } = model;
  person.saw(state);
  const name = state.view?.site.name || say('chat');
  document.title = state.view?.unread ? `(${state.view.unread}) ${name}` : name;
  // What is shown is the core's own, and not only what could be shown until it was there.
  root.toggleAttribute('data-current', state.current);
  render(<App site={site} framed={host.present} logo={painter.logo} state={state} model={model} />, root);
  if (!kept && state.opened) {
    kept = true;
    void keepForOffline();
  }
}

function repaint(): void {
  if (!scheduled) queueMicrotask(paint);
  scheduled = true;
}

/** The customer's own choice comes first, then the site's, then the browser's. */
async function speak(wanted: string): Promise<void> {
  const language = bestLanguage([recall(site, 'language'), wanted, ...navigator.languages].filter(Boolean));
  try {
    await switchLanguage(language);
  } catch (error) {
    console.warn('Deskbell:', error);
  }
  model.speaks(language);
}

function wear(look: Look): void {
  painter.wear(look);
  if (look.texts) sayOwn(look.texts);
  if (look.language !== undefined) void speak(look.language);
  repaint();
}

/** A phone's keyboard covers the page in a tab of its own; in a frame the site's page sees to it. */
function fitScreen(): void {
  const seen = window.visualViewport;
  if (host.present || !seen || seen.scale > 1.01) return;
  root.style.height = `${seen.height}px`;
}

const painter = new Painter();
const host = new HostPage(location.hash, (message) => {
  if (message.kind === 'begin') wear(message.look);
  if (isToPerson(message)) person.take(message);
  else model.takeFromPage(message);
});
const model = new Model(`/assets/${DESKBELL_WORKER}`, site, host, repaint);
const person = new Person(site, host, model);

const about = new URLSearchParams(location.hash.slice(1));
painter.wear({
  accent: host.accent,
  scheme: (about.get('scheme') ?? 'auto') as NonNullable<Look['scheme']>,
  logo: about.get('logo') ?? '',
  ...(about.has('radius') ? { radius: Number(about.get('radius')) } : {}),
});
const patience = new Promise((resolve) => setTimeout(resolve, kWordsPatienceMs));
void Promise.race([speak(about.get('language') ?? ''), patience]).then(() => {
  speaking = true;
  paint();
});
window.visualViewport?.addEventListener('resize', fitScreen);
host.tell({ kind: 'ready' });
