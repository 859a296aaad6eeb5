/** The contract of a side, against the stand-in: once for a plain organization, once for one with our key field. */
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
}
