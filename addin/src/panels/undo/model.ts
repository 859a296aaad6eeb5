/** P11: what undoing a run puts back, in numbers by side; why the rest cannot be; and what came of it. */
import type { RunEntry, RunSummary, UndoPlan } from '@concord/api';
import { countWords, sideName, type SideKey } from '../../text/entries.ts';
import type { AnyKey, Text } from '../../text/index.ts';
import { fieldName } from '../../text/sentences.ts';

export type UndoItem = UndoPlan['back'][number];
export type UndoRefusal = UndoPlan['cannot'][number];

export interface SideSum {
  readonly side: SideKey | 'both';
  readonly lines: readonly string[];
}

/** The numbers by side, the CRM first: values restored, records removed again, records brought back; then the pairs taken apart. */
export function sumsOf(text: Text, back: readonly UndoItem[]): readonly SideSum[] {
  const sums = (['c', 'm'] as const).map((side): SideSum => {
    const items = back.filter((item) => item.side === side);
    const values = items.filter(({ action }) => action === 'update').reduce((sum, { changes }) => sum + changes.length, 0);
    return {
      side,
      lines: [
        ...(values > 0 ? [text.count('undo.values', values)] : []),
        ...perKind(text, items, 'insert', 'undo.removed'), ...perKind(text, items, 'delete', 'undo.broughtBack'),
      ],
    };
  });
  return [...sums, { side: 'both' as const, lines: perKind(text, back, 'link', 'undo.apart') }].filter(({ lines }) => lines.length > 0);
}

function perKind(text: Text, items: readonly UndoItem[], action: UndoItem['action'], key: AnyKey): readonly string[] {
  const chosen = items.filter((item) => item.action === action);
  return [...new Set(chosen.map(({ kind }) => kind))].map(
    (kind) => text(key, { what: countWords(text, kind, chosen.filter((item) => item.kind === kind).length) }),
  );
}

/** "back in Salesforce: Phone, Job title". */
export function itemWords(text: Text, item: UndoItem, crm: string): string {
  const fields = item.changes.map(({ field }) => fieldName(text, field)).join(', ');
  return text(`undo.item.${item.action}`, { side: item.side ? sideName(text, item.side, crm) : '', fields });
}

export function reasonWords(text: Text, { reason, side, by }: UndoRefusal, crm: string): string {
  if (by !== undefined && reason === 'changedSince') return text('undo.reason.changedBy', { who: by });
  if (by !== undefined && reason === 'deletedSince' && side) return text('undo.reason.deletedBy', { side: sideName(text, side, crm), who: by });
  if (reason === 'deletedSince' && !side) return text('undo.reason.gone');
  return text(`undo.reason.${reason}`, { side: side ? sideName(text, side, crm) : crm });
}

/** Records that the run changed, from its own numbers: what is about to be looked at. */
export function lookedAt({ counts }: Pick<RunSummary, 'counts'>): number {
  return counts.insert + counts.update + counts.link + counts.delete;
}

export type Off = NonNullable<UndoPlan['isOff']> | 'running';

const KEPT_MS = 30 * 86_400_000;

/** Why a run cannot be undone, as far as its own summary tells; null when it can be asked for. */
export function whyUndoIsOff(run: RunSummary, now: number): Off | null {
  if (run.isUndone) return 'alreadyUndone';
  if (run.endedAt === undefined) return 'running';
  if (lookedAt(run) === 0) return 'nothingWritten';
  return now - run.startedAt > KEPT_MS ? 'old' : null;
}

export interface Outcome {
  readonly done: number;
  readonly left: number;
}

const WRITTEN: readonly RunEntry['action'][] = ['insert', 'update', 'delete', 'link', 'unlink'];

/** What became of the plan, from the log of the runs since: a record counts as undone once something was written about it. */
export function outcomeOf(plan: UndoPlan, entries: readonly RunEntry[]): Outcome {
  const written = new Set(entries.filter(({ action }) => WRITTEN.includes(action)).map(({ record }) => record));
  const done = plan.back.filter(({ record }) => written.has(record)).length;
  return { done, left: plan.back.length - done + plan.cannot.length };
}
