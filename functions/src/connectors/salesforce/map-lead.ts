/** Salesforce Lead -> canonical fields of a person. Object Reference, Lead: the company is a text, and required. */
import { project, type PersonTable } from './map.ts';
import { seenOf, type Row } from './row.ts';
import type { Seen } from '../../engine/record.ts';

export const LEAD: PersonTable = {
  singles: {
    'prefix': ['Salutation', 'picklist'],
    'givenName': ['FirstName', 'prose'],
    'middleName': ['MiddleName', 'prose'],
    'familyName': ['LastName', 'prose'],
    'suffix': ['Suffix', 'prose'],
    'jobTitle': ['Title', 'prose'],
    'primaryEmail': ['Email', 'email'],
    'company': ['Company', 'prose'],
    'phones.work': ['Phone', 'identifier'],
    'phones.mobile': ['MobilePhone', 'identifier'],
    'phones.workFax': ['Fax', 'identifier'],
    'webPage': ['Website', 'identifier'],
  },
  addresses: { 'addresses.business': '' },
  hasAccount: false,
};

/** `me` is the user's 18-character id. */
export const leadSeen = (row: Row, me: string): Seen => ({ ...seenOf('contact', row, project(row, LEAD), me), isProspect: true });
