/** So long another tab is waited for. */
const kPatienceMs = 10_000;

/**
 * Runs while no other tab of the site does what must be done by one after the other; the next tab's turn
 * comes when `settled` has ended, for which the answer does not wait. A browser that has no locks for us
 * (only secure pages have any), and a tab that was frozen with one, keep nobody from going on: then it
 * runs all the same.
 */
export async function oneTabAtATime<Result>(
  site: string, run: () => Promise<Result>, settled = async (): Promise<void> => undefined,
): Promise<Result> {
  let over = (): void => undefined;
  const isOver = new Promise<void>((resolve) => { over = resolve; });
  let waiting = 0;
  await new Promise<void>((begin) => {
    waiting = window.setTimeout(begin, kPatienceMs);
    if (!navigator.locks) return begin();
    navigator.locks.request(`deskbell/${site}`, () => { begin(); return isOver; }).catch(() => begin());
  });
  clearTimeout(waiting);
  try {
    return await run();
  } finally {
    void settled().finally(over);
  }
}
