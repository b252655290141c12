import { useLayoutEffect, useRef } from 'preact/hooks';
import { BackIcon, CloseIcon } from './icons.tsx';
import type { Model } from './model.ts';
import type { State } from './state.ts';
import { Menu } from './menu.tsx';
import { say } from './words.ts';

/** The first letter that shows, also of scripts and emoji of more than one code unit. */
export function initial(name: string): string {
  return [...name.trim()][0]?.toLocaleUpperCase() ?? '';
}

/** The site's logo or the first letter of its name; decoration beside the name itself. */
export function Mark(props: { name: string; logo: string }) {
  return (
    <span class={'mark' + (props.logo ? ' logo' : '')} aria-hidden="true">
      {props.logo
        ? <img src={props.logo} alt="" referrerpolicy="no-referrer" />
        : initial(props.name)}
    </span>
  );
}

function titleOf({ screen, view }: State, model: Model): { title: string; line: string } {
  const name = view?.site.name || say('chat');
  const agent = model.conversation?.assignee_name ?? '';
  switch (screen.at) {
    case 'home': return { title: name, line: say('team') };
    case 'past': return { title: say('conversations'), line: '' };
    case 'article': return { title: name, line: '' };
    case 'talk': return { title: name, line: agent ? say('talkingWith', { name: agent }) : say('team') };
  }
}

export function Header(props: {
  site: string; logo: string; state: State; model: Model; onClose: (() => void) | null;
}) {
  const { state, model, logo } = props;
  const { at } = state.screen;
  const { title, line } = titleOf(state, model);
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(at);
  // A screen that has no field to write in begins with its heading, for those who listen.
  useLayoutEffect(() => {
    if (before.current !== at && (at === 'past' || at === 'article')) heading.current?.focus();
    before.current = at;
  }, [at]);
  return (
    <header class={'header at-' + at}>
      {at !== 'home' && (
        <button type="button" class="plain" aria-label={say('back')} onClick={() => model.back()}>
          <BackIcon />
        </button>
      )}
      {(at === 'home' || at === 'talk') && <Mark name={title} logo={logo} />}
      <div class="who">
        <h1 ref={heading} tabIndex={-1}><bdi>{title}</bdi></h1>
        {line && <p><bdi>{line}</bdi></p>}
      </div>
      <Menu site={props.site} framed={props.onClose !== null} state={state} model={model} />
      {props.onClose && (
        <button type="button" class="plain" aria-label={say('closeChat')} onClick={props.onClose}>
          <CloseIcon />
        </button>
      )}
    </header>
  );
}
