import { Announcer } from './announcer.tsx';
import { Composer } from './composer.tsx';
import { Conversation } from './conversation.tsx';
import { Header } from './header.tsx';
import type { Model, State } from './model.ts';
import { Notices } from './notices.tsx';

export function App(props: { site: string; framed: boolean; state: State; model: Model }) {
  const { site, framed, state, model } = props;
  const close = framed ? () => model.close() : null;

  function onKeyDown(event: KeyboardEvent): void {
    // Escape belongs to an input method first.
    if (event.key === 'Escape' && !event.isComposing) close?.();
  }

  return (
    <main class="panel" onKeyDown={onKeyDown}>
      <Header view={state.view} onClose={close} />
      <Notices state={state} />
      <Conversation site={site} state={state} model={model} />
      <Composer
        site={site} resolved={state.view?.conversation?.resolved ?? false}
        proposed={state.proposed} onProposedTaken={() => model.takeProposed()}
        fieldCalls={state.fieldCalls} onSend={(text) => model.post(text)}
      />
      <Announcer view={state.view} current={state.current} />
    </main>
  );
}
