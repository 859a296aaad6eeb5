/** The contract of a side, against the stand-in: once for a plain organization, once for one with our key field. */
import { activityContract } from '../../../test/contract/activity-contract.ts';
import { sideContract } from '../../../test/contract/side-contract.ts';
import { salesforceWorld, type SalesforceWorld } from '../../../test/worlds/salesforce.ts';

for (const keyField of [false, true]) {
  let world: SalesforceWorld;
  sideContract(keyField ? 'Salesforce with our key field' : 'Salesforce', {
    makeWorld: async () => {
      world = await salesforceWorld({ keyField }, 'salesforce-contract');
      return world;
    },
    hasKey: keyField,
    bad: { givenName: 'Nameless' },
    overflow: { fields: { familyName: 'Dorn', jobTitle: 'Buyer of everything '.repeat(20) }, field: 'jobTitle' },
    // The service keeps deletions for 15 days: an older cursor is given up.
    forgetCursors: () => Promise.resolve(world.clock.advance(16 * 86_400_000)),
  });
  activityContract(keyField ? 'Salesforce with our key field' : 'Salesforce', {
    makeWorld: async () => {
      const made = await salesforceWorld({ keyField }, 'salesforce-contract', ['contact', 'event', 'task']);
      // Rounds overlap by ten minutes, so what was added comes up until they have passed.
      const add: typeof made.add = async (kind, fields) => {
        const id = await made.add(kind, fields);
        made.clock.advance(11 * 60_000);
        return id;
      };
      return { ...made, add };
    },
    hasKey: keyField,
    keepsGuests: false,
  });
}
