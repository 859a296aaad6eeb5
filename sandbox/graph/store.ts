/** Keeps the stand-in's state between starts: one file for identity, one a mailbox, each replaced in one step. */
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StoredIdentity } from '../identity/state.ts';
import type { StoredKeys } from '../identity/tokens.ts';
import type { ContactFields } from './contact-fields.ts';
import { newParts } from './mailbox.ts';
import type { Folder, Item, Lineage, Mailbox, Shelf } from './mailbox.ts';
import type { SentMail } from './world.ts';

export interface StoredService {
  readonly keys: StoredKeys;
  readonly identity: StoredIdentity;
  readonly mailsSent: readonly SentMail[];
}

interface StoredShelf<F> extends Omit<Shelf<F>, 'items' | 'folders' | 'lineages'> {
  readonly items: readonly Item<F>[];
  readonly folders: readonly Folder[];
  readonly lineages: readonly (readonly [number, Lineage])[];
}

const SHELVES = ['calendar', 'tasks', 'taskLists'] as const;
type ShelfName = (typeof SHELVES)[number];
type StoredParts = { readonly [K in ShelfName]: Mailbox[K] extends Shelf<infer F> ? StoredShelf<F> : never };
type PlainParts = Omit<Mailbox, keyof Shelf<ContactFields> | ShelfName>;
/** A mailbox of before there were calendars has contacts only. */
type StoredMailbox = StoredShelf<ContactFields> & Pick<Mailbox, 'userId'> & Partial<PlainParts & StoredParts>;

export interface Store {
  readService(): StoredService | undefined;
  readMailboxes(): Mailbox[];
  /** Remembers to write; the file follows shortly. */
  touch(name: string, content: () => unknown): void;
  /** Writes what is still to be written. */
  flush(): void;
}

const WRITE_AFTER_MS = 500;
const SERVICE = 'service';
export const mailboxFile = (mailbox: Mailbox): string => `mailbox-${mailbox.userId}`;
export const serviceFile = (): string => SERVICE;

/** Without a folder nothing is kept. */
export function openStore(folder: string | undefined): Store {
  if (folder === undefined) {
    return { readService: () => undefined, readMailboxes: () => [], touch: () => undefined, flush: () => undefined };
  }
  mkdirSync(folder, { recursive: true });
  const waiting = new Map<string, () => unknown>();
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const [name, content] of waiting) writeWhole(path.join(folder, `${name}.json`), JSON.stringify(content()));
    waiting.clear();
  };
  return {
    readService: () => readJson(folder, SERVICE) as StoredService | undefined,
    readMailboxes: () => readdirSync(folder).filter((name) => /^mailbox-.+\.json$/.test(name))
      .map((name) => reviveMailbox(readJson(folder, name.slice(0, -'.json'.length)) as StoredMailbox)),
    touch: (name, content) => {
      waiting.set(name, content);
      timer ??= setTimeout(flush, WRITE_AFTER_MS).unref();
    },
    flush,
  };
}

/** Maps become arrays, otherwise the mailbox is written as it is. */
export const storedMailbox = (mailbox: Mailbox): StoredMailbox => ({
  ...mailbox, ...storedShelf(mailbox),
  calendar: storedShelf(mailbox.calendar), tasks: storedShelf(mailbox.tasks), taskLists: storedShelf(mailbox.taskLists),
});

const storedShelf = <F>({ tag, seq, nextItem, nextLineage, deltaEpoch, ...shelf }: Shelf<F>): StoredShelf<F> => ({
  tag, seq, nextItem, nextLineage, deltaEpoch,
  items: [...shelf.items.values()], folders: [...shelf.folders.values()], lineages: [...shelf.lineages],
});

function reviveMailbox(stored: StoredMailbox): Mailbox {
  const parts = newParts(stored.userId);
  const { calendar, tasks, taskLists } = stored;
  return {
    ...parts, ...stored, ...reviveShelf(stored),
    calendar: calendar ? reviveShelf(calendar) : parts.calendar,
    tasks: tasks ? reviveShelf(tasks) : parts.tasks,
    taskLists: taskLists ? reviveShelf(taskLists) : parts.taskLists,
  };
}

function reviveShelf<F>(stored: StoredShelf<F>): Shelf<F> {
  const { tag, seq, nextItem, nextLineage, deltaEpoch } = stored;
  return {
    tag, seq, nextItem, nextLineage, deltaEpoch,
    items: new Map(stored.items.map((item) => [item.n, item])),
    folders: new Map(stored.folders.map((folder) => [folder.n, folder])),
    lineages: new Map(stored.lineages),
  };
}

function readJson(folder: string, name: string): unknown {
  const file = path.join(folder, `${name}.json`);
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read: start with --fresh to begin anew`, { cause: error });
  }
}

/** Only this user may read it: it holds the sandbox's signing keys. */
function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
