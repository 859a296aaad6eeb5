/** The fields of Leads, in the order of describe. */
import {
  CREATED, INDUSTRIES, LEAD_SOURCES, MARKS, MODIFIED, MODIFIED_BY, OWNER, RATINGS, SOURCE, email, field, fixed, flag, idField, must, phone, pick, text,
} from './field.ts';

const STATUSES = [
  'Attempted to Contact', 'Cold', 'Contact in Future', 'Contacted', 'Hot', 'Junk Lead', 'Lost Lead', 'Not Contacted', 'Pre Qualified', 'Qualified', 'Warm',
] as const;

export const LEAD_FIELDS = [
  text('salutationtype', 'Salutation', 200), text('firstname', 'First Name', 40), fixed(text('lead_no', 'Lead Number', 100)),
  phone('phone', 'Primary Phone'), must(text('lastname', 'Last Name', 80)), phone('mobile', 'Mobile Phone'),
  { ...text('company', 'Company', 100), isNullable: false }, phone('fax', 'Fax'), text('designation', 'Designation', 50),
  email('email', 'Primary Email'), pick('leadsource', 'Lead Source', LEAD_SOURCES), field('website', 'Website', 'url'),
  pick('industry', 'Industry', INDUSTRIES), pick('leadstatus', 'Lead Status', STATUSES), field('annualrevenue', 'Annual Revenue', 'currency'),
  pick('rating', 'Rating', RATINGS), field('noofemployees', 'Number of Employees', 'integer'), OWNER, email('secondaryemail', 'Secondary Email'),
  CREATED, MODIFIED, MODIFIED_BY, flag('emailoptout', 'Email Opt Out'), SOURCE, ...MARKS,
  field('lane', 'Street', 'text', { length: 250 }), text('code', 'Postal Code', 30), text('city', 'City', 150), text('country', 'Country', 30),
  text('state', 'State', 30), text('pobox', 'PO Box', 30), field('description', 'Description', 'text'), idField('leadid'),
];
