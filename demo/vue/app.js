import { createApp, h } from 'vue';
import { Deskbell } from 'deskbell';
import { DeskbellWidget, useDeskbell } from './deskbell.js';

const Help = {
  setup() {
    const unread = useDeskbell('unread:change', 0);
    return () => h('button', { type: 'button', onClick: () => Deskbell('open') },
      unread.value > 0 ? `${unread.value} new messages` : 'Ask us');
  },
};

export const App = {
  props: { hub: String, site: String },
  setup: ({ hub, site }) => () => h('main', [
    h('h1', 'Fern & Oak'), h(Help), h(DeskbellWidget, { hub, site, accent: '#2f6b4f' }),
  ]),
};

/** Answers what takes it off the page again. */
export function mount(element, options) {
  const app = createApp(App, options);
  app.mount(element);
  return () => app.unmount();
}
