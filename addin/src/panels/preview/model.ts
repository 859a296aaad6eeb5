/** The preview as the screen shows it: which numbers, in which order, and whether sync may start. */
import type { Preview, PreviewKind, PreviewSample } from '@concord/api';
import type { TextKey } from '../../text/en.ts';
import type { RecordKey } from '../../text/en-records.ts';

export interface Group {
  readonly id: 'link' | 'createCrm' | 'createMailbox' | 'fill' | 'ask' | 'left' | 'edited';
  readonly text: TextKey | RecordKey;
  /** The side a new record is made in. */
  readonly side?: 'm' | 'c';
  readonly count: number;
  readonly samples: readonly PreviewSample[];
}

export function groupsOf(kind: PreviewKind): readonly Group[] {
  return [
    { id: 'link', text: 'preview.link', ...kind.link },
    { id: 'createCrm', text: 'preview.new', side: 'c', ...kind.createCrm },
    { id: 'createMailbox', text: 'preview.new', side: 'm', ...kind.createMailbox },
    { id: 'fill', text: 'preview.fill', ...kind.fill },
    { id: 'ask', text: 'preview.ask', ...kind.ask },
    { id: 'left', text: 'preview.left', ...kind.left },
    // Only of a kind that was off for a while: its pairs were edited meanwhile.
    ...(kind.edited ? [{ id: 'edited' as const, text: 'preview.edited' as const, ...kind.edited }] : []),
  ];
}

const OLD_MS = 15 * 60_000;

export function isOld(preview: Preview, now: number): boolean {
  return preview.readyAt !== undefined && now - preview.readyAt > OLD_MS;
}

/** Nothing would be written and nobody asked. */
export function isAllEqual(preview: Preview): boolean {
  return preview.kinds.length > 0 && preview.kinds.every((kind) => (
    kind.createCrm.count + kind.createMailbox.count + kind.fill.count + kind.ask.count + (kind.edited?.count ?? 0) === 0
  ));
}

/** Why Start syncing is off, or null. */
export function whyOff(preview: Preview | null, ticked: ReadonlySet<string>): TextKey | null {
  if (preview?.state !== 'ready') return 'page.loading';
  if (preview.checks.some((check) => !check.ok)) return 'preview.checkFailed';
  return preview.kinds.some((kind) => ticked.has(kind.kind)) ? null : 'preview.needsKind';
}

/** The side that is being read: the mailbox first, then the CRM. */
export function readingSide(preview: Preview): 'm' | 'c' {
  return preview.read.c > 0 ? 'c' : 'm';
}
