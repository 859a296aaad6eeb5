/** One seed: trouble first, then calm; then everything must agree and stay quiet. */
import { createHash } from 'node:crypto';
import type { Todo } from '../../src/engine/link.ts';
import type { FaultName } from './faults.ts';
import { drawMoves, type Move } from './moves.ts';
import { judge } from './oracle.ts';
import { must, Violation } from './violation.ts';
import { World } from './world.ts';

const RUNNERS_MAX = 3;
const CYCLE_MS = 31 * 60_000;
/** I3: two full cycles, recovery and confirmation, and what backs off; a rewriting server is stopped in some more. */
const CYCLES_MAX = 12;
const CYCLES_MAX_REWRITTEN = 40;
/** Longer than a lease and than a creation stays young. */
const AFTER_CRASH_MS = 15 * 60_000;
const QUIET_CYCLES = 2;
/** In a world of storms a person looks after so many moves what the brake holds. */
const HELD_ANSWERED = 150;

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

/** What of a seed's trouble is played; without it, everything. */
export interface Part {
  readonly moves?: ReadonlySet<number>;
  readonly without?: ReadonlySet<FaultName>;
}

export async function runSeed(seed: number, part: Part = {}): Promise<SeedResult> {
  const world = new World(seed, part.without);
  const moves = drawMoves(world.prng, world.faults).filter(({ index }) => part.moves?.has(index) ?? true);
  let cycles = 0;
  let violation: Error | undefined;
  try {
    await world.activate();
    await begin(world);
    for (const move of moves) {
      world.prng.turnTo(seed, move.index);
      await play(world, move);
    }
    world.prng.turnTo(seed, -1);
    cycles = await rest(world);
    await judge(world);
    await quiet(world);
  } catch (error) {
    violation = error instanceof Error ? error : new Violation('something that is no error was thrown');
  }
  const { trace } = world.scheduler;
  return {
    seed, cycles, events: trace.length, trace: createHash('sha256').update(trace.join('\n')).digest('hex').slice(0, 16),
    records: world.sides.m.records.size + world.sides.c.records.size, story: trace, ...(violation ? { violation } : {}),
  };
}

/** A crowd is linked before the trouble begins, so that a storm finds it there. */
async function begin(world: World): Promise<void> {
  if (world.theme.crowd === 0) return;
  world.people.gather();
  await world.untroubled(() => world.others.claimMeetings());
  await world.peacefully(async () => { for (let cycle = 0; cycle < 3; cycle += 1) await runCycle(world); });
}

async function play(world: World, { kind, index }: Move): Promise<void> {
  const { prng, scheduler, services } = world;
  // Automation of the services acts some time after the writes that it rewrites.
  if (prng.chance(0.05)) for (const side of ['m', 'c'] as const) services[side].rewrite();
  switch (kind) {
    case 'act': await act(world); break;
    case 'others': await world.untroubled(() => world.others.act()); break;
    case 'run': if (world.running.length < RUNNERS_MAX) world.startRun(); break;
    case 'kill': if (world.running.length > 0) world.kill(prng.pick(world.running)); break;
    case 'leap': scheduler.leap(prng.below(CYCLE_MS)); break;
    case 'step': await world.step(); break;
    default: kind satisfies never;
  }
  for (const storm of world.theme.storms) if (storm.at === index) world.people.storm(storm);
  if (world.theme.storms.length > 0 && index % HELD_ANSWERED === 0) await world.untroubled(() => world.others.answerBrake());
  if (world.failure) throw world.failure;
}

async function act(world: World): Promise<void> {
  world.people.act();
  if (world.users.colleagues.size > 0) await world.untroubled(() => world.others.claimMeetings());
}

/** Stragglers end, some of them late and out of date; then cycles run until two in a row find nothing to do. */
async function rest(world: World): Promise<number> {
  for (const actor of world.running) if (world.prng.chance(0.5)) world.kill(actor);
  const isRewriting = world.faults.rewrite > 0;
  world.calm();
  await world.drain();
  await world.scheduler.landAll();
  world.scheduler.advance(AFTER_CRASH_MS);
  await world.others.retryParked();
  const limit = isRewriting ? CYCLES_MAX_REWRITTEN : CYCLES_MAX;
  let idle = 0;
  for (let cycle = 1; cycle <= limit; cycle += 1) {
    const isAsked = [await world.others.answerAll(), await world.others.answerBrake()].includes(true);
    const isIdle = await runCycle(world) && !isAsked && !isRewritten(world);
    const isHopeless = (todo: Todo): boolean => todo.isParked ?? world.concerned(todo).some((record) => world.users.isBad(record));
    idle = isIdle && world.ledger.read().todos().every(isHopeless) ? idle + 1 : 0;
    if (idle === 2) return cycle;
  }
  const left = world.others.telling(world.ledger.read().todos()).join('; ');
  throw new Violation(`the world is not at rest after ${limit} cycles: ${left || 'runs go on'}`);
}

function isRewritten({ services }: World): boolean {
  const isRewriting = services.m.isRewriting || services.c.isRewriting;
  for (const side of ['m', 'c'] as const) services[side].rewrite();
  return isRewriting;
}

/** True when the run found nothing to do. What waits for its time is waited for: a pause is no cycle. */
async function runCycle(world: World): Promise<boolean> {
  const { nextTodoAt = 0 } = world.ledger.read().head();
  world.scheduler.advance(Math.max(CYCLE_MS, nextTodoAt - world.scheduler.now + 1));
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
  const { m, c } = world.sides;
  for (let cycle = 0; cycle < QUIET_CYCLES; cycle += 1) {
    const before = { calls: [m.total, c.total], outside: m.writes + c.writes, ...world.state.counts };
    must(await runCycle(world), 'a quiet cycle is idle');
    must(m.writes + c.writes === before.outside, 'a quiet cycle writes nothing outside');
    must(world.state.counts.writes - before.writes === 0, 'a quiet cycle writes nothing to the store');
    must(world.state.counts.reads - before.reads === 1, 'a quiet cycle reads the store once');
    must(m.total - (before.calls[0] ?? 0) === 1 && c.total - (before.calls[1] ?? 0) === 1, 'a quiet cycle calls each side once');
  }
}
