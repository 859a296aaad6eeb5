/** R12: what is about to be written waits until the lease is long enough for what is in flight to end under it. */
import { expect, test } from 'vitest';
import { readControl } from '../../src/store/control-store.ts';
import { LEASE_NEEDED_MS } from '../../src/app/sync/limits.ts';
import { USER } from './mailbox.ts';
import { makeWorld, type World } from './sync-world.ts';

/** Shorter than a lease, and more than leaves enough of it. */
const SLOW_MS = 75_000;

/** A first run with one creation, and a storage that takes its time to answer the batch of this number: what is left of the lease at the write. */
async function leaseAtWrite(slow: number): Promise<{ readonly batches: number; readonly leftMs: number }> {
  const parts: { world?: World } = {};
  const seen: { batches: number; now: number; read: ReturnType<typeof readControl> }[] = [];
  let batches = 0;
  const world = await makeWorld({
    fate: (request) => {
      if (request === 'batch') batches += 1;
      if (request === 'batch' && batches === slow) parts.world?.clock.advance(SLOW_MS);
      return 'serve';
    },
    c: { writeFate: () => {
      if (parts.world) seen.push({ batches, now: parts.world.clock.now(), read: readControl(parts.world.services, USER) });
      return 'serve';
    } },
  });
  parts.world = world;
  world.m.add({ givenName: 'Anna', familyName: 'Albers', primaryEmail: 'anna@acme.example' });
  await world.run();
  const [first] = seen;
  const control = await first?.read;
  if (!first || !control) throw new Error('nothing was written');
  return { batches: first.batches, leftMs: control.head.leaseUntil - first.now };
}

test('a lease that ran short while the intent was stored is renewed before anything is sent', async () => {
  const { batches, leftMs } = await leaseAtWrite(0);
  expect(leftMs).toBeGreaterThan(SLOW_MS);
  const late = await leaseAtWrite(batches);
  expect(late.batches).toBe(batches + 1);
  expect(late.leftMs).toBeGreaterThan(LEASE_NEEDED_MS);
});
