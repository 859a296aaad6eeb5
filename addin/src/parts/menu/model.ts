/** Which items the menu has, by what is set up and who is signed in. */
import type { UserState } from '@concord/api';
import { hashes } from '../../router/route.ts';
import type { AnyKey, Values } from '../../text/index.ts';

interface Shown {
  readonly id: string;
  readonly text: AnyKey;
  readonly values?: Values;
}

export type MenuEntry =
  | (Shown & { readonly does: 'go'; readonly hash: string })
  | (Shown & { readonly does: 'resume' | 'webPage' | 'signOut' })
  | { readonly id: string; readonly does: 'divider' };

export function menuItems(
  known: { readonly user?: UserState; readonly isSignedOut: boolean }, host: 'outlook' | 'web',
): readonly MenuEntry[] {
  const { user } = known;
  const go = (id: string, text: AnyKey, hash: string): MenuEntry => ({ id, text, does: 'go', hash });
  const help = go('help', 'menu.help', hashes.help);
  const webPage: readonly MenuEntry[] = host === 'outlook' ? [{ id: 'webPage', text: 'menu.webPage', does: 'webPage' }] : [];
  if (!user || known.isSignedOut) return [go('home', 'menu.home', hashes.home), ...webPage, help];
  return [
    go('home', 'menu.home', hashes.home),
    go('status', 'status.title', hashes.status),
    user.sync.asks > 0
      ? { id: 'conflicts', text: 'menu.conflictsCount', values: { n: user.sync.asks }, does: 'go', hash: hashes.asks }
      : go('conflicts', 'menu.conflicts', hashes.asks),
    user.sync.held > 0
      ? { id: 'held', text: 'menu.heldCount', values: { n: user.sync.held }, does: 'go', hash: hashes.held }
      : go('held', 'menu.held', hashes.held),
    isSetUp(user) ? go('settings', 'settings.title', hashes.settings) : go('settings', 'verb.setUp', setUpHash(user)),
    ...stopOrGoOn(user),
    { id: 'line', does: 'divider' },
    ...webPage,
    help,
    { id: 'signOut', text: 'menu.signOut', values: { account: user.crm?.login ?? user.displayName }, does: 'signOut' },
  ];
}

/** The label is «Set up sync» until the first sync was approved. */
function isSetUp(user: UserState): boolean {
  return user.activation !== 'crmConnected' && user.activation !== 'mailboxConnected';
}

export function setUpHash(user: UserState): string {
  if (user.activation === 'mailboxConnected' && !user.mailboxChange && user.mailbox?.unconfirmedInsteadOf === undefined) return hashes.preview;
  return hashes.mailbox;
}

function stopOrGoOn(user: UserState): readonly MenuEntry[] {
  if (user.activation === 'paused') return [{ id: 'resume', text: 'verb.resume', does: 'resume' }];
  if (user.activation === 'active') return [{ id: 'pause', text: 'verb.pause', does: 'go', hash: hashes.stop }];
  return [];
}
