/**
 * Waits for a condition and returns its (truthy) value. There is a bound only so that a broken
 * promise ends in a failure with a reason rather than in a hanging run.
 */
export async function until(
  what, condition, boundMs = Number(process.env['DESKBELL_PATIENCE_MS'] ?? 120_000),
) {
  const end = Date.now() + boundMs;
  let value;
  for (;;) {
    value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited in vain: ${what} (last: ${JSON.stringify(value)})`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
