/** The contract suite of events and tasks against the stand-in. */
import { afterAll } from 'vitest';
import { activityContract } from '../../../test/contract/activity-contract.ts';
import { recordedEwsWorlds } from '../../../test/worlds/ews.ts';

const worlds = recordedEwsWorlds('ews-activities', { kinds: ['contact', 'event', 'task'] });
afterAll(() => {
  worlds.flush();
});

activityContract('Exchange', { makeWorld: () => worlds.open(), hasKey: true, keepsGuests: true, idleCalls: 3 });
