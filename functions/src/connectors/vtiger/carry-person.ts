/** A person -> the columns of Contacts or Leads. Pure. */
import { carrySingle, eachField, emptyBag, fit, note, noteLoss, type Bag, type Carried } from './carry.ts';
import { ACCOUNT, CONTACT, PARTS, SECOND_EMAIL, type AddressField, type PersonTable } from './map.ts';
import { LEAD } from './map-lead.ts';
import type { Address, ContactField, FieldName, Fields, FieldValue } from '../../engine/record.ts';
import type { FoundAccount } from '../company-names.ts';
import type { ModuleShape } from './describe.ts';

type AccountOf = (name: string) => FoundAccount;

/** What of `fields` can be written. `accountOf` answers for the company's name; `current` is the fresh look that an update rests on. */
export function carryPerson(fields: Fields, shape: ModuleShape, accountOf: AccountOf, current: Fields = {}): Carried {
  const bag = emptyBag(shape);
  const table = shape.name === 'Leads' ? LEAD : CONTACT;
  const traded = withTradedEmails(fields, current);
  eachField(traded, (name, value) => { carryField(name, value, table, bag, accountOf); });
  // What traded places was not asked for by itself.
  if (fields.otherEmails === undefined && traded.otherEmails !== undefined) delete bag.written.otherEmails;
  return bag;
}

/** A new primary address that stood in the second place trades places with the old one, so that nothing is lost. */
function withTradedEmails(fields: Fields, current: Fields): Fields {
  const [primary, old] = [fields.primaryEmail, current.primaryEmail];
  const [second] = Array.isArray(current.otherEmails) ? current.otherEmails as readonly string[] : [];
  if (fields.otherEmails !== undefined || typeof primary !== 'string' || typeof old !== 'string') return fields;
  return isSame(second, primary) && !isSame(old, primary) ? { ...fields, otherEmails: [old] } : fields;
}

const isSame = (one: string | undefined, other: string): boolean => one?.trim().toLowerCase() === other.trim().toLowerCase();

function carryField(name: FieldName, value: FieldValue | null, table: PersonTable, bag: Bag, accountOf: AccountOf): void {
  const single = table.singles[name as ContactField];
  if (name === 'otherEmails') carryOthers(value, bag);
  else if (name === 'company' && table.hasAccount) carryCompany(value, bag, accountOf);
  else if (table.addresses[name as AddressField]) carryAddress(name as AddressField, value, table, bag);
  else if (single) carrySingle(name, single, value, bag);
  else if (value !== null) note(bag, name, 'notHeld');
}

/** There is one place for all of them. */
function carryOthers(value: FieldValue | null, bag: Bag): void {
  const all = Array.isArray(value) ? value as readonly string[] : [];
  const primary = bag.columns['email'];
  const [first, ...more] = all.filter((address) => address.trim() !== '' && !isSame(primary, address));
  carrySingle('otherEmails', SECOND_EMAIL, first ?? null, bag);
  if (typeof bag.written.otherEmails === 'string') bag.written.otherEmails = [bag.written.otherEmails];
  if (more.length > 0) note(bag, 'otherEmails', 'tooMany');
}

/** One group: blank parts are cleared, so that two addresses are never mixed. */
function carryAddress(name: AddressField, value: FieldValue | null, table: PersonTable, bag: Bag): void {
  const columns = table.addresses[name];
  if (!columns) return;
  const address = (value ?? {}) as Address;
  const written: Record<string, string> = {};
  for (const part of PARTS) {
    const [column, how, length] = columns[part];
    const shape = bag.shape.fields.get(column);
    const raw = address[part] ?? '';
    const isBlank = raw.trim() === '';
    if (!shape || (isBlank && shape.isMandatory)) {
      if (!isBlank) note(bag, name, 'accessDenied');
      continue;
    }
    const fitted = isBlank ? undefined : fit(raw, how, length, shape);
    if (fitted && 'reason' in fitted) note(bag, name, fitted.reason);
    else if (fitted) noteLoss(bag, name, fitted);
    const fits = fitted && 'text' in fitted ? fitted.text : '';
    bag.columns[column] = fits;
    if (fits !== '') written[part] = fits;
  }
  if (PARTS.every((part) => !bag.shape.fields.has(columns[part][0]))) return note(bag, name, 'accessDenied');
  bag.written[name] = Object.keys(written).length === 0 ? null : written;
}

function carryCompany(value: FieldValue | null, bag: Bag, accountOf: AccountOf): void {
  const shape = bag.shape.fields.get(ACCOUNT);
  if (!shape) return note(bag, 'company', 'accessDenied');
  if (value === null) {
    if (shape.isMandatory) return note(bag, 'company', 'noText');
    bag.columns[ACCOUNT] = '';
    bag.written.company = null;
    return;
  }
  const account = typeof value === 'string' ? accountOf(value) : 'none';
  if (typeof account === 'string') return note(bag, 'company', 'noSingleAccount');
  bag.columns[ACCOUNT] = account.id;
  // Only the reference is stored: what a look shows is the account's own spelling.
  bag.written.company = account.name;
}
