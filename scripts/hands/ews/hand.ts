/** A person's hands in a mailbox of an Exchange server, over the wire: the same ones for the stand-in and for a real server. */
import type { Rep } from '../../../sandbox/rep.ts';
import { Interrupted, type MailboxHand, type RawEvent } from '../mailbox.ts';
import { CONTACT_PATHS, contactChanges, contactXml, readContact } from './contact.ts';
import { EVENT_URIS, eventChanges, eventXml, readEvent } from './event.ts';
import { changeItem, idOf, itemsOf, makeItem, readItems, removeItem, viewOf, type FolderName } from './folder.ts';
import { readTask, TASK_URIS, taskChanges, taskXml } from './task.ts';
import { textOf, type Xml } from '../../../sandbox/ews/xml.ts';
import { openWire, type Wire, type WireOptions } from './wire.ts';

export interface EwsHand extends MailboxHand {
  /** What lies in the default folders, by folder; occurrences are not counted. */
  counts(): Promise<Readonly<Record<FolderName, number>>>;
  /** Deletes for good what these hands have made and what else is named; what is gone already is no error. Answers how many were there. */
  removeMade(others: readonly string[]): Promise<number>;
  /** From now on whatever a person would do or look at throws Interrupted; counting and removing go on. */
  stop(): void;
  close(): void;
}

export interface EwsHandOptions {
  readonly wire: WireOptions;
  /** What is typed into the pane's form; its EWS link may lead past what stands before the server. */
  readonly shownUrl: string;
  /** What Outlook shows. */
  readonly address?: string;
  /** Requests that the server or its line has counted, those of the hands included. */
  readonly counted: () => Readonly<Record<string, number>>;
  readonly mailsSent: () => number | null;
}

export function ewsHand({ wire: line, shownUrl, address, counted, mailsSent }: EwsHandOptions): EwsHand {
  const open = openWire(line);
  let isStopped = false;
  const going = (body: string): string => {
    if (isStopped) throw new Interrupted('the hands were stopped');
    return body;
  };
  const wire: Wire = { ...open, call: async (body) => open.call(going(body)), ask: async (body) => open.ask(going(body)) };
  const made = new Set<string>();
  const make = async (folder: FolderName, item: string): Promise<string> => {
    const id = await makeItem(wire, folder, item);
    made.add(id);
    return id;
  };
  const contacts = async (): Promise<readonly Xml[]> => {
    const items = await itemsOf(wire, 'contacts', ['item:ItemClass']);
    return readItems(wire, items.filter(({ name }) => name === 't:Contact').map(idOf), CONTACT_PATHS);
  };
  const tasks = async (): Promise<readonly Xml[]> => (await itemsOf(wire, 'tasks', TASK_URIS)).filter(({ name }) => name === 't:Task');
  return {
    system: 'ews', services: ['ews'], mailsSent,
    connect: (rep) => connect(rep, line, shownUrl, address),
    contacts: async () => (await contacts()).map(readContact),
    addContact: (contact) => make('contacts', contactXml(contact)),
    updateContact: (id, patch) => changeItem(wire, id, contactChanges(patch)),
    addEvent: (body) => make('calendar', eventXml(body)),
    occurrences: (from, to) => appearances(wire, Date.parse(from), Date.parse(to)),
    updateEvent: (id, patch) => changeItem(wire, id, eventChanges(patch)),
    removeEvent: async (id) => { await removeItem(wire, id, 'MoveToDeletedItems'); },
    tasks: async () => (await tasks()).map(readTask),
    addTask: (body) => make('tasks', taskXml(body)),
    updateTask: (id, patch) => changeItem(wire, id, taskChanges(patch)),
    fingerprint: async () => JSON.stringify([await contacts(), await itemsOf(wire, 'calendar', EVENT_URIS), await tasks()]),
    calls: () => {
      const { ews = 0, 'ews-sign-in': signIns = 0, ...others } = counted();
      return { ...others, 'ews': ews - wire.sent.calls, 'ews-sign-in': signIns - wire.sent.handshakes };
    },
    counts: () => countsOf(open),
    removeMade: async (others) => {
      let removed = 0;
      for (const id of new Set([...made, ...others])) if (await removeItem(open, id, 'HardDelete')) removed += 1;
      return removed;
    },
    stop: () => { isStopped = true; },
    close: () => { open.close(); },
  };
}

/** Occurrences have the UID of their series, and are told apart from it by their type. */
async function appearances(wire: Wire, from: number, to: number): Promise<readonly RawEvent[]> {
  const masters = await itemsOf(wire, 'calendar', ['calendar:UID', 'calendar:CalendarItemType']);
  const series = masters.filter((item) => textOf(item, 't:CalendarItemType') === 'RecurringMaster');
  const ids = new Map(series.map((item) => [textOf(item, 't:UID') ?? '', idOf(item)]));
  return (await viewOf(wire, from, to, EVENT_URIS)).map((item) => readEvent(item, ids));
}

async function countsOf(wire: Wire): Promise<Readonly<Record<FolderName, number>>> {
  const count = async (name: FolderName): Promise<number> => (await itemsOf(wire, name, ['item:ItemClass'])).length;
  return { contacts: await count('contacts'), calendar: await count('calendar'), tasks: await count('tasks') };
}

/** What the pane sends when the form has been filled in. */
async function connect(rep: Rep, { user, password }: WireOptions, url: string, address: string | undefined): Promise<void> {
  const values = { login: user, password, url };
  await rep.call('POST', 'mailbox/credentials', { system: 'ews', choice: 'default', values, ...(address === undefined ? {} : { expectedAddress: address }) });
}
