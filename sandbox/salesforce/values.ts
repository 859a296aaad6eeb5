/** What a client sends for a record: which fields, in which types, and what is wrong with the values. */
import type { ObjectType } from './objects/catalog.ts';
import { isRequired, type Field } from './objects/field.ts';
import { toLongId } from './ids.ts';
import { refuse, type Fault } from './refusal.ts';
import { fromStamp, isDay, toStamp } from './stamps.ts';
import type { Value } from './table.ts';

export type Input = ReadonlyMap<Field, Value>;

/**
 * Names and types of a record in a request. What cannot be read fails the whole request, a collection too: an unknown
 * field is INVALID_FIELD, a value of another JSON type JSON_PARSER_ERROR. `id` and `attributes` are no values.
 */
export function readInput(type: ObjectType, raw: Readonly<Record<string, unknown>>, isCollection = false): Input {
  const input = new Map<Field, Value>();
  for (const [name, value] of Object.entries(raw)) {
    if (name === 'attributes' || (isCollection && name.toLowerCase() === 'id')) continue;
    const field = type.byName.get(name.toLowerCase());
    if (!field) throw refuse(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type ${type.name}`);
    input.set(field, readValue(field, value));
  }
  return input;
}

const TEXT_KINDS = new Set(['string', 'combobox', 'picklist', 'textarea', 'phone', 'email', 'url', 'reference', 'id']);

function readValue(field: Field, value: unknown): Value {
  if (value === null || value === undefined || value === '') return field.type === 'boolean' ? false : null;
  if (TEXT_KINDS.has(field.type) && typeof value === 'string') return readText(field, value);
  if (field.type === 'boolean' && typeof value === 'boolean') return value;
  if (field.type === 'int' && Number.isInteger(value)) return Number(value);
  if ((field.type === 'double' || field.type === 'currency') && typeof value === 'number') return value;
  if (field.type === 'date' && typeof value === 'string' && isDay(value.slice(0, 10))) return value.slice(0, 10);
  const instant = field.type === 'datetime' && typeof value === 'string' ? fromStamp(value) : undefined;
  if (instant !== undefined) return toStamp(instant);
  // A compound cannot be written at all; the rule about read-only fields says so.
  if (field.type === 'address') return null;
  const what = Array.isArray(value) ? 'START_ARRAY' : typeof value === 'object' ? 'START_OBJECT' : `VALUE_${(typeof value).toUpperCase()}`;
  throw refuse(400, 'JSON_PARSER_ERROR',
    `Cannot deserialize instance of ${field.type} from ${what} value ${typeof value === 'object' ? ''
      : String(value)} or request may be missing a required field`);
}

/** Texts are stored without blanks around them and addresses of mail in lower case, as users of the service report. */
function readText(field: Field, value: string): Value {
  const text = value.trim();
  if (text === '') return null;
  if (field.type === 'email') return text.toLowerCase();
  return field.type === 'reference' || field.type === 'id' ? toLongId(text) ?? text : text;
}

/** Everything wrong with the values themselves, before references and duplicates are looked at. */
export function inputFaults(input: Input, type: ObjectType, mode: 'create' | 'update'): Fault[] {
  const readOnly = [...input.keys()].filter((field) => !(mode === 'create' ? field.createable : field.updateable));
  if (readOnly.length > 0) return [readOnlyFault(readOnly.map((field) => field.name))];
  const isNeeded = (field: Field): boolean => isRequired(field) || (mode === 'update' && isDefaulted(field));
  const missing = type.fields.filter((field) => isNeeded(field) && lacks(input, field, mode)).map((field) => field.name);
  if (missing.length > 0) {
    return [{ code: 'REQUIRED_FIELD_MISSING', message: `Required fields are missing: [${missing.join(', ')}]`, fields: missing }];
  }
  return [...input].flatMap(([field, value]) => valueFault(field, value) ?? []);
}

/** Filled by a default when a record is made, and never blank afterwards. */
const isDefaulted = (field: Field): boolean => field.updateable && !field.nillable && field.defaultValue !== undefined;

const lacks = (input: Input, field: Field, mode: 'create' | 'update'): boolean =>
  mode === 'create' ? (input.get(field) ?? null) === null : input.has(field) && input.get(field) === null;

const readOnlyFault = (fields: string[]): Fault => ({
  code: 'INVALID_FIELD_FOR_INSERT_UPDATE',
  message: `Unable to create/update fields: ${fields.join(', ')}. Please check the security settings of this field and verify that it `
    + 'is read/write for your profile or permission set.',
  fields,
});

const EMAIL_WORD = "[\\w!#$%&'*+/=?^`{|}~-]+";
const HOST_LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const EMAIL = new RegExp(`^${EMAIL_WORD}(?:\\.${EMAIL_WORD})*@(?:${HOST_LABEL}\\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]$`);

function valueFault(field: Field, value: Value): Fault | undefined {
  if (typeof value !== 'string') return undefined;
  const fields = [field.name];
  if (field.length > 0 && value.length > field.length && field.type !== 'reference') {
    return { code: 'STRING_TOO_LONG', message: `${field.label}: data value too large: ${value} (max length=${field.length})`, fields };
  }
  if (field.type === 'email' && !EMAIL.test(value)) {
    return { code: 'INVALID_EMAIL_ADDRESS', message: `${field.label}: invalid email address: ${value}`, fields };
  }
  if (field.type === 'reference' && !toLongId(value)) {
    return { code: 'MALFORMED_ID', message: `${field.label}: id value of incorrect type: ${value}`, fields };
  }
  if (field.restricted && !field.values.includes(value)) {
    return { code: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      message: `${field.label}: bad value for restricted picklist field: ${value}`, fields };
  }
  return undefined;
}
