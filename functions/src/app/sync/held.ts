/** What the brake holds, and the user's answers. */
import type { HeldAnswer, HeldAuthors, HeldGroup, HeldList } from '@concord/api';
import { brakeKey, dailyLimit, isSuspect } from '../../engine/brake.ts';
import type { Held, Link, LinkId } from '../../engine/link.ts';
import type { Kind } from '../../engine/record.ts';
import { decodeLink, heldIn } from '../../store/codec.ts';
import { keys, userPartition } from '../../store/keys.ts';
import type { Control } from '../control.ts';
import { refusal } from '../refusal.ts';
import type { Services } from '../services.ts';
import { nameOf } from './groups.ts';
import { storeWishes, todoRows } from './word.ts';

const NAMES_SHOWN = 20;
/** Records that are looked at to learn who did it: one question to the service. */
const AUTHORS_OF = 200;

interface HeldTodo {
  readonly linkId: LinkId;
  readonly kind: Kind;
  readonly held: Held;
}

/** Groups of what is held, each with the first names; what was answered already is left out. */
export async function listHeld(services: Services, control: Control): Promise<HeldList> {
  const groups = await heldGroups(services, control);
  const all = Object.values(control.head.links).reduce((sum, count) => sum + count, 0);
  return { groups: await Promise.all([...groups].map(([id, todos]) => groupOf(services, control, id, todos))), limit: dailyLimit(all) };
}

/** Stores the word for each record of the group, or for the named ones. Answers how many it was stored for. */
export async function answerHeld(services: Services, control: Control, id: string, { verdict, records }: HeldAnswer): Promise<{ count: number }> {
  const todos = (await heldGroups(services, control)).get(id) ?? [];
  const meant = records ? todos.filter(({ linkId }) => records.includes(linkId)) : todos;
  if (meant.length === 0) throw refusal('NOT_FOUND', 'Nothing of this is held any more. Look again.');
  const count = await storeWishes(services, control, meant.map(({ linkId, kind }) => ({ linkId, kind, wish: { do: verdict } })));
  services.log.info('held.answered', { user: control.userId, group: id, verdict, count });
  return { count };
}

/** Who did it, asked of the side where they vanished or were emptied. Throws NOT_FOUND, and what the service refuses. */
export async function heldAuthors(services: Services, control: Control, id: string): Promise<HeldAuthors> {
  const todos = (await heldGroups(services, control)).get(id) ?? [];
  const [first] = todos;
  if (!first) throw refusal('NOT_FOUND', 'Nothing of this is held any more. Look again.');
  const { kind, held } = first;
  const side = held.side === 'm' ? 'c' : 'm';
  const links = await Promise.all(todos.slice(0, AUTHORS_OF).map(({ linkId }) => linkOf(services, control, kind, linkId)));
  const looks = await (await services.openSide(control, side)).read(kind, links.flatMap((link) => link?.[side]?.id ?? []));
  const counts = new Map<string, number>();
  for (const look of looks.values()) {
    const name = look.state === 'gone' ? look.by : look.state === 'live' && held.what === 'blank' ? look.record.modifiedBy : undefined;
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const by = [...counts].sort(([, a], [, b]) => b - a);
  return { by: by.map(([name, count]) => ({ name, ...(todos.length > AUTHORS_OF ? {} : { count }) })) };
}

async function heldGroups({ state }: Services, { userId, config }: Control): Promise<ReadonlyMap<string, readonly HeldTodo[]>> {
  const groups = new Map<string, HeldTodo[]>();
  for await (const row of todoRows(state, userPartition(userId))) {
    const held = heldIn(row);
    if (!held) continue;
    const kind = String(row.cells['k']) as Kind;
    // What is held of a kind that is off waits with it.
    if (!config.kinds.includes(kind)) continue;
    const key = brakeKey(kind, held);
    groups.set(key, [...groups.get(key) ?? [], { linkId: row.key.slice(2), kind, held }]);
  }
  return groups;
}

async function groupOf(services: Services, control: Control, id: string, todos: readonly HeldTodo[]): Promise<HeldGroup> {
  const [first] = todos;
  if (!first) throw refusal('NOT_FOUND', 'Nothing of this is held any more. Look again.');
  const { kind, held: { what, side, field } } = first;
  const links = control.head.links[kind];
  const records = await Promise.all(todos.slice(0, NAMES_SHOWN).map(async ({ linkId }) => ({ id: linkId, ...await nameIn(services, control, kind, linkId) })));
  return {
    id, kind, what, side, ...(field === undefined ? {} : { field }), count: todos.length, limit: dailyLimit(links),
    since: Math.min(...todos.map(({ held }) => held.since)), isSuspect: isSuspect(todos.length, links), records,
  };
}

async function linkOf({ state, keyring }: Services, { userId, config }: Control, kind: Kind, linkId: LinkId): Promise<Link | undefined> {
  const row = await state.get(userPartition(userId), keys.link(kind, linkId));
  return row ? decodeLink(row, await keyring.sealer(config.organization), `${config.organization}/${userId}`) : undefined;
}

async function nameIn(services: Services, control: Control, kind: Kind, linkId: LinkId): Promise<{ name?: string }> {
  const link = await linkOf(services, control, kind, linkId);
  if (!link) return {};
  const { shadow } = link;
  const name = nameOf({ fields: shadow.m }) ?? nameOf({ fields: shadow.c });
  return name === undefined ? {} : { name };
}
