/** Step 3: what the first sync would do is counted, looked at and approved. Nothing is written on either side before. */
import type { ActivateRequest, Preview, PreviewRequest } from '@concord/api';
import type { Kind } from '../../engine/record.ts';
import type { ApiServices } from '../api.ts';
import type { Config, Control } from '../control.ts';
import { refusal } from '../refusal.ts';
import { grownKinds } from '../scope.ts';
import { readPreview, requestPreview } from '../sync/preview.ts';
import { assertApproved } from './approved.ts';
import { goOnLeaving } from './change-mailbox.ts';
import { hasLivingGrants, withoutPause } from './standing.ts';
import { changeConfig, loadUser, wake } from './user.ts';

/** Of a first sync, or of another choice of what is synced. */
export async function startPreview(api: ApiServices, userId: string, { scope }: PreviewRequest = {}): Promise<Preview> {
  const control = await loadUser(api, userId);
  refuseUnready(control);
  if (control.config.isLeaving) {
    await goOnLeaving(api, userId, control.config.intervalMinutes);
    throw refusal('WRONG_STATE', 'The mailbox before is still being left: look again in a moment.');
  }
  if (scope && grownKinds(control.config, scope).length === 0) {
    throw refusal('WRONG_STATE', 'This choice adds nothing, so there is nothing to count.');
  }
  return requestPreview(api, userId, scope);
}

export async function currentPreview(api: ApiServices, userId: string): Promise<Preview> {
  const preview = await readPreview(api, userId);
  if (!preview) throw refusal('NOT_FOUND', 'No preview was counted yet: start one.');
  return preview;
}

export async function activate(api: ApiServices, userId: string, { kinds, previewId }: ActivateRequest): Promise<void> {
  const approved = approvedKinds(await readPreview(api, userId), kinds, previewId, api.clock.now());
  await changeConfig(api, userId, (control): Config => {
    refuseUnready(control);
    if (control.config.isLeaving) throw refusal('PREVIEW_OLD', 'These counts are of the mailbox before: count again, then start.');
    if (control.config.unconfirmedInsteadOf !== undefined) throw refusal('WRONG_STATE', 'Say first which mailbox is meant.');
    if (control.config.activation === 'paused') throw refusal('WRONG_STATE', 'Sync is paused: resume it.');
    return { ...withoutPause(control.config), activation: 'active', kinds: approved, approvedAt: api.clock.now() };
  });
  await wake(api, userId, 'settings');
  api.log.info('sync.activated', { user: userId, kinds: approved.join(' ') });
}

function refuseUnready(control: Control): void {
  if (!hasLivingGrants(control)) throw refusal('WRONG_STATE', 'Both sides must be connected first: sign in to the one that is missing.');
}

/** Only what was counted can be approved, and only the count that the person saw. */
function approvedKinds(preview: Preview | null, kinds: readonly string[], previewId: string, now: number): readonly Kind[] {
  const approved = assertApproved(preview, previewId, now);
  if (approved.scope) throw refusal('PREVIEW_OLD', 'These counts are of another choice: count again, then start.');
  const counted = approved.kinds.map(({ kind }) => kind);
  if (!kinds.every((kind) => counted.includes(kind))) {
    throw refusal('BAD_REQUEST', 'A kind was not counted in this preview.', { field: 'kinds' });
  }
  return [...new Set(kinds)] as Kind[];
}
