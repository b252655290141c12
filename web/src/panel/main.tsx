// The panel: a page of the hub, in an iframe on the site's page or in a tab of its own.

import { render } from 'preact';
import { applyAccent } from './accent.ts';
import { App } from './app.tsx';
import { HostPage } from './host_page.ts';
import { Model } from './model.ts';
import { keepForOffline } from './offline_page.ts';
import { words } from './words.ts';

/** `/panel/fern` */
const site = decodeURIComponent(location.pathname.split('/')[2] ?? '');
const root = document.getElementById('panel')!;

let scheduled = false;
let kept = false;

function paint(): void {
  scheduled = false;
  document.title = model.state.view?.site.name || words.chat;
  render(<App site={site} framed={host.present} state={model.state} model={model} />, root);
  if (!kept && model.state.opened) {
    kept = true;
    void keepForOffline();
  }
}

const host = new HostPage(location.hash, (message) => model.takeFromPage(message));
const model = new Model(`/assets/${DESKBELL_WORKER}`, site, host, () => {
  if (!scheduled) queueMicrotask(paint);
  scheduled = true;
});

applyAccent(host.accent);
model.start();
host.tell({ kind: 'ready' });
