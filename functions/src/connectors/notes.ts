/** What a connector says of a field that stays where it is. */
import type { CarryNote, CarryReason } from '../engine/link.ts';

export const note = (field: string, reason: CarryReason): CarryNote => ({ field, what: 'notCarried', reason });
