import { complain, readOptions, readText, readVisitor } from './options.ts';
import { Widget, type EventName } from './widget.ts';

type Callback = (detail?: unknown) => void;
type Command = (...args: unknown[]) => unknown;

const kEvents: readonly EventName[] =
  ['ready', 'open', 'close', 'show', 'hide', 'unread:change', 'error'];

/**
 * The page's one function, `Deskbell(command, …)`. Calls that came before it was loaded stand in
 * `q` of the page's own little function of that name.
 */
export interface Deskbell {
  (command: string, ...args: unknown[]): unknown;
  q?: ArrayLike<unknown>[];
  loaded?: true;
}

function record(given: unknown): Record<string, unknown> {
  return { ...(given as object) };
}

export function makeDeskbell(ownAddress: string): Deskbell {
  let widget: Widget | null = null;
  const callbacks = new Map<string, Set<Callback>>();

  function emit(event: EventName, detail?: unknown): void {
    for (const callback of [...(callbacks.get(event) ?? [])]) {
      try {
        callback(detail);
      } catch (error) {
        console.error(error); // the page's own fault, not to stop the widget
      }
    }
  }

  const commands: Record<string, Command> = {
    boot(given) {
      const options = readOptions(record(given), ownAddress);
      if (!options) return;
      if (widget && widget.options.site === options.site && widget.options.hub === options.hub) {
        widget.update(options);
      } else {
        widget?.destroy();
        widget = new Widget(options, emit);
      }
    },
    update(given) {
      widget?.update({ ...widget.options, visitor: readVisitor(record(given)) });
    },
    destroy() {
      widget?.destroy();
      widget = null;
      callbacks.clear();
    },
    open: () => widget?.open(),
    close: () => widget?.close(),
    show: () => widget?.show(),
    hide: () => widget?.hide(),
    showNewMessage: (text) => widget?.open(readText(text)),
    on(event, callback) {
      if (!kEvents.includes(event as EventName) || typeof callback !== 'function') {
        complain('on needs a function and one of ' + kEvents);
        return () => {};
      }
      const set = callbacks.get(event as string) ?? new Set();
      callbacks.set(event as string, set.add(callback as Callback));
      return () => void set.delete(callback as Callback);
    },
  };

  return (name, ...args) => {
    if (Object.hasOwn(commands, name)) return commands[name]!(...args);
    return complain(`no command "${String(name)}"; there are ${Object.keys(commands)}`);
  };
}
