/** The story: a busy mailbox whose host is killed again and again, then the count of cycles until nothing moves any more. */
import { setTimeout as delay } from 'node:timers/promises';
import { Prng } from '../../functions/test/sim/prng.ts';
import type { MailboxSystem } from '../hands/mailbox.ts';
import { headOf, isOutsideWrite, isStateWrite, type Call, type HeadRow } from './calls.ts';
import type { Watch } from './gate.ts';
import { countdown, describe, drawMoment, type Moment } from './moments.ts';
import { Users, type Hands } from './people.ts';
import { activate, type ChaosRep } from './rep.ts';
import { judge } from './verdict.ts';
import { startChaosWorld, type ChaosWorld, type HostProcess } from './world.ts';

export interface ChaosOptions {
  readonly kills: number;
  readonly seed: number;
  /** People at the start, over both sides. */
  readonly people: number;
  readonly mailbox: MailboxSystem;
  readonly say: (text: string) => void;
}

export interface ChaosResult {
  readonly kills: number;
  readonly seed: number;
  readonly lost: number;
  readonly doubled: number;
  /** Cycles after the last kill until one had nothing to do. */
  readonly cycles: number;
  readonly isQuiet: boolean;
  readonly mailsSent: number;
  /** Live leases that somebody else took. */
  readonly leasesBroken: number;
  /** Leases of dead runs that were taken over once they had ended. */
  readonly leasesTakenOver: number;
  /** How often the rep had to sign in again because a kill lost a rotated secret on its way. */
  readonly signIns: number;
  readonly edits: number;
  readonly people: number;
  readonly seconds: number;
  /** The system that played the mailbox. */
  readonly mailbox: string;
  /** What is wrong, a sentence each. */
  readonly findings: readonly string[];
}

const CYCLES_MAX = 6;
const CYCLE_MS = 31 * 60_000;
const POLL_MS = 40;
/** Edits while the host lives come at most so often. */
const WORK_PAUSE_MS = 1_000;
const KILL_LIMIT_MS = 60_000;
/** The app judges leases by the storage's Date header, which counts whole seconds. */
const STORAGE_SECOND_MS = 1_000;

export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const started = performance.now();
  const dice = new Prng(options.seed);
  const observer = new Observer();
  const world = await startChaosWorld(observer, options.mailbox);
  try {
    // Real organizations come with and without a field of ours, and a lost creation is found again otherwise in each.
    const hasKeyField = dice.chance(0.5);
    world.outside.salesforce.org().change({ keyField: hasKeyField });
    const { hands } = world;
    const users = new Users(hands, dice);
    await users.populate(options.people);
    options.say(`${options.people} people on two sides, CRM ${hasKeyField ? 'with' : 'without'} a key field of ours. Activating...`);
    const rep = await activated(world, hands);
    for (let kill = 1; kill <= options.kills; kill += 1) {
      const what = await killOnce({ world, observer, users, rep, dice }, drawMoment(dice));
      options.say(`kill ${kill} ${what}`);
      await users.work();
      await world.advance(dice.pick([0, 0, CYCLE_MS]));
    }
    const { cycles, isQuiet } = await settle(world, observer, rep);
    const { lost, doubled } = judge({ m: await users.all('m'), c: await users.all('c') }, users);
    return {
      kills: options.kills, seed: options.seed, lost: lost.length, doubled: doubled.length, cycles, isQuiet, mailsSent: hands.mailbox.mailsSent() ?? 0,
      leasesBroken: observer.broken.length, leasesTakenOver: observer.takenOver, signIns: rep.signIns(), edits: users.edits,
      people: users.addresses.size, seconds: Math.round((performance.now() - started) / 100) / 10, mailbox: hands.mailbox.system,
      findings: [...lost, ...doubled, ...observer.broken, ...isQuiet ? [] : [`not quiet after ${CYCLES_MAX} cycles`]],
    };
  } finally {
    await world.close();
  }
}

export const isGood = ({ lost, doubled, isQuiet, mailsSent, leasesBroken }: ChaosResult): boolean => (
  lost + doubled + mailsSent + leasesBroken === 0 && isQuiet);

async function activated(world: ChaosWorld, hands: Hands): Promise<ChaosRep> {
  const host = world.spawn();
  try {
    await world.start(host, false);
    return await activate(world, host, hands);
  } finally {
    await host.close();
  }
}

interface Scene {
  readonly world: ChaosWorld;
  readonly observer: Observer;
  readonly users: Users;
  readonly rep: ChaosRep;
  readonly dice: Prng;
}

/** One life of the host, from its start to the moment; answers what it died over. */
async function killOnce(scene: Scene, moment: Moment): Promise<string> {
  const { world, observer } = scene;
  const host = world.spawn();
  const death = observer.arm(moment, host);
  try {
    const [call] = await Promise.all([death.over, keepBusy(scene, host, death)]);
    return describe(moment, call);
  } finally {
    await host.kill();
    await quiet(world);
  }
}

/** What was on its way is carried out, as by any real service; only then do people go on. */
async function quiet(world: ChaosWorld): Promise<void> {
  while (world.pending() > 0) await delay(POLL_MS);
}

/** Work for the host until it is dead: what fails then is the crash itself. */
async function keepBusy(scene: Scene, host: HostProcess, death: Death): Promise<void> {
  const { world, users, rep, dice } = scene;
  const began = Date.now();
  try {
    await world.start(host, true);
    let workedAt = 0;
    while (!death.isNow()) {
      if (Date.now() - began > KILL_LIMIT_MS) throw new Error(`the moment to kill did not come within ${KILL_LIMIT_MS / 1000} s`);
      await delay(POLL_MS);
      if (Date.now() - workedAt < WORK_PAUSE_MS || !await isAtRest(world)) continue;
      const suspended = (await world.head())?.suspended;
      if (suspended) await rep.reconnect(suspended.side);
      await users.work();
      await world.advance(CYCLE_MS, host);
      workedAt = Date.now();
      // Else the timer brings the run within a second.
      if (dice.chance(0.75)) await rep.syncNow();
    }
  } catch (error) {
    if (!death.isNow()) throw error;
  }
}

async function isAtRest(world: ChaosWorld): Promise<boolean> {
  const [{ count }, head] = await Promise.all([world.queued(), world.head()]);
  return count === 0 && !isHeld(head, Date.now());
}

function isHeld(head: HeadRow | undefined, now: number): boolean {
  return head?.holder !== undefined && head.leaseUntil > now;
}

/** Cycles of half an hour until one writes nothing anywhere. What the dead host held is over by then, as it is in production. */
async function settle(world: ChaosWorld, observer: Observer, rep: ChaosRep): Promise<{ cycles: number; isQuiet: boolean }> {
  for (;;) {
    const { count, isVisible } = await world.queued();
    if (!isHeld(await world.head(), Date.now() - STORAGE_SECOND_MS) && (count === 0 || isVisible)) break;
    await delay(POLL_MS);
  }
  const host = world.spawn();
  try {
    await world.start(host, false);
    const suspended = (await world.head())?.suspended;
    if (suspended) await rep.reconnect(suspended.side);
    for (let cycles = 0; cycles <= CYCLES_MAX; cycles += 1) {
      const before = observer.writes;
      await world.advance(CYCLE_MS, host);
      await host.ask({ do: 'cycle' });
      if (observer.writes === before) return { cycles, isQuiet: true };
    }
    return { cycles: CYCLES_MAX, isQuiet: false };
  } finally {
    await host.close();
  }
}

interface Death {
  /** The request over which the host died, once it is gone. */
  readonly over: Promise<Call>;
  /** It is struck, and what it is asked may fail from now on. */
  isNow(): boolean;
}

/** Sees every request of the host: counts what it writes, watches the lease, and kills when the moment has come. */
class Observer implements Watch {
  /** Outside writes and writes of the state. */
  writes = 0;
  takenOver = 0;
  readonly broken: string[] = [];
  #head: HeadRow | undefined;
  #victim: { readonly isTime: (call: Call) => boolean; readonly moment: Moment; strike(call: Call): void } | undefined;

  arm(moment: Moment, host: HostProcess): Death {
    let isStruck = false;
    const over = new Promise<Call>((resolve, reject) => {
      const strike = (call: Call): void => {
        isStruck = true;
        host.kill().then(() => resolve(call), reject);
      };
      this.#victim = { isTime: countdown(moment), moment, strike };
    });
    return { over, isNow: () => isStruck };
  }

  arrived(call: Call): ReturnType<Watch['arrived']> {
    if (isOutsideWrite(call) || isStateWrite(call)) this.writes += 1;
    const victim = this.#victim;
    if (!victim?.isTime(call)) return null;
    this.#victim = undefined;
    return { stage: victim.moment.stage, strike: () => { victim.strike(call); } };
  }

  served(call: Call, { status, body }: Parameters<Watch['served']>[1]): void {
    const next = headOf(call);
    if (!next || status !== 202 || /HTTP\/1\.1 [45]\d\d/.test(body.toString('latin1'))) return;
    const last = this.#head;
    this.#head = next;
    if (last?.holder === undefined || last.holder === next.holder || next.epoch === last.epoch) return;
    if (last.leaseUntil - Date.now() > STORAGE_SECOND_MS) this.broken.push(`run ${next.holder ?? '(none)'} took a lease that ${last.holder} still held`);
    else this.takenOver += 1;
  }
}
