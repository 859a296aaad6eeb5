/** One seed: trouble first, then calm; then everything must agree and stay quiet. */
import { createHash } from 'node:crypto';
import { judge } from './oracle.ts';
import { Users } from './users.ts';
import { must, Violation, World } from './world.ts';

const STEPS = 500;
const RUNNERS_MAX = 3;
const CYCLE_MS = 31 * 60_000;
const CYCLES_MAX = 40;
/** Longer than a lease and than a creation stays young. */
const AFTER_CRASH_MS = 15 * 60_000;
const QUIET_CYCLES = 2;

export interface SeedResult {
  readonly seed: number;
  readonly events: number;
  /** sha256 over all events: the same for the same seed and code. */
  readonly trace: string;
  readonly cycles: number;
  readonly records: number;
  readonly violation?: Error;
  readonly story: readonly string[];
}

export async function runSeed(seed: number): Promise<SeedResult> {
  const world = new World(seed);
  const users = new Users(world);
  let cycles = 0;
  let violation: Error | undefined;
  try {
    await world.activate();
    await trouble(world, users);
    cycles = await rest(world);
    judge(world, users);
    await quiet(world);
  } catch (error) {
    violation = error instanceof Error ? error : new Violation('something that is no error was thrown');
  }
  const { trace } = world.scheduler;
  return {
    seed, cycles, events: trace.length, trace: createHash('sha256').update(trace.join('\n')).digest('hex').slice(0, 16),
    records: world.services.m.fake.records.size + world.services.c.fake.records.size, story: trace, ...(violation ? { violation } : {}),
  };
}

async function trouble(world: World, users: Users): Promise<void> {
  const { prng, scheduler } = world;
  for (let births = prng.below(4); births > 0; births -= 1) users.act();
  for (let step = 0; step < STEPS; step += 1) {
    const dice = prng.fraction();
    if (dice < 0.06) users.act();
    else if (dice < 0.1 && world.running.length < RUNNERS_MAX) world.startRun();
    else if (dice < 0.11) scheduler.leap(prng.below(CYCLE_MS));
    else if (world.running.length > 0 && prng.chance(world.faults.crash)) world.kill(prng.pick(world.running));
    else await scheduler.step();
    if (world.failure) throw world.failure;
  }
}

/** Stragglers end, some of them late and out of date; then cycles run until two in a row find nothing to do. */
async function rest(world: World): Promise<number> {
  for (const actor of world.running) if (world.prng.chance(0.5)) world.kill(actor);
  world.calm();
  await world.drain();
  world.scheduler.advance(AFTER_CRASH_MS);
  await world.retryParked();
  let idle = 0;
  for (let cycle = 1; cycle <= CYCLES_MAX; cycle += 1) {
    const isIdle = await runCycle(world);
    idle = isIdle && world.rows('t~').length === 0 ? idle + 1 : 0;
    if (idle === 2) return cycle;
  }
  throw new Violation(`the world is not at rest after ${CYCLES_MAX} cycles: ${world.openTodos().join('; ') || 'runs go on'}`);
}

/** True when the run found nothing to do. */
async function runCycle(world: World): Promise<boolean> {
  world.scheduler.advance(CYCLE_MS);
  world.queue.push('cycle');
  let isIdle = true;
  while (world.queue.length > 0) {
    world.queue.length = 0;
    world.startRun();
    await world.drain();
    isIdle &&= world.outcomes.at(-1) === 'idle';
  }
  return isIdle;
}

/** I4 and I14: from then on a cycle is one read of the state and one call to each side, and writes nothing anywhere. */
async function quiet(world: World): Promise<void> {
  const { m: { fake: m }, c: { fake: c } } = world.services;
  for (let cycle = 0; cycle < QUIET_CYCLES; cycle += 1) {
    const before = { calls: [m.total, c.total], outside: m.writes + c.writes, ...world.state.counts };
    must(await runCycle(world), 'a quiet cycle is idle');
    must(m.writes + c.writes === before.outside, 'a quiet cycle writes nothing outside');
    must(world.state.counts.writes - before.writes === 0, 'a quiet cycle writes nothing to the store');
    must(world.state.counts.reads - before.reads === 1, 'a quiet cycle reads the store once');
    must(m.total - (before.calls[0] ?? 0) === 1 && c.total - (before.calls[1] ?? 0) === 1, 'a quiet cycle calls each side once');
  }
}
