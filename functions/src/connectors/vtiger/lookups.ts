/** Names and addresses behind references: a row has their ids only. Remembered for one run. */
import { hasCode } from './errors.ts';
import { prefixOf } from './modules.ts';
import { text, type Row } from './row.ts';
import { idOf, inLists, rowsOf, type Asked } from './vtql.ts';
import type { Client } from './client.ts';

export interface Lookups {
  /** Names of accounts by id; one that this user may not read is absent. */
  accounts(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Addresses of contacts by id; null where one has none, absent where this user may not read it. */
  emails(ids: readonly string[]): Promise<ReadonlyMap<string, string | null>>;
  /** Names of users and groups. Only administrators read users: of others the id is all there is. */
  owners(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

interface Me { readonly user: string; readonly displayName: string }

export function createLookups(client: Client, me: Me): Lookups {
  const accounts = memory(client, (list) => ({ module: 'Accounts', where: [list], columns: ['accountname'] }), (row) => text(row['accountname']) ?? '');
  const emails = memory<string | null>(client, (list) => ({ module: 'Contacts', where: [list], columns: ['email'] }), (row) => text(row['email']));
  const users = memory(client, (list) => ({ module: 'Users', where: [list], columns: ['first_name', 'last_name'] }),
    (row) => [text(row['first_name']), text(row['last_name'])].filter(Boolean).join(' '));
  const groups = memory(client, (list) => ({ module: 'Groups', where: [list], columns: ['groupname'] }), (row) => text(row['groupname']) ?? '');
  return {
    accounts, emails,
    owners: async (ids) => {
      const others = ids.filter((id) => id !== me.user);
      const isUser = (id: string): boolean => prefixOf(id) === prefixOf(me.user);
      const names = [...await users(others.filter(isUser)), ...await groups(others.filter((id) => !isUser(id)))];
      return new Map([[me.user, me.displayName], ...names.filter(([, name]) => name !== '')]);
    },
  };
}

function memory<Value>(
  client: Client, asked: (list: string) => Asked, valueOf: (row: Row) => Value,
): (ids: readonly string[]) => Promise<ReadonlyMap<string, Value>> {
  const known = new Map<string, Value>();
  const tried = new Set<string>();
  return async (ids) => {
    const missing = [...new Set(ids)].filter((id) => !tried.has(id));
    for (const row of await readable(client, inLists('id', missing).map(asked))) known.set(idOf(row), valueOf(row));
    for (const id of missing) tried.add(id);
    return known;
  };
}

/** Nothing where this user may not read the module or the column at all. */
async function readable(client: Client, questions: readonly Asked[]): Promise<readonly Row[]> {
  try {
    return await rowsOf(client, questions);
  } catch (error) {
    if (hasCode(error, 'ACCESS_DENIED', 'FIELD_DENIED')) return [];
    throw error;
  }
}
