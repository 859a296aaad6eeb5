/** Contacts that a mailbox and a CRM agree on, in any number, and the rows that a sync leaves about them. */
import type { FieldName, Fields, Seen } from '../../functions/src/engine/record.ts';
import { encodeLink } from '../../functions/src/store/codec.ts';
import { keys, linkIdOf } from '../../functions/src/store/keys.ts';
import { ORGANIZATION, OWNER, SEALER } from '../../functions/test/sim/mailbox.ts';
import { crmPerson } from './people.ts';
import type { PlainRow } from './resync-rows.ts';

const AGREED_AT = Date.UTC(2026, 5, 1, 9);
/** Fields that are held and blank on most cards. */
const BLANK: Fields = {
  prefix: null, middleName: null, suffix: null, department: null, otherEmails: null, 'phones.home': null, 'phones.other': null, 'phones.assistant': null,
  assistantName: null, 'addresses.home': null, webPage: null, birthday: null,
};

export const HELD: ReadonlySet<FieldName> = new Set(Object.keys(fieldsOf(0)) as FieldName[]);

/** As a page of the mailbox shows it. */
export function mailboxSeen(index: number): Seen {
  return { kind: 'contact', id: mailboxId(index), version: versionOf(index), fields: fieldsOf(index), modifiedAt: AGREED_AT };
}

/** Of each contact the link and two lines of the index, one after the other. */
export function* linkedRows(count: number): Generator<PlainRow> {
  for (let index = 0; index < count; index += 1) {
    const [m, c] = [mailboxId(index), `003${String(index).padStart(12, '0')}AAA`];
    const id = linkIdOf(ORGANIZATION, 'contact', 'm', m);
    const fields = fieldsOf(index);
    const link = {
      id, kind: 'contact', status: 'live', epoch: 1, agreedAt: AGREED_AT, m: { id: m, version: versionOf(index) },
      c: { id: c, version: new Date(AGREED_AT + index * 1000).toISOString() }, shadow: { m: fields, c: fields },
    } as const;
    yield { key: keys.link('contact', id), cells: encodeLink(link, SEALER, OWNER) };
    yield { key: keys.index('m', m), cells: { l: id } };
    yield { key: keys.index('c', c), cells: { l: id } };
  }
}

function fieldsOf(index: number): Fields {
  const { fields: { FirstName, LastName, Email, Title, Phone, MobilePhone, MailingStreet, MailingCity, MailingPostalCode }, account } = crmPerson(index);
  return {
    ...BLANK, givenName: FirstName ?? null, familyName: LastName ?? null, primaryEmail: Email ?? null, jobTitle: Title ?? null, company: account,
    'phones.work': Phone ?? null, 'phones.mobile': MobilePhone ?? null,
    'addresses.business': { street: MailingStreet ?? '', city: MailingCity ?? '', postalCode: MailingPostalCode ?? '', country: 'Germany' },
  };
}

/** As long as Graph's immutable ids are. */
function mailboxId(index: number): string {
  return `AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A${'q8T2hRkUc0yZ3vN1mBxLgAAAAAB'.repeat(2)}${String(index).padStart(12, '0')}AAA=`;
}

function versionOf(index: number): string {
  return `EQAAABYAAACq8T2hRkUc0yZ3vN1mBxLg${String(index).padStart(8, '0')}`;
}
