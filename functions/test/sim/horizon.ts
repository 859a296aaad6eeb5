/** The window of a calendar: records pass its edges as time goes by, without anybody's touch. */
import { parseWhen, spanOf } from '../../src/engine/when.ts';
import type { FakeRecord, Window } from './fake-record.ts';

export function isBeyond({ kind, fields: { when } }: Pick<FakeRecord, 'kind' | 'fields'>, window: Window): boolean {
  const parsed = kind === 'event' && typeof when === 'string' ? parseWhen(when) : undefined;
  if (!parsed) return false;
  const { from, to } = spanOf(parsed);
  return to < window.from || from > window.to;
}
