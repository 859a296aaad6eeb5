/** The moments at which the host dies: drawn from the seed as a count of requests, never of seconds. */
import type { Prng } from '../../functions/test/sim/prng.ts';
import { isOutsideWrite, isStateWrite, operationOf, type Call } from './calls.ts';
import type { Stage } from './gate.ts';

type Counted = 'outsideWrite' | 'stateWrite' | 'anyCall';

/** The host dies over the `nth` such request since it was started. */
export interface Moment {
  readonly on: Counted;
  readonly nth: number;
  readonly stage: Stage;
}

const FITS: Readonly<Record<Counted, (call: Call) => boolean>> = { outsideWrite: isOutsideWrite, stateWrite: isStateWrite, anyCall: () => true };
/** A run that recovers makes few writes and some dozens of requests: beyond these a moment would be long in coming. */
const REACH: Readonly<Record<Counted, number>> = { outsideWrite: 4, stateWrite: 10, anyCall: 60 };
const STAGES: readonly Stage[] = ['unsent', 'unanswered', 'halfAnswered', 'answered'];
const WORDS: Readonly<Record<Counted, string>> = { outsideWrite: 'outside write', stateWrite: 'write of the state', anyCall: 'request' };
const ENDINGS: Readonly<Record<Stage, string>> = {
  unsent: 'before it arrives', unanswered: 'done, not answered', halfAnswered: 'in the middle of the answer', answered: 'right after the answer',
};

/** Half of them at outside writes: a write that is done and whose answer is lost is where records double. */
export function drawMoment(dice: Prng): Moment {
  const on = dice.pick<Counted>(['outsideWrite', 'outsideWrite', 'outsideWrite', 'stateWrite', 'stateWrite', 'anyCall']);
  return { on, nth: 1 + dice.below(REACH[on]), stage: dice.pick(STAGES) };
}

/** Counts the requests of one life of the host; true once, at the moment. */
export function countdown(moment: Moment): (call: Call) => boolean {
  let left = moment.nth;
  return (call) => {
    if (left === 0 || !FITS[moment.on](call)) return false;
    left -= 1;
    return left === 0;
  };
}

export function describe({ on, nth, stage }: Moment, { service, method, path, body }: Call): string {
  const what = service === 'ews' ? operationOf(body) ?? 'a sign-in' : path.replace(/\?.*/, '');
  return `at ${WORDS[on]} ${nth} since its start, ${ENDINGS[stage]}: ${service} ${method} ${what}`;
}
