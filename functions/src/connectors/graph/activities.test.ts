/** The contract suite of events and tasks against the stand-in. */
import { afterAll } from 'vitest';
import { activityContract } from '../../../test/contract/activity-contract.ts';
import { recordedGraphWorlds } from '../../../test/worlds/graph.ts';

const worlds = recordedGraphWorlds('graph-activities', ['contact', 'event', 'task']);
afterAll(() => {
  worlds.flush();
});

activityContract('Office 365', { makeWorld: () => worlds.open(), hasKey: true, keepsGuests: true });
