/**
 * Runs everything that awaits, one step at a time. A port's call waits at a gate before it takes effect and at another before
 * its answer comes back; whose gate opens next is chance. A killed actor's gates never open, which is a crash at that await.
 */
import type { Prng } from './prng.ts';

interface Gate {
  readonly actor: string;
  readonly label: string;
  readonly open: () => void;
  /** What a request that was sent still does after its sender has died: it may land all the same. */
  readonly orphan?: () => unknown;
  /** The actor sleeps until then. */
  readonly from: number;
  /** Time does not leap beyond it. */
  readonly latest: number;
}

interface Late { readonly at: number; readonly effect: () => unknown; readonly label: string }

/** A request that lands after its sender's death does so within this time (engine/intent.ts, CREATION_YOUNG_MS, is longer). */
const LATE_MS = 240_000;
const STEP_MS = 400;
/** Often longer than a lease. */
const PAUSE_MS = 300_000;

export class Scheduler {
  now: number;
  steps = 0;
  readonly trace: string[] = [];
  pauseRate = 0;
  readonly #prng: Prng;
  readonly #dead = new Set<string>();
  #gates: Gate[] = [];
  #late: Late[] = [];

  constructor(prng: Prng, now: number) {
    this.#prng = prng;
    this.now = now;
  }

  note(event: string): void {
    this.trace.push(`${this.now} ${event}`);
  }

  /** Two gates around an effect. A request is not under way for ever: `inFlightMs` bounds how long it may take to land. */
  async call<T>(actor: string, label: string, effect: () => T | Promise<T>, inFlightMs = PAUSE_MS): Promise<T> {
    await this.#gate(actor, label, inFlightMs, effect);
    this.note(`${actor} ${label}`);
    const result = await effect();
    await this.#gate(actor, `${label} answered`, PAUSE_MS);
    return result;
  }

  /** True while something waits that may go on. */
  get isBusy(): boolean {
    return this.#gates.length > 0;
  }

  isAlive(actor: string): boolean {
    return !this.#dead.has(actor);
  }

  kill(actor: string): void {
    this.#dead.add(actor);
    const own = this.#gates.filter((gate) => gate.actor === actor);
    this.#gates = this.#gates.filter((gate) => gate.actor !== actor);
    for (const { orphan, label } of own) {
      if (orphan && this.#prng.chance(0.3)) this.#late.push({ at: this.now + this.#prng.below(LATE_MS), effect: orphan, label });
    }
    this.note(`${actor} dies`);
  }

  /** A jump in time, as far as requests under way allow. */
  leap(milliseconds: number): void {
    const latest = Math.min(...this.#gates.map(({ latest: at }) => at), ...this.#late.map(({ at }) => at));
    this.advance(Math.max(0, Math.min(milliseconds, latest - this.now)));
  }

  /** Requests of the dead land, each at its own time. */
  async landAll(): Promise<void> {
    while (this.#late.length > 0) {
      this.advance(Math.max(0, Math.min(...this.#late.map(({ at }) => at)) - this.now));
      await settled();
    }
  }

  advance(milliseconds: number): void {
    this.now += milliseconds;
    this.#land();
  }

  /** Opens one gate and lets everything run until all wait again. */
  async step(): Promise<void> {
    this.steps += 1;
    this.advance(this.#prng.below(STEP_MS));
    const ready = this.#gates.filter(({ from }) => from <= this.now);
    if (ready.length === 0 && this.#gates.length > 0) this.advance(Math.min(...this.#gates.map(({ from }) => from)) - this.now);
    const choice = ready.length > 0 ? ready : this.#gates.filter(({ from }) => from <= this.now);
    if (choice.length > 0) {
      const gate = this.#prng.pick(choice);
      this.#gates = this.#gates.filter((other) => other !== gate);
      gate.open();
    }
    await settled();
  }

  #gate(actor: string, label: string, pauseMs: number, orphan?: () => unknown): Promise<void> {
    if (this.#dead.has(actor)) return new Promise(() => undefined);
    const from = this.#prng.chance(this.pauseRate) ? this.now + this.#prng.below(pauseMs) : this.now;
    const latest = pauseMs < PAUSE_MS ? this.now + pauseMs : Infinity;
    return new Promise((open) => { this.#gates.push({ actor, label, open, from, latest, ...(orphan ? { orphan } : {}) }); });
  }

  #land(): void {
    const due = this.#late.filter(({ at }) => at <= this.now);
    if (due.length === 0) return;
    this.#late = this.#late.filter(({ at }) => at > this.now);
    for (const { effect, label } of due) {
      // Nobody hears the answer, so a refusal is only another event.
      Promise.resolve().then(effect).then(() => { this.note(`late ${label}`); }, () => { this.note(`late ${label} refused`); });
    }
  }
}

/** Everything that can run without another gate has run: promises are settled before the next turn of the event loop. */
export function settled(): Promise<void> {
  return new Promise((resolve) => { setImmediate(resolve); });
}
