/** A real mailbox as the demo's stage: empty before, and empty again afterwards of what the demo made. */
import process from 'node:process';
import type { Rep } from '../../sandbox/rep.ts';
import type { OwnServers } from '../../sandbox/world.ts';
import { ownEwsHand, type OwnMailbox } from '../hands/ews/exchange.ts';
import type { EwsHand } from '../hands/ews/hand.ts';
import { allEntries } from './story.ts';

export interface OwnPlace {
  readonly hand: EwsHand;
  /** What the app has to be told to reach it, beside what the operator allows already. */
  readonly servers: OwnServers;
  /** From now on the app may write there too. */
  signedIn(rep: Rep): void;
  /** Removes what the demo and its sync made, unless it is to be kept. A second call does nothing. */
  leave(): Promise<void>;
}

/** Throws an Error with a sentence unless the mailbox can be reached and its default folders are empty. */
export async function openOwnMailbox(mailbox: OwnMailbox, keepsRecords: boolean): Promise<OwnPlace> {
  const hand = ownEwsHand(mailbox);
  const full = Object.entries(await hand.counts()).filter(([, count]) => count > 0);
  if (full.length > 0) {
    hand.close();
    throw new Error(`The demo needs a mailbox whose folders Contacts, Calendar and Tasks are empty, and touches no other: here ${
      full.map(([folder, count]) => `${folder} holds ${count}`).join(', ')}. Use a mailbox made for this, or empty them.`);
  }
  let session: Rep | undefined;
  let isLeft = false;
  const leave = async (): Promise<void> => {
    if (isLeft) return;
    isLeft = true;
    process.off('SIGINT', interrupted);
    if (!keepsRecords) await removeAll(hand, session);
    hand.close();
  };
  // Whoever ends the demo early does not want its people in the mailbox either: the story ends, and then they are removed.
  const interrupted = (): void => { hand.stop(); };
  process.once('SIGINT', interrupted);
  const listed = (name: string): readonly string[] => (process.env[name] ?? '').split(',').filter((entry) => entry.trim() !== '');
  return {
    hand, leave,
    servers: { allowedHosts: [...listed('CONCORD_ALLOWED_HOSTS'), hostAndPort(mailbox.url)], certificates: listed('CONCORD_CERTIFICATES') },
    signedIn: (rep) => { session = rep; },
  };
}

function hostAndPort(address: string): string {
  const { hostname, port, protocol } = new URL(address);
  return `${hostname}:${port || (protocol === 'http:' ? '80' : '443')}`;
}

/** What sync made there is in its journal: nothing else is deleted, and what is left is told. */
async function removeAll(hand: EwsHand, session: Rep | undefined): Promise<void> {
  const entries = session ? await allEntries(session) : [];
  const bySync = entries.flatMap(({ action, to, ids }) => (action === 'insert' && to === 'm' && ids.m ? [ids.m] : []));
  const removed = await hand.removeMade(bySync);
  const left = Object.values(await hand.counts()).reduce((sum, count) => sum + count, 0);
  process.stderr.write(`Removed ${removed} records from the mailbox${left === 0 ? '' : `; ${left} are left that the demo does not know of`}.\n`);
}
