/** The demo's acts: import, seed, activate through the API, sync, edit on both sides, sync again, look. */
import type { MovableClock } from '../../sandbox/clock.ts';
import type { Rep } from '../../sandbox/rep.ts';
import type { World } from '../../sandbox/world.ts';
import type { CrmContact, CrmHand, CrmValues } from '../hands/crm.ts';
import { Interrupted, type MailboxContact, type MailboxHand } from '../hands/mailbox.ts';
import type { ImportedContact } from './mailbox-contact.ts';
import { crmSeed, uniqueEmails, type CrmSeed } from './seed.ts';

export const MINUTE_MS = 60_000;
const CYCLE_MS = 31 * MINUTE_MS;
const CYCLE_LIMIT = 30;

/** Where the story plays: the app in its world, and the hands on both of its sides. */
export interface Scene {
  readonly world: World;
  readonly clock: MovableClock;
  readonly mailbox: MailboxHand;
  readonly crm: CrmHand;
}

export interface Imported {
  readonly card: ImportedContact;
  readonly mailboxId: string;
}

export interface Seeded {
  readonly imported: Imported;
  readonly crmId: string;
  readonly seed: CrmSeed;
  /** Both records as they were before anything synced. */
  readonly before: { readonly mailbox: MailboxContact; readonly crm: CrmValues };
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

export async function importCards(
  { mailbox }: Scene, cards: readonly ImportedContact[], refused: (source: string, error: Error) => void,
): Promise<readonly Imported[]> {
  const imported: Imported[] = [];
  for (const card of cards) {
    try {
      imported.push({ card, mailboxId: await mailbox.addContact(card.contact) });
    } catch (error) {
      if (!(error instanceof Error) || error instanceof Interrupted) throw error;
      refused(card.source, error);
    }
  }
  return imported;
}

export async function seedCrm({ mailbox, crm }: Scene, imported: readonly Imported[]): Promise<readonly Seeded[]> {
  const companies = [...new Set(imported.flatMap(({ card }) => card.contact.companyName ?? []))];
  await crm.addCompanies(companies.slice(0, Math.ceil(companies.length / 2)));
  const unique = uniqueEmails(imported.map(({ card }) => card.contact));
  const made: { readonly imported: Imported; readonly crmId: string; readonly seed: CrmSeed }[] = [];
  for (const [index, one] of imported.entries()) {
    const email = one.card.contact.emailAddresses?.[0]?.address?.toLowerCase() ?? '';
    const seed = crmSeed(one.card.contact, index, unique.has(email));
    if (seed) made.push({ imported: one, crmId: await crm.addContact(seed.values), seed });
  }
  const people = await bothSides({ mailbox, crm });
  return made.map((one) => ({ ...one, before: { mailbox: people.mailboxOf(one.imported.mailboxId), crm: people.crmOf(one.crmId) } }));
}

/** The three steps of the pane, through the pane's own API. */
export async function activate({ world, mailbox, crm }: Scene, kinds: readonly string[]): Promise<Rep> {
  const rep = await crm.signIn(world.host.origin);
  await mailbox.connect(rep);
  await rep.call('POST', 'preview');
  await world.host.drainQueues();
  const preview = await rep.call<{ id: string; state: string; error?: string }>('GET', 'preview');
  if (preview.state !== 'ready') throw new Error(`the preview is ${preview.state}: ${preview.error ?? 'no reason given'}`);
  await rep.call('POST', 'activate', { kinds, previewId: preview.id });
  await world.host.drainQueues();
  return rep;
}

/** Cycles of half an hour until two in a row changed nothing. Answers how many it took. */
export async function untilQuiet(scene: Scene, rep: Rep): Promise<number> {
  const { world, clock } = scene;
  let quiet = 0;
  let before = await fingerprint(scene);
  for (let cycle = 1; cycle <= CYCLE_LIMIT; cycle += 1) {
    clock.advance(CYCLE_MS);
    await world.cycle();
    const { sync } = await rep.call<SyncView>('GET', 'me');
    if (sync.problem) throw new Error(`sync stopped: ${sync.problem.code} ${sync.problem.message}`);
    const after = await fingerprint(scene);
    quiet = after === before ? quiet + 1 : 0;
    if (quiet === 2) return cycle;
    before = after;
  }
  throw new Error(`not quiet after ${CYCLE_LIMIT} cycles`);
}

/** Changes each time a record of either side does. */
async function fingerprint({ mailbox, crm }: Scene): Promise<string> {
  return `${await mailbox.fingerprint()}\n${await crm.fingerprint()}`;
}

/** An edit in Outlook, one in the CRM, both of one record, and a birth on each side. */
export async function editBothSides({ mailbox, crm }: Scene, pairs: readonly { readonly m: string; readonly c: string }[]): Promise<void> {
  const [first, second, third] = pairs;
  if (first) await mailbox.updateContact(first.m, { jobTitle: 'Edited in Outlook' });
  if (second) await crm.updateContact(second.c, { department: 'Edited in the CRM' });
  if (third) {
    await mailbox.updateContact(third.m, { mobilePhone: '+49 170 5550199' });
    await crm.updateContact(third.c, { assistantName: 'Edited in the CRM too' });
  }
  await mailbox.addContact({ givenName: 'Nadia', surname: 'Outlook', emailAddresses: [{ address: 'nadia@newcomer.example' }] });
  await crm.addContact({ givenName: 'Carl', familyName: 'Crm', primaryEmail: 'carl@latecomer.example' });
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

/** Links first, then by the place of the card: mailboxes list their contacts in orders of their own, and the demo plays the same in each. */
export function inOrderOfCards(entries: readonly RunEntry[], imported: readonly Imported[]): readonly RunEntry[] {
  const places = new Map(imported.map(({ mailboxId }, place) => [mailboxId, place]));
  const placeOf = ({ ids: { m } }: RunEntry): number => places.get(m ?? '') ?? places.size;
  const turnOf = ({ action }: RunEntry): number => (action === 'link' ? 0 : 1);
  return [...entries].sort((a, b) => turnOf(a) - turnOf(b) || placeOf(a) - placeOf(b));
}

/** Everybody of both sides at one moment. */
export interface People {
  readonly mailbox: readonly MailboxContact[];
  readonly crm: readonly CrmContact[];
  mailboxOf(id: string): MailboxContact;
  crmOf(id: string): CrmValues;
}

export async function bothSides(hands: Pick<Scene, 'mailbox' | 'crm'>): Promise<People> {
  const [mailbox, crm] = [await hands.mailbox.contacts(), await hands.crm.contacts()];
  const [byMailboxId, byCrmId] = [new Map(mailbox.map((contact) => [contact.id, contact])), new Map(crm.map(({ id, values }) => [id, values]))];
  return {
    mailbox, crm,
    mailboxOf: (id) => byMailboxId.get(id) ?? missing('mailbox'),
    crmOf: (id) => byCrmId.get(id) ?? missing('CRM'),
  };
}

function missing(side: string): never {
  throw new Error(`a contact of the ${side} is gone`);
}
