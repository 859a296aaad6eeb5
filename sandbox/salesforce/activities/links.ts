/** What happens to activities when the person or account that they are about is deleted, merged or converted. */
import { nowStamp, store, type Org } from '../org.ts';
import { patched, type Row, type Value } from '../table.ts';
import { withAccount } from './people.ts';
import { rulesOf } from './rules.ts';

type Activity = 'Event' | 'Task';
const ACTIVITIES = ['Event', 'Task'] as const;
const LINKS = ['WhoId', 'WhatId'] as const;

function about(org: Org, of: Activity, id: string): Row[] {
  const found = LINKS.flatMap((name) => [...org.tables[of].equal(name, id) ?? []]);
  return [...new Set(found)].filter((row) => !row.IsDeleted);
}

function relink(org: Org, of: Activity, row: Row, from: string, to: Value | undefined): void {
  const links = Object.fromEntries(LINKS.map((name) => [name, row[name] === from ? to : row[name]]));
  const moved = withAccount(org, patched(row, { ...links, SystemModstamp: nowStamp(org) }), row);
  store(org, of, moved);
  rulesOf(of).saved?.(org, moved, row);
}

/** Runs after the record went to the bin: its activities lose the link, or go with it where the organization is set so. [unconfirmed] */
export function orphanActivities(org: Org, id: string): void {
  for (const of of ACTIVITIES) {
    for (const row of about(org, of, id)) {
      if (org.settings.orphanedActivities === 'kept') { relink(org, of, row, id, undefined); continue; }
      const gone = patched(row, { IsDeleted: true, SystemModstamp: nowStamp(org) });
      store(org, of, gone);
      rulesOf(of).removed?.(org, gone);
    }
  }
  dropInvitations(org, id);
}

function dropInvitations(org: Org, id: string): void {
  for (const relation of org.tables.EventRelation.equal('RelationId', id) ?? []) {
    if (relation.IsDeleted) continue;
    const gone = patched(relation, { IsDeleted: true, SystemModstamp: nowStamp(org) });
    store(org, 'EventRelation', gone);
    rulesOf('EventRelation').removed?.(org, gone);
  }
}

/** Activities, invitations and parents move to the record that takes the other's place. */
export function repointActivities(org: Org, from: string, to: string): void {
  for (const of of ACTIVITIES) for (const row of about(org, of, from)) relink(org, of, row, from, to);
  for (const name of ['EventRelation', 'TaskRelation'] as const) {
    for (const relation of org.tables[name].equal('RelationId', from) ?? []) {
      if (!relation.IsDeleted) store(org, name, patched(relation, { RelationId: to, SystemModstamp: nowStamp(org) }));
    }
  }
}
