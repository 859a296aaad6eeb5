/** The accounts page: names, owners and how many contacts each has. */
import { createRecord, deleteRecord, updateRecord } from '../records.ts';
import { canEdit } from '../sharing.ts';
import type { Row } from '../table.ts';
import { readInput } from '../values.ts';
import { safe } from './layout.ts';
import { readableRows } from './record-page.ts';
import { pageType, writerFor, type Visit } from './router.ts';

export function showAccounts(visit: Visit): string {
  const rows = readableRows(visit, 'Account');
  rows.sort((a, b) => String(a['Name']).localeCompare(String(b['Name'])));
  return `<div class="card"><h2>Accounts <span class="chip">${rows.length}</span></h2>
<form method="post" action="/accounts/save" class="row"><input name="Name" aria-label="Name of the new account" placeholder="Name"
required data-testid="account-name">
<button class="main" data-testid="account-add">New account</button></form>
<table><thead><tr><th>Name</th><th>Owner</th><th>Contacts</th><th>Actions</th></tr></thead><tbody>${rows.map((row) =>
  accountRow(visit, row)).join('')}</tbody></table></div>`;
}

function accountRow(visit: Visit, row: Row): string {
  const isMine = canEdit(visit.org, pageType(visit, 'Account'), row, visit.person);
  const count = [...visit.org.tables.Contact.equal('AccountId', row.Id) ?? []].filter((contact) => !contact.IsDeleted).length;
  const name = safe(row['Name']);
  const shown = isMine ? `<form method="post" action="/accounts/save" class="row"><input type="hidden" name="id" value="${row.Id}">
<input name="Name" value="${name}" aria-label="Name of ${name}"><button aria-label="Rename ${name}">Rename</button></form>` : name;
  const remove = isMine ? `<form method="post" action="/accounts/delete"><input type="hidden" name="id" value="${row.Id}">
<button data-testid="account-delete" aria-label="Delete ${name} and its contacts">Delete</button></form>` : '';
  return `<tr data-testid="account-row" data-id="${row.Id}"><td>${shown}</td>
<td>${safe(visit.org.people.get(String(row['OwnerId']))?.name)}</td><td>${count}</td><td>${remove}</td></tr>`;
}

export function saveAccount(visit: Visit): void {
  const type = pageType(visit, 'Account');
  const input = readInput(type, { Name: visit.form.get('Name') ?? '' });
  const id = visit.form.get('id') ?? '';
  if (id === '') createRecord(writerFor(visit), type, input); else updateRecord(writerFor(visit), type, id, input);
}

export function deleteAccount(visit: Visit): void {
  deleteRecord(writerFor(visit), pageType(visit, 'Account'), visit.form.get('id') ?? '');
}
