/** Judges a world that has come to rest: nothing lost, nothing doubled, both sides equal, the store whole (invariants I1 to I3). */
import type { Link } from '../../src/engine/link.ts';
import type { FieldName, SideKey } from '../../src/engine/record.ts';
import { decodeLink, decodeTodo } from '../../src/store/codec.ts';
import { keys } from '../../src/store/keys.ts';
import type { FakeRecord } from './fake-side.ts';
import { Users } from './users.ts';
import { OWNER } from './mailbox.ts';
import { must, type World } from './world.ts';

export function judge(world: World, users: Users): void {
  const links = world.rows('l~').map((row) => decodeLink(row, world.sealer, OWNER));
  judgeStore(world, links);
  judgeOnce(world, links);
  for (const link of links) {
    if (link.status === 'live') judgePair(world, users, link);
    else judgeParted(users, link);
  }
}

/** Index and links tell the same, and the counters of the head are exact. */
function judgeStore(world: World, links: readonly Link[]): void {
  const index = new Map(['m', 'c'].flatMap((side) => world.rows(`x~${side}~`)).map(({ key, cells }) => [key, String(cells['l'])]));
  const byId = new Map(links.map((link) => [link.id, link]));
  for (const link of links) {
    for (const side of ['m', 'c'] as const) {
      const ref = link[side];
      if (ref) must(index.get(keys.index(side, ref.id)) === link.id, `record ${ref.id} is in the index under its link`);
    }
  }
  for (const [key, id] of index) must(byId.has(id), `index row ${key} names a link that exists`);
  const head = world.head();
  const todos = world.rows('t~').map((row) => decodeTodo(row, world.sealer, OWNER));
  must(head.links.contact === links.filter(({ status }) => status === 'live').length,
    `the head counts ${head.links.contact} links, there are ${links.filter(({ status }) => status === 'live').length}`);
  must(head.openTodos === todos.length, `the head counts ${head.openTodos} todos, there are ${todos.length}`);
  must(head.asks === todos.filter(({ ask }) => ask && !ask.answer).length, 'the head counts its questions');
  must(head.parked === todos.filter(({ isParked }) => isParked).length, 'the head counts what is set aside');
  must(todos.length === 0, `nothing is left to do, yet ${world.openTodos().join('; ')}`);
}

/** I2: each record is in one link, each live record is in some link, and sync made no second one for anybody. */
function judgeOnce(world: World, links: readonly Link[]): void {
  for (const side of ['m', 'c'] as const) {
    const seen = new Map<string, string>();
    for (const link of links) {
      const id = link[side]?.id;
      if (id === undefined) continue;
      must(!seen.has(id), `record ${id} is in one link only`);
      seen.set(id, link.id);
    }
    const { fake } = world.services[side];
    for (const { id } of fake.live()) must(seen.has(id), `live record ${id} is in a link`);
    for (const [linkId, made] of Map.groupBy([...fake.records.values()], ({ madeFor }) => madeFor)) {
      if (linkId === undefined) continue;
      const alive = made.filter(({ isGone }) => !isGone);
      must(alive.length <= 1, `for ${linkId.slice(0, 4)} one record was made on ${side}, not ${made.map(({ id }) => id).join(' and ')}`);
      must(made.length <= 1 || alive.length < made.length, `for ${linkId.slice(0, 4)} a second record was made on ${side}`);
    }
  }
}

/** I1 and I3: both halves live, equal, and every value is the last that a person wrote on one of the sides. */
function judgePair(world: World, users: Users, link: Link): void {
  const [m, c] = [recordOf(world, 'm', link), recordOf(world, 'c', link)];
  must(m !== undefined && !m.isGone && c !== undefined && !c.isGone, `both records of live link ${link.id.slice(0, 4)} are there`);
  for (const field of world.services.m.profile.holds) {
    if (!world.services.c.profile.holds.includes(field)) continue;
    const [inM, inC] = [m.fields[field] ?? null, c.fields[field] ?? null];
    const isEqual = world.services.c.stored(field, inM) === inC || world.services.m.stored(field, inC) === inM
      || Users.tokenOf(inM) === Users.tokenOf(inC);
    must(isEqual || agreedToDiffer(users, m, c, field), `${m.id} and ${c.id} agree on ${field}: ${String(inM)} | ${String(inC)}`);
    if (isEqual) judgeValue(users, m, c, field);
  }
}

function judgeValue(users: Users, m: FakeRecord, c: FakeRecord, field: FieldName): void {
  const last = [users.last('m', m.id, field), users.last('c', c.id, field)];
  const token = Users.tokenOf(m.fields[field] ?? c.fields[field]);
  const isKnown = last.some((edit) => edit?.token === token);
  const written = last.map((edit) => edit?.token ?? 'nothing').join(' | ');
  must(isKnown, `${field} of ${m.id} and ${c.id} is ${token || '(blank)'}, not what a person wrote last: ${written}`);
}

/** First contact overwrites nothing: what differed then may differ until somebody edits it. */
function agreedToDiffer(users: Users, m: FakeRecord, c: FakeRecord, field: FieldName): boolean {
  if (users.twins.get(`m:${m.id}`) !== `c:${c.id}`) return false;
  // An edit made before the first meeting belongs to it; later ones travel and make the sides equal.
  return users.last('m', m.id, field) !== undefined && users.last('c', c.id, field) !== undefined;
}

/** Only a person deletes, and only that parts a pair. */
function judgeParted(users: Users, link: Link): void {
  const gone = (['m', 'c'] as const).filter((side) => link[side] && users.deleted.has(`${side}:${link[side]?.id ?? ''}`));
  must(gone.length > 0, `pair ${link.id.slice(0, 4)} was parted although both records are there`);
  if (link.status === 'dead') must(gone.length === 2, `pair ${link.id.slice(0, 4)} is dead although one record is there`);
}

function recordOf(world: World, side: SideKey, link: Link): FakeRecord | undefined {
  return world.services[side].fake.records.get(link[side]?.id ?? '');
}
