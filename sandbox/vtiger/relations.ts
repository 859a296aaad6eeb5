/** relatedtypes and retrieve_related: a relation is named by module and label, and one module may stand under several labels. */
import type { CrmUser } from './accounts.ts';
import { denied } from './fault.ts';
import { isModuleName, type ModuleName } from './modules/catalog.ts';
import { liveRows } from './query.ts';
import { findRow } from './records.ts';
import { showRow } from './show.ts';
import { demandModule, moduleFor, moduleOf, type Row, type World } from './world.ts';

interface Relation { readonly label: string; readonly module: ModuleName; holds(from: Row, to: Row): boolean }

const DONE = ['Completed', 'Deferred', 'Held'];
const isAbout = (from: Row, to: Row): boolean => to.values['parent_id'] === String(from.n) || to.contacts.includes(from.n);
const isDone = (row: Row): boolean => DONE.includes(row.values['taskstatus'] || row.values['eventstatus'] || '');
/** Calendar stands for events and tasks alike; whether what is over is left out of the first is [unconfirmed]. */
const ACTIVITIES: readonly Relation[] = [
  { label: 'Activities', module: 'Calendar', holds: (from, to) => isAbout(from, to) && !isDone(to) },
  { label: 'Activity History', module: 'Calendar', holds: (from, to) => isAbout(from, to) && isDone(to) },
];
/** Events has none. */
const RELATIONS: Readonly<Partial<Record<ModuleName, readonly Relation[]>>> = {
  Accounts: [{ label: 'Contacts', module: 'Contacts', holds: (from, to) => to.values['account_id'] === String(from.n) }, ...ACTIVITIES],
  Contacts: ACTIVITIES, Leads: ACTIVITIES,
};

export function relatedTypes(world: World, user: CrmUser, elementType: string): unknown {
  const relations = RELATIONS[demandModule(world, user, elementType).name] ?? [];
  return {
    types: relations.map(({ module }) => module),
    information: Object.fromEntries(relations.map(({ label, module }) => [label, { name: module, label, isEntity: '1' }])),
  };
}

/** Without a cap on rows, as rows of sync. */
export function retrieveRelated(world: World, user: CrmUser, id: string, relatedType: string, relatedLabel: string): unknown {
  const from = findRow(world, user, id);
  const relation = RELATIONS[moduleOf(from)]?.find(({ label, module }) => label === relatedLabel && module === relatedType);
  if (!relation || !isModuleName(relatedType)) throw denied();
  const names: readonly ModuleName[] = relation.module === 'Calendar' ? ['Calendar', 'Events'] : [relation.module];
  return names.flatMap((name) => liveRows(world, user, moduleFor(world, user, name))).filter((to) => relation.holds(from, to))
    .map((to) => showRow(world, user, to, 'listed'));
}
