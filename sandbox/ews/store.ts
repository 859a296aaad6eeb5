/** Keeps the server's state between starts: one file for the service, one a mailbox, each replaced in one step. */
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Certificate } from './certificate.ts';
import type { Folder, Item, Mailbox } from './mailbox.ts';
import type { SentMail, Standing } from './world.ts';

export interface StoredService {
  readonly certificate: Certificate;
  readonly standings: Readonly<Record<string, Standing>>;
  readonly mailsSent: readonly SentMail[];
}

interface StoredMailbox extends Omit<Mailbox, 'folders' | 'items'> { readonly folders: readonly Folder[]; readonly items: readonly Item[] }

export interface Store {
  readService(): StoredService | undefined;
  readMailboxes(): Mailbox[];
  /** Remembers to write; the file follows shortly. */
  touch(name: string, content: () => unknown): void;
  /** Writes what is still to be written. */
  flush(): void;
}

const WRITE_AFTER_MS = 500;
export const SERVICE_FILE = 'service';
export const mailboxFile = (mailbox: Mailbox): string => `mailbox-${mailbox.account}`;
export const storedMailbox = (mailbox: Mailbox): StoredMailbox =>
  ({ ...mailbox, folders: [...mailbox.folders.values()], items: [...mailbox.items.values()] });

const revived = (stored: StoredMailbox): Mailbox => ({
  ...stored, folders: new Map(stored.folders.map((folder) => [folder.n, folder])), items: new Map(stored.items.map((item) => [item.n, item])),
});

/** Without a folder nothing is kept. */
export function openStore(folder: string | undefined): Store {
  if (folder === undefined) return { readService: () => undefined, readMailboxes: () => [], touch: () => undefined, flush: () => undefined };
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
    readService: () => readJson(folder, SERVICE_FILE) as StoredService | undefined,
    readMailboxes: () => readdirSync(folder).filter((name) => /^mailbox-.+\.json$/.test(name))
      .map((name) => revived(readJson(folder, name.slice(0, -'.json'.length)) as StoredMailbox)),
    touch: (name, content) => {
      waiting.set(name, content);
      timer ??= setTimeout(flush, WRITE_AFTER_MS).unref();
    },
    flush,
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

/** Only this user may read it: it holds the private key of the certificate. */
function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
