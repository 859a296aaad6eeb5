/** A seeded source of chance (mulberry32): the same seed makes the same world, event by event. */

export class Prng {
  #state = 0;

  constructor(seed: number) {
    this.turnTo(seed, 0);
  }

  /** From here on chance depends on these two numbers alone, so that a move left out changes no other move's luck. */
  turnTo(seed: number, move: number): void {
    this.#state = (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(move, 0x85ebca6b)) >>> 0;
    // Neighbouring seeds begin alike; a few turns part them.
    for (let turn = 0; turn < 8; turn += 1) this.fraction();
  }

  /** 0 <= x < 1. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  chance(probability: number): boolean {
    return probability > 0 && this.fraction() < probability;
  }

  /** 0 <= n < limit. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  shuffled<T>(items: readonly T[]): T[] {
    const rest = [...items];
    const mixed: T[] = [];
    while (rest.length > 0) mixed.push(...rest.splice(this.below(rest.length), 1));
    return mixed;
  }
}
