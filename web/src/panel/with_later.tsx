import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { lent } from './lent.ts';
import { say } from './words.ts';

type Later = typeof import('./later.ts');

let loaded: Later | null = null;

/** Rejects where it cannot be had; asking again tries again. */
export async function later(): Promise<Later> {
  if (!loaded) {
    const { default: make } = await (import(`/assets/${DESKBELL_LATER}`) as Promise<{ default(given: typeof lent): Later }>);
    loaded = make(lent);
  }
  return loaded;
}

/** Draws with it as soon as it is there, which without a network may be when there is one again. */
export function WithLater(props: { children: (parts: Later) => ComponentChildren }) {
  const [parts, setParts] = useState(loaded);
  useEffect(() => {
    const load = (): void => void later().then(setParts, () => undefined);
    load();
    window.addEventListener('online', load);
    return () => window.removeEventListener('online', load);
  }, []);
  return parts ? <>{props.children(parts)}</> : <p class="loading" role="status">{say('loading')}</p>;
}
