/** One seed: trouble first, then calm; then everything must agree and stay quiet. */
import { createHash } from 'node:crypto';
import type { Todo } from '../../src/engine/link.ts';
import type { FaultName } from './faults.ts';
import { drawMoves, type Move } from './moves.ts';
import type { Desk } from './desk.ts';
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
/** Of what people do, in a world where several share the CRM. */
const COMPANY = 0.25;
/** Where people take runs back. */
const UNDOES = 0.15;
/** Where the calendars' window moves. */
const ROLLS = 0.25;

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
    records: recordsOf(world), story: trace, ...(violation ? { violation } : {}),
  };
}

/** A crowd is linked before the trouble begins, so that a storm finds it there. */
async function begin(world: World): Promise<void> {
  if (world.theme.crowd === 0) return;
  for (const { people, others } of world.desks) {
    people.gather();
    await world.untroubled(() => others.claimMeetings());
  }
  await world.peacefully(async () => { for (let cycle = 0; cycle < 3; cycle += 1) await runCycle(world); });
}

async function play(world: World, { kind, index }: Move): Promise<void> {
  const { prng, scheduler } = world;
  const desk = world.desks.length > 1 ? prng.pick(world.desks) : first(world);
  // Automation of the services acts some time after the writes that it rewrites.
  if (prng.chance(0.05)) rewrite(world);
  switch (kind) {
    case 'act': await act(world, desk); break;
    case 'others': await world.untroubled(() => desk.others.act()); break;
    case 'run': if (world.running.length < RUNNERS_MAX + world.desks.length - 1) world.startRun(desk); break;
    case 'kill': if (world.running.length > 0) world.kill(prng.pick(world.running)); break;
    case 'leap': scheduler.leap(prng.below(CYCLE_MS)); break;
    case 'step': await world.step(); break;
    default: kind satisfies never;
  }
  for (const storm of world.theme.storms) if (storm.at === index) desk.people.storm(storm);
  if (world.theme.storms.length > 0 && index % HELD_ANSWERED === 0) for (const { others } of world.desks) await world.untroubled(() => others.answerBrake());
  if (world.failure) throw world.failure;
}

async function act(world: World, { people, others, regrets }: Desk): Promise<void> {
  if (world.theme.undoes && world.prng.chance(UNDOES)) await world.untroubled(() => regrets.act());
  else if (world.theme.rolls && world.prng.chance(ROLLS)) world.roll();
  else if (world.company && world.prng.chance(COMPANY)) world.company.act();
  else people.act();
  if (world.users.colleagues.size > 0) await world.untroubled(() => others.claimMeetings());
}

function first({ desks: [desk] }: World): Desk {
  if (!desk) throw new Error('nobody is there');
  return desk;
}

function recordsOf({ desks }: World): number {
  const own = desks.map(({ sides }) => sides.m.records.size + (sides === desks[0]?.sides ? sides.c.records.size : 0));
  return own.reduce((sum, count) => sum + count, 0);
}

/** Automation of the services acts on what it has not yet seen. Answers whether there was anything. */
function rewrite({ desks }: World): boolean {
  const sides = desks.flatMap(({ services: { m, c } }) => [m, c]);
  const isRewriting = sides.some((side) => side.isRewriting);
  for (const side of sides) side.rewrite();
  return isRewriting;
}

/** Stragglers end, some of them late and out of date; then cycles run until two in a row find nothing to do. */
async function rest(world: World): Promise<number> {
  for (const actor of world.running) if (world.prng.chance(0.5)) world.kill(actor);
  const isRewriting = world.faults.rewrite > 0;
  world.calm();
  await world.drain();
  // What left comes back, all of it, or some stays beyond the window.
  if (world.theme.rolls) world.roll(world.prng.chance(0.5) ? { from: -Infinity, to: Infinity } : undefined);
  await world.scheduler.landAll();
  world.scheduler.advance(AFTER_CRASH_MS);
  for (const { others } of world.desks) await others.retryParked();
  // A colleague's mailbox is one hop more.
  const limit = (isRewriting ? CYCLES_MAX_REWRITTEN : CYCLES_MAX) + world.desks.length - 1;
  let idle = 0;
  for (let cycle = 1; cycle <= limit; cycle += 1) {
    const asked: boolean[] = [];
    for (const { others } of world.desks) asked.push(await others.answerAll(), await others.answerBrake());
    const isIdle = await runCycle(world) && !asked.includes(true) && !rewrite(world);
    idle = isIdle && world.desks.every(isSettled) ? idle + 1 : 0;
    if (idle === 2) return cycle;
  }
  const left = world.desks.flatMap(({ others, ledger }) => others.telling(ledger.read().todos())).join('; ');
  throw new Violation(`the world is not at rest after ${limit} cycles: ${left || 'runs go on'}`);
}

function isSettled(desk: Desk): boolean {
  const isHopeless = (todo: Todo): boolean => todo.isParked ?? desk.concerned(todo).some((record) => desk.users.isBad(record));
  return desk.ledger.read().todos().every(isHopeless);
}

/** True when no run found anything to do. What waits for its time is waited for: a pause is no cycle. */
async function runCycle(world: World): Promise<boolean> {
  const next = Math.max(...world.desks.map(({ ledger }) => ledger.read().head().nextTodoAt ?? 0));
  world.scheduler.advance(Math.max(CYCLE_MS, next - world.scheduler.now + 1));
  let isIdle = true;
  for (const desk of world.desks) isIdle = await runDesk(world, desk) && isIdle;
  return isIdle;
}

async function runDesk(world: World, desk: Desk): Promise<boolean> {
  world.queue.push('cycle');
  let isIdle = true;
  while (world.queue.length > 0) {
    world.queue.length = 0;
    world.startRun(desk);
    await world.drain();
    isIdle &&= world.outcomes.at(-1) === 'idle';
  }
  return isIdle;
}

/** I4 and I14: from then on a cycle is one read of the state and one call to each side, and writes nothing anywhere. */
async function quiet(world: World): Promise<void> {
  const { length } = world.desks;
  const counts = (): Record<'m' | 'c', number> & { readonly outside: number } => {
    const sides = world.desks.map((desk) => desk.sides);
    const sum = (count: (one: Desk['sides']) => number): number => sides.reduce((total, one) => total + count(one), 0);
    return { m: sum(({ m }) => m.total), c: sum(({ c }) => c.total), outside: sum(({ m, c }) => m.writes + c.writes) };
  };
  for (let cycle = 0; cycle < QUIET_CYCLES; cycle += 1) {
    const before = { ...counts(), ...world.state.counts };
    must(await runCycle(world), 'a quiet cycle is idle');
    const after = counts();
    must(after.outside === before.outside, 'a quiet cycle writes nothing outside');
    must(world.state.counts.writes - before.writes === 0, 'a quiet cycle writes nothing to the store');
    must(world.state.counts.reads - before.reads === length, 'a quiet cycle reads the store once');
    must(after.m - before.m === length && after.c - before.c === length, 'a quiet cycle calls each side once');
  }
}
