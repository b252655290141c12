import type { PanelView } from '../shared/border.ts';
import { CloseIcon } from './icons.tsx';
import { words } from './words.ts';

/** The first letter that shows, also of scripts and emoji of more than one code unit. */
export function initial(name: string): string {
  return [...name.trim()][0]?.toLocaleUpperCase() ?? '';
}

export function Header(props: { view: PanelView | null; onClose: (() => void) | null }) {
  const name = props.view?.site.name || words.chat;
  const agent = props.view?.conversation?.assignee_name ?? '';
  return (
    <header class="header">
      <span class="mark" aria-hidden="true">{initial(name)}</span>
      <div class="who">
        <h1><bdi>{name}</bdi></h1>
        <p><bdi>{agent ? words.talkingWith(agent) : words.team}</bdi></p>
      </div>
      {props.onClose && (
        <button type="button" class="plain" aria-label={words.closeChat} onClick={props.onClose}>
          <CloseIcon />
        </button>
      )}
    </header>
  );
}
