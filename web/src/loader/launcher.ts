import { dress, make } from './elements.ts';
import type { Options } from './options.ts';
import { styles } from './styles.ts';

/**
 * What the page sees of the widget: one element, whose closed shadow root holds the rest. Answers
 * the element, its root, the launcher, the frame (around the panel's iframe and what is shown until
 * that is there), the words and the button in it; and what styles it, what counts the unread, and what
 * says how it stands.
 */
export function makeLauncher() {
  let news = '';
  const host = make('deskbell-widget');
  const root = host.attachShadow({ mode: 'closed' });
  const label = make('span');
  const count = make('b');
  const button = make('button', { className: 'launcher' }, make('i'), label, count);
  const status = make('output');
  const again = make('button', {}, DESKBELL_WORDS.tryAgain);
  const frame = make('div', { className: 'frame' }, make('div', { className: 'wait' }, status, again));
  // The launcher first: what it opens follows it, for the keyboard.
  root.append(button, frame);

  function restyle(options: Options): void {
    dress(root, styles(options));
    label.textContent = options.label;
    label.hidden = !options.label;
  }

  /** How many messages are unread, also in words; seen when it is painted next. */
  function tally(unread: number, words: string): void {
    count.textContent = unread > 99 ? '99+' : unread as never; // the number itself is made a text
    news = unread ? ', ' + words : '';
  }

  function paint(open: boolean): void {
    count.hidden = open || !news;
    // Begins with the visible words, for people who speak to their computer.
    button.setAttribute('aria-label', (label.textContent || DESKBELL_WORDS.chat) + (open ? '' : news));
    button.setAttribute('aria-expanded', open as never);
  }

  return [host, root, button, frame, status, again, restyle, tally, paint] as const;
}
