/** Converting a lead: a contact and an account come out of it, and the lead stays as a record that nobody changes any more. */
import { repointActivities } from './activities/links.ts';
import { convertedLead } from './activities/people.ts';
import { CONVERTED_STATUS } from './objects/lead.ts';
import type { ObjectName, ObjectType } from './objects/catalog.ts';
import { nowStamp, store, transact } from './org.ts';
import { createRecord, findForWrite, type Writer } from './records.ts';
import { patched, type Row } from './table.ts';
import { readInput } from './values.ts';

export interface Converted { readonly contactId: string; readonly accountId: string }

/** What the two records take from a lead (Salesforce Help, "Lead conversion field mapping"). */
const TO_CONTACT: Readonly<Record<string, string>> = {
  Salutation: 'Salutation', FirstName: 'FirstName', LastName: 'LastName', Title: 'Title', Email: 'Email', Phone: 'Phone', Fax: 'Fax',
  MobilePhone: 'MobilePhone', Description: 'Description', LeadSource: 'LeadSource', Street: 'MailingStreet', City: 'MailingCity',
  State: 'MailingState', PostalCode: 'MailingPostalCode', Country: 'MailingCountry',
};
const TO_ACCOUNT: Readonly<Record<string, string>> = {
  Company: 'Name', Website: 'Website', Industry: 'Industry', Rating: 'Rating', AnnualRevenue: 'AnnualRevenue', Phone: 'Phone', Fax: 'Fax',
  NumberOfEmployees: 'NumberOfEmployees', LeadSource: 'AccountSource', Street: 'BillingStreet', City: 'BillingCity', State: 'BillingState',
  PostalCode: 'BillingPostalCode', Country: 'BillingCountry',
};

/** `accountId`: attach the contact to this account instead of a new one. */
export function convertLead(writer: Writer, id: string, accountId?: string): Converted {
  return transact(writer.org, () => ({ keep: true, result: convert(writer, id, accountId) }));
}

function convert(writer: Writer, id: string, accountId: string | undefined): Converted {
  const { org } = writer;
  const lead = findForWrite(writer, typeOf(writer, 'Lead'), id);
  if (lead['IsConverted'] === true) throw convertedLead();
  const owner = String(lead['OwnerId']);
  const isPerson = org.people.has(owner);
  const make = (name: ObjectName, fields: Readonly<Record<string, unknown>>): string => {
    const type = typeOf(writer, name);
    return createRecord(writer, type, readInput(type, fields), isPerson ? owner : undefined);
  };
  const account = accountId ?? make('Account', mapped(lead, TO_ACCOUNT));
  const contactId = make('Contact', { ...mapped(lead, TO_CONTACT), AccountId: account });
  const now = nowStamp(org);
  store(org, 'Lead', patched(lead, {
    IsConverted: true, Status: CONVERTED_STATUS, ConvertedDate: now.slice(0, 10), ConvertedAccountId: account, ConvertedContactId: contactId,
    LastModifiedDate: now, SystemModstamp: now,
  }), !writer.isApi);
  repointActivities(org, lead.Id, contactId);
  return { contactId, accountId: account };
}

function typeOf(writer: Writer, name: ObjectName): ObjectType {
  const type = writer.catalog.get(name.toLowerCase());
  if (!type) throw new Error(`the organization has no object ${name}`);
  return type;
}

const mapped = (lead: Row, names: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(names).flatMap(([from, to]) => (lead[from] === undefined ? [] : [[to, lead[from]]])));
