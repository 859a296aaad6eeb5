/** What is synced, changed by an active user. What a change adds was counted and looked at first; what it takes away stays where it is. */
import type { Preview, ScopeChange, ScopeChoice } from '@concord/api';
import { KINDS } from '../../engine/fields.ts';
import type { Kind } from '../../engine/record.ts';
import type { ApiServices } from '../api.ts';
import type { Config } from '../control.ts';
import { refusal } from '../refusal.ts';
import { grownKinds } from '../scope.ts';
import { readPreview } from '../sync/preview.ts';
import { assertApproved } from './approved.ts';
import { standingOf } from './standing.ts';
import { changeConfig, wake } from './user.ts';

/** The next run works with it. Links of a kind that is taken away stay, so that it is linked again and not made twice when it comes back. */
export async function changeScope(api: ApiServices, userId: string, { previewId, ...choice }: ScopeChange): Promise<void> {
  const preview = previewId === undefined ? null : await readPreview(api, userId);
  const now = api.clock.now();
  const control = await changeConfig(api, userId, ({ config }): Config => {
    if (config.approvedAt === undefined) throw refusal('WRONG_STATE', 'The first sync was not approved yet: review it and start.');
    const grown = grownKinds(config, choice);
    if (grown.length > 0) assertCounted(assertApproved(preview, previewId, now), choice, grown);
    const kinds = KINDS.filter((kind) => choice.kinds.includes(kind));
    return { ...config, kinds, window: choice.window, ...(grown.length > 0 ? { approvedAt: now } : {}) };
  });
  if (standingOf(control, now) === 'active') await wake(api, userId, 'settings');
  const { back, ahead } = choice.window;
  api.log.info('sync.scope.changed', { user: userId, kinds: control.config.kinds.join(' '), back, ahead });
}

/** Only what the person saw the numbers of: each kind that grows, and events in the very window that they were counted in. */
function assertCounted(preview: Preview, choice: ScopeChoice, grown: readonly Kind[]): void {
  const counted = preview.kinds.map(({ kind }) => kind);
  const { scope } = preview;
  const isWindow = scope?.window.back === choice.window.back && scope.window.ahead === choice.window.ahead;
  if (!scope || (grown.includes('event') && !isWindow)) throw refusal('PREVIEW_OLD', 'These counts are of another choice: count again.');
  if (!grown.every((kind) => counted.includes(kind))) {
    throw refusal('BAD_REQUEST', 'A kind was not counted in this preview.', { field: 'kinds' });
  }
}
