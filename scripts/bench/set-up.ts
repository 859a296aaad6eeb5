/** A world with so many contacts, a rep activated through the API, and the product's code waiting in a process of its own. */
import process from 'node:process';
import { TableClient } from '@azure/data-tables';
import { sourceApp } from '../../sandbox/app.ts';
import { movableClock } from '../../sandbox/clock.ts';
import { freePorts } from '../../sandbox/ports.ts';
import { ANNA, signInRep, type Rep } from '../../sandbox/rep.ts';
import type { Recorder } from '../../sandbox/server.ts';
import { startWorld, type World } from '../../sandbox/world.ts';
import { ROOT } from '../run.ts';
import { startChild, type Child } from './children.ts';
import type { OurOrder, WireCall, Work } from './orders.ts';
import { mailboxEvent, mailboxTask } from './activities.ts';
import { companyNames, crmPerson, mailboxPerson } from './people.ts';

/** Calls to the outside, and requests to the table of states. */
export interface Counts {
  readonly graph: number;
  readonly salesforce: number;
  readonly stateReads: number;
  readonly stateWrites: number;
}

export interface Bench {
  readonly storage: string;
  /** The user's partition in table `state`. */
  readonly partition: string;
  readonly ours: Child<OurOrder, Work>;
  counts(): Counts;
  /** What `work` costs at the stand-ins and at the storage. */
  countsOf(work: () => Promise<unknown>): Promise<Counts>;
  /** The calls to the outside while `work` runs, in order. */
  callsOf(work: () => Promise<unknown>): Promise<readonly WireCall[]>;
  /** The same call with the token that its service saw last: older ones may be over. */
  withFreshToken(call: WireCall): WireCall;
  /** Moves the world's clock and the child's together. */
  advance(milliseconds: number): Promise<void>;
  /** More lists of tasks in the mailbox, with a task each, until there are so many. */
  growLists(count: number): void;
  close(): Promise<void>;
}

/** Records on one side; the other side starts empty. Events and tasks make it a sync of all kinds. */
export interface Filling {
  readonly side: 'mailbox' | 'crm';
  readonly contacts: number;
  readonly activities?: { readonly events: number; readonly tasks: number };
}

export async function startBench(filling: Filling): Promise<Bench> {
  const clock = movableClock();
  const app = await sourceApp();
  let env: Readonly<Record<string, string>> = {};
  const tap = wireTap();
  const world = await startWorld({
    root: ROOT, ports: await freePorts(), clock, dataDir: null, isLive: false, hasPane: false,
    app: { ...app, load: (settings, worldClock) => { env = settings; return app.load(settings, worldClock); } },
    recorder: tap.recorder,
    log: (level, name, message) => { if (level === 'error') process.stderr.write(`${name}: ${message}\n`); },
  });
  const ours = startChild<OurOrder, Work>('our-child.ts');
  const storage = env['AzureWebJobsStorage'] ?? '';
  try {
    fill(world, filling, clock.now());
    await activate(world, filling.activities ? ['contact', 'event', 'task'] : ['contact']);
    const partition = await onlyPartition(storage);
    await ours.ask({ do: 'start', env, clockOffset: 0, userId: partition.slice('u~'.length) });
    const counts = (): Counts => countsAt(world);
    return {
      storage, partition, ours, counts,
      countsOf: async (work) => {
        const before = counts();
        await work();
        return difference(counts(), before);
      },
      callsOf: tap.callsOf,
      withFreshToken: tap.withFreshToken,
      advance: async (milliseconds) => {
        clock.advance(milliseconds);
        await ours.ask({ do: 'advance', milliseconds });
      },
      growLists: (count) => growLists(world, count, clock.now()),
      close: async () => { await ours.close(); await world.close(); },
    };
  } catch (error) {
    await ours.close();
    await world.close();
    throw error;
  }
}

/** Hears every exchange at the stand-ins. */
function wireTap(): Pick<Bench, 'callsOf' | 'withFreshToken'> & { readonly recorder: Recorder } {
  let wire: WireCall[] | undefined;
  const tokens = new Map<string, string>();
  return {
    recorder: (service, _at, { method, url, headers, body }) => {
      if (service !== 'graph' && service !== 'salesforce') return;
      tokens.set(service, headers['authorization'] ?? '');
      wire?.push({ service, method, url: url.href, headers, body });
    },
    callsOf: async (work) => {
      const calls: WireCall[] = [];
      wire = calls;
      await work();
      wire = undefined;
      return calls;
    },
    withFreshToken: (call) => ({ ...call, headers: { ...call.headers, authorization: tokens.get(call.service) ?? '' } }),
  };
}

function fill(world: World, { side, contacts, activities = { events: 0, tasks: 0 } }: Filling, now: number): void {
  if (side === 'mailbox') {
    const mailbox = world.microsoft.mailbox(ANNA.login);
    for (let index = 0; index < contacts; index += 1) mailbox.addContact(mailboxPerson(index));
    for (let index = 0; index < activities.events; index += 1) mailbox.addEvent(mailboxEvent(index, now));
    for (let index = 0; index < activities.tasks; index += 1) mailbox.addTask(mailboxTask(index, now));
    return;
  }
  const org = world.salesforce.org();
  const accounts = new Map(companyNames(contacts).map((name) => [name, org.insert('Account', { Name: name }, ANNA.login)]));
  for (let index = 0; index < contacts; index += 1) {
    const { fields, account } = crmPerson(index);
    org.insert('Contact', { ...fields, AccountId: accounts.get(account) }, ANNA.login);
  }
}

/** Flagged mails have a list of their own, which is not synced and not counted. */
function growLists(world: World, count: number, now: number): void {
  const mailbox = world.microsoft.mailbox(ANNA.login);
  const synced = (): number => mailbox.taskLists().filter(({ wellknownListName }) => wellknownListName !== 'flaggedEmails').length;
  for (let index = synced(); index < count; index += 1) mailbox.addTask(mailboxTask(10_000 + index, now), mailbox.addTaskList(`List ${index}`));
}

/** The three steps of the pane. The message that starts the first sync stays in its queue: that work is the child's. */
async function activate(world: World, kinds: readonly string[]): Promise<Rep> {
  const rep = await signInRep(world.host.origin, 'salesforce', 'production', ANNA.crmSteps);
  await rep.connectMailbox('graph', 'default', ANNA.mailboxSteps, ANNA.login);
  await rep.call('POST', 'preview');
  await world.host.drainQueues();
  const preview = await rep.call<{ id: string; state: string; error?: string }>('GET', 'preview');
  if (preview.state !== 'ready') throw new Error(`the preview is ${preview.state}: ${preview.error ?? 'no reason given'}`);
  await rep.call('POST', 'activate', { kinds, previewId: preview.id });
  return rep;
}

/** There is one user, so there is one partition. */
async function onlyPartition(storage: string): Promise<string> {
  const table = TableClient.fromConnectionString(storage, 'state', { allowInsecureConnection: true });
  const heads = table.listEntities({ queryOptions: { filter: 'RowKey eq \'a~head\'' } });
  for await (const { partitionKey } of heads) if (partitionKey) return partitionKey;
  throw new Error('after the activation no user is in the table');
}

function countsAt({ microsoft, salesforce, state }: World): Counts {
  return {
    graph: microsoft.server.calls.get('graph') ?? 0, salesforce: salesforce.server.calls.get('salesforce') ?? 0,
    stateReads: state.counts.reads, stateWrites: state.counts.writes,
  };
}

export function difference(after: Counts, before: Counts): Counts {
  return {
    graph: after.graph - before.graph, salesforce: after.salesforce - before.salesforce,
    stateReads: after.stateReads - before.stateReads, stateWrites: after.stateWrites - before.stateWrites,
  };
}
