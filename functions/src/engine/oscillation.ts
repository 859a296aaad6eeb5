/** R7: a field that is written back and forth between two sides is left alone, and a person is told once. */
import { normalForm } from './forms.ts';
import type { Forms } from './forms.ts';
import type { FieldName, Fields, FieldValue, Instant, SideKey } from './record.ts';

/** Our writes of one field in turn to either side; lives in the link. */
export interface Turn {
  /** When the series began. */
  readonly at: Instant;
  /** The side written last. */
  readonly to: SideKey;
  /** How often the side changed, and how often a value came back to a side that had it before: a person writes something new. */
  readonly turns: number;
  readonly returns: number;
  /** Digests of what was written last to each side. */
  readonly m?: string;
  readonly c?: string;
}

export type Turns = { readonly [Name in FieldName]?: Turn };

const WINDOW_MS = 24 * 60 * 60_000;
const RETURNS_MAX = 3;
/** A server that writes something new each time looks like a person, but no person changes one field so often from both sides in turn. */
const TURNS_MAX = 10;

/** The fields of a patch whose writing would be the third return of a value, or one turn too many, within 24 hours. */
export function swinging(turns: Turns | undefined, side: SideKey, patch: Fields, forms: Forms, now: Instant): readonly FieldName[] {
  if (turns === undefined) return [];
  return (Object.keys(patch) as FieldName[]).filter((field) => {
    const next = nextTurn(turns[field], side, digestOf(field, patch[field] ?? null, forms), now);
    return next.returns >= RETURNS_MAX || next.turns >= TURNS_MAX;
  });
}

/** The turns after these values were written to a side. What is older than a day is forgotten, so that a row stays small. */
export function turnsAfter(turns: Turns, side: SideKey, written: Fields, forms: Forms, now: Instant): Turns {
  const next: { -readonly [Name in FieldName]?: Turn } = {};
  for (const [field, turn] of Object.entries(turns) as [FieldName, Turn][]) if (now - turn.at < WINDOW_MS) next[field] = turn;
  for (const field of Object.keys(written) as FieldName[]) {
    next[field] = nextTurn(next[field], side, digestOf(field, written[field] ?? null, forms), now);
  }
  return next;
}

function nextTurn(turn: Turn | undefined, side: SideKey, digest: string, now: Instant): Turn {
  if (turn === undefined || now - turn.at >= WINDOW_MS) return { at: now, to: side, turns: 0, returns: 0, [side]: digest };
  const isTurned = turn.to !== side;
  const isKnown = turn[side] === digest;
  return { ...turn, to: side, turns: turn.turns + (isTurned ? 1 : 0), returns: isKnown ? turn.returns + (isTurned ? 1 : 0) : 0, [side]: digest };
}

function digestOf(field: FieldName, value: FieldValue | null, forms: Forms): string {
  return forms.digest(normalForm(field, value, forms) ?? '');
}
