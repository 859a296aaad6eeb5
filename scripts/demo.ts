/** `npm run demo`: the main job without hands, on real vCards, compared field by field on the raw state of both sides. */
import process from 'node:process';
import { sourceApp } from '../sandbox/app.ts';
import { movableClock } from '../sandbox/clock.ts';
import { freePorts } from '../sandbox/ports.ts';
import { fileRecorder } from '../sandbox/recorder.ts';
import { startWorld, type World, type WorldOptions } from '../sandbox/world.ts';
import { bestClock, readCalendars } from './demo/calendar.ts';
import { readCards } from './demo/cards.ts';
import { mailboxContact } from './demo/mailbox-contact.ts';
import { BadOption, readOptions, USAGE, type Options } from './demo/options.ts';
import { openOwnMailbox, type OwnPlace } from './demo/own-mailbox.ts';
import { play } from './demo/play.ts';
import { table, type Report } from './demo/report.ts';
import { standInEwsHand } from './hands/ews/exchange.ts';
import { graphHand } from './hands/graph.ts';
import { Interrupted, type MailboxHand } from './hands/mailbox.ts';
import { salesforceHand } from './hands/salesforce.ts';
import { ROOT } from './run.ts';

const options = askedFor();
const say = (text: string): void => { if (!options.isJson) process.stdout.write(`${text}\n`); };
const result = await demo().catch(endedEarly);
process.stdout.write(options.isJson ? `${JSON.stringify(result)}\n` : `${table(result)}\n`);
process.exitCode = result.ok ? 0 : 1;

async function demo(): Promise<Report> {
  const started = performance.now();
  const { cards, skipped: unreadable } = readCards(options.contacts);
  if (cards.length + unreadable.length === 0) fail(`There is no vCard in ${options.contacts}. ${USAGE}`);
  const calendar = options.calendar === null ? null : readCalendars(options.calendar);
  if (calendar && calendar.events.length + calendar.skipped.length === 0) fail(`There is no calendar in ${options.calendar ?? ''}. ${USAGE}`);
  const own = await ownPlace();
  // The files' dates lie anywhere: the clock is set so that the synced window shows most of them.
  const start = calendar ? bestClock(calendar.events, Date.now()) : undefined;
  const clock = movableClock(start);
  const recorder = options.record ? fileRecorder(options.record) : null;
  say(`Starting the world for ${cards.length} cards${calendar ? ` and ${calendar.events.length} events` : ''}...`);
  const worldOptions: WorldOptions = {
    root: ROOT, ports: await freePorts(), clock, dataDir: null, isLive: false, hasPane: false, app: await sourceApp(),
    ...(start === undefined ? {} : { storageSkewMs: start - Date.now() }),
    ...(recorder ? { recorder: recorder.record } : {}),
    ...(own ? { ownServers: own.servers } : {}),
    log: (level, name, message) => { if (level === 'error') process.stderr.write(`${name}: ${message}\n`); },
  };
  const world = await startWorld(worldOptions);
  try {
    const scene = { world, clock, mailbox: own?.hand ?? mailboxHand(world), crm: salesforceHand(world.salesforce) };
    const found = await play(scene, {
      cards: cards.map(mailboxContact), unreadable, calendar, started, say, signedIn: (rep) => { own?.signedIn(rep); },
    });
    await own?.leave();
    return found;
  } catch (error) {
    await own?.leave().catch((second: unknown) => { process.stderr.write(`The mailbox was not cleared: ${String(second)}\n`); });
    throw error;
  } finally {
    recorder?.flush();
    await world.close();
  }
}

/** 128 and the number of SIGINT, as shells have it. */
function endedEarly(error: unknown): never {
  if (error instanceof Interrupted) process.exit(130);
  throw error;
}

function mailboxHand(world: World): MailboxHand {
  return options.mailbox === 'ews' ? standInEwsHand(world.exchange) : graphHand(world.microsoft);
}

async function ownPlace(): Promise<OwnPlace | undefined> {
  if (!options.ownMailbox) return undefined;
  try {
    return await openOwnMailbox(options.ownMailbox, options.keepsRecords);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return fail(error.message);
  }
}

function askedFor(): Options {
  try {
    return readOptions(process.argv.slice(2), process.env);
  } catch (error) {
    if (!(error instanceof BadOption)) throw error;
    return fail(error.message);
  }
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}
