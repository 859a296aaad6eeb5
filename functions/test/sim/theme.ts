/**
 * What sets a seed's world apart from the plain one of a few contacts: calendars and tasks, a crowd of records, a storm that takes many
 * of them at once. It has a stream of chance of its own, so that the seeds of plain worlds keep their stories whatever is drawn here.
 */
import type { Kind, SideKey } from '../../src/engine/record.ts';
import { MOVES } from './moves.ts';
import { Prng } from './prng.ts';

/** `vanish` are deleted, `blank` lose one field, `leave` are moved out of sight, which is no loss, and the listing shrinks. */
export type StormKind = 'vanish' | 'blank' | 'leave';

export interface Storm {
  /** The move with which it comes. */
  readonly at: number;
  readonly kind: StormKind;
  readonly side: SideKey;
  /** Of the living records; 1 empties the side. */
  readonly share: number;
}

export interface Theme {
  readonly kinds: readonly Kind[];
  /** Records that are linked in peace before the trouble begins. */
  readonly crowd: number;
  readonly storms: readonly Storm[];
  /** Mailboxes that share the CRM. */
  readonly desks: number;
  /** People take back what whole runs did. */
  readonly undoes: boolean;
  /** The calendars' window moves. */
  readonly rolls: boolean;
  /** The mailbox is an Exchange server: its delta names ids alone, and a write with an old version is refused. */
  readonly isExchange: boolean;
}

type Season = Pick<Theme, 'kinds' | 'crowd' | 'storms'>;

const PLAIN: Season = { kinds: ['contact'], crowd: 0, storms: [] };
/** Leaves the seeds of seeds.txt in plain worlds: they stand for faults that need their very stories. */
const SALT = 562;
const DIARY = 0.14;
const STORM = 0.06;
const STORM_IN_DIARY = 0.4;
/** The brake holds from the sixth loss on. */
const CROWD_MIN = 8;
const CROWD_SPREAD = 5;

/** Of a stream of its own as well, and for the same reason. */
const COMPANY_SALT = 295;
const COMPANY = 0.1;
const UNDOING = 0.05;
const ROLLING = 0.05;

/** And once more. */
const EXCHANGE_SALT = 39;
const EXCHANGE = 0.12;

export function drawTheme(seed: number): Theme {
  const prng = new Prng(seed ^ EXCHANGE_SALT);
  prng.turnTo(seed + EXCHANGE_SALT, EXCHANGE_SALT);
  return { ...drawCompany(seed), isExchange: prng.chance(EXCHANGE) };
}

function drawCompany(seed: number): Omit<Theme, 'isExchange'> {
  const season = drawSeason(seed);
  const prng = new Prng(seed ^ COMPANY_SALT);
  prng.turnTo(seed + COMPANY_SALT, COMPANY_SALT);
  const dice = prng.fraction();
  if (dice >= COMPANY + UNDOING + ROLLING) return { ...season, desks: 1, undoes: false, rolls: false };
  const isShared = dice < COMPANY;
  const isUndone = isShared ? prng.chance(0.2) : dice < COMPANY + UNDOING;
  const isRolled = isShared ? prng.chance(0.2) : !isUndone;
  const isBusy = isRolled || (isShared && prng.chance(0.5));
  const kinds = isBusy && !season.kinds.includes('event') ? prng.pick([['event'], ['contact', 'event']] as const) : season.kinds;
  return { ...season, kinds, desks: isShared ? prng.pick([2, 2, 2, 3] as const) : 1, undoes: isUndone, rolls: isRolled };
}

function drawSeason(seed: number): Season {
  const prng = new Prng(seed ^ SALT);
  prng.turnTo(seed + SALT, SALT);
  const dice = prng.fraction();
  if (dice >= DIARY + STORM) return PLAIN;
  const isDiary = dice < DIARY;
  const kinds: readonly Kind[] = isDiary ? prng.pick([['event'], ['task'], ['contact', 'event'], ['contact', 'event', 'task']] as const) : ['contact'];
  if (isDiary && !prng.chance(STORM_IN_DIARY)) return { kinds, crowd: 0, storms: [] };
  const storms = Array.from({ length: 1 + prng.below(2) }, () => drawStorm(prng));
  return { kinds, crowd: CROWD_MIN + prng.below(CROWD_SPREAD), storms };
}

function drawStorm(prng: Prng): Storm {
  return {
    at: 20 + prng.below(MOVES - 100), kind: prng.pick(['vanish', 'vanish', 'blank', 'leave'] as const), side: prng.pick(['m', 'c'] as const),
    share: prng.chance(0.3) ? 1 : 0.5 + 0.4 * prng.fraction(),
  };
}
