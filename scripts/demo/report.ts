/** What the demo found, as the one object that `--json` prints, and as a table for people. */
import type { EventsCompared } from './compare-events.ts';
import { compareFields, mailboxOnly, type FieldState } from './compare.ts';
import type { Imported, People, RunEntry, Scene, Seeded } from './story.ts';

export interface Report {
  readonly ok: boolean;
  readonly source: { readonly cards: number; readonly events: number };
  /** Of the files' events: how many are in the CRM, lie beyond the window, or stay in the mailbox because they are private. */
  readonly events: { readonly arrived: number; readonly outside: number; readonly kept: number };
  readonly mailbox: Counts;
  readonly crm: Counts;
  readonly linked: number;
  readonly created: { readonly mailbox: number; readonly crm: number };
  readonly filled: number;
  readonly asked: readonly { readonly record: string; readonly reason: string }[];
  readonly kept: readonly { readonly record: string; readonly field: string; readonly mailbox: string | null; readonly crm: string | null }[];
  readonly shortened: readonly { readonly record: string; readonly field: string }[];
  readonly notCarried: readonly { readonly record: string; readonly field: string; readonly reason: string }[];
  /** Only a card that no parser can read may be skipped; one that the mailbox refused makes the demo fail. */
  readonly skipped: readonly { readonly source: string; readonly reason: 'unreadable' | 'noCard' | 'noEvent' | 'refusedByMailbox' }[];
  readonly differences: readonly { readonly record: string; readonly field: string; readonly mailbox: string | null; readonly crm: string | null }[];
  /** Null where nobody can count them: a real server does not tell. */
  readonly mailsSent: number | null;
  readonly calls: Readonly<Record<string, number>>;
  readonly idle: { readonly outside: Readonly<Record<string, number>>; readonly stateReads: number; readonly stateWrites: number };
  readonly seconds: number;
}

interface Counts { readonly kind: string; readonly contacts: number; readonly events: number; readonly tasks: number }

export interface Evidence {
  readonly hands: Pick<Scene, 'mailbox' | 'crm'>;
  /** Both sides at the end. */
  readonly people: People;
  readonly cards: number;
  readonly imported: readonly Imported[];
  readonly seeded: readonly Seeded[];
  readonly entries: readonly RunEntry[];
  readonly skipped: Report['skipped'];
  /** Of `skipped`, those that were to be cards. */
  readonly cardsSkipped: number;
  /** Mailbox ids that wait for an answer, with the reason. */
  readonly asks: ReadonlyMap<string, string>;
  readonly events: EventsFound;
  readonly calls: Report['calls'];
  readonly idle: Report['idle'];
  readonly seconds: number;
}

/** What the calendar's part found; nothing without `--calendar`. */
export interface EventsFound extends EventsCompared {
  readonly source: number;
  readonly mailbox: { readonly events: number; readonly tasks: number };
  readonly crm: { readonly events: number; readonly tasks: number };
}

interface PairState {
  readonly name: string;
  readonly m: string;
  readonly c: string;
  readonly fields: readonly FieldState[];
  readonly seeded: Seeded | undefined;
}

export function report(evidence: Evidence): Report {
  const { hands, people, imported, seeded, events } = evidence;
  const entries = evidence.entries.filter(({ kind }) => kind === 'contact');
  const pairs = pairStates(people, entries, seeded, imported);
  const notes = entries.flatMap((entry) => entry.notes.map((note) => ({ ...note, ids: entry.ids })));
  const noted = (pair: PairState, field: string): boolean => notes.some(
    ({ ids, field: name }) => (ids.m === pair.m || ids.c === pair.c) && field.startsWith(name),
  );
  const unequal = pairs.flatMap((pair) => pair.fields.filter((field) => !field.isEqual).map((field) => ({ pair, field })));
  const isKept = ({ pair, field }: (typeof unequal)[number]): boolean => wasDifferent(pair, field) || isRequiredFill(pair, field);
  const kept = unequal.filter(isKept);
  const differences = unequal.filter((one) => !isKept(one) && !noted(one.pair, one.field.field));
  const linkedIds = new Set(pairs.filter(({ seeded: known }) => known).map(({ m }) => m));
  const made = pairs.filter(({ seeded: known }) => !known);
  const madeIds = new Set(made.map(({ m }) => m));
  const isSettled = ({ mailboxId: id }: Imported): boolean => linkedIds.has(id) || madeIds.has(id) || evidence.asks.has(id);
  const lost = imported.filter((one) => !isSettled(one)).map(({ card }) => ({ record: card.source, field: '(whole card)', mailbox: 'present', crm: null }));
  const madeOn = (side: 'm' | 'c'): number => made.filter(({ m, c }) => entries.some(
    ({ action, to, ids }) => action === 'insert' && to === side && ids.m === m && ids.c === c,
  )).length;
  const all = [...differences.map(({ pair, field }) => shown(pair, field)), ...lost, ...doubled(pairs), ...events.differences];
  return {
    ok: all.length === 0 && isWhole(evidence),
    source: { cards: evidence.cards, events: events.source },
    events: { arrived: events.arrived, outside: events.outside, kept: events.kept },
    mailbox: { kind: hands.mailbox.system, contacts: people.mailbox.length, ...events.mailbox },
    crm: { kind: hands.crm.system, contacts: people.crm.length, ...events.crm },
    linked: linkedIds.size,
    created: { mailbox: madeOn('m'), crm: madeOn('c') },
    filled: pairs.reduce((sum, pair) => sum + filledFields(pair), 0),
    asked: askedOf(evidence),
    kept: kept.map(({ pair, field }) => shown(pair, field)),
    shortened: unique(notes.filter(({ what }) => what === 'shortened').map(({ ids, field }) => ({ record: nameOf(pairs, ids), field }))),
    notCarried: unique([
      ...cardsLeft(imported), ...notes.filter(({ what }) => what === 'notCarried').map(({ ids, field, reason }) => ({ record: nameOf(pairs, ids),
        field, reason })),
      ...onlyInMailbox(people, pairs, imported),
    ]),
    skipped: evidence.skipped,
    differences: all,
    mailsSent: hands.mailbox.mailsSent(),
    calls: evidence.calls,
    idle: evidence.idle,
    seconds: evidence.seconds,
  };
}

function askedOf({ imported, asks }: Evidence): Report['asked'] {
  return imported.flatMap(({ mailboxId, card }) => {
    const reason = asks.get(mailboxId);
    return reason === undefined ? [] : [{ record: card.source, reason }];
  });
}

/** Nothing was mailed, every card is accounted for, and the mailbox refused none. */
function isWhole({ hands, imported, cards, cardsSkipped, skipped }: Evidence): boolean {
  const isAccounted = imported.length + cardsSkipped === cards;
  return (hands.mailbox.mailsSent() ?? 0) === 0 && isAccounted && skipped.every(({ reason }) => reason !== 'refusedByMailbox');
}

type NotCarried = Report['notCarried'];

function cardsLeft(imported: readonly Imported[]): NotCarried {
  return imported.flatMap(({ card }) => card.notCarried.map(({ field, reason }) => ({ record: card.source, field, reason })));
}

function onlyInMailbox(people: People, pairs: readonly PairState[], imported: readonly Imported[]): NotCarried {
  const ids = new Set(imported.map(({ mailboxId }) => mailboxId));
  return pairs.filter(({ m }) => ids.has(m))
    .flatMap((pair) => mailboxOnly(people.mailboxOf(pair.m), people.crmOf(pair.c)).map((field) => ({ record: pair.name, field, reason: 'notHeld' })));
}

function pairStates(people: People, entries: readonly RunEntry[], seeded: readonly Seeded[], imported: readonly Imported[]): readonly PairState[] {
  const sources = new Map(imported.map(({ mailboxId, card }) => [mailboxId, card.source]));
  const pairs = new Map<string, { m: string; c: string }>();
  for (const { ids: { m, c }, action } of entries) {
    if ((action === 'insert' || action === 'link') && m && c) pairs.set(`${m}\n${c}`, { m, c });
  }
  return [...pairs.values()].map(({ m, c }) => {
    const [mailbox, crm] = [people.mailboxOf(m), people.crmOf(c)];
    const known = seeded.find((one) => one.crmId === c && one.imported.mailboxId === m);
    return { m, c, name: sources.get(m) ?? mailbox.displayName ?? m, fields: compareFields(mailbox, crm), seeded: known };
  });
}

/** Both sides held different values before the first meeting, and still hold just these: agreed to differ. */
function wasDifferent(pair: PairState, field: FieldState): boolean {
  if (!pair.seeded) return false;
  const before = compareFields(pair.seeded.before.mailbox, pair.seeded.before.crm).find((one) => one.field === field.field);
  return before !== undefined && before.mailbox !== null && before.crm !== null && before.mailbox === field.mailbox && before.crm === field.crm;
}

/** The CRM refuses a contact without a last name, so a nameless card gets what else it is known by; the card itself stays as it is. */
function isRequiredFill({ fields }: PairState, { field, mailbox, crm }: FieldState): boolean {
  if (field !== 'familyName' || mailbox !== null || crm === null) return false;
  return fields.some((other) => other.mailbox !== null && (other.mailbox === crm || other.mailbox.split('@')[0] === crm));
}

function filledFields(pair: PairState): number {
  if (!pair.seeded) return 0;
  const before = compareFields(pair.seeded.before.mailbox, pair.seeded.before.crm);
  return pair.fields.filter((field, index) => {
    const was = before[index];
    return was !== undefined && field.isEqual && (was.mailbox === null) !== (was.crm === null);
  }).length;
}

/** A record in two pairs was made twice. */
function doubled(pairs: readonly PairState[]): Report['differences'] {
  const seen = new Set<string>();
  return pairs.filter(({ m, c }) => { const isTwice = seen.has(m) || seen.has(c); seen.add(m); seen.add(c); return isTwice; })
    .map(({ name, m, c }) => ({ record: name, field: '(in two pairs)', mailbox: m, crm: c }));
}

function shown(pair: PairState, { field, mailbox, crm }: FieldState): Report['differences'][number] {
  return { record: pair.name, field, mailbox, crm };
}

function nameOf(pairs: readonly PairState[], ids: { readonly m?: string; readonly c?: string }): string {
  return pairs.find(({ m, c }) => m === ids.m || c === ids.c)?.name ?? ids.m ?? ids.c ?? '';
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts).map(([name, count]) => `${name} ${count}`).join(', ');
}

export function table(result: Report): string {
  const rows: readonly (readonly [string, string | number])[] = [
    ['vCards read', result.source.cards], ['contacts in the mailbox', result.mailbox.contacts], ['contacts in the CRM', result.crm.contacts],
    ...(result.source.events === 0 ? [] : [
      ['events read', result.source.events], ['events in the mailbox', result.mailbox.events], ['events in the CRM', result.crm.events],
      ['events beyond the window', result.events.outside], ['private events, kept back', result.events.kept],
      ['tasks in the mailbox', result.mailbox.tasks], ['tasks in the CRM', result.crm.tasks],
    ] as const),
    ['linked', result.linked], ['created in the CRM', result.created.crm], ['created in the mailbox', result.created.mailbox], ['fields filled', result.filled],
    ['asked about', result.asked.length], ['left different at first contact', result.kept.length], ['shortened', result.shortened.length],
    ['not carried', result.notCarried.length], ['cards and files skipped', result.skipped.length],
    ['differences', result.differences.length], ['mails sent', result.mailsSent ?? 'cannot be counted on a real server'],
    ['calls', list(result.calls)],
    ['an idle cycle', `${list(result.idle.outside)}, state reads ${result.idle.stateReads}, writes ${result.idle.stateWrites}`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  const bad = result.differences.map(({ record, field, mailbox, crm }) => `  DIFFERENT ${record}, ${field}: ${mailbox ?? '(empty)'} | ${crm ?? '(empty)'}`);
  return [...lines, ...bad, result.ok ? 'Both sides agree.' : 'The sides do not agree.'].join('\n');
}
