/** How this install is set up. Defaults are those of a fresh 8.4.0. */
import type { Field } from './modules/field.ts';
import { USUAL_PREFIXES, type ModuleName } from './modules/catalog.ts';

/**
 * unmodified: a fresh 8.4.0 under PHP 8, where each sync is HTTP 500 with an empty body. registered: the operation knows syncType.
 * userOnly: 7.x under PHP 7, which reads no syncType and answers for the caller's own records [from the vendor's sources].
 */
export type SyncMode = 'unmodified' | 'registered' | 'userOnly';

export interface VtigerSettings {
  sync: SyncMode;
  prefixes: Readonly<Record<ModuleName, number>>;
  /** Fields that must be unique, as "Accounts.accountname"; an admin sets them. */
  unique: readonly string[];
  /** Fields that an admin made mandatory. */
  mandatory: readonly string[];
  /** Fields that the profile of everybody but admins hides. */
  hidden: readonly string[];
  /** Fields that the install added, as cf_851. */
  extraFields: Readonly<Partial<Record<ModuleName, readonly Field[]>>>;
  /** Contacts, leads and accounts: everybody reads and writes them (fresh install), or only owner, group and admins. */
  sharing: 'public' | 'private';
  /** What the form of the CRM sets as an event's visibility. */
  pageVisibility: 'Public' | 'Private';
  /** A session that is not used so long is collected by PHP (session.gc_maxlifetime, by chance on a real server). */
  sessionIdleSeconds: number;
  version: string;
}

/** describe of a fresh install names accountname as unique and allowDuplicates false. */
export const vtigerSettings = (input: Partial<VtigerSettings> = {}): VtigerSettings => ({
  sync: 'unmodified', prefixes: USUAL_PREFIXES, unique: ['Accounts.accountname'], mandatory: [], hidden: [], extraFields: {}, sharing: 'public',
  pageVisibility: 'Public', sessionIdleSeconds: 1440, version: '8.4.0', ...input,
});
