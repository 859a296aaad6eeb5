/** The fields of Contacts, in the order of describe. */
import {
  CONVERTED, CREATED, LEAD_SOURCES, MARKS, MODIFIED, MODIFIED_BY, OWNER, SOURCE, email, field, fixed, flag, idField, link, must, phone, pick, text,
} from './field.ts';

export const CONTACT_FIELDS = [
  text('salutationtype', 'Salutation', 200), text('firstname', 'First Name', 40), fixed(text('contact_no', 'Contact Id', 100)),
  phone('phone', 'Office Phone'), must(text('lastname', 'Last Name', 80)), phone('mobile', 'Mobile Phone'),
  link('account_id', 'Organization Name', ['Accounts']), phone('homephone', 'Home Phone'), pick('leadsource', 'Lead Source', LEAD_SOURCES),
  phone('otherphone', 'Secondary Phone'), text('title', 'Title', 50), phone('fax', 'Fax'), text('department', 'Department', 30),
  field('birthday', 'Date of Birth', 'date'), email('email', 'Primary Email'), link('contact_id', 'Reports To', ['Contacts']),
  text('assistant', 'Assistant', 30), email('secondaryemail', 'Secondary Email'), phone('assistantphone', 'Assistant Phone'),
  flag('donotcall', 'Do Not Call'), flag('emailoptout', 'Email Opt Out'), OWNER, flag('reference', 'Reference'),
  flag('notify_owner', 'Notify Owner'), CREATED, MODIFIED, MODIFIED_BY, CONVERTED, SOURCE, ...MARKS, flag('portal', 'Portal User'),
  field('support_start_date', 'Support Start Date', 'date'), field('support_end_date', 'Support End Date', 'date'),
  field('mailingstreet', 'Mailing Street', 'text', { length: 250 }), field('otherstreet', 'Other Street', 'text', { length: 250 }),
  text('mailingcity', 'Mailing City', 150), text('othercity', 'Other City', 150), text('mailingstate', 'Mailing State', 30),
  text('otherstate', 'Other State', 30), text('mailingzip', 'Mailing Zip', 30), text('otherzip', 'Other Zip', 30),
  text('mailingcountry', 'Mailing Country', 40), text('othercountry', 'Other Country', 40), text('mailingpobox', 'Mailing P.O. Box', 30),
  text('otherpobox', 'Other P.O. Box', 30), field('description', 'Description', 'text'), field('imagename', 'Contact Image', 'image'),
  idField('contactid'),
];
