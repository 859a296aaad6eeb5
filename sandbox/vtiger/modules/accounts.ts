/** The fields of Accounts, in the order of describe. */
import {
  CONVERTED, CREATED, INDUSTRIES, MARKS, MODIFIED, MODIFIED_BY, OWNER, RATINGS, SOURCE, email, field, fixed, flag, idField, link, must, phone, pick, text,
} from './field.ts';

const TYPES = [
  'Analyst', 'Competitor', 'Customer', 'Integrator', 'Investor', 'Partner', 'Press', 'Prospect', 'Reseller', 'Other',
] as const;

export const ACCOUNT_FIELDS = [
  must(text('accountname', 'Organization Name', 100)), fixed(text('account_no', 'Organization Number', 100)), phone('phone', 'Primary Phone', 30),
  field('website', 'Website', 'url'), phone('fax', 'Fax', 30), text('tickersymbol', 'Ticker Symbol', 30),
  phone('otherphone', 'Secondary Phone', 30), link('account_id', 'Member Of', ['Accounts']), email('email1', 'Primary Email'),
  field('employees', 'Employees', 'integer'), email('email2', 'Secondary Email'), text('ownership', 'Ownership', 50),
  pick('rating', 'Rating', RATINGS), pick('industry', 'Industry', INDUSTRIES), text('siccode', 'SIC Code', 50),
  pick('accounttype', 'Type', TYPES), field('annual_revenue', 'Annual Revenue', 'currency'), flag('emailoptout', 'Email Opt Out'),
  flag('notify_owner', 'Notify Owner'), OWNER, CREATED, MODIFIED, MODIFIED_BY, CONVERTED, SOURCE, ...MARKS,
  field('bill_street', 'Billing Address', 'text', { length: 250 }), field('ship_street', 'Shipping Address', 'text', { length: 250 }),
  text('bill_city', 'Billing City', 150), text('ship_city', 'Shipping City', 150), text('bill_state', 'Billing State', 30),
  text('ship_state', 'Shipping State', 30), text('bill_code', 'Billing Postal Code', 30), text('ship_code', 'Shipping Postal Code', 30),
  text('bill_country', 'Billing Country', 30), text('ship_country', 'Shipping Country', 30), text('bill_pobox', 'Billing PO Box', 30),
  text('ship_pobox', 'Shipping PO Box', 30), field('description', 'Description', 'text'), idField('accountid'),
];
