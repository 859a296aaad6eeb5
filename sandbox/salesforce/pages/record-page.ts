/** A page of one object: a table with search, a form to add and edit, delete; events, tasks and leads are shown by it. */
import { readField } from '../computed.ts';
import { namedRow } from '../named.ts';
import type { ObjectName, ObjectType } from '../objects/catalog.ts';
import { find } from '../org.ts';
import { createRecord, deleteRecord, updateRecord } from '../records.ts';
import { canEdit, canRead } from '../sharing.ts';
import { compareText, type Row, type Value } from '../table.ts';
import { readInput } from '../values.ts';
import { fieldInputs, formFields, option } from './form.ts';
import { safe } from './layout.ts';
import { pageType, writerFor, type Visit } from './router.ts';

export interface RecordPage {
  readonly name: ObjectName;
  /** "event": the word of test ids and of the buttons. */
  readonly word: string;
  readonly path: string;
  /** Fields of the table, with the words above them. */
  readonly columns: Readonly<Record<string, string>>;
  readonly form: readonly string[];
  /** Rows stand in the order of this field. */
  readonly sortBy: string;
  /** References with a choice: the objects to choose from. */
  readonly links: Readonly<Record<string, readonly ObjectName[]>>;
  /** More forms below the form of a record. */
  readonly below?: (visit: Visit, row: Row) => string;
  /** More buttons in the row of a record that may be changed. */
  readonly buttons?: (row: Row) => string;
}

const ROWS_MAX = 200;
const CHOICES_MAX = 500;

/** The living rows of an object that the visitor may see. */
export function readableRows(visit: Visit, name: ObjectName): Row[] {
  const type = pageType(visit, name);
  return [...visit.org.tables[name].rows()].flatMap((stored) => {
    const row = find(visit.org, name, stored.Id);
    return row && !row.IsDeleted && canRead(visit.org, type, row, visit.person) ? [row] : [];
  });
}

export function showRecords(visit: Visit, page: RecordPage): string {
  const type = pageType(visit, page.name);
  const search = (visit.query.get('q') ?? '').toLowerCase();
  const rows = readableRows(visit, page.name)
    .filter((row) => search === '' || Object.keys(page.columns).some((name) => cellText(visit, type, row, name).toLowerCase().includes(search)))
    .sort((a, b) => compareText(String(a[page.sortBy] ?? ''), String(b[page.sortBy] ?? '')));
  const editId = visit.query.get('edit') ?? visit.form.get('id');
  const edited = editId ? find(visit.org, page.name, editId) : undefined;
  const isOpen = edited !== undefined || visit.query.has('new') || visit.problem !== undefined;
  const heads = Object.values(page.columns).map((heading) => `<th>${safe(heading)}</th>`);
  return `${isOpen ? recordForm(visit, page, type, edited) : ''}<div class="card"><div class="row" style="justify-content:space-between">
<h2>${safe(type.plural)} <span class="chip" data-testid="${page.word}-count">${rows.length}</span></h2>
<div class="row"><form class="row"><input name="q" aria-label="Search ${page.word}s" placeholder="Search"
value="${safe(visit.query.get('q'))}" data-testid="${page.word}-search"><button>Search</button></form>
<a class="button main" href="${page.path}?new=1" data-testid="${page.word}-add">New ${page.word}</a></div></div>
<table><thead><tr>${heads.join('')}<th>Changed</th><th>Actions</th></tr></thead>
<tbody>${rows.slice(0, ROWS_MAX).map((row) => recordRow(visit, page, type, row)).join('')}</tbody></table>
${rows.length > ROWS_MAX ? `<p class="note">The first ${ROWS_MAX} are shown; search for the others.</p>` : ''}</div>`;
}

/** References are shown by name, times to the minute. */
function cellText(visit: Visit, type: ObjectType, row: Row, name: string): string {
  const field = type.byName.get(name.toLowerCase());
  const value = field ? readField(visit.org, type, row, field) : null;
  if (field?.type === 'reference') return String(namedRow(visit.org, value as Value)?.['Name'] ?? '');
  if (field?.type === 'boolean') return value === true ? 'yes' : '';
  return field?.type === 'datetime' ? String(value ?? '').slice(0, 16).replace('T', ' ') : String(value ?? '');
}

const titleOf = (row: Row): string => String(row['Subject'] ?? row['LastName'] ?? row.Id);

function recordRow(visit: Visit, page: RecordPage, type: ObjectType, row: Row): string {
  const name = safe(titleOf(row));
  const actions = canEdit(visit.org, type, row, visit.person) ? `<div class="row"><a class="button" href="${page.path}?edit=${row.Id}"
data-testid="${page.word}-edit" aria-label="Edit ${name}">Edit</a>${page.buttons?.(row) ?? ''}
<form method="post" action="${page.path}/delete"><input type="hidden" name="id" value="${row.Id}">
<button data-testid="${page.word}-delete" aria-label="Delete ${name}">Delete</button></form></div>` : '<span class="note">read only</span>';
  const cells = Object.keys(page.columns).map((column) => `<td data-field="${column}">${safe(cellText(visit, type, row, column))}</td>`);
  return `<tr data-testid="${page.word}-row" data-id="${row.Id}">${cells.join('')}<td
class="note">${safe(row.SystemModstamp.slice(0, 16).replace('T', ' '))}</td><td>${actions}</td></tr>`;
}

function recordForm(visit: Visit, page: RecordPage, type: ObjectType, row: Row | undefined): string {
  return `<div class="card"><h2>${row ? `Edit ${safe(titleOf(row))}` : `New ${page.word}`}</h2>
<form method="post" action="${page.path}/save" data-testid="${page.word}-form"><input type="hidden" name="id" value="${row?.Id ?? ''}">
<div class="grid">${fieldInputs(visit, type, page.form, row)}${Object.keys(page.links).map((link) => linkInput(visit, page, type, row, link)).join('')}</div>
<div class="row"><button class="main" data-testid="${page.word}-save">Save</button><a class="button" href="${page.path}">Cancel</a></div></form>
${row ? page.below?.(visit, row) ?? '' : ''}</div>`;
}

function linkInput(visit: Visit, page: RecordPage, type: ObjectType, row: Row | undefined, link: string): string {
  const chosen = visit.form.get(link) ?? String(row?.[link] ?? '');
  const rows = (page.links[link] ?? []).flatMap((name) => readableRows(visit, name)).slice(0, CHOICES_MAX);
  const options = rows.map((one) => option(one.Id, String(namedRow(visit.org, one.Id)?.['Name'] ?? one.Id), chosen));
  const isListed = chosen === '' || rows.some(({ Id }) => Id === chosen);
  return `<label><span>${safe(type.byName.get(link.toLowerCase())?.label.replace(/ ID$/, ''))}</span><select name="${link}" data-testid="field-${link}">
<option value=""></option>${options.join('')}${isListed ? '' : option(chosen, chosen, chosen)}</select></label>`;
}

export function saveRecord(visit: Visit, page: RecordPage): void {
  const type = pageType(visit, page.name);
  const input = readInput(type, formFields(visit.form, type, [...page.form, ...Object.keys(page.links)]));
  const id = visit.form.get('id') ?? '';
  if (id === '') createRecord(writerFor(visit), type, input); else updateRecord(writerFor(visit), type, id, input);
}

export function deleteShown(visit: Visit, page: RecordPage): void {
  deleteRecord(writerFor(visit), pageType(visit, page.name), visit.form.get('id') ?? '');
}
