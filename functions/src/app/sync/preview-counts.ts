/** What a sync of these kinds would do, in numbers and samples: the run's own matching and planning, with nothing written behind it. */
import type { PreviewKind, PreviewSample } from '@concord/api';
import { DEFAULT_RULES, type Holds } from '../../engine/fields.ts';
import type { Todo } from '../../engine/link.ts';
import type { Match } from '../../engine/match.ts';
import { plan, type Action } from '../../engine/plan.ts';
import type { FieldName, Fields, Kind, Look, Seen, SideKey } from '../../engine/record.ts';
import { linkIdOf } from '../../store/keys.ts';
import type { Control } from '../control.ts';
import type { Services } from '../services.ts';
import { wordOf } from './asks.ts';
import { nameOf } from './groups.ts';
import { SLICE } from './limits.ts';
import { matchKind } from './meet.ts';
import type { Sides } from './preview-checks.ts';
import type { Pool } from './preview-read.ts';

const SAMPLES = 10;
/** A sample tells what is meant; a long text does so with its beginning. */
const SAMPLE_CHARACTERS = 120;

type GroupName = 'link' | 'createCrm' | 'createMailbox' | 'fill' | 'ask' | 'left';
type Groups = Record<GroupName, { count: number; samples: PreviewSample[] }>;

export async function countKind(services: Services, control: Control, sides: Sides, kind: Kind, pool: Pool): Promise<PreviewKind> {
  for (const found of await sides.c.search(kind, [...pool.probes.values()])) if (!pool.keys.c.has(found.id)) pool.add('c', found);
  const holds: Holds = { m: await sides.m.holds(kind), c: await sides.c.holds(kind) };
  const matches = matchKind(kind, {
    mailbox: [...pool.keys.m.values()], crm: [...pool.keys.c.values()], ownAddresses: ownAddressesOf(control),
  }, pool.former);
  const counts: Counting = { control, kind, pool, holds, now: services.clock.now(), groups: emptyGroups() };
  for (let from = 0; from < matches.length; from += SLICE) {
    const slice = matches.slice(from, from + SLICE);
    const looks = { m: await looksOf(sides, kind, pool, 'm', slice), c: await looksOf(sides, kind, pool, 'c', slice) };
    for (const match of slice) count(counts, match, looks);
  }
  const { groups } = counts;
  // Every stranger stands in exactly one of these groups, a pair once; `fill` is a part of `link` and adds nothing.
  const total = groups.link.count + groups.createCrm.count + groups.createMailbox.count + groups.ask.count + groups.left.count;
  const linked = control.head.links[kind];
  const edited: Groups[GroupName] = { count: 0, samples: [] };
  for (const record of pool.edited.values()) add(edited, sampleOf(record));
  return { kind, total, ...groups, ...(linked > 0 ? { linked } : {}), ...(edited.count > 0 ? { edited } : {}) };
}

/** The user's own addresses: his own card is not made on the other side. */
export function ownAddressesOf({ grants }: Pick<Control, 'grants'>): readonly string[] {
  return [grants.m?.account.login, grants.c?.account.login].flatMap((login) => (login?.includes('@') ? [login.toLowerCase()] : []));
}

interface Counting {
  readonly control: Control;
  readonly kind: Kind;
  readonly pool: Pool;
  readonly holds: Holds;
  readonly now: number;
  readonly groups: Groups;
}

type LooksById = Readonly<Record<SideKey, ReadonlyMap<string, Look>>>;

function count(counts: Counting, match: Match, looks: LooksById): void {
  const { groups, pool } = counts;
  switch (match.outcome) {
    case 'link': return countPlanned(groups, planned(counts, match, looks.m.get(match.m), looks.c.get(match.c)));
    case 'create': {
      const look = looks[match.side].get(match.id);
      return countPlanned(groups, match.side === 'm' ? planned(counts, match, look, undefined) : planned(counts, match, undefined, look));
    }
    case 'ask': return add(groups.ask, sampleOf(pool.kept.m.get(match.m), titleOf(pool.kept.c.get(match.candidates[0] ?? ''))));
    case 'colleague': return add(groups.left, sampleOf(pool.kept.m.get(match.m), match.owner));
    // A private record is counted, and not even its name is stored.
    case 'skip': return add(groups.left, match.reason === 'private' ? undefined : sampleOf(pool.kept[match.side].get(match.id)));
    // It is named in a question, which is counted already.
    case 'wait': return;
    default: return match satisfies never;
  }
}

function planned(counts: Counting, match: Match, m: Look | undefined, c: Look | undefined): Action {
  const { control, kind, pool, holds, now } = counts;
  return plan({ link: undefined, todo: todoOf(control, kind, m, c), m, c, match, rules: DEFAULT_RULES[kind], forms: pool.forms, holds, now });
}

/** The todo that the run would have made of these looks; a record that bears our key keeps it. */
function todoOf(control: Control, kind: Kind, m: Look | undefined, c: Look | undefined): Todo {
  const [inM, inC] = [recordOf(m), recordOf(c)];
  const [side, record] = inM ? ['m' as const, inM] : ['c' as const, inC];
  const linkId = inC?.linkKey ?? inM?.linkKey ?? linkIdOf(control.config.organization, kind, side, record?.id ?? '');
  return { linkId, kind, seen: record ? { [side]: { id: record.id, version: record.version } } : {}, reason: 'delta', nextTry: 0 };
}

function countPlanned(groups: Groups, action: Action): void {
  switch (action.do) {
    case 'link': {
      const title = titleOf(action.m) || titleOf(action.c);
      const written = { ...action.patchM, ...action.patchC };
      const fields = fieldsOf(written, action.m.fields, action.c.fields);
      const sample: PreviewSample = { name: nameOf(action.m) ?? nameOf(action.c) ?? '', detail: title, fields };
      add(groups.link, sample);
      if (fields.length > 0) add(groups.fill, sample);
      return;
    }
    case 'create': {
      const { source, side, fields } = action;
      const shown = side === 'c' ? fieldsOf(fields, source.fields, {}) : fieldsOf(fields, {}, source.fields);
      const group = side === 'c' ? groups.createCrm : groups.createMailbox;
      return add(group, { name: nameOf(source) ?? '', detail: titleOf(source), fields: shown });
    }
    case 'skip': return add(groups.left, undefined);
    // It changed while it was counted: the first sync looks again.
    default: return;
  }
}

function add(group: { count: number; samples: PreviewSample[] }, sample: PreviewSample | undefined): void {
  group.count += 1;
  if (sample && group.samples.length < SAMPLES) group.samples.push(sample);
}

function sampleOf(record: Seen | undefined, detail = titleOf(record)): PreviewSample | undefined {
  return record && { name: nameOf(record) ?? '', detail: cut(detail), fields: [] };
}

/** What tells two people of one name apart. */
function titleOf(record: Seen | undefined): string {
  if (!record) return '';
  const { primaryEmail, company, when, dueDate } = record.fields;
  return cut([primaryEmail, company, when, dueDate].map((value) => wordOf(value ?? null)).find((word) => word !== '') ?? '');
}

function fieldsOf(written: Fields, m: Fields, c: Fields): PreviewSample['fields'] {
  return (Object.keys(written) as FieldName[]).map((field) => ({
    field, mailbox: shown(m, field), crm: shown(c, field), result: shown(written, field),
  }));
}

function shown(fields: Fields, field: FieldName): string {
  return cut(wordOf(fields[field] ?? null));
}

function cut(text: string): string {
  return text.length > SAMPLE_CHARACTERS ? `${text.slice(0, SAMPLE_CHARACTERS - 1)}…` : text;
}

/** Looks for what is planned: kept records, and those beyond memory read again by id. */
async function looksOf(sides: Sides, kind: Kind, pool: Pool, side: SideKey, matches: readonly Match[]): Promise<ReadonlyMap<string, Look>> {
  const ids = matches.flatMap((match): string[] => {
    if (match.outcome === 'link') return [match[side]];
    return match.outcome === 'create' && match.side === side ? [match.id] : [];
  });
  const missing = ids.filter((id) => !pool.kept[side].has(id));
  const read = missing.length > 0 ? await sides[side].read(kind, missing) : new Map<string, Look>();
  return new Map(ids.map((id): [string, Look] => {
    const record = pool.kept[side].get(id);
    return [id, record ? { state: 'live', record } : read.get(id) ?? { state: 'unknown' }];
  }));
}

function recordOf(look: Look | undefined): Seen | undefined {
  return look?.state === 'live' ? look.record : undefined;
}

function emptyGroups(): Groups {
  const none = (): Groups[GroupName] => ({ count: 0, samples: [] });
  return { link: none(), createCrm: none(), createMailbox: none(), fill: none(), ask: none(), left: none() };
}
