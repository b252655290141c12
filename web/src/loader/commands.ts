import type { FromPage, Unmarked } from '../shared/embedding.ts';
import { complain, readOptions, readText } from './options.ts';
import { makeWidget, type Widget } from './widget.ts';

type Callback = (detail?: unknown) => void;
type Command = (...args: never[]) => unknown;
type Passed = Extract<Unmarked<FromPage>, { given: string }>;

/**
 * The page's one function, `Deskbell(command, …)`; web/npm/deskbell.d.ts has it with all its types.
 * Calls that came before it was loaded stand in `q` of the page's own little function of that name.
 */
export interface Deskbell {
  (command: string, ...args: unknown[]): unknown;
  q?: Parameters<Deskbell>[];
  loaded?: true;
}

export function makeDeskbell(ownAddress: string): Deskbell {
  let widget: Widget | null = null;
  /** Until the page takes all of its callbacks off. */
  let heard = new AbortController();

  function emit(event: string, detail?: unknown): void {
    document.dispatchEvent(new CustomEvent('deskbell:' + event, { bubbles: true, detail }));
  }

  /** What the panel sees to; `then` is the widget's part in it. */
  const pass = (kind: Passed['kind'], then?: 'open' | 'load') => (given: unknown, data?: unknown): void => {
    widget!.tell({ kind, given: readText(given), data: JSON.stringify(data) });
    if (then) widget![then](true);
  };

  const commands: Record<string, Command> = {
    boot(given: Record<string, unknown>) {
      // Of another site nothing is kept.
      const before = given?.['site'] === widget?.options.site ? widget?.options : undefined;
      const options = readOptions(given, ownAddress, before);
      if (!options) return;
      if (before?.hub === options.hub) {
        widget!.update(options);
      } else {
        widget?.destroy();
        widget = makeWidget(options, emit);
      }
      if (given['token']) commands['identify']!(given as never);
    },
    update(given: Record<string, unknown>) {
      const options = readOptions(given, ownAddress, widget!.options);
      if (options) widget!.update(options);
    },
    setAttributes(attributes: object) {
      const known = widget!.options.facts.attributes;
      commands['update']!({ attributes: { ...known, ...attributes } } as never);
    },
    identify: (given: string | { token: string }) =>
      widget!.identify(readText((given as { token: string })?.token ?? given)),
    logout: () => widget!.logout(),
    destroy() {
      widget?.destroy();
      widget = null;
      heard.abort();
      heard = new AbortController();
    },
    open: () => widget!.open(),
    close: () => widget!.close(),
    show: () => widget!.show(true),
    hide: () => widget!.show(false),
    showNewMessage: pass('compose', 'open'),
    showArticle: pass('article', 'open'),
    showConversation: pass('conversation', 'open'),
    sendMessage: pass('send', 'load'),
    track: pass('track'),
    on(event: string, callback: Callback) {
      if (!callback?.call) return complain('on needs a callback');
      // As a listener, for one that throws stops nobody then; it hears of nothing as undefined, not null.
      const listener = ({ detail }: CustomEventInit): void => callback(detail ?? undefined);
      document.addEventListener('deskbell:' + event, listener, { signal: heard.signal });
      return () => document.removeEventListener('deskbell:' + event, listener);
    },
  };

  return (name, ...args) =>
    // What needs a widget is not lost without a word.
    Object.hasOwn(commands, name) && (widget || /^(b|on|d)/.test(name)) ? commands[name]!(...(args as never[]))
      : complain(`${name} needs boot, or is none of ${Object.keys(commands)}`);
}
