/** A row as the wire shows it: all values are strings, but an empty reference or date is null in some answers and "" in others. */
import type { CrmUser } from './accounts.ts';
import { decodeMarks, encodeLabel } from './label.ts';
import type { Field } from './modules/field.ts';
import type { Module } from './modules/catalog.ts';
import { idIn, idOf, moduleFor, moduleOf, ownerId, stamp, type Row, type World } from './world.ts';

/**
 * written: the answer to create, update and revise. retrieved: of retrieve. listed: of sync and retrieve_related, without label, with null for empty dates.
 * queried: of query, which of several contacts names the last.
 */
export type Answer = 'written' | 'retrieved' | 'listed' | 'queried';
export type Shown = Readonly<Record<string, string | null>>;

export function showRow(world: World, user: CrmUser, row: Row, answer: Answer, name = moduleOf(row)): Shown {
  const module = moduleFor(world, user, name);
  const shown = Object.fromEntries(module.fields.map((field) => [field.name, showField(world, module, row, field, answer)]));
  return answer === 'written' || answer === 'retrieved' ? { ...shown, label: encodeLabel(labelOf(module, row)) } : shown;
}

export const labelOf = (module: Module, row: Row): string => module.labelFields.map((name) => row.values[name] ?? '').join(' ').trim();

export function showField(world: World, module: Module, row: Row, field: Field, answer: Answer): string | null {
  const isListed = answer === 'listed' || answer === 'queried';
  switch (field.name) {
    case 'id': return idIn(world, module.name, row.n);
    case 'createdtime': return stamp(row.created);
    case 'modifiedtime': return stamp(row.modified);
    case 'modifiedby': return idIn(world, 'Users', row.modifiedBy);
    case 'source': return row.source;
    case 'assigned_user_id': return ownerId(world, row.owner);
    default: break;
  }
  if (field.type === 'reference') return referenceId(world, targetOf(row, field, answer)) ?? (isListed || row.table !== 'Activities' ? null : '');
  const value = row.values[field.name] ?? '';
  if (value === '') return field.type === 'date' && isListed ? null : field.empty;
  if (answer === 'written') return decodeMarks(value);
  // [unconfirmed] for lists; retrieve was observed.
  return value.replace(/<(\/?script[^>]*)>/gi, '&lt;$1&gt;');
}

/** Of several contacts of one event, retrieve and sync tell one and query another. */
function targetOf(row: Row, field: Field, answer: Answer): number {
  if (row.table !== 'Activities' || field.name !== 'contact_id') return Number(row.values[field.name] || 0);
  return (answer === 'queried' ? row.contacts.at(-1) : row.contacts[0]) ?? 0;
}

/** Records that are gone are named no more; the record that named them is not touched by that [unconfirmed]. */
function referenceId(world: World, n: number): string | undefined {
  const target = world.rows.get(n);
  return target && !target.isDeleted ? idOf(world, target) : undefined;
}

/** People and groups, as admins read them. */
export function showUser(world: World, user: CrmUser): Shown {
  return {
    user_name: user.login, is_admin: user.isAdmin ? 'on' : 'off', first_name: user.firstName, last_name: user.lastName, email1: user.email,
    status: user.isActive ? 'Active' : 'Inactive', hour_format: user.hourFormat, title: '', phone_work: '', department: '', phone_mobile: '',
    reports_to_id: '', email2: '', date_format: user.dateFormat, time_zone: user.timeZone, id: idIn(world, 'Users', user.n),
  };
}
