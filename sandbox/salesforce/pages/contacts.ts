/** The contacts page: a table with search, a form to add and edit, delete and merge. */
import { fullName } from '../computed.ts';
import { find } from '../org.ts';
import { mergeRecords } from '../merging.ts';
import { createRecord, deleteRecord, updateRecord } from '../records.ts';
import { canEdit } from '../sharing.ts';
import type { Row } from '../table.ts';
import { readInput } from '../values.ts';
import { fieldInputs, formFields } from './form.ts';
import { safe } from './layout.ts';
import { mergeForm } from './merge-form.ts';
import { readableRows } from './record-page.ts';
import { pageType, writerFor, type Visit } from './router.ts';

const FORM_FIELDS = [
  'Salutation', 'FirstName', 'LastName', 'Title', 'Department', 'Email', 'Phone', 'MobilePhone', 'HomePhone', 'OtherPhone', 'Fax',
  'AssistantName', 'AssistantPhone', 'Birthdate', 'MailingStreet', 'MailingCity', 'MailingState', 'MailingPostalCode', 'MailingCountry',
  'OtherStreet', 'OtherCity', 'OtherState', 'OtherPostalCode', 'OtherCountry', 'LeadSource', 'Description',
];
const ROWS_MAX = 200;

export function showContacts(visit: Visit): string {
  const search = (visit.query.get('q') ?? '').toLowerCase();
  const rows = readableRows(visit, 'Contact').filter((row) => search === '' || haystack(visit, row).includes(search));
  const sorted = rows.sort((a, b) => sortName(a).localeCompare(sortName(b)));
  const editId = visit.query.get('edit') ?? visit.form.get('id');
  const edited = editId ? find(visit.org, 'Contact', editId) : undefined;
  const isOpen = edited !== undefined || visit.query.has('new') || visit.problem !== undefined;
  return `${isOpen ? contactForm(visit, edited) : ''}<div class="card"><div class="row" style="justify-content:space-between">
<h2>Contacts <span class="chip" data-testid="contact-count">${rows.length}</span></h2>
<div class="row"><form class="row"><input name="q" aria-label="Search contacts" placeholder="Search"
value="${safe(visit.query.get('q'))}" data-testid="contact-search">
<button>Search</button></form><a class="button main" href="/?new=1" data-testid="contact-add">New contact</a></div></div>
<table><thead><tr><th>Name</th><th>Account</th><th>Title</th><th>Email</th><th>Phone</th><th>Mobile</th><th>Owner</th><th>Changed</th>
<th>Actions</th></tr></thead>
<tbody>${sorted.slice(0, ROWS_MAX).map((row) => contactRow(visit, row)).join('')}</tbody></table>
${rows.length > ROWS_MAX ? `<p class="note">The first ${ROWS_MAX} are shown; search for the others.</p>` : ''}</div>`;
}

const sortName = (row: Row): string => `${String(row['LastName'])} ${String(row['FirstName'] ?? '')}`;

function accountName(visit: Visit, row: Row): string {
  const id = row['AccountId'];
  return typeof id === 'string' ? String(find(visit.org, 'Account', id)?.['Name'] ?? '') : '';
}

function haystack(visit: Visit, row: Row): string {
  const values = ['Email', 'Phone', 'MobilePhone', 'Title'].map((name) => String(row[name] ?? ''));
  return [fullName(row), accountName(visit, row), ...values].join(' ').toLowerCase();
}

function contactRow(visit: Visit, row: Row): string {
  const isMine = canEdit(visit.org, pageType(visit, 'Contact'), row, visit.person);
  const cell = (name: string): string => `<td data-field="${name}">${safe(row[name])}</td>`;
  const owner = visit.org.people.get(String(row['OwnerId']))?.name;
  const actions = isMine ? `<div class="row"><a class="button" href="/?edit=${row.Id}" data-testid="contact-edit"
aria-label="Edit ${safe(fullName(row))}">Edit</a>
<form method="post" action="/contacts/delete"><input type="hidden" name="id" value="${row.Id}">
<button data-testid="contact-delete" aria-label="Delete ${safe(fullName(row))}">Delete</button></form></div>`
  : '<span class="note">read only</span>';
  return `<tr data-testid="contact-row" data-id="${row.Id}"><td data-field="Name">${safe(fullName(row))}</td><td
data-field="Account">${safe(accountName(visit, row))}</td>
${cell('Title')}${cell('Email')}${cell('Phone')}${cell('MobilePhone')}<td data-field="Owner">${safe(owner)}</td>
<td class="note">${safe(row.SystemModstamp.slice(0, 16).replace('T', ' '))}</td><td>${actions}</td></tr>`;
}

function contactForm(visit: Visit, row: Row | undefined): string {
  const type = pageType(visit, 'Contact');
  const account = visit.form.get('account') ?? (row ? accountName(visit, row) : '');
  const accounts = visit.api.accounts().slice(0, 500).map((one) => `<option value="${safe(one['Name'])}">`);
  return `<div class="card"><h2>${row ? `Edit ${safe(fullName(row))}` : 'New contact'}</h2>
<form method="post" action="/contacts/save" data-testid="contact-form"><input type="hidden" name="id" value="${row?.Id ?? ''}">
<div class="grid">${fieldInputs(visit, type, FORM_FIELDS, row)}<label><span>Account (a new name makes a new account)</span>
<input name="account" list="accounts" value="${safe(account)}" data-testid="field-account"></label></div><datalist
id="accounts">${accounts.join('')}</datalist>
<div class="row"><button class="main" data-testid="contact-save">Save</button><a class="button" href="/">Cancel</a>
<label class="inline"><input type="checkbox" name="allowSave" value="yes"> Save although it looks like a duplicate</label></div></form>
${row ? mergeForm(visit, 'Contact', row) : ''}</div>`;
}

export function saveContact(visit: Visit): void {
  const type = pageType(visit, 'Contact');
  const fields = formFields(visit.form, type, FORM_FIELDS);
  const writer = writerFor(visit);
  const id = visit.form.get('id') ?? '';
  const AccountId = visit.form.has('account') ? accountNamed(visit, visit.form.get('account') ?? '') : undefined;
  const input = readInput(type, AccountId === undefined ? fields : { ...fields, AccountId });
  if (id === '') createRecord(writer, type, input); else updateRecord(writer, type, id, input);
}

/** The first account of that name, or a new one; null for a blank name. */
function accountNamed(visit: Visit, text: string): string | null {
  const name = text.trim();
  if (name === '') return null;
  const known = [...visit.org.tables.Account.equal('Name', name) ?? []].find((row) => !row.IsDeleted);
  if (known) return known.Id;
  const type = pageType(visit, 'Account');
  return createRecord(writerFor(visit), type, readInput(type, { Name: name }));
}

export function deleteContact(visit: Visit): void {
  deleteRecord(writerFor(visit), pageType(visit, 'Contact'), visit.form.get('id') ?? '');
}

export function mergeContact(visit: Visit): void {
  mergeRecords(writerFor(visit), pageType(visit, 'Contact'), visit.form.get('winner') ?? '', [visit.form.get('loser') ?? '']);
}
