/** What this user may see and write of an object. Hidden fields are missing from a describe, and one of them kills a query. */
import { z } from 'zod';
import { problem } from './errors.ts';
import { OBJECTS, type ObjectName } from './objects.ts';
import { KEY_FIELD } from './row.ts';
import { queryPart, rowsOf } from './soql.ts';
import { readTogether, type Outcome, type ReadPart } from './together.ts';
import type { Instant } from '../../engine/record.ts';
import type { ShapeCache } from '../shape-cache.ts';
import type { Clock } from '../../ports/world.ts';
import type { Client } from './client.ts';

export interface FieldShape {
  /** UTF-16 units; 0 where the type has none. */
  readonly length: number;
  /** Labels that a picklist offers, by value and label in lower case; absent for other types. */
  readonly choices?: ReadonlyMap<string, string>;
}

export interface ObjectShape {
  readonly name: ObjectName;
  /** Fields of our table that this user can read, create and update. */
  readonly fields: ReadonlyMap<string, FieldShape>;
  /** What a query selects: those fields, and what every record is judged by. Empty: this user does not see the object at all. */
  readonly select: readonly string[];
  /** What a look by id selects: the same, and who touched the record last. */
  readonly looked: readonly string[];
  readonly hasKey: boolean;
  readonly describedAt: Instant;
  /** Of tasks: the organization's own list. */
  readonly statuses?: readonly StatusLabel[];
  /** Of events: several people can be named. */
  readonly hasSharedActivities?: boolean;
}

/** One row of TaskStatus: a value of Task.Status, and whether it ends a task. */
export interface StatusLabel {
  readonly value: string;
  readonly isClosed: boolean;
  readonly isDefault: boolean;
}

export interface ShapeParts {
  readonly client: Client;
  readonly shapes: ShapeCache<ObjectShape>;
  /** Organization and user. */
  readonly owner: string;
  readonly clock: Clock;
}

/** The shapes of these objects: from memory, and the missing ones by one call for all of them. */
export async function shapesOf<Name extends ObjectName>(
  { client, shapes, owner, clock }: ShapeParts, names: readonly Name[],
): Promise<Readonly<Record<Name, ObjectShape>>> {
  const found: Partial<Record<Name, ObjectShape>> = {};
  const asked: { readonly name: Name; readonly paths: readonly string[] }[] = [];
  for (const name of names) {
    const known = shapes.get(`${owner}/${name}`, clock.now());
    if (known) found[name] = known; else asked.push({ name, paths: [`/sobjects/${name}/describe`, ...COMPANIONS[name] ?? []] });
  }
  const outcomes = await readTogether(client, clock, asked.flatMap(({ paths }) => paths.map((path): ReadPart => ({ path }))));
  let place = 0;
  for (const { name, paths } of asked) {
    const [outcome, companion] = outcomes.slice(place, place += paths.length);
    const shape = shapeOf(name, outcome, companion, clock.now());
    shapes.set(`${owner}/${name}`, shape);
    found[name] = shape;
  }
  return found as Record<Name, ObjectShape>;
}

export function forgetShapes({ shapes, owner }: Pick<ShapeParts, 'shapes' | 'owner'>, names: readonly ObjectName[]): void {
  for (const name of names) shapes.forget(`${owner}/${name}`);
}

/** What else tells how an object is used: TaskRelation exists with Shared Activities only (Object Reference, TaskRelation). */
const COMPANIONS: Readonly<Partial<Record<ObjectName, readonly string[]>>> = {
  Event: ['/sobjects/TaskRelation/describe'],
  Task: [queryPart('query', 'SELECT ApiName, IsClosed, IsDefault FROM TaskStatus ORDER BY SortOrder').path],
};

const Described = z.object({
  fields: z.array(z.object({
    name: z.string(),
    type: z.string(),
    length: z.number().default(0),
    createable: z.boolean(),
    updateable: z.boolean(),
    unique: z.boolean().optional(),
    externalId: z.boolean().optional(),
    picklistValues: z.array(z.object({ value: z.string(), label: z.string().nullish(), active: z.boolean().optional() })).nullish(),
  })),
});
type DescribedField = z.infer<typeof Described>['fields'][number];

/** Refusals that mean: there is no such object for this user. */
const UNSEEN: ReadonlySet<string> = new Set(['SF_NOT_FOUND', 'SF_INVALID_TYPE', 'SF_FORBIDDEN', 'SF_INSUFFICIENT_ACCESS', 'SF_NO_SUCH_PAGE']);

const isUnseen = (outcome: Outcome): boolean => 'error' in outcome && UNSEEN.has(outcome.error.details.code);

const unseen = (name: ObjectName, now: Instant): ObjectShape => ({ name, fields: new Map(), select: [], looked: [], hasKey: false, describedAt: now });

/** A user without contacts has nothing to sync; leads, events and tasks that are not seen are only left out. */
function shapeOf(name: ObjectName, outcome: Outcome | undefined, companion: Outcome | undefined, now: Instant): ObjectShape {
  if (outcome && isUnseen(outcome) && name !== 'Contact') return unseen(name, now);
  if (outcome && isUnseen(outcome)) {
    throw problem('denied', 'INVALID_TYPE', 'Contacts are not visible to you in Salesforce: ask your administrator for read access');
  }
  if (outcome && 'error' in outcome) throw outcome.error;
  if (companion && 'error' in companion && !isUnseen(companion) && companion.error.details.code !== 'SF_INVALID_FIELD') throw companion.error;
  const described = Described.safeParse(outcome?.reply.body);
  if (!described.success) throw problem('unavailable', 'BAD_DESCRIBE', `Salesforce described its object ${name} in a way that is not understood`);
  const shape = fieldsOf(name, described.data.fields, now);
  if (name === 'Event') return { ...shape, hasSharedActivities: companion !== undefined && 'reply' in companion };
  return name === 'Task' && companion && 'reply' in companion ? { ...shape, statuses: rowsOf(companion.reply).flatMap(statusLabel) } : shape;
}

function statusLabel({ ApiName: value, IsClosed, IsDefault }: Readonly<Record<string, unknown>>): StatusLabel[] {
  return typeof value === 'string' ? [{ value, isClosed: IsClosed === true, isDefault: IsDefault === true }] : [];
}

/** Comes along with its reference. */
const PARENTS: Readonly<Record<string, string>> = { AccountId: 'Account.Name', OwnerId: 'Owner.Name' };

function fieldsOf(name: ObjectName, all: readonly DescribedField[], now: Instant): ObjectShape {
  const { columns, judged, needed } = OBJECTS[name];
  const byName = new Map(all.map((field) => [field.name, field]));
  const held = columns.flatMap((column) => {
    const field = byName.get(column);
    return field?.createable && field.updateable ? [field] : [];
  });
  const key = byName.get(KEY_FIELD);
  const hasKey = key !== undefined && key.createable && (key.externalId === true || key.unique === true);
  const fields = new Map(held.map((field) => [field.name, fieldShape(field, byName)]));
  if (needed.some((column) => !fields.has(column))) return unseen(name, now);
  const shown = [...fields.keys(), ...hasKey ? [KEY_FIELD] : [], ...judged.filter((column) => byName.has(column))];
  const select = ['Id', ...shown.flatMap((column) => [column, ...PARENTS[column] ? [PARENTS[column]] : []])];
  const looked = [...select, ...byName.has('LastModifiedById') ? ['LastModifiedBy.Name'] : []];
  return { name, fields, select, looked, hasKey, describedAt: now };
}

/** An organization with state and country picklists keeps the text fields, but takes only the picklists' labels in them. */
const PICKLIST_BEHIND: Readonly<Record<string, string>> = {
  MailingState: 'MailingStateCode', MailingCountry: 'MailingCountryCode', OtherState: 'OtherStateCode', OtherCountry: 'OtherCountryCode',
  State: 'StateCode', Country: 'CountryCode',
};

function fieldShape(field: DescribedField, byName: ReadonlyMap<string, DescribedField>): FieldShape {
  const behind = byName.get(PICKLIST_BEHIND[field.name] ?? '');
  const source = field.type === 'picklist' ? field : behind;
  if (!source) return { length: field.length };
  const choices = new Map<string, string>();
  for (const { value, label, active } of source.picklistValues ?? []) {
    if (active === false) continue;
    // The text field of a picklist address takes the label, an own picklist its value.
    const written = source === field ? value : label ?? value;
    choices.set(value.toLowerCase(), written);
    if (label) choices.set(label.toLowerCase(), written);
  }
  return { length: field.length, choices };
}
