/** What the log says about one record: the rule that decided, and what could not be carried over. */
import type { RunEntry } from '@concord/api';
import type { AnyKey, Text } from './index.ts';

export type SideKey = 'm' | 'c';

export function sideName(text: Text, side: SideKey, crm: string): string {
  return side === 'm' ? text('side.outlook') : crm;
}

/** The name of the record a line is about. A private record has none anywhere; others lose it with the memory of them. */
export function entryName(text: Text, { name, why, kind }: Pick<RunEntry, 'name' | 'why' | 'kind'>): string {
  return name ?? (why === 'private' ? text('run.private') : byKind(text, 'run.removed', kind));
}

/** The rule in words; '' for one that this version does not know. Events and tasks have words of their own where a person would not do. */
export function whyWords(text: Text, entry: Pick<RunEntry, 'why' | 'kind' | 'to'>, crm: string): string {
  // "It changed in Outlook only" names the side that was read, which is the other one than the side that was written.
  const side = sideName(text, entry.to === 'm' ? 'c' : 'm', crm);
  const values = { side, crm };
  return text.known(`why.${entry.why}.${entry.kind}`, text.known(`why.${entry.why}`, '', values), values);
}

export function carryWords(text: Text, reason: string, side: string): string {
  return text.known(`carry.${reason}`, reason, { side });
}

/** "8 contacts". */
export function countWords(text: Text, kind: string, n: number): string {
  return text.count(isKind(kind) ? `count.${kind}` : 'count.record', n);
}

/** "Contact". */
export function kindWord(text: Text, kind: string): string {
  return text.known(`one.${kind}`, text('record.unnamed'));
}

/** The words of a label that differs by kind: the kind's own, else those of a contact. */
export function byKind(text: Text, key: AnyKey, kind: string, values?: Readonly<Record<string, string>>): string {
  return text.known(`${key}.${kind}`, text(key, values), values);
}

function isKind(kind: string): kind is 'contact' | 'event' | 'task' {
  return kind === 'contact' || kind === 'event' || kind === 'task';
}
