/** The lock that makes timers a singleton: a blob lease as in Azure or, for a term shorter than a lease can be, a blob with a term in it. */
import { randomUUID } from 'node:crypto';
import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';

export interface SingletonLock {
  /** Gets the lock, or renews it when half its term is over. True while this host has it. */
  hold(): Promise<boolean>;
  release(): Promise<void>;
}

/** The storage refuses shorter leases (learn.microsoft.com, "Lease Blob": 15 to 60 seconds). */
const SHORTEST_LEASE_SECONDS = 15;

export async function singletonLock(container: ContainerClient, hostId: string, seconds: number): Promise<SingletonLock> {
  const blob = container.getBlockBlobClient(`locks/${hostId}/Concord.Timers.Listener`);
  if (!await blob.exists()) await upload(blob, '', { ifNoneMatch: '*' });
  return seconds < SHORTEST_LEASE_SECONDS ? termLock(blob, seconds) : leaseLock(blob, seconds);
}

function leaseLock(blob: BlockBlobClient, seconds: number): SingletonLock {
  const lease = blob.getBlobLeaseClient();
  let isHeld = false;
  let renewedAt = 0;
  return {
    hold: async () => {
      // The lease runs on the storage's clock, so it is renewed by real time, not by the app's.
      if (isHeld && Date.now() - renewedAt < seconds * 500) return true;
      try {
        if (isHeld) await lease.renewLease(); else await lease.acquireLease(seconds);
        isHeld = true;
        renewedAt = Date.now();
      } catch (error) {
        if (!isRefused(error)) throw error;
        isHeld = false;
      }
      return isHeld;
    },
    release: async () => {
      if (isHeld) await lease.releaseLease();
      isHeld = false;
    },
  };
}

interface Term { readonly holder: string; readonly until: number }

/** Compare-and-set of the blob: whoever finds a live term of another leaves it alone, and of two who find it over only one gets it. */
function termLock(blob: BlockBlobClient, seconds: number): SingletonLock {
  const holder = randomUUID();
  let until = 0;
  const write = async (term: Term, etag: string | undefined): Promise<boolean> => (
    upload(blob, JSON.stringify(term), etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: etag }));
  return {
    hold: async () => {
      const now = Date.now();
      if (until - now > seconds * 500) return true;
      const { term, etag } = await readTerm(blob);
      const isMine = (term === undefined || term.holder === holder || term.until <= now) && await write({ holder, until: now + seconds * 1000 }, etag);
      until = isMine ? now + seconds * 1000 : 0;
      return isMine;
    },
    release: async () => {
      const { term, etag } = await readTerm(blob);
      if (term?.holder === holder) await write({ holder, until: 0 }, etag);
      until = 0;
    },
  };
}

async function readTerm(blob: BlockBlobClient): Promise<{ term: Term | undefined; etag: string | undefined }> {
  const { etag, readableStreamBody } = await blob.download();
  const chunks: Buffer[] = [];
  for await (const chunk of readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString('utf8');
  return { term: text === '' ? undefined : JSON.parse(text) as Term, etag };
}

/** False when somebody else wrote first. */
async function upload(blob: BlockBlobClient, text: string, conditions: { ifMatch?: string; ifNoneMatch?: string }): Promise<boolean> {
  try {
    await blob.upload(text, Buffer.byteLength(text), { conditions });
    return true;
  } catch (error) {
    if (!isRefused(error)) throw error;
    return false;
  }
}

function isRefused(error: unknown): boolean {
  const status = (error as { statusCode?: number }).statusCode;
  return status === 409 || status === 412;
}
