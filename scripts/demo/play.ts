/** The whole play: people and events into the mailbox, some of them into the CRM, sync, edits on both sides, sync, and what was found. */
import process from 'node:process';
import type { Rep } from '../../sandbox/rep.ts';
import { Interrupted } from '../hands/mailbox.ts';
import { activities, compareActivities, editActivities, OWN, seedActivities } from './activities.ts';
import { windowAt, type CalendarFolder, type SourceEvent } from './calendar.ts';
import { compareEvents } from './compare-events.ts';
import type { ImportedContact } from './mailbox-contact.ts';
import { importEvent } from './mailbox-event.ts';
import { report, type EventsFound, type Report } from './report.ts';
import { activate, allEntries, bothSides, editBothSides, importCards, inOrderOfCards, MINUTE_MS, seedCrm, untilQuiet, type Scene } from './story.ts';

export interface Sources {
  readonly cards: readonly ImportedContact[];
  readonly unreadable: Report['skipped'];
  readonly calendar: CalendarFolder | null;
  readonly started: number;
  readonly say: (text: string) => void;
  readonly signedIn: (rep: Rep) => void;
}

/** The story from the first import to the report. `signedIn` gets the session once there is one. */
export async function play(scene: Scene, { cards, unreadable, calendar, started, say, signedIn }: Sources): Promise<Report> {
  const now = scene.clock.now();
  const skipped = [...unreadable];
  const imported = await importCards(scene, cards, (source, error) => {
    process.stderr.write(`${source}: the mailbox refused it: ${error.message}\n`);
    skipped.push({ source, reason: 'refusedByMailbox' });
  });
  const seeded = await seedCrm(scene, imported);
  say(`${imported.length} contacts are in the mailbox, ${seeded.length} of them in the CRM under other spellings. Activating...`);
  const cardsSkipped = skipped.length;
  if (calendar) skipped.push(...calendar.skipped, ...await importCalendar(scene, calendar.events, now));
  const rep = await activate(scene, calendar ? ['contact', 'event', 'task'] : ['contact']);
  signedIn(rep);
  say(`Quiet after ${await untilQuiet(scene, rep)} cycles. Editing on both sides...`);
  const first = inOrderOfCards(await allEntries(rep), imported);
  const people = first.filter(({ kind, action }) => kind === 'contact' && (action === 'insert' || action === 'link'));
  await editBothSides(scene, people.flatMap(({ ids: { m, c } }) => (m && c ? [{ m, c }] : [])));
  if (calendar) await editActivities(scene, windowAt(now));
  say(`Quiet again after ${await untilQuiet(scene, rep)} cycles. Comparing...`);
  const entries = inOrderOfCards(await allEntries(rep), imported);
  return report({
    hands: scene, people: await bothSides(scene), cards: cards.length + unreadable.length, imported, seeded, entries, skipped, cardsSkipped,
    events: await eventsFound(scene, calendar, now), asks: await openAsks(rep), idle: await idleCycle(scene), calls: outsideCalls(scene),
    seconds: Math.round((performance.now() - started) / 100) / 10,
  });
}

/** Events into the mailbox by a person's hand; what the mailbox refuses is told and listed. */
async function importCalendar(scene: Scene, events: readonly SourceEvent[], now: number): Promise<Report['skipped']> {
  const refused: { source: string; reason: 'refusedByMailbox' }[] = [];
  for (const event of events) {
    try {
      await importEvent(scene.mailbox, event, windowAt(now));
    } catch (error) {
      if (!(error instanceof Error) || error instanceof Interrupted) throw error;
      process.stderr.write(`${event.source}: the mailbox refused it: ${error.message}\n`);
      refused.push({ source: event.source, reason: 'refusedByMailbox' });
    }
  }
  await seedActivities(scene, now);
  return refused;
}

async function eventsFound(scene: Scene, calendar: CalendarFolder | null, now: number): Promise<EventsFound> {
  const none = { events: 0, tasks: 0 };
  if (!calendar) return { source: 0, arrived: 0, outside: 0, kept: 0, differences: [], mailbox: none, crm: none };
  const found = await activities(scene, windowAt(now));
  const { mailbox, crm } = found;
  const compared = compareEvents(calendar.events, crm.events.filter(({ subject }) => !subject.startsWith(OWN)), windowAt(now));
  return {
    ...compared, source: calendar.events.length, differences: [...compared.differences, ...compareActivities(found)],
    mailbox: { events: mailbox.events.length, tasks: mailbox.tasks.length }, crm: { events: crm.events.length, tasks: crm.tasks.length },
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
async function idleCycle(scene: Scene): Promise<Report['idle']> {
  const { world, clock, mailbox, crm } = scene;
  clock.advance(31 * MINUTE_MS);
  await world.cycle();
  clock.advance(31 * MINUTE_MS);
  const before = outsideCalls(scene);
  const { reads, writes } = world.state.counts;
  await world.cycle();
  const after = outsideCalls(scene);
  const outside = Object.fromEntries([...mailbox.services, ...crm.services].map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)]));
  return { outside, stateReads: world.state.counts.reads - reads, stateWrites: world.state.counts.writes - writes };
}

function outsideCalls({ mailbox, crm }: Scene): Record<string, number> {
  return { ...mailbox.calls(), ...crm.calls() };
}
