/** Account, without person accounts and without state and country picklists (Object Reference, Account; read 2026-11). */
import { addressFields, auditFields, CLEAN_STATUSES, field, LEAD_SOURCES, useFields, type Field } from './field.ts';

const TYPES = [
  'Prospect', 'Customer - Direct', 'Customer - Channel', 'Channel Partner / Reseller', 'Installation Partner',
  'Technology Partner', 'Other',
];
const INDUSTRIES = [
  'Agriculture', 'Apparel', 'Banking', 'Biotechnology', 'Chemicals', 'Communications', 'Construction', 'Consulting', 'Education',
  'Electronics', 'Energy', 'Engineering', 'Finance', 'Government', 'Healthcare', 'Hospitality', 'Insurance', 'Machinery',
  'Manufacturing', 'Media', 'Retail', 'Shipping', 'Technology', 'Telecommunications', 'Transportation', 'Utilities', 'Other',
];

export const ACCOUNT_FIELDS: readonly Field[] = [
  field('Id', 'id', 18, 'fsgdi', 'Account ID'),
  field('IsDeleted', 'boolean', 0, 'fsgd', 'Deleted'),
  field('MasterRecordId', 'reference', 18, 'fsgn', 'Master Record ID', { to: 'Account', as: 'MasterRecord' }),
  field('Name', 'string', 255, 'cufsgN', 'Account Name'),
  field('Type', 'picklist', 255, 'cufsgn', 'Account Type', { values: TYPES }),
  field('ParentId', 'reference', 18, 'cufsgn', 'Parent Account ID', { to: 'Account', as: 'Parent' }),
  ...addressFields('Billing'),
  ...addressFields('Shipping'),
  field('Phone', 'phone', 40, 'cufsgn', 'Account Phone'),
  field('Fax', 'phone', 40, 'cufsgn', 'Account Fax'),
  field('AccountNumber', 'string', 40, 'cufsgn', 'Account Number'),
  field('Website', 'url', 255, 'cufsgn', 'Website'),
  field('PhotoUrl', 'url', 255, 'fsgn', 'Photo URL'),
  field('Sic', 'string', 20, 'cufsgn', 'SIC Code'),
  field('Industry', 'picklist', 255, 'cufsgn', 'Industry', { values: INDUSTRIES }),
  field('AnnualRevenue', 'currency', 0, 'cufsn', 'Annual Revenue'),
  field('NumberOfEmployees', 'int', 0, 'cufsgn', 'Employees'),
  field('Ownership', 'picklist', 255, 'cufsgn', 'Ownership', { values: ['Public', 'Private', 'Subsidiary', 'Other'] }),
  field('TickerSymbol', 'string', 20, 'cufsgn', 'Ticker Symbol'),
  field('Description', 'textarea', 32000, 'cun', 'Account Description'),
  field('Rating', 'picklist', 255, 'cufsgn', 'Account Rating', { values: ['Hot', 'Warm', 'Cold'] }),
  field('Site', 'string', 80, 'cufsgn', 'Account Site'),
  field('OwnerId', 'reference', 18, 'cufsgd', 'Owner ID', { to: 'User', as: 'Owner' }),
  ...auditFields(),
  ...useFields(),
  field('Jigsaw', 'string', 20, 'cufsgn', 'Data.com Key'),
  field('JigsawCompanyId', 'string', 20, 'fsgn', 'Jigsaw Company ID'),
  field('CleanStatus', 'picklist', 40, 'cufsgnR', 'Clean Status', { values: CLEAN_STATUSES }),
  field('AccountSource', 'picklist', 255, 'cufsgn', 'Account Source', { values: LEAD_SOURCES }),
  field('DunsNumber', 'string', 9, 'cufsgn', 'D-U-N-S Number'),
  field('Tradestyle', 'string', 255, 'cufsgn', 'Tradestyle'),
  field('NaicsCode', 'string', 8, 'cufsgn', 'NAICS Code'),
  field('NaicsDesc', 'string', 120, 'cufsgn', 'NAICS Description'),
  field('YearStarted', 'string', 4, 'cufsgn', 'Year Started'),
  field('SicDesc', 'string', 80, 'cufsgn', 'SIC Description'),
];
