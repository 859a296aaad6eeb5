/** Judges a world that has come to rest: nothing lost, nothing doubled, both sides equal, all undoable, the store whole (I1 to I3, I8, I10, I15). */
import { fieldNames } from '../../src/engine/fields.ts';
import { sameValue } from '../../src/engine/forms.ts';
import type { Link, Todo } from '../../src/engine/link.ts';
import type { FieldName, FieldValue, SideKey } from '../../src/engine/record.ts';
import { readEntries, readRuns, type StoredEntry } from '../../src/store/journal.ts';
import { judgeCompany, isLeftBehind } from './company-oracle.ts';
import type { Desk } from './desk.ts';
import type { FakeRecord } from './fake-record.ts';
import type { Page } from './ledger.ts';
import { isHeld } from './losses.ts';
import { SEALER } from './mailbox.ts';
import { must } from './violation.ts';
import type { World } from './world.ts';

export async function judge(world: World): Promise<void> {
  const entries = (await Promise.all(world.desks.map((desk) => journalOf(world, desk)))).flat();
  for (const desk of world.desks) {
    judgeDesk(desk, entries);
    desk.regrets.judge();
  }
  judgeCompany(world);
}

/** `entries`: of everybody's log, since colleagues write in the same records. */
function judgeDesk(world: Desk, entries: readonly StoredEntry[]): void {
  const page = world.ledger.read();
  const links = page.links();
  judgeStore(world, page);
  judgeOnce(world, links);
  judgeDeletions(world);
  judgeConversions(world, page);
  judgeColleagues(world);
  for (const link of links) {
    if (isBad(world, link) || isLeftBehind(world, link) || isBeyond(world, link)) continue;
    if (world.users.isUndone(link.id)) continue;
    if (link.status === 'live') judgePair(world, link, entries);
    else judgeParted(world, link);
  }
  judgeUndo(world, entries);
}

/** Index and links tell the same, the counters of the head are exact, and what is left to do is set aside for good (I8). */
function judgeStore(world: Desk, page: Page): void {
  const links = page.links();
  for (const link of links) {
    for (const side of ['m', 'c'] as const) {
      const ref = link[side];
      if (ref) must(page.linkOf(side, ref.id)?.id === link.id, `record ${ref.id} is in the index under its link`);
    }
  }
  for (const [key, { cells }] of page.rows) {
    if (key.startsWith('x~')) must(page.link(String(cells['l'])) !== undefined, `index row ${key} names a link that exists`);
  }
  const head = page.head();
  const todos = page.todos();
  const live = links.filter(({ status }) => status === 'live').length;
  const counted = Object.values(head.links).reduce((sum, count) => sum + count, 0);
  must(counted === live, `the head counts ${counted} links, there are ${live}`);
  must(head.held === todos.filter(isHeld).length, 'the head counts what the brake holds');
  must(head.openTodos === todos.length, `the head counts ${head.openTodos} todos, there are ${todos.length}`);
  must(head.asks === todos.filter(({ ask }) => ask && !ask.answer).length, 'the head counts its questions');
  must(head.parked === todos.filter(({ isParked }) => isParked).length, 'the head counts what is set aside');
  // Whoever was compared with a malformed record is set aside with it.
  const isBeside = ({ error }: Todo): boolean => error?.code === 'ENGINE_ASSERT' && world.users.malformed.size > 0;
  const left = todos.filter((todo) => !isBeside(todo) && !world.concerned(todo).some((record) => world.users.isBad(record)));
  must(left.length === 0, `nothing is left to do, yet ${world.others.telling(left).join('; ')}`);
}

/** I2: each record is in one link, each live record is in some link, and sync made no second one for anybody. */
function judgeOnce(world: Desk, links: readonly Link[]): void {
  for (const side of ['m', 'c'] as const) {
    const seen = new Map<string, string>();
    for (const link of links) {
      const id = link[side]?.id;
      if (id === undefined) continue;
      must(!seen.has(id), `record ${id} is in one link only`);
      seen.set(id, link.id);
    }
    const fake = world.sides[side];
    const isRestored = ({ id, madeFor }: FakeRecord): boolean => madeFor !== undefined && world.users.restored.has(`${side}:${id}`);
    for (const record of fake.live()) {
      // A copy of ours that came out of the bin after another was made belongs to nobody: the person decides about it.
      const isExcused = isRestored(record) || world.isTaken(record) || record.isAway === true || world.isHopeless(side, record)
        || (world.users.hasMerged && record.madeFor !== undefined) || world.isNotOurs(side, record);
      must(isExcused || seen.has(record.id), `live record ${record.id} is in a link`);
    }
    for (const [linkId, made] of Map.groupBy([...fake.records.values()], ({ madeFor }) => madeFor)) {
      if (linkId === undefined) continue;
      // What was out of reach when it was looked for, nobody could find.
      const alive = made.filter(({ id, isGone }) => !isGone && !world.users.isStrange(side, id));
      must(alive.length <= 1, `for ${linkId.slice(0, 4)} one record was made on ${side}, not ${made.map(({ id }) => id).join(' and ')}`);
      const isExplained = made.some(({ id }) => world.users.isStrange(side, id));
      must(made.length <= 1 || isExplained, `for ${linkId.slice(0, 4)} a second record was made on ${side}`);
    }
  }
}

/** I10: what is gone was deleted by a person, or by sync because a person had deleted its other half (losses.ts counts those); people never are. */
function judgeDeletions({ sides, users }: Desk): void {
  for (const side of ['m', 'c'] as const) {
    for (const { id, isGone, kind } of sides[side].records.values()) {
      must(!isGone || users.isStrange(side, id), `${id} is gone although nobody deleted it`);
      must(kind !== 'contact' || !users.deletedBySync.has(`${side}:${id}`), `${id} is a person, whom sync never deletes`);
    }
  }
}

/** I2: the pair of a lead goes on with the contact that it became; nobody is made a second time for that. */
function judgeConversions({ users, sides }: Desk, page: Page): void {
  const contacts = new Set(users.conversions.values());
  for (const [lead, contact] of users.conversions) {
    // No service converts a contact; this world does, and then only promises what it promises of a merge.
    if (contacts.has(lead) || [lead, contact].some((id) => users.handed.has(`c:${id}`))) continue;
    const now = page.linkOf('c', contact);
    if (now?.status !== 'live' || users.isStrange('c', contact)) continue;
    const isThere = (id: string): boolean => sides.m.live().some((record) => record.id === id) && !users.isStrange('m', id);
    for (const id of users.metBy('c', lead).map((place) => place.slice(2)).filter(isThere)) {
      must(now.m?.id === id || page.linkOf('m', id)?.status === 'live', `${id} lost ${lead} to ${now.m?.id ?? ''} when that became ${contact}`);
    }
  }
}

/** A meeting that a colleague's run has claimed becomes one event in the CRM, and not by this run. */
function judgeColleagues(world: Desk): void {
  const { sides, ledger } = world;
  const made = new Set([...sides.c.records.values()].map(({ madeFor }) => madeFor));
  for (const record of sides.m.records.values()) {
    if (!world.isTaken(record)) continue;
    must(!made.has(ledger.ownOf('m', record)), `the meeting ${record.id} was made in the CRM although a colleague had claimed it`);
  }
}

/** I1 and I3: both halves live, equal, and every value is the last that a person wrote on one of the sides. */
function judgePair(world: Desk, link: Link, entries: readonly StoredEntry[]): void {
  const [m, c] = [recordOf(world, 'm', link), recordOf(world, 'c', link)];
  const isThere = (record: FakeRecord | undefined): record is FakeRecord => record !== undefined && !record.isGone && record.isHidden !== true;
  must(isThere(m) && isThere(c), `both records of live link ${link.id.slice(0, 4)} are there`);
  const isStrange = world.users.isStrange('m', m.id) || world.users.isStrange('c', c.id);
  for (const field of fieldNames(link.kind)) {
    if (!(['m', 'c'] as const).every((side) => world.services[side].profile.holds.includes(field))) continue;
    const [inM, inC] = [m.fields[field] ?? null, c.fields[field] ?? null];
    const isEqual = world.services.c.stored(field, inM) === inC || world.services.m.stored(field, inC) === inM
      || world.users.tokenOf(inM) === world.users.tokenOf(inC);
    const mayDiffer = agreedToDiffer(world, m, c, field) || isKept(world, m, c, field) || isOneWay(world, link, { m, c }, field);
    must(isEqual || isStrange || world.users.isRewritten(field) || mayDiffer,
      `${m.id} and ${c.id} agree on ${field}: ${String(inM)} | ${String(inC)}`);
    if (isEqual && !isStrange && !world.users.isRewritten(field)) judgeValue(world, { m, c }, field, entries);
  }
}

function judgeValue({ users, witness }: Desk, pair: Readonly<Record<SideKey, FakeRecord>>, field: FieldName, entries: readonly StoredEntry[]): void {
  const { m, c } = pair;
  const last = { m: users.last('m', m.id, field), c: users.last('c', c.id, field) };
  const token = users.tokenOf(m.fields[field] ?? c.fields[field]);
  const written = `${last.m?.token ?? 'nothing'} | ${last.c?.token ?? 'nothing'}`;
  const isLast = users.editsOf(pair, field).some((edit) => edit.token === token);
  must(isLast, `${field} of ${m.id} and ${c.id} is ${token || '(blank)'}, not what a person wrote last: ${written}`);
  for (const side of ['m', 'c'] as const) {
    const lost = last[side];
    if (lost === undefined || lost.isWord || lost.token === token || lost.token === '') continue;
    if (witness.unseen.has(`${pair[side].id} ${field} ${lost.token}`)) continue;
    const isTold = entries.some((entry) => entry.side === side && users.idsOf(side, pair[side].id).includes(entry.ids[side] ?? '')
      && entry.fields.some((change) => change.field === field && users.tokenOf(change.before) === lost.token));
    must(isTold, `${lost.token} in ${field} of ${pair[side].id} was overwritten, and the log does not tell (I1, I15)`);
  }
}

/** First contact overwrites nothing: what differed then may differ until somebody edits it. */
function agreedToDiffer({ users }: Desk, m: FakeRecord, c: FakeRecord, field: FieldName): boolean {
  // Somebody's own record met one that was handed over to him.
  const isHanded = users.handed.has(`c:${c.id}`) && m.madeFor === undefined;
  if (isHanded) return true;
  if (users.twins.get(`m:${m.id}`) !== `c:${c.id}`) return false;
  // An edit made before the first meeting belongs to it; later ones travel and make the sides equal.
  return users.last('m', m.id, field) !== undefined && users.last('c', c.id, field) !== undefined;
}

/** A person refused that a held blanking travels. */
function isKept({ users }: Desk, m: FakeRecord, c: FakeRecord, field: FieldName): boolean {
  const isBlank = (m.fields[field] ?? null) === null || (c.fields[field] ?? null) === null;
  return isBlank && users.isKept('m', m.id, field) && users.isKept('c', c.id, field);
}

/** The mailbox's copy of a meeting is never written: what was edited in the CRM stays there until the mailbox says something new. */
function isOneWay({ users, ledger }: Desk, link: Link, { m, c }: Readonly<Record<SideKey, FakeRecord>>, field: FieldName): boolean {
  const [inM, inC] = [users.last('m', m.id, field), users.last('c', c.id, field)];
  const isEdited = inC !== undefined && inC.token === users.tokenOf(c.fields[field]);
  const isNothingNew = sameValue(field, link.shadow.m[field] ?? null, m.fields[field] ?? null, ledger.forms);
  return m.marks?.meeting !== undefined && isEdited && (inC.at >= (inM?.at ?? 0) || isNothingNew);
}

/** A calendar says nothing of what happens beyond its window: such a pair goes on, and nobody knows how its halves compare. */
function isBeyond({ sides, users }: Desk, link: Link): boolean {
  const record = sides.m.records.get(link.m?.id ?? '');
  return link.status === 'live' && record !== undefined && (sides.m.isOutside(record) || users.missed.has(`m:${record.id}`));
}

/** Only a person deletes, merges or takes access away, and only that parts a pair. */
function judgeParted({ users }: Desk, link: Link): void {
  // What the user said to be no copy of a colleague's meeting never had a counterpart.
  if (!link.c && users.company && users.meetings.has(link.id)) return;
  const parted = (['m', 'c'] as const).filter((side) => link[side] && isParted(users, side, link));
  must(parted.length > 0, `pair ${link.id.slice(0, 4)} was parted although both records are there`);
  if (link.status === 'dead') must(parted.length === 2, `pair ${link.id.slice(0, 4)} is dead although one record is there`);
}

function isParted({ parted, deletedBySync, handed }: Desk['users'], side: SideKey, link: Link): boolean {
  const place = `${side}:${link[side]?.id ?? ''}`;
  return parted.has(place) || deletedBySync.has(place) || handed.has(place);
}

/** I15: where a field still holds what sync wrote last, the log tells what stood there before, so it can be undone. */
function judgeUndo(world: Desk, entries: readonly StoredEntry[]): void {
  const last = new Map<string, { readonly before: FieldValue | null; readonly after: FieldValue | null; readonly id: string; readonly side: SideKey }>();
  for (const { side, id, effect } of world.witness.deeds) {
    if (effect.operation.op !== 'update') continue;
    for (const field of Object.keys(effect.after) as FieldName[]) {
      last.set(`${id} ${field}`, { side, id, before: effect.before[field] ?? null, after: effect.after[field] ?? null });
    }
  }
  for (const [place, { side, id, before, after }] of last) {
    const field = place.slice(id.length + 1) as FieldName;
    const record = world.sides[side].records.get(id);
    const isOurs = record !== undefined && (record.fields[field] ?? null) === after && before !== after;
    if (!isOurs || before === null || world.users.isStrange(side, id) || world.users.isRewritten(field)) continue;
    if (world.witness.unseen.has(`${id} ${field} ${world.users.tokenOf(before)}`)) continue;
    const isTold = entries.some((entry) => entry.side === side && entry.ids[side] === id && entry.fields.some((change) => change.field === field
      && change.after === after));
    must(isTold, `${field} of ${id} holds ${String(after)}, written over ${String(before)}, and the log cannot undo it (I15)`);
  }
}

function isBad(world: Desk, link: Link): boolean {
  return (['m', 'c'] as const).some((side) => {
    const record = recordOf(world, side, link);
    return record !== undefined && world.isHopeless(side, record);
  });
}

async function journalOf({ state }: World, { seat }: Desk): Promise<readonly StoredEntry[]> {
  const { runs } = await readRuns(state, seat.partition, 1000);
  const pages = await Promise.all(runs.map((run) => (
    readEntries(state, seat.partition, { ...run, sealer: SEALER, owner: seat.owner }, { limitRows: 1000 }))));
  return pages.flatMap(({ entries }) => entries);
}

function recordOf(world: Desk, side: SideKey, link: Link): FakeRecord | undefined {
  return world.sides[side].records.get(link[side]?.id ?? '');
}
