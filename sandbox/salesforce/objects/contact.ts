/** Contact, as its describe in a developer organization tells (Object Reference, Contact; read 2026-11). */
import { addressFields, auditFields, CLEAN_STATUSES, field, LEAD_SOURCES, useFields, type Field } from './field.ts';

export const CONTACT_FIELDS: readonly Field[] = [
  field('Id', 'id', 18, 'fsgdi', 'Contact ID'),
  field('IsDeleted', 'boolean', 0, 'fsgd', 'Deleted'),
  field('MasterRecordId', 'reference', 18, 'fsgn', 'Master Record ID', { to: 'Contact', as: 'MasterRecord' }),
  field('AccountId', 'reference', 18, 'cufsgn', 'Account ID', { to: 'Account', as: 'Account' }),
  field('LastName', 'string', 80, 'cufsg', 'Last Name', { of: 'Name' }),
  field('FirstName', 'string', 40, 'cufsgn', 'First Name', { of: 'Name' }),
  field('Salutation', 'picklist', 40, 'cufsgn', 'Salutation', { of: 'Name', values: ['Mr.', 'Ms.', 'Mrs.', 'Dr.', 'Prof.'] }),
  field('Name', 'string', 121, 'fsgN', 'Full Name'),
  ...addressFields('Other'),
  ...addressFields('Mailing'),
  field('Phone', 'phone', 40, 'cufsgn', 'Business Phone'),
  field('Fax', 'phone', 40, 'cufsgn', 'Business Fax'),
  field('MobilePhone', 'phone', 40, 'cufsgn', 'Mobile Phone'),
  field('HomePhone', 'phone', 40, 'cufsgn', 'Home Phone'),
  field('OtherPhone', 'phone', 40, 'cufsgn', 'Other Phone'),
  field('AssistantPhone', 'phone', 40, 'cufsgn', 'Asst. Phone'),
  field('ReportsToId', 'reference', 18, 'cufsgn', 'Reports To ID', { to: 'Contact', as: 'ReportsTo' }),
  field('Email', 'email', 80, 'cufsgni', 'Email'),
  field('Title', 'string', 128, 'cufsgn', 'Title'),
  field('Department', 'string', 80, 'cufsgn', 'Department'),
  field('AssistantName', 'string', 40, 'cufsgn', "Assistant's Name"),
  field('LeadSource', 'picklist', 255, 'cufsgn', 'Lead Source', { values: LEAD_SOURCES }),
  field('Birthdate', 'date', 0, 'cufsgn', 'Birthdate'),
  field('Description', 'textarea', 32000, 'cun', 'Contact Description'),
  field('OwnerId', 'reference', 18, 'cufsgd', 'Owner ID', { to: 'User', as: 'Owner' }),
  ...auditFields(),
  ...useFields(),
  field('LastCURequestDate', 'datetime', 0, 'fsn', 'Last Stay-in-Touch Request Date'),
  field('LastCUUpdateDate', 'datetime', 0, 'fsn', 'Last Stay-in-Touch Save Date'),
  field('EmailBouncedReason', 'string', 255, 'cufsgn', 'Email Bounced Reason'),
  field('EmailBouncedDate', 'datetime', 0, 'cufsn', 'Email Bounced Date'),
  field('IsEmailBounced', 'boolean', 0, 'fsgd', 'Is Email Bounced'),
  field('PhotoUrl', 'url', 255, 'fsgn', 'Photo URL'),
  field('Jigsaw', 'string', 20, 'cufsgn', 'Data.com Key'),
  field('JigsawContactId', 'string', 20, 'fsgn', 'Jigsaw Contact ID'),
  field('CleanStatus', 'picklist', 40, 'cufsgnR', 'Clean Status', { values: CLEAN_STATUSES }),
  field('IndividualId', 'reference', 18, 'cufsgn', 'Individual ID', { to: 'Individual', as: 'Individual' }),
];

/**
 * What a package of ours would add: an external id of our own. Only organizations whose settings ask for it have it.
 * On activities it is one field of Activity that both Event and Task show; that it may be an external id there is [unconfirmed].
 */
export const KEY_FIELD: Field = field('ConcordKey__c', 'string', 80, 'cufsgni', 'Concord Key', { unique: true, externalId: true });
