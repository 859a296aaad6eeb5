/** P10, the decision: what may be chosen, what the buttons say and do, and what is said afterwards. */
import type { HeldAnswer, HeldAuthors, HeldGroup } from '@concord/api';
import { countWords, sideName } from '../../text/entries.ts';
import type { Text } from '../../text/index.ts';
import { fieldName } from '../../text/sentences.ts';

/** All of the group, or some of those that are shown. */
export type Chosen = 'all' | ReadonlySet<string>;

export function countOf(group: HeldGroup, chosen: Chosen): number {
  return chosen === 'all' ? group.count : chosen.size;
}

export function isChosen(chosen: Chosen, id: string): boolean {
  return chosen === 'all' || chosen.has(id);
}

/** One tick more or less. Who takes one out of "all" keeps the others that are shown: what is not seen is not decided. */
export function toggled(group: HeldGroup, chosen: Chosen, id: string, isOn: boolean): Chosen {
  const next = new Set(chosen === 'all' ? group.records.map((record) => record.id) : chosen);
  if (isOn) next.add(id);
  else next.delete(id);
  return next.size === group.count ? 'all' : next;
}

export type Verdict = HeldAnswer['verdict'];

export interface Choice {
  readonly verdict: Verdict;
  readonly label: string;
  /** What follows, under the buttons; '' where the label says it all. */
  readonly says: string;
  /** Asked once more before it is done. */
  readonly question?: { readonly title: string; readonly lines: readonly string[]; readonly verb: string };
}

/**
 * The safe one first. Where the rules only take pairs apart, confirming would do what keeping does, so it is not offered:
 * no button deletes anything there.
 */
export function choicesOf(text: Text, group: HeldGroup, n: number, crm: string): readonly Choice[] {
  const side = sideName(text, group.side, crm);
  const other = sideName(text, group.side === 'm' ? 'c' : 'm', crm);
  const restore: Choice = { verdict: 'restore', label: text('held.restore', { side: other }), says: text('held.restoreSays', { side: other }) };
  if (group.what === 'blank') {
    const title = text('held.emptyAsk', { field: fieldName(text, group.field), side });
    return [
      { verdict: 'keep', label: text('held.keepValues'), says: text('held.keepValuesSays', { side }) },
      { ...restore, says: '' },
      {
        verdict: 'confirm', label: text('held.empty', { n }), says: '',
        question: { title, lines: [countWords(text, group.kind, n), text('held.canUndo')], verb: text('held.emptyYes', { n }) },
      },
    ];
  }
  const keep: Choice = { verdict: 'keep', label: text('held.keep', { n, side }), says: text('held.keepSays', { side }) };
  if (group.what === 'unlink') return [keep, restore];
  const lines = [
    ...(group.side === 'm' ? [text('held.toDeleted')] : []), ...(group.kind === 'event' ? [text('held.noCancel')] : []), text('held.canUndo'),
  ];
  const title = text('held.deleteAsk', { what: countWords(text, group.kind, n), side });
  return [keep, restore, {
    verdict: 'confirm', label: text('held.delete', { n, side }), says: '', question: { title, lines, verb: text('held.deleteYes', { n }) },
  }];
}

/** Said and shown once the word is stored. */
export function doneWords(text: Text, group: HeldGroup, verdict: Verdict, n: number, crm: string): string {
  if (group.what === 'blank') return text('held.done.values');
  const side = verdict === 'restore' ? group.side === 'm' ? 'c' : 'm' : group.side;
  return text(`held.done.${verdict}`, { what: countWords(text, group.kind, n), side: sideName(text, side, crm) });
}

const AUTHORS_SHOWN = 3;

/** "Import User (212), Maya Lee (3)"; of many the first, and that there are more. */
export function authorWords(text: Text, { by }: HeldAuthors): string {
  const names = by.slice(0, AUTHORS_SHOWN).map(({ name, count }) => (count === undefined ? name : `${name} (${text.number(count)})`));
  return [...names, ...(by.length > AUTHORS_SHOWN ? ['…'] : [])].join(', ');
}

/** The word for the server: without a list it is meant for all of the group, the ones that are not shown included. */
export function answerOf(verdict: Verdict, chosen: Chosen): HeldAnswer {
  return chosen === 'all' ? { verdict } : { verdict, records: [...chosen] };
}
