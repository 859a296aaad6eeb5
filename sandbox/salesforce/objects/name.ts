/**
 * Name: what a query sees of a parent that may be of several objects (Who, What, Owner, Relation). Email, Phone, Title, Alias,
 * Username and IsActive are filled for users only (Object Reference, Name): a contact's address is not to be had this way.
 */
import { field, type Field } from './field.ts';

export const NAME_FIELDS: readonly Field[] = [
  field('Id', 'id', 18, 'fsgd', 'ID'),
  field('Name', 'string', 255, 'fsgnN', 'Name'),
  field('FirstName', 'string', 40, 'fsgn', 'First Name'),
  field('LastName', 'string', 80, 'fsgn', 'Last Name'),
  field('Type', 'picklist', 40, 'fsgn', 'Type'),
  field('Alias', 'string', 8, 'fsgn', 'Alias'),
  field('Email', 'email', 128, 'fsgn', 'Email'),
  field('Phone', 'phone', 40, 'fsgn', 'Phone'),
  field('Title', 'string', 80, 'fsgn', 'Title'),
  field('Username', 'string', 80, 'fsgn', 'Username'),
  field('IsActive', 'boolean', 0, 'fsgd', 'Active'),
];
