/** Companies of a CRM by name: one that is meant, or none. Pure. */
import { companyKey, keyText } from '../engine/forms.ts';

/** An account of exactly one accessible record, or why there is none. */
export type FoundAccount = { readonly id: string; readonly name: string } | 'none' | 'several';

/**
 * How such an account's name begins: the first word, with `_` for each letter or sign after the first that may be spelt otherwise
 * on one side (marks, points). This only narrows; whether a hit is meant is decided by companyKey alone.
 */
export function beginningsOf(name: string): readonly string[] {
  const asKey = keyText(name).split(' ')[0] ?? '';
  const asWritten = name.trim().toLowerCase().normalize('NFC').split(/\s+/)[0] ?? '';
  return [asKey, asWritten].filter((word) => word !== '').map((word) => {
    const [head = '', ...tail] = [...word];
    return `${head}${tail.map((letter) => (/[bdfhjkmpqrtvwx0-9]/.test(letter) ? letter : '_')).join('')}`;
  });
}

/** For each of the keys (companyKey) the one account of that name; absent: none of them. */
export function accountsByKey(accounts: readonly { readonly id: string; readonly name: string }[]): ReadonlyMap<string, FoundAccount> {
  const found = new Map<string, FoundAccount>();
  for (const account of accounts) {
    const key = companyKey(account.name);
    if (key !== '') found.set(key, found.has(key) ? 'several' : account);
  }
  return found;
}
