/** `npm run demo`: the main job without hands, on real vCards, compared field by field on the raw state of both sides. */
import process from 'node:process';
import { sourceApp } from '../sandbox/app.ts';
import { movableClock, type MovableClock } from '../sandbox/clock.ts';
import { freePorts } from '../sandbox/ports.ts';
import { fileRecorder } from '../sandbox/recorder.ts';
import { ANNA, type Rep } from '../sandbox/rep.ts';
import { startWorld, type World } from '../sandbox/world.ts';
import { compareActivities, editActivities, OWN, seedActivities } from './demo/activities.ts';
import { bestClock, readCalendars, windowAt, type CalendarFolder, type SourceEvent } from './demo/calendar.ts';
import { readCards } from './demo/cards.ts';
import { compareEvents } from './demo/compare-events.ts';
import { importEvent } from './demo/mailbox-event.ts';
import { mailboxContact } from './demo/mailbox-contact.ts';
import { report, table, type EventsFound, type Report } from './demo/report.ts';
import { activate, allEntries, editBothSides, importCards, MINUTE_MS, seedCrm, untilQuiet } from './demo/story.ts';
import { fromCaller, ROOT } from './run.ts';
import path from 'node:path';

const USAGE = 'npm run demo -- [--contacts PATH] [--calendar PATH] [--json] [--record FILE]   PATH: a vCard or iCalendar file, or a folder of them';

interface Options { readonly contacts: string; readonly calendar: string | null; readonly isJson: boolean; readonly record: string | null }

const options = readOptions(process.argv.slice(2));
const say = (text: string): void => { if (!options.isJson) process.stdout.write(`${text}\n`); };
const result = await demo();
process.stdout.write(options.isJson ? `${JSON.stringify(result)}\n` : `${table(result)}\n`);
process.exitCode = result.ok ? 0 : 1;

async function demo(): Promise<Report> {
  const started = performance.now();
  const { cards, skipped: unreadable } = readCards(options.contacts);
  if (cards.length + unreadable.length === 0) fail(`There is no vCard in ${options.contacts}. ${USAGE}`);
  const calendar = options.calendar === null ? null : readCalendars(options.calendar);
  if (calendar && calendar.events.length + calendar.skipped.length === 0) fail(`There is no calendar in ${options.calendar ?? ''}. ${USAGE}`);
  // The files' dates lie anywhere: the clock is set so that the synced window shows most of them.
  const start = calendar ? bestClock(calendar.events, Date.now()) : undefined;
  const clock = movableClock(start);
  const recorder = options.record ? fileRecorder(options.record) : null;
  say(`Starting the world for ${cards.length} cards${calendar ? ` and ${calendar.events.length} events` : ''}...`);
  const world = await startWorld({
    root: ROOT, ports: await freePorts(), clock, dataDir: null, isLive: false, hasPane: false, app: await sourceApp(),
    ...(start === undefined ? {} : { storageSkewMs: start - Date.now() }),
    ...(recorder ? { recorder: recorder.record } : {}),
    log: (level, name, message) => { if (level === 'error') process.stderr.write(`${name}: ${message}\n`); },
  });
  try {
    return await play({ world, clock, cards: cards.map(mailboxContact), unreadable, calendar, started });
  } finally {
    recorder?.flush();
    await world.close();
  }
}

interface Play {
  readonly world: World;
  readonly clock: MovableClock;
  readonly cards: readonly ReturnType<typeof mailboxContact>[];
  readonly unreadable: Report['skipped'];
  readonly calendar: CalendarFolder | null;
  readonly started: number;
}

async function play({ world, clock, cards, unreadable, calendar, started }: Play): Promise<Report> {
  const now = clock.now();
  const skipped = [...unreadable];
  const imported = importCards(world, cards, (source, error) => {
    process.stderr.write(`${source}: the mailbox refused it: ${error.message}\n`);
    skipped.push({ source, reason: 'refusedByMailbox' });
  });
  const seeded = seedCrm(world, imported);
  say(`${imported.length} contacts are in the mailbox, ${seeded.length} of them in the CRM under other spellings. Activating...`);
  const cardsSkipped = skipped.length;
  if (calendar) skipped.push(...calendar.skipped, ...importCalendar(world, calendar.events, now));
  const rep = await activate(world, calendar ? ['contact', 'event', 'task'] : ['contact']);
  say(`Quiet after ${await untilQuiet(world, clock, rep)} cycles. Editing on both sides...`);
  const first = await allEntries(rep);
  const people = first.filter(({ kind, action }) => kind === 'contact' && (action === 'insert' || action === 'link'));
  editBothSides(world, people.flatMap(({ ids: { m, c } }) => (m && c ? [{ m, c }] : [])));
  if (calendar) editActivities(world);
  say(`Quiet again after ${await untilQuiet(world, clock, rep)} cycles. Comparing...`);
  return report({
    world, cards: cards.length + unreadable.length, imported, seeded, entries: await allEntries(rep), skipped, cardsSkipped,
    events: eventsFound(world, calendar, now),
    asks: await openAsks(rep), idle: await idleCycle(world, clock), seconds: Math.round((performance.now() - started) / 100) / 10,
  });
}

/** Events into the mailbox by a person's hand; what the mailbox refuses is told and listed. */
function importCalendar(world: World, events: readonly SourceEvent[], now: number): Report['skipped'] {
  const mailbox = world.microsoft.mailbox(ANNA.login);
  const refused: { source: string; reason: 'refusedByMailbox' }[] = [];
  for (const event of events) {
    try {
      importEvent(mailbox, event, windowAt(now));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      process.stderr.write(`${event.source}: the mailbox refused it: ${error.message}\n`);
      refused.push({ source: event.source, reason: 'refusedByMailbox' });
    }
  }
  seedActivities(world, now);
  return refused;
}

function eventsFound(world: World, calendar: CalendarFolder | null, now: number): EventsFound {
  const none = { events: 0, tasks: 0 };
  if (!calendar) return { source: 0, arrived: 0, outside: 0, kept: 0, differences: [], mailbox: none, crm: none };
  const [mailbox, org] = [world.microsoft.mailbox(ANNA.login), world.salesforce.org()];
  const { from, to } = windowAt(now);
  const rows = org.events().filter((row) => !String(row['Subject']).startsWith(OWN));
  const compared = compareEvents(calendar.events, rows, { from, to });
  return {
    ...compared, source: calendar.events.length, differences: [...compared.differences, ...compareActivities(world, now)],
    mailbox: { events: mailbox.occurrences(new Date(from).toISOString(), new Date(to).toISOString()).length, tasks: mailbox.tasks().length },
    crm: { events: org.events().length, tasks: org.tasks().length },
  };
}

async function openAsks(rep: Rep): Promise<ReadonlyMap<string, string>> {
  const asks = new Map<string, string>();
  let next: string | undefined;
  do {
    const after: string = next ? `?after=${encodeURIComponent(next)}` : '';
    const page: { asks: { reason: string; record: { id: string } }[]; next?: string } = await rep.call('GET', `asks${after}`);
    for (const { record, reason } of page.asks) asks.set(record.id, reason);
    next = page.next;
  } while (next);
  return asks;
}

/** One cycle after everything is quiet: what it costs outside and in the store. */
async function idleCycle(world: World, clock: MovableClock): Promise<Report['idle']> {
  clock.advance(31 * MINUTE_MS);
  await world.cycle();
  clock.advance(31 * MINUTE_MS);
  const before = outsideCalls(world);
  const { reads, writes } = world.state.counts;
  await world.cycle();
  const after = outsideCalls(world);
  const outside = Object.fromEntries(['graph', 'salesforce'].map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)]));
  return { outside, stateReads: world.state.counts.reads - reads, stateWrites: world.state.counts.writes - writes };
}

function outsideCalls(world: World): Record<string, number> {
  return Object.fromEntries([...world.microsoft.server.calls, ...world.salesforce.server.calls]);
}

function readOptions(words: readonly string[]): Options {
  let contacts = path.join(ROOT, 'sandbox/samples/vcards');
  let calendar: string | null = null;
  let isJson = false;
  let record: string | null = null;
  for (let index = 0; index < words.length; index += 1) {
    const [word, value] = [words[index], words[index + 1]];
    if (word === '--json') isJson = true;
    else if (word === '--contacts' && value) { contacts = fromCaller(value); index += 1; }
    else if (word === '--calendar' && value) { calendar = fromCaller(value); index += 1; }
    else if (word === '--record' && value) { record = fromCaller(value); index += 1; }
    else fail(`Unknown option "${word ?? ''}". ${USAGE}`);
  }
  return { contacts, calendar, isJson, record };
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}
