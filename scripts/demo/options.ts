/** What the demo is asked for on the command line, and the secrets that never stand there. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs, parseEnv } from 'node:util';
import type { OwnMailbox } from '../hands/ews/exchange.ts';
import { MAILBOX_SYSTEMS, type MailboxSystem } from '../hands/mailbox.ts';
import { fromCaller, ROOT } from '../run.ts';

export const USAGE = `npm run demo -- [--contacts PATH] [--calendar PATH] [--json] [--record FILE] [--mailbox graph|ews]
  [--mailbox-url URL [--secrets FILE] [--keep]]
PATH: a vCard or iCalendar file, or a folder of them.
URL: a real Exchange server in place of the stand-in (with --mailbox ews). User and password are CONCORD_DEMO_MAILBOX_USER and
CONCORD_DEMO_MAILBOX_PASSWORD in the environment, or lines NAME=value in FILE; CONCORD_DEMO_MAILBOX_ADDRESS is the mail address where it is no login.
Its folders Contacts, Calendar and Tasks must be empty, and are emptied of what the demo made unless --keep is said.`;

export interface Options {
  readonly contacts: string;
  readonly calendar: string | null;
  readonly isJson: boolean;
  readonly record: string | null;
  readonly mailbox: MailboxSystem;
  /** Null: the stand-in. */
  readonly ownMailbox: OwnMailbox | null;
  readonly keepsRecords: boolean;
}

/** A sentence for the person who started the demo. */
export class BadOption extends Error {
  override readonly name = 'BadOption';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws BadOption. */
export function readOptions(words: readonly string[], env: Environment): Options {
  const values = parsed(words);
  const mailbox = MAILBOX_SYSTEMS.find((name) => name === (values.mailbox ?? 'graph'));
  if (!mailbox) throw new BadOption(`--mailbox takes ${MAILBOX_SYSTEMS.join(' or ')}, not "${values.mailbox ?? ''}". ${USAGE}`);
  const url = values['mailbox-url'];
  if (url !== undefined && mailbox !== 'ews') throw new BadOption(`--mailbox-url is for --mailbox ews. ${USAGE}`);
  if (url === undefined && (values.secrets !== undefined || values.keep)) throw new BadOption(`--secrets and --keep are for --mailbox-url. ${USAGE}`);
  return {
    contacts: values.contacts === undefined ? path.join(ROOT, 'sandbox/samples/vcards') : fromCaller(values.contacts),
    calendar: values.calendar === undefined ? null : fromCaller(values.calendar), isJson: values.json === true,
    record: values.record === undefined ? null : fromCaller(values.record), mailbox, keepsRecords: values.keep === true,
    ownMailbox: url === undefined ? null : ownMailbox(url, values.secrets === undefined ? env : { ...env, ...secretsOf(fromCaller(values.secrets)) }),
  };
}

function parsed(words: readonly string[]): {
  contacts?: string; calendar?: string; json?: boolean; record?: string; mailbox?: string; 'mailbox-url'?: string; secrets?: string; keep?: boolean;
} {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...words],
      options: { contacts: text, calendar: text, json: flag, record: text, mailbox: text, 'mailbox-url': text, secrets: text, keep: flag },
    }).values;
  } catch (error) {
    // The word alone: what follows it may be a password that somebody typed where none belongs.
    const word = words.find((one) => one.startsWith('-') && error instanceof Error && error.message.includes(one.split('=')[0] ?? one));
    const what = word === undefined ? 'There is a word too many.' : `Unknown option "${word.split('=')[0] ?? ''}", or its value is missing.`;
    throw new BadOption(`${what} ${USAGE}`);
  }
}

function ownMailbox(typed: string, env: Environment): OwnMailbox {
  const url = ewsUrl(typed);
  const [user, password, address] = ['USER', 'PASSWORD', 'ADDRESS'].map((name) => env[`CONCORD_DEMO_MAILBOX_${name}`]);
  if (!user || !password) {
    throw new BadOption(`CONCORD_DEMO_MAILBOX_USER and CONCORD_DEMO_MAILBOX_PASSWORD are not set. ${USAGE}`);
  }
  const pin = pinOf(url.hostname, env['CONCORD_CERTIFICATES'] ?? '');
  return { url: url.href, user, password, ...(address ? { address } : {}), ...(pin === undefined ? {} : { pin }) };
}

/** A host alone stands for the place where every Exchange server has it. */
function ewsUrl(typed: string): URL {
  if (!URL.canParse(typed) || !/^https?:/i.test(typed)) {
    throw new BadOption(`--mailbox-url takes an address such as https://mail.example.com/EWS/Exchange.asmx. ${USAGE}`);
  }
  const url = new URL(typed);
  if (url.username || url.password) throw new BadOption(`--mailbox-url holds no user and no password. ${USAGE}`);
  if (url.protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) {
    throw new BadOption('--mailbox-url must start with https://: plain http is for this machine alone.');
  }
  if (url.pathname === '/') url.pathname = '/EWS/Exchange.asmx';
  return url;
}

/** The operator's own setting holds for the hands, too. */
function pinOf(host: string, setting: string): string | undefined {
  const entries = setting.split(',').map((entry) => entry.trim().split('='));
  return entries.find(([name]) => name?.toLowerCase() === host.toLowerCase())?.[1]?.replaceAll(':', '').toLowerCase();
}

function secretsOf(file: string): Environment {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new BadOption(`The file of --secrets cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
