/** What this user may see and write of a Contact. Hidden fields are missing from a describe, and one of them kills a query. */
import { z } from 'zod';
import { problem } from './errors.ts';
import { DESCRIBE_LIFE, DESCRIBED_MAX } from './limits.ts';
import { COLUMNS } from './map.ts';
import type { Instant } from '../../engine/record.ts';
import type { Clock } from '../../ports/world.ts';
import type { Client } from './client.ts';

/** Our external id, there if the organization has a package that brings it. */
export const KEY_FIELD = 'ConcordKey__c';

export interface FieldShape {
  /** UTF-16 units; 0 where the type has none. */
  readonly length: number;
  /** Labels that a picklist offers, by value and label in lower case; absent for other types. */
  readonly choices?: ReadonlyMap<string, string>;
}

export interface ContactShape {
  /** Fields of our table that this user can read, create and update. */
  readonly fields: ReadonlyMap<string, FieldShape>;
  /** What a query selects: those fields, and what every record is judged by. */
  readonly select: readonly string[];
  readonly hasKey: boolean;
  readonly describedAt: Instant;
}

/** Shapes by organization and user; lives as long as the process, so that a warm one does not describe in each run. */
export interface ShapeCache {
  get(owner: string, now: Instant): ContactShape | undefined;
  set(owner: string, shape: ContactShape): void;
  forget(owner: string): void;
}

export function createShapeCache(): ShapeCache {
  const shapes = new Map<string, ContactShape>();
  return {
    get(owner, now) {
      const shape = shapes.get(owner);
      return shape && now - shape.describedAt < DESCRIBE_LIFE ? shape : undefined;
    },
    set(owner, shape) {
      // The oldest goes first: a map keeps the order of insertion.
      shapes.delete(owner);
      const [oldest] = shapes.size >= DESCRIBED_MAX ? shapes.keys() : [];
      if (oldest !== undefined) shapes.delete(oldest);
      shapes.set(owner, shape);
    },
    forget: (owner) => { shapes.delete(owner); },
  };
}

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

/** Read with every record, never written by us. `Account.Name` and `Owner.Name` come along with their references. */
const JUDGED = ['OwnerId', 'Owner.Name', 'IsDeleted', 'MasterRecordId', 'SystemModstamp', 'LastModifiedDate', 'CreatedDate'];

/** The user's shape: from memory, else by one call. */
export async function contactShape(client: Client, cache: ShapeCache, owner: string, clock: Clock): Promise<ContactShape> {
  const known = cache.get(owner, clock.now());
  if (known) return known;
  const { body } = await client.call({ method: 'GET', path: '/sobjects/Contact/describe' });
  const described = Described.safeParse(body);
  if (!described.success) throw problem('unavailable', 'BAD_DESCRIBE', 'Salesforce described its contacts in a way that is not understood');
  const shape = shapeOf(described.data.fields, clock.now());
  cache.set(owner, shape);
  return shape;
}

function shapeOf(all: readonly DescribedField[], now: Instant): ContactShape {
  const byName = new Map(all.map((field) => [field.name, field]));
  const held = COLUMNS.flatMap((name) => {
    const field = byName.get(name);
    return field?.createable && field.updateable ? [field] : [];
  });
  const key = byName.get(KEY_FIELD);
  const hasKey = key !== undefined && key.createable && (key.externalId === true || key.unique === true);
  const fields = new Map(held.map((field) => [field.name, fieldShape(field, byName)]));
  const select = [
    'Id', ...fields.keys(),
    ...(fields.has('AccountId') ? ['Account.Name'] : []),
    ...(byName.has('IsPersonAccount') ? ['IsPersonAccount'] : []),
    ...(hasKey ? [KEY_FIELD] : []),
    ...JUDGED,
  ];
  return { fields, select, hasKey, describedAt: now };
}

/** An organization with state and country picklists keeps the text fields, but takes only the picklists' labels in them. */
const PICKLIST_BEHIND: Readonly<Record<string, string>> = {
  MailingState: 'MailingStateCode', MailingCountry: 'MailingCountryCode', OtherState: 'OtherStateCode', OtherCountry: 'OtherCountryCode',
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
