import type { Options } from './options.ts';
import { styles } from './styles.ts';

const kSvg = 'http://www.w3.org/2000/svg';
const kTalk =
  'M12 3.5c5 0 9 3.4 9 7.7s-4 7.7-9 7.7c-1 0-2-.1-2.9-.4L4.5 20.5l1-3.7C4 15.4 3 13.4 3 11.2c0-4.3 4-7.7 9-7.7z';
const kShut = 'M6 9.5l6 6 6-6';

/** What the page sees of the widget: one element, whose closed shadow root holds the rest. */
export interface Launcher {
  host: HTMLElement;
  root: ShadowRoot;
  button: HTMLButtonElement;
  /** Around the panel's iframe, and what is shown until that is there. */
  frame: HTMLElement;
  status: HTMLElement;
  again: HTMLButtonElement;
  leave: HTMLButtonElement;
  restyle(options: Options): void;
  show(unread: number, open: boolean): void;
}

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
}

function icon(className: string, path: string): SVGSVGElement {
  const svg = document.createElementNS(kSvg, 'svg');
  svg.setAttribute('class', className);
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(kSvg, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

function makeButton(className: string, ...children: (Node | string)[]): HTMLButtonElement {
  const button = make('button', className, ...children);
  button.type = 'button';
  return button;
}

/**
 * Constructed style sheets are no business of the page's `style-src`. Browsers from before 2023
 * get a style element, which a page with a strict policy may then refuse.
 */
function applyStyles(root: ShadowRoot, css: string): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.querySelector('style')?.remove();
    root.append(make('style', '', css));
  }
}

export function makeLauncher(options: Options): Launcher {
  const host = document.createElement('deskbell-widget');
  const root = host.attachShadow({ mode: 'closed' });
  const label = make('span', '');
  const count = make('b', '');
  const button = makeButton('launcher', icon('talk', kTalk), icon('shut', kShut), label, count);
  const status = make('div', '');
  status.setAttribute('role', 'status');
  const again = makeButton('', 'Try again');
  const leave = makeButton('', 'Close');
  const frame = make('div', 'frame', make('div', 'wait', status, again, leave));
  // The launcher first: what it opens follows it, for the keyboard.
  root.append(button, frame);

  const launcher: Launcher = {
    host, root, button, frame, status, again, leave,
    restyle(given) {
      applyStyles(root, styles(given));
      label.textContent = given.label;
      label.hidden = !given.label;
    },
    show(unread, open) {
      count.hidden = open || unread === 0;
      count.textContent = unread > 99 ? '99+' : String(unread);
      const news = count.hidden ? '' : `, ${unread} unread`;
      // Begins with the visible words, for people who speak to their computer.
      const name = (label.textContent || (open ? 'Close chat' : 'Open chat')) + news;
      button.setAttribute('aria-label', name);
      button.setAttribute('aria-expanded', String(open));
      frame.classList.toggle('open', open);
    },
  };
  launcher.restyle(options);
  launcher.show(0, false);
  return launcher;
}
