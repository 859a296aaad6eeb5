/** What this user may see and write of a module; lengths of columns are not told (map.ts). */
import { z } from 'zod';
import { hasCode, problem } from './errors.ts';
import { MODULES, type ModuleName } from './modules.ts';
import { atOnce } from './together.ts';
import type { Instant } from '../../engine/record.ts';
import type { Clock } from '../../ports/world.ts';
import type { ShapeCache } from '../shape-cache.ts';
import type { Client } from './client.ts';

export interface FieldShape {
  /** A picklist's values, by value and label in lower case; absent for other types. */
  readonly choices?: ReadonlyMap<string, string>;
  /** An administrator decides: what is mandatory cannot be cleared. */
  readonly isMandatory: boolean;
  /** A second record with the same value is refused. */
  readonly isUnique: boolean;
}

export interface ModuleShape {
  readonly name: ModuleName;
  /** Before the x of its ids: data of the install. */
  readonly prefix: string;
  /** False: this user does not see the module, or not what makes a record of it. */
  readonly isSeen: boolean;
  readonly canCreate: boolean;
  /** Fields that this user sees and may write. */
  readonly fields: ReadonlyMap<string, FieldShape>;
  readonly describedAt: Instant;
}

export interface ShapeParts {
  readonly client: Client;
  readonly shapes: ShapeCache<ModuleShape>;
  /** Organization and user. */
  readonly owner: string;
  readonly clock: Clock;
}

/** The shapes of these modules: from memory, and the missing ones by one call each. */
export async function shapesOf<Name extends ModuleName>(parts: ShapeParts, names: readonly Name[]): Promise<Readonly<Record<Name, ModuleShape>>> {
  const all = await atOnce([...new Set(names)], async (name): Promise<readonly [Name, ModuleShape]> => {
    const key = `${parts.owner}/${name}`;
    const known = parts.shapes.get(key, parts.clock.now());
    if (known) return [name, known];
    const shape = await describe(parts, name);
    parts.shapes.set(key, shape);
    return [name, shape];
  });
  return Object.fromEntries(all) as Record<Name, ModuleShape>;
}

export function forgetShapes({ shapes, owner }: Pick<ShapeParts, 'shapes' | 'owner'>, names: readonly ModuleName[]): void {
  for (const name of names) shapes.forget(`${owner}/${name}`);
}

const Described = z.object({
  idPrefix: z.coerce.string(),
  createable: z.boolean(),
  fields: z.array(z.object({
    name: z.string(),
    mandatory: z.boolean(),
    editable: z.boolean(),
    isunique: z.boolean().optional(),
    type: z.object({ name: z.string(), picklistValues: z.array(z.object({ value: z.string(), label: z.string().nullish() })).nullish() }),
  })),
});
type Described = z.infer<typeof Described>;

/** A user without contacts has nothing to sync; leads, events and tasks that are not seen are only left out. */
async function describe({ client, clock }: ShapeParts, name: ModuleName): Promise<ModuleShape> {
  let result: unknown;
  try {
    result = await client.call('describe', { elementType: name });
  } catch (error) {
    if (!hasCode(error, 'ACCESS_DENIED')) throw error;
    if (name === 'Contacts') throw problem('denied', 'NO_CONTACTS', 'Contacts are not visible to you in vTiger: ask your administrator for your profile');
    return { name, prefix: '', isSeen: false, canCreate: false, fields: new Map(), describedAt: clock.now() };
  }
  const described = Described.safeParse(result);
  if (!described.success) throw problem('unavailable', 'BAD_DESCRIBE', `vTiger described its module ${name} in a way that is not understood`);
  return shapeOf(name, described.data, clock.now());
}

function shapeOf(name: ModuleName, { idPrefix, createable, fields: all }: Described, now: Instant): ModuleShape {
  const names = new Set(all.map((field) => field.name));
  const fields = new Map(all.filter(({ editable }) => editable).map((field): [string, FieldShape] => {
    const offered = field.type.picklistValues ?? [];
    const choices = new Map(offered.flatMap(({ value, label }) => [[value.toLowerCase(), value], [(label ?? value).toLowerCase(), value]]));
    return [field.name, { isMandatory: field.mandatory, isUnique: field.isunique === true, ...(choices.size > 0 ? { choices } : {}) }];
  }));
  return { name, prefix: idPrefix, isSeen: MODULES[name].needed.every((column) => names.has(column)), canCreate: createable, fields, describedAt: now };
}
