/** Judges what several mailboxes did to the CRM they share. */
import type { Link } from '../../src/engine/link.ts';
import type { Desk } from './desk.ts';
import type { FakeRecord } from './fake-record.ts';
import { must } from './violation.ts';
import type { World } from './world.ts';

/** A live link of a record that was handed to a colleague: nobody tells this mailbox before it looks, and then it lets go of it. */
export function isLeftBehind({ sides, users }: Desk, { c, status }: Link): boolean {
  const record = sides.c.records.get(c?.id ?? '');
  return status === 'live' && record !== undefined && !sides.c.isOwn(record) && users.handed.has(`c:${record.id}`);
}

export function judgeCompany({ desks, users }: World): void {
  if (!users.company) return;
  for (const desk of desks) {
    for (const link of desk.ledger.read().links()) {
      const record = desk.sides.c.records.get(link.c?.id ?? '');
      if (!record || link.status !== 'live' || desk.sides.c.isOwn(record)) continue;
      must(isLeftBehind(desk, link), `${desk.seat.prefix} has linked ${record.id}, which never was its own`);
    }
  }
  judgeMeetings(desks, users);
}

/** One event in the CRM for each meeting, whoever of its guests brought it there. */
function judgeMeetings(desks: readonly Desk[], users: World['users']): void {
  const copies = new Map<string, { readonly desk: Desk; readonly record: FakeRecord }[]>();
  for (const desk of desks) {
    for (const record of desk.sides.m.records.values()) {
      const identity = record.marks?.identity;
      if (identity !== undefined) copies.set(identity, [...copies.get(identity) ?? [], { desk, record }]);
    }
  }
  const [{ sides: { c } } = { sides: { c: undefined } }] = desks;
  for (const [identity, all] of copies) {
    const links = new Set(all.map(({ desk, record }) => desk.ledger.ownOf('m', record)));
    const made = [...c?.records.values() ?? []].filter(({ madeFor }) => madeFor !== undefined && links.has(madeFor));
    // Somebody deleted the first one, or took it out of reach, before its maker had heard of it.
    const standing = made.filter(({ id }) => !users.isStrange('c', id));
    must(standing.length <= 1, `of the ${identity} ${made.map(({ id }) => id).join(' and ')} were made in the CRM`);
  }
}
