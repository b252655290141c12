const kTickMs = 250;

/** Storage that neither succeeds nor fails. */
export class TimeOut extends Error {
  override readonly name = 'TimeoutError';
}

/**
 * Rejects with `TimeOut` when storage takes longer than `ms`. Only time in which this worker runs
 * counts: not that of a frozen page, whose answer waits beside the timer when it is thawed, and
 * hardly that of a machine which is overloaded.
 */
export function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let left = ms / kTickMs;
    const timer = setInterval(() => {
      if (--left === 0) reject(new TimeOut('the storage does not answer'));
    }, kTickMs);
    promise.then(resolve, reject).finally(() => clearInterval(timer));
  });
}
