/** Which account a company's name means: exactly one that this user can see, or none. Few queries for any number of names. */
import { companyKey } from '../../engine/forms.ts';
import { beginningsOf, type FoundAccount } from '../company-names.ts';
import { NAMES_FEW } from './limits.ts';
import { id18, type Row } from './row.ts';
import { beginningLiteral, packed, queryRows, rowsIfFewerCalls } from './soql.ts';
import type { Client } from './client.ts';

/** Remembers answers for one run: an account renamed meanwhile is found by the next. */
export interface Accounts {
  /** Looks up all names that are not known yet. */
  load(names: readonly string[]): Promise<void>;
  /** Of a loaded name. */
  find(name: string): FoundAccount;
}

interface Found { readonly id: string; readonly name: string }

export function createAccounts(client: Client): Accounts {
  const byKey = new Map<string, FoundAccount>();
  /** All accounts are in byKey; or there are so many that asking by name is cheaper. */
  let isComplete = false;
  let isTooLong = false;
  let lookups = 0;

  function take(rows: readonly Row[], wanted: ReadonlySet<string>): void {
    const seen = new Map<string, Found[]>();
    for (const { Id: id, Name: name } of rows) {
      if (typeof id !== 'string' || typeof name !== 'string') continue;
      const key = companyKey(name);
      if (key !== '' && (isComplete || wanted.has(key))) seen.set(key, [...seen.get(key) ?? [], { id: id18(id), name }]);
    }
    for (const [key, [only, ...others]] of seen) byKey.set(key, only && others.length === 0 ? only : 'several');
    for (const key of wanted) if (!byKey.has(key)) byKey.set(key, 'none');
  }

  return {
    async load(names) {
      const missing = new Map<string, string>();
      for (const name of names) {
        const key = companyKey(name);
        if (key !== '' && !byKey.has(key)) missing.set(key, name);
      }
      if (isComplete || missing.size === 0) return;
      const wanted = new Set(missing.keys());
      const beginnings = [...new Set([...missing.values()].flatMap(beginningsOf))];
      const queries = packed(
        beginnings, (text) => `Name LIKE ${beginningLiteral(text)}`, ' OR ', (list) => `SELECT Id, Name FROM Account WHERE ${list}`,
      );
      lookups += 1;
      // Many names: one page often holds every account. A third look in one run means that a first sync goes on in portions.
      if (!isTooLong && (missing.size > NAMES_FEW || lookups > 2)) {
        const all = await rowsIfFewerCalls(client, 'SELECT Id, Name FROM Account ORDER BY Id', queries.length + lookups);
        isComplete = all !== undefined;
        isTooLong = !isComplete;
        if (all) return take(all, wanted);
      }
      const rows = new Map<unknown, Row>();
      for (const query of queries) for (const row of await queryRows(client, 'query', query)) rows.set(row['Id'], row);
      take([...rows.values()], wanted);
    },
    find: (name) => byKey.get(companyKey(name)) ?? 'none',
  };
}
