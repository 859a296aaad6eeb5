/** What the brake holds, in a sentence. */
import type { HeldGroup } from '@concord/api';
import { countWords, sideName } from './entries.ts';
import type { Text } from './index.ts';
import { fieldName } from './sentences.ts';
import { moment } from './times.ts';

/** "8 contacts were deleted in Salesforce since 18:00." The side that is named is the one where they vanished. */
export function heldSentence(text: Text, group: HeldGroup, crm: string, now: number): string {
  const values = { ...valuesOf(text, group, crm), time: moment(text, group.since, now) };
  return group.what === 'blank' ? text('held.blank', values) : text.count('held.gone', group.count, values);
}

/** The same without the time, and with what is untouched: "8 contacts were deleted in Salesforce. Outlook is untouched." */
export function heldLine(text: Text, group: HeldGroup, crm: string): string {
  const values = valuesOf(text, group, crm);
  const what = group.what === 'blank' ? text('held.blankShort', values) : text.count('held.goneShort', group.count, values);
  return `${what} ${untouched(text, group, crm)}`;
}

export function untouched(text: Text, { side }: Pick<HeldGroup, 'side'>, crm: string): string {
  return text('held.untouched', { side: sideName(text, side, crm) });
}

function valuesOf(text: Text, { kind, count, side, field }: HeldGroup, crm: string): Readonly<Record<string, string>> {
  return { what: countWords(text, kind, count), side: sideName(text, side === 'm' ? 'c' : 'm', crm), field: fieldName(text, field) };
}
