/** Whether a preview may be approved: the very count that the person saw, not an old one, and with every check green. Pure. */
import type { Preview } from '@concord/api';
import type { Instant } from '../../engine/record.ts';
import { refusal } from '../refusal.ts';

/** Counts older than this are not what a person would approve today. */
const PREVIEW_LIFE = 15 * 60_000;

/** Throws PREVIEW_OLD or WRONG_STATE. */
export function assertApproved(preview: Preview | null, previewId: string | undefined, now: Instant): Preview {
  if (!preview || preview.id !== previewId || preview.readyAt === undefined || now - preview.readyAt > PREVIEW_LIFE) {
    throw refusal('PREVIEW_OLD', 'These counts are old: count again, then start.');
  }
  if (preview.state !== 'ready' || preview.checks.some(({ ok }) => !ok)) {
    throw refusal('WRONG_STATE', 'A check of the preview is red: mend it, then count again.');
  }
  return preview;
}
