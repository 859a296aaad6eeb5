/** User and Organization: read here, changed only by an administrator on the page. */
import { auditFields, field, type Field } from './field.ts';

export const USER_FIELDS: readonly Field[] = [
  field('Id', 'id', 18, 'fsgdi', 'User ID'),
  field('Username', 'string', 80, 'cufsgi', 'Username'),
  field('LastName', 'string', 80, 'cufsg', 'Last Name', { of: 'Name' }),
  field('FirstName', 'string', 40, 'cufsgn', 'First Name', { of: 'Name' }),
  field('Name', 'string', 121, 'fsgN', 'Full Name'),
  field('CompanyName', 'string', 80, 'cufsgn', 'Company Name'),
  field('Department', 'string', 80, 'cufsgn', 'Department'),
  field('Title', 'string', 80, 'cufsgn', 'Title'),
  field('City', 'string', 40, 'cufsgn', 'City'),
  field('Country', 'string', 80, 'cufsgn', 'Country'),
  field('Email', 'email', 128, 'cufsgi', 'Email'),
  field('Phone', 'phone', 40, 'cufsgn', 'Phone'),
  field('MobilePhone', 'phone', 40, 'cufsgn', 'Mobile'),
  field('Alias', 'string', 8, 'cufsg', 'Alias'),
  field('CommunityNickname', 'string', 40, 'cufsg', 'Nickname'),
  field('IsActive', 'boolean', 0, 'cufsgd', 'Active'),
  field('TimeZoneSidKey', 'picklist', 40, 'cufsg', 'Time Zone'),
  field('LocaleSidKey', 'picklist', 40, 'cufsg', 'Locale'),
  field('LanguageLocaleKey', 'picklist', 40, 'cufsg', 'Language'),
  field('UserType', 'picklist', 40, 'fsgn', 'User Type', { values: ['Standard'] }),
  ...auditFields(),
];

export const ORGANIZATION_FIELDS: readonly Field[] = [
  field('Id', 'id', 18, 'fsgdi', 'Organization ID'),
  field('Name', 'string', 80, 'ufsgN', 'Name'),
  field('Country', 'string', 80, 'ufsgn', 'Country'),
  field('OrganizationType', 'picklist', 40, 'fsgn', 'Edition'),
  field('IsSandbox', 'boolean', 0, 'fsgd', 'Is Sandbox'),
  field('TimeZoneSidKey', 'picklist', 40, 'ufsg', 'Time Zone'),
  field('DefaultLocaleSidKey', 'picklist', 40, 'ufsg', 'Locale'),
  field('LanguageLocaleKey', 'picklist', 40, 'ufsg', 'Language'),
  field('SystemModstamp', 'datetime', 0, 'fsd', 'System Modstamp'),
];
