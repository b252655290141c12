import { useLayoutEffect, useRef } from 'preact/hooks';
import { Announcer } from './announcer.tsx';
import { Article } from './article.tsx';
import { Composer } from './composer.tsx';
import { Conversation } from './conversation.tsx';
import { Header } from './header.tsx';
import { Home } from './home.tsx';
import type { Model } from './model.ts';
import type { State } from './state.ts';
import { Notices } from './notices.tsx';
import { RobotBar } from './robot.tsx';
import { WithLater } from './with_later.tsx';

const kFocusable = 'button:not([disabled]),a[href],input,select,textarea,[tabindex="0"]';

/** Answers are suggested until people see to the conversation. */
function suggests({ view }: State, model: Model): boolean {
  return view !== null && view.site.answers && model.conversation?.handled_by !== 'people';
}

/** Where the panel covers the whole screen, the page behind it is not to be reached by Tab. */
function keepInside(event: KeyboardEvent, panel: HTMLElement): void {
  if (event.key !== 'Tab' || window.innerWidth < window.screen.width) return;
  const all = [...panel.querySelectorAll<HTMLElement>(kFocusable)]
    .filter((one) => one.tabIndex >= 0 && one.getClientRects().length > 0);
  const [first, last] = [all[0], all.at(-1)];
  const leaves = document.activeElement === (event.shiftKey ? first : last);
  if (!leaves) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}

export function App(props: {
  site: string; framed: boolean; logo: string; state: State; model: Model;
}) {
  const { site, framed, logo, state, model } = props;
  const close = framed ? () => model.close() : null;
  const panel = useRef<HTMLElement>(null);
  const { screen } = state;

  function onKeyDown(event: KeyboardEvent): void {
    // Escape belongs to an input method first.
    if (event.key === 'Escape' && !event.isComposing) close?.();
    if (framed && panel.current) keepInside(event, panel.current);
  }

  // Whoever went somewhere by a button that is gone now goes on where he writes.
  const place = screen.at + (screen.at === 'talk' ? screen.id : '');
  useLayoutEffect(() => {
    if (document.activeElement === document.body && document.hasFocus()) model.callField();
  }, [place]);

  return (
    <main class="panel" ref={panel} onKeyDown={onKeyDown}>
      <Header site={site} logo={logo} state={state} model={model} onClose={close} />
      <Notices state={state} />
      {screen.at === 'home' && <Home logo={logo} state={state} model={model} />}
      {screen.at === 'past' && <WithLater>{({ Past }) => <Past state={state} model={model} />}</WithLater>}
      {screen.at === 'article' && <Article article={state.article} model={model} />}
      {screen.at === 'talk' && <Conversation key={screen.id} site={site} state={state} model={model} />}
      <RobotBar state={state} model={model} />
      {(screen.at === 'home' || screen.at === 'talk') && state.held === null && (
        <Composer
          site={site} conversation={model.writingTo} begun={state.begun === model.writingTo}
          resolved={model.conversation?.resolved ?? false}
          proposed={state.proposed} onProposedTaken={() => model.takeProposed()}
          fieldCalls={state.fieldCalls} onSend={(text, answer) => model.send(text, answer)}
          onSuggest={suggests(state, model) ? (text) => model.suggest(text) : null}
          choice={model.files.of(model.writingTo)}
          onFiles={(files) => void model.files.add(model.writingTo, files)}
          onRemoveFile={(key) => model.files.remove(model.writingTo, key)}
          onTyping={() => model.noteTyping()}
        />
      )}
      <Announcer view={state.view} current={state.current} />
    </main>
  );
}
