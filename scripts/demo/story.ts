/** The demo's acts: import, seed, activate through the API, sync, edit on both sides, sync again, look. */
import { ANNA, signInRep, type Rep } from '../../sandbox/rep.ts';
import type { World } from '../../sandbox/world.ts';
import type { MovableClock } from '../../sandbox/clock.ts';
import type { CrmContact, MailboxContact } from './compare.ts';
import type { ImportedContact } from './mailbox-contact.ts';
import { crmSeed, uniqueEmails, type CrmSeed } from './seed.ts';

export const MINUTE_MS = 60_000;
const CYCLE_MS = 31 * MINUTE_MS;
const CYCLE_LIMIT = 30;

export interface Imported {
  readonly card: ImportedContact;
  readonly mailboxId: string;
}

export interface Seeded {
  readonly imported: Imported;
  readonly crmId: string;
  readonly seed: CrmSeed;
  /** Both records as they were before anything synced. */
  readonly before: { readonly mailbox: MailboxContact; readonly crm: CrmContact };
}

export interface RunEntry {
  readonly record: string;
  readonly ids: { readonly m?: string; readonly c?: string };
  readonly kind: string;
  readonly action: string;
  readonly to?: 'm' | 'c';
  readonly why: string;
  readonly notes: readonly { readonly field: string; readonly what: 'shortened' | 'notCarried'; readonly reason: string }[];
}

interface SyncView {
  readonly sync: { readonly problem?: { readonly code: string; readonly message: string } };
}

export function importCards(world: World, cards: readonly ImportedContact[], refused: (source: string, error: Error) => void): readonly Imported[] {
  const mailbox = world.microsoft.mailbox(ANNA.login);
  return cards.flatMap((card) => {
    try {
      return [{ card, mailboxId: mailbox.addContact(card.contact as Record<string, unknown>) }];
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      refused(card.source, error);
      return [];
    }
  });
}

export function seedCrm(world: World, imported: readonly Imported[]): readonly Seeded[] {
  const org = world.salesforce.org();
  const companies = [...new Set(imported.flatMap(({ card }) => card.contact.companyName ?? []))];
  companies.slice(0, Math.ceil(companies.length / 2)).forEach((name) => org.insert('Account', { Name: name.slice(0, 255) }, ANNA.login));
  const unique = uniqueEmails(imported.map(({ card }) => card.contact));
  return imported.flatMap((one, index) => {
    const email = one.card.contact.emailAddresses?.[0]?.address?.toLowerCase() ?? '';
    const seed = crmSeed(one.card.contact, index, unique.has(email));
    if (!seed) return [];
    const crmId = org.insert('Contact', seed.fields, ANNA.login);
    return [{ imported: one, crmId, seed, before: { mailbox: mailboxContact(world, one.mailboxId), crm: crmContact(world, crmId) } }];
  });
}

/** The three steps of the pane, through the pane's own API. */
export async function activate(world: World, kinds: readonly string[]): Promise<Rep> {
  const rep = await signInRep(world.host.origin, 'salesforce', 'production', ANNA.crmSteps);
  await rep.connectMailbox('graph', 'default', ANNA.mailboxSteps, ANNA.login);
  await rep.call('POST', 'preview');
  await world.host.drainQueues();
  const preview = await rep.call<{ id: string; state: string; error?: string }>('GET', 'preview');
  if (preview.state !== 'ready') throw new Error(`the preview is ${preview.state}: ${preview.error ?? 'no reason given'}`);
  await rep.call('POST', 'activate', { kinds, previewId: preview.id });
  await world.host.drainQueues();
  return rep;
}

/** Cycles of half an hour until two in a row changed nothing. Answers how many it took. */
export async function untilQuiet(world: World, clock: MovableClock, rep: Rep): Promise<number> {
  let quiet = 0;
  for (let cycle = 1; cycle <= CYCLE_LIMIT; cycle += 1) {
    const before = fingerprint(world);
    clock.advance(CYCLE_MS);
    await world.cycle();
    const { sync } = await rep.call<SyncView>('GET', 'me');
    if (sync.problem) throw new Error(`sync stopped: ${sync.problem.code} ${sync.problem.message}`);
    quiet = fingerprint(world) === before ? quiet + 1 : 0;
    if (quiet === 2) return cycle;
  }
  throw new Error(`not quiet after ${CYCLE_LIMIT} cycles`);
}

/** Changes each time a record of either side does. */
function fingerprint(world: World): string {
  const [mailbox, org] = [world.microsoft.mailbox(ANNA.login), world.salesforce.org()];
  return JSON.stringify([mailbox.contacts(), mailbox.events(), mailbox.tasks(), org.contacts(), org.events(), org.tasks()]);
}

/** An edit in Outlook, one in the CRM, both of one record, and a birth on each side. */
export function editBothSides(world: World, pairs: readonly { readonly m: string; readonly c: string }[]): void {
  const mailbox = world.microsoft.mailbox(ANNA.login);
  const org = world.salesforce.org();
  const [first, second, third] = pairs;
  if (first) mailbox.updateContact(first.m, { jobTitle: 'Edited in Outlook' });
  if (second) org.update('Contact', second.c, { Department: 'Edited in the CRM' });
  if (third) {
    mailbox.updateContact(third.m, { mobilePhone: '+49 170 5550199' });
    org.update('Contact', third.c, { AssistantName: 'Edited in the CRM too' });
  }
  mailbox.addContact({ givenName: 'Nadia', surname: 'Outlook', emailAddresses: [{ address: 'nadia@newcomer.example' }] });
  org.insert('Contact', { FirstName: 'Carl', LastName: 'Crm', Email: 'carl@latecomer.example' }, ANNA.login);
}

export async function allEntries(rep: Rep): Promise<readonly RunEntry[]> {
  const entries: RunEntry[] = [];
  let runsFrom: string | undefined;
  do {
    const page: { runs: { id: string }[]; next?: string } = await rep.call('GET', `runs${runsFrom ? `?after=${encodeURIComponent(runsFrom)}` : ''}`);
    for (const { id } of page.runs) {
      let from: string | undefined;
      do {
        const after: string = from ? `?after=${encodeURIComponent(from)}` : '';
        const detail: { entries: RunEntry[]; next?: string } = await rep.call('GET', `runs/${encodeURIComponent(id)}${after}`);
        entries.push(...detail.entries);
        from = detail.next;
      } while (from);
    }
    runsFrom = page.next;
  } while (runsFrom);
  return entries;
}

export function mailboxContact(world: World, id: string): MailboxContact {
  const found = world.microsoft.mailbox(ANNA.login).contacts().find((contact) => contact['id'] === id);
  if (!found) throw new Error('a contact of the mailbox is gone');
  return found as MailboxContact;
}

export function crmContact(world: World, id: string): CrmContact {
  const org = world.salesforce.org();
  const found = org.contacts().find((contact) => contact['Id'] === id);
  if (!found) throw new Error('a contact of the CRM is gone');
  const account = org.accounts().find((candidate) => candidate['Id'] === found['AccountId']);
  return { ...found, 'Account.Name': account?.['Name'] ?? null };
}
