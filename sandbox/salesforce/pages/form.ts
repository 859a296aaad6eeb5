/** Forms of records: inputs by what a field is, and what a form sent back as the API takes it. Times are UTC, as the API's are. */
import { readField } from '../computed.ts';
import type { ObjectType } from '../objects/catalog.ts';
import type { Field } from '../objects/field.ts';
import type { Row } from '../table.ts';
import { safe } from './layout.ts';
import type { Visit } from './router.ts';

/** Inputs of the named fields, with what was typed before over what is stored. */
export function fieldInputs(visit: Visit, type: ObjectType, names: readonly string[], row: Row | undefined): string {
  return fieldsOf(type, names).map((field) => {
    const stored = row ? readField(visit.org, type, row, field) : null;
    if (field.type === 'boolean') return checkbox(visit, field, stored === true);
    const typed = visit.form.get(field.name);
    const value = typed ?? (field.type === 'datetime' ? String(stored ?? '').slice(0, 16) : stored);
    return `<label><span>${safe(field.label)}${field.type === 'datetime' ? ' (UTC)' : ''}</span>${input(field, value)}</label>`;
  }).join('');
}

const fieldsOf = (type: ObjectType, names: readonly string[]): Field[] => names.flatMap((name) => type.byName.get(name.toLowerCase()) ?? []);

const KINDS: Readonly<Partial<Record<Field['type'], string>>> = { date: 'date', datetime: 'datetime-local', int: 'number' };

function input(field: Field, value: unknown): string {
  const attributes = `name="${field.name}" data-testid="field-${field.name}"`;
  if (field.type === 'textarea') return `<textarea ${attributes} rows="2">${safe(value)}</textarea>`;
  if (field.type === 'picklist' && field.defaultValue !== undefined) return choice(attributes, field.values, String(value ?? field.defaultValue));
  const kind = KINDS[field.type];
  return `<input ${attributes} value="${safe(value)}"${kind ? ` type="${kind}"` : ''}>`;
}

function choice(attributes: string, values: readonly string[], chosen: string): string {
  const all = values.includes(chosen) || chosen === '' ? values : [...values, chosen];
  return `<select ${attributes}>${all.map((value) => option(value, value, chosen)).join('')}</select>`;
}

export const option = (value: string, label: string, chosen: string): string =>
  `<option value="${safe(value)}"${value === chosen ? ' selected' : ''}>${safe(label)}</option>`;

function checkbox(visit: Visit, field: Field, isStored: boolean): string {
  const isOn = visit.problem === undefined ? isStored : visit.form.has(field.name);
  return `<label class="inline"><input type="checkbox" name="${field.name}" value="on"${isOn ? ' checked' : ''}
data-testid="field-${field.name}"> ${safe(field.label)}</label>`;
}

/** The values of a form; boxes that are not ticked are not sent, so they count as false wherever the form has any field of the object. */
export function formFields(form: URLSearchParams, type: ObjectType, names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(fieldsOf(type, names).flatMap((field): [string, unknown][] => {
    if (field.type === 'boolean') return [[field.name, form.has(field.name)]];
    const text = form.get(field.name);
    if (text === null) return [];
    if (field.type === 'datetime' && text !== '') return [[field.name, `${text.slice(0, 16)}:00Z`]];
    return [[field.name, field.type === 'int' && text !== '' ? Number(text) : text]];
  }));
}
