/** Whom events are about: the one contact that an address means. */
import { shapesOf } from './describe.ts';
import { text, type Row } from './row.ts';
import { idOf, inLists, rowsOf } from './vtql.ts';
import type { SideParts } from './records.ts';

/** A contact that stands for an address. */
export interface Person {
  readonly personId: string;
  readonly email: string;
}

/** By address in lower case: the one readable contact that has it, the user's own before a colleague's. Absent: nobody, or several. */
export async function peopleByAddress(parts: SideParts, addresses: readonly string[]): Promise<ReadonlyMap<string, Person>> {
  const wanted = [...new Set(addresses.map((address) => address.trim().toLowerCase()))].filter(Boolean);
  if (wanted.length === 0 || !(await shapesOf(parts, ['Contacts'])).Contacts.fields.has('email')) return new Map();
  const asked = inLists('email', wanted).map((list) => ({ module: 'Contacts', where: [list], columns: ['email', 'assigned_user_id'] }));
  const byAddress = new Map<string, Row[]>();
  for (const row of await rowsOf(parts.client, asked)) {
    const address = text(row['email'])?.toLowerCase() ?? '';
    byAddress.set(address, [...byAddress.get(address) ?? [], row]);
  }
  return new Map([...byAddress].flatMap(([address, rows]): [string, Person][] => {
    const own = rows.filter((row) => row['assigned_user_id'] === parts.me);
    const [one, ...others] = own.length > 0 ? own : rows;
    return one && others.length === 0 ? [[address, { personId: idOf(one), email: String(one['email']) }]] : [];
  }));
}
