/**
 * Relations of activities. Invitees are always there; parents (who and what) are mirrored only where Shared Activities is on.
 * Inviting is what an organization may answer with mail, so each invitation that a write makes is counted.
 */
import { target } from '../named.ts';
import { nextId, nowStamp, store, type Org } from '../org.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { patched, type Row, type Value } from '../table.ts';
import { addChild, childrenOf, dropChild } from './children.ts';
import { withAccount } from './people.ts';
import type { Rules, Save } from './rules.ts';

type Activity = 'Event' | 'Task';
const PEOPLE_MAX = 50;
const PREFIXES = { Event: '0RE', Task: '0RT' } as const;

const refused = (what: string, field: string): Refusal => refuse(400, 'FIELD_INTEGRITY_EXCEPTION', `${what}: ${field}`, [field]);

const relationsOf = (org: Org, of: Activity, id: string): Row[] =>
  [...org.tables[`${of}Relation`].equal(`${of}Id`, id) ?? []].filter((row) => !row.IsDeleted);

export const EVENT_RELATION_RULES: Rules = {
  complete: (save) => completeEventRelation(save),
  saved: (org, row, old) => {
    invite(org, row, old);
    becomePrimary(org, 'Event', row);
  },
  removed: (org, row) => {
    uninvite(org, row);
    leavePrimary(org, 'Event', row);
  },
};

export const TASK_RELATION_RULES: Rules = {
  complete: (save) => completeRelation(save, 'Task'),
  saved: (org, row) => { becomePrimary(org, 'Task', row); },
  removed: (org, row) => { leavePrimary(org, 'Task', row); },
};

function completeEventRelation(save: Save): Row {
  const { org, row } = save;
  const event = org.tables.Event.get(String(row['EventId']));
  if (event?.['IsChild'] === true) throw refused('A child event has no relations of its own', 'EventId');
  const isParent = row['IsParent'] === true || row['IsWhat'] === true;
  if (isParent && !org.settings.sharedActivities) throw refused('Only Shared Activities has parents as relations', 'IsParent');
  if (isParent && target(org, row['RelationId'])?.name === 'User') throw refused('A user can be invited only', 'IsParent');
  // What a relation without any flag means is [unconfirmed]; an invitation is the reading that counts against the caller.
  return completeRelation({ ...save, row: isParent ? row : patched(row, { IsInvitee: true }) }, 'Event');
}

function completeRelation({ org, row, old }: Save, of: Activity): Row {
  const same = relationsOf(org, of, String(row[`${of}Id`])).find((one) => one['RelationId'] === row['RelationId'] && one.Id !== row.Id);
  if (!old && same) throw refuse(400, 'DUPLICATE_VALUE', `duplicate value found: RelationId duplicates value on record with id: ${same.Id}`, []);
  if (!old && isPerson(of, row)) assertRoom(org, of, row);
  const found = target(org, row['RelationId']);
  return patched(row, { AccountId: found?.name === 'Account' ? found.row.Id : found?.name === 'Contact' ? found.row['AccountId'] : undefined });
}

/** Whom an activity is about, unlike what it is about or who is invited to it. */
const isPerson = (of: Activity, relation: Row): boolean =>
  relation['IsWhat'] !== true && (of === 'Task' || relation['IsParent'] === true);

/** Fifty contacts, or one lead alone (Object Reference, Event, EventWhoIds); the codes are [unconfirmed]. */
function assertRoom(org: Org, of: Activity, relation: Row): void {
  const people = relationsOf(org, of, String(relation[`${of}Id`])).filter((one) => isPerson(of, one));
  const isLead = (one: Row): boolean => target(org, one['RelationId'])?.name === 'Lead';
  const isMixed = people.length > 0 && [relation, ...people].some(isLead);
  if (isMixed || people.length >= PEOPLE_MAX) throw refused(`An activity is about ${PEOPLE_MAX} contacts at most, or one lead`, 'RelationId');
}

function invite(org: Org, row: Row, old: Row | undefined): void {
  const event = org.tables.Event.get(String(row['EventId']));
  if (row['IsInvitee'] !== true || old?.['IsInvitee'] === true || !event) return;
  org.mailsSent += 1;
  store(org, 'Event', { ...event, IsGroupEvent: true, GroupEventType: '1', SystemModstamp: nowStamp(org) });
  if (target(org, row['RelationId'])?.name === 'User') addChild(org, event, String(row['RelationId']));
}

function uninvite(org: Org, row: Row): void {
  const event = org.tables.Event.get(String(row['EventId']));
  if (!event || row['IsInvitee'] !== true) return;
  for (const child of childrenOf(org, event.Id)) if (child['OwnerId'] === row['RelationId']) dropChild(org, child);
  const isGroup = relationsOf(org, 'Event', event.Id).some((one) => one['IsInvitee'] === true);
  if (!isGroup) store(org, 'Event', { ...event, IsGroupEvent: false, GroupEventType: '0', SystemModstamp: nowStamp(org) });
}

/** The first person of an activity is its WhoId as well. */
function becomePrimary(org: Org, of: Activity, relation: Row): void {
  const activity = org.tables[of].get(String(relation[`${of}Id`]));
  if (activity && isPerson(of, relation) && activity['WhoId'] === undefined) setPrimary(org, of, activity, relation['RelationId']);
}

/** When the primary person leaves, the next one takes the place. */
function leavePrimary(org: Org, of: Activity, relation: Row): void {
  const activity = org.tables[of].get(String(relation[`${of}Id`]));
  if (!activity || activity['WhoId'] !== relation['RelationId']) return;
  const next = relationsOf(org, of, activity.Id).find((one) => isPerson(of, one));
  setPrimary(org, of, activity, next?.['RelationId']);
}

function setPrimary(org: Org, of: Activity, activity: Row, id: Value | undefined): void {
  store(org, of, withAccount(org, patched(activity, { WhoId: id, SystemModstamp: nowStamp(org) }), activity));
}

/** Keeps the relations of who and what beside the fields themselves. */
export function mirrorParents(org: Org, of: Activity, row: Row, old: Row | undefined): void {
  if (!org.settings.sharedActivities || row['IsChild'] === true) return;
  for (const name of ['WhoId', 'WhatId']) {
    const [id, before] = [row[name], old?.[name]];
    if (id === before) continue;
    for (const relation of relationsOf(org, of, row.Id)) if (relation['RelationId'] === before) dropRelation(org, of, relation);
    if (id !== undefined) addParent(org, of, row, String(id), name === 'WhatId');
  }
}

function addParent(org: Org, of: Activity, row: Row, id: string, isWhat: boolean): void {
  const now = nowStamp(org);
  const by = row['LastModifiedById'];
  const known = relationsOf(org, of, row.Id).find((one) => one['RelationId'] === id);
  const parent = of === 'Event' ? { IsParent: true, Status: 'New' } : {};
  store(org, `${of}Relation`, patched(known ?? {
    Id: nextId(org, PREFIXES[of]), IsDeleted: false, [`${of}Id`]: row.Id, RelationId: id, CreatedDate: now, CreatedById: by ?? null,
    SystemModstamp: now,
  }, { ...parent, IsWhat: isWhat, LastModifiedDate: now, LastModifiedById: by, SystemModstamp: now }));
}

function dropRelation(org: Org, of: Activity, relation: Row): void {
  store(org, `${of}Relation`, patched(relation, { IsDeleted: true, SystemModstamp: nowStamp(org) }));
}

/** Relations go where their activity goes. */
export function dropRelations(org: Org, of: Activity, id: string): void {
  for (const relation of relationsOf(org, of, id)) dropRelation(org, of, relation);
}
