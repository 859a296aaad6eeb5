/** A person -> the columns of a Contact or a Lead. Pure. */
import { carrySingle, eachField, emptyBag, fit, note, withLineEnds, type Bag, type Carried } from './carry.ts';
import { CONTACT, PARTS, type PersonTable } from './map.ts';
import { LEAD } from './map-lead.ts';
import type { FoundAccount } from '../company-names.ts';
import type { Address, ContactField, FieldName, Fields, FieldValue } from '../../engine/record.ts';
import type { ObjectShape } from './describe.ts';

type AccountOf = (name: string) => FoundAccount;

/** What of `fields` can be written. `accountOf` answers for the company's name. */
export function carryPerson(fields: Fields, shape: ObjectShape, accountOf: AccountOf): Carried {
  const bag = emptyBag(shape);
  const table = shape.name === 'Lead' ? LEAD : CONTACT;
  eachField(fields, (name, value) => { carryField(name, value, table, bag, accountOf); });
  return bag;
}

function carryField(name: FieldName, value: FieldValue | null, table: PersonTable, bag: Bag, accountOf: AccountOf): void {
  const single = table.singles[name as ContactField];
  const prefix = table.addresses[name as keyof typeof table.addresses];
  if (name === 'company' && table.hasAccount) carryCompany(value, bag, accountOf);
  else if (prefix !== undefined) carryAddress(name, prefix, value, bag);
  // A lead without a company is refused: the one it has stays.
  else if (name === 'company' && value === null) note(bag, name, 'noText');
  else if (single) carrySingle(name, ...single, value, bag);
  else if (value !== null) note(bag, name, 'notHeld');
}

/** One group: blank parts are cleared, so that two addresses are never mixed. */
function carryAddress(name: FieldName, prefix: string, value: FieldValue | null, bag: Bag): void {
  const address = (value ?? {}) as Address;
  const parts = PARTS.filter(([, suffix]) => bag.shape.fields.has(prefix + suffix));
  if (parts.length === 0) return note(bag, name, 'accessDenied');
  const written: Record<string, string> = {};
  for (const [part, suffix, how] of parts) {
    const column = prefix + suffix;
    const shape = bag.shape.fields.get(column) ?? { length: 0 };
    const raw = address[part] ?? '';
    const fitted = raw.trim() === '' ? undefined : fit(part === 'street' ? withLineEnds(raw) : raw, how, shape);
    if (fitted && 'reason' in fitted) note(bag, name, fitted.reason);
    else if (fitted?.isCut) bag.notes.push({ field: name, what: 'shortened', reason: 'tooLong' });
    const fits = fitted && 'text' in fitted ? fitted.text : null;
    bag.columns[column] = fits;
    if (fits !== null) written[part] = part === 'street' ? fits.replace(/\r\n/g, '\n') : fits;
  }
  for (const [part] of PARTS) {
    const isHeld = parts.some(([held]) => held === part);
    if (!isHeld && (address[part] ?? '').trim() !== '') note(bag, name, 'accessDenied');
  }
  bag.written[name] = Object.keys(written).length === 0 ? null : written;
}

function carryCompany(value: FieldValue | null, bag: Bag, accountOf: AccountOf): void {
  if (!bag.shape.fields.has('AccountId')) return note(bag, 'company', 'accessDenied');
  if (value === null) {
    bag.columns['AccountId'] = null;
    bag.written.company = null;
    return;
  }
  const account = typeof value === 'string' ? accountOf(value) : 'none';
  if (typeof account === 'string') return note(bag, 'company', 'noSingleAccount');
  bag.columns['AccountId'] = account.id;
  // Only the reference is stored: what a look shows is the account's own spelling.
  bag.written.company = account.name;
}
