/**
 * Random numbers from a seed, so that a failing run can be had again. Without a seed in the
 * environment (DESKBELL_SEED) each run takes another one, and says which.
 */
export class Random {
  #state;

  constructor(seed = Number(process.env['DESKBELL_SEED'] ?? Date.now() % 1_000_000)) {
    this.seed = seed;
    this.#state = seed >>> 0;
  }

  /** From 0 to `bound` - 1. */
  below(bound) {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) % bound;
  }

  chance(percent) {
    return this.below(100) < percent;
  }

  pick(list) {
    return list[this.below(list.length)];
  }
}
