/** A record of Leads -> canonical fields of a person; the company is a text. */
import { project, type PersonTable } from './map.ts';
import { mayMail, seenOf, type Row, type RowView } from './row.ts';
import type { Seen } from '../../engine/record.ts';

export const LEAD: PersonTable = {
  singles: {
    'prefix': ['salutationtype', 'picklist', 200],
    'givenName': ['firstname', 'prose', 40],
    'familyName': ['lastname', 'prose', 80],
    'company': ['company', 'prose', 100],
    'jobTitle': ['designation', 'prose', 50],
    'primaryEmail': ['email', 'email', 100],
    'phones.work': ['phone', 'identifier', 50],
    'phones.mobile': ['mobile', 'identifier', 50],
    'phones.workFax': ['fax', 'identifier', 50],
    'webPage': ['website', 'identifier', 100],
  },
  addresses: {
    'addresses.business': {
      street: ['lane', 'lines', 250], city: ['city', 'prose', 30], region: ['state', 'prose', 30],
      postalCode: ['code', 'identifier', 30], country: ['country', 'prose', 30],
    },
  },
  hasAccount: false,
};

export const leadSeen = (row: Row, view: RowView): Seen =>
  seenOf('contact', row, project(row, LEAD, new Map()), view, { memo: { mayMail: mayMail(row) }, isProspect: true });
