/** Which account a company's name means: exactly one that this user can see, or none. */
import { companyKey } from '../../engine/forms.ts';
import { accountsByKey, beginningsOf, type FoundAccount } from '../company-names.ts';
import { hasCode } from './errors.ts';
import { text } from './row.ts';
import { idOf, quote, rowsOf } from './vtql.ts';
import type { Client } from './client.ts';

/** Remembers answers for one run: an account renamed meanwhile is found by the next. */
export interface Accounts {
  /** Looks up all names that are not known yet. */
  load(names: readonly string[]): Promise<void>;
  /** Of a loaded name. */
  find(name: string): FoundAccount;
}

export function createAccounts(client: Client): Accounts {
  const byKey = new Map<string, FoundAccount>();
  return {
    async load(names) {
      const missing = new Map(names.map((name) => [companyKey(name), name] as const).filter(([key]) => key !== '' && !byKey.has(key)));
      if (missing.size === 0) return;
      const beginnings = [...new Set([...missing.values()].flatMap(beginningsOf))];
      const found = accountsByKey(await accountsLike(client, beginnings));
      for (const key of missing.keys()) byKey.set(key, found.get(key) ?? 'none');
    },
    find: (name) => byKey.get(companyKey(name)) ?? 'none',
  };
}

/** One question for each: the language has no parentheses to page through several at once. */
async function accountsLike(client: Client, beginnings: readonly string[]): Promise<readonly { readonly id: string; readonly name: string }[]> {
  try {
    const rows = await rowsOf(client, beginnings.map((text) => (
      { module: 'Accounts', where: [`accountname like ${quote(`${text.replace(/%/g, '_')}%`)}`], columns: ['accountname'] })));
    return rows.flatMap((row) => { const name = text(row['accountname']); return name === null ? [] : [{ id: idOf(row), name }]; });
  } catch (error) {
    // This user may not read accounts: then none is meant.
    if (hasCode(error, 'ACCESS_DENIED', 'FIELD_DENIED')) return [];
    throw error;
  }
}
