/** A preview as its count leaves it in the store; sync/preview.ts counts it, and has tests of its own. */
import type { Preview, PreviewKind } from '@concord/api';
import { loadUser } from '../src/app/activation/user.ts';
import { CODEC_VERSION, packWide } from '../src/store/codec.ts';
import { keys, userPartition } from '../src/store/keys.ts';
import type { SignInWorld } from './sign-in-world.ts';

const NONE = { count: 0, samples: [] };
export const countedKind = (kind: string): PreviewKind => (
  { kind, total: 0, link: NONE, createCrm: NONE, createMailbox: NONE, fill: NONE, ask: NONE, left: NONE });

export async function storePreview(world: SignInWorld, userId: string, change: Partial<Preview> = {}): Promise<Preview> {
  const preview: Preview = {
    id: 'preview-1', state: 'ready', startedAt: world.clock.now(), readyAt: world.clock.now(), read: { m: 0, c: 0 },
    checks: [{ id: 'consent', ok: true }], kinds: [countedKind('contact')], mailsToSend: 0, ...change,
  };
  const { config: { organization } } = await loadUser(world, userId);
  const sealed = packWide('p', preview, await world.keyring.sealer(organization), `${organization}/${userId}/preview`);
  const cells = { v: CODEC_VERSION, at: world.clock.now(), ...sealed };
  await world.state.batch(userPartition(userId), [{ op: 'put', key: keys.preview, cells }]);
  return preview;
}
