/** The machine's clock and its source of randomness. Tests and the sandbox pass their own. */
import { randomBytes } from 'node:crypto';
import type { Clock, Random } from '../ports/world.ts';

export const machineClock: Clock = { now: () => Date.now() };

export const machineRandom: Random = { bytes: (count) => randomBytes(count) };
