import { createRoot } from 'react-dom/client';
import { Deskbell } from 'deskbell';
import { DeskbellWidget, useDeskbell } from './deskbell.jsx';

function Help() {
  const unread = useDeskbell('unread:change', 0);
  return (
    <button type="button" onClick={() => Deskbell('open')}>
      {unread > 0 ? `${unread} new messages` : 'Ask us'}
    </button>
  );
}

export function App({ hub, site }) {
  return (
    <main>
      <h1>Fern &amp; Oak</h1>
      <Help />
      <DeskbellWidget hub={hub} site={site} accent="#2f6b4f" />
    </main>
  );
}

/** Answers what takes it off the page again. */
export function mount(element, options) {
  const root = createRoot(element);
  root.render(<App {...options} />);
  return () => root.unmount();
}
