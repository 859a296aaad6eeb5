/** The contract of a side, against the stand-in, on a server whose `sync` works. */
import { activityContract } from '../../../test/contract/activity-contract.ts';
import { sideContract } from '../../../test/contract/side-contract.ts';
import { vtigerWorld } from '../../../test/worlds/vtiger.ts';

sideContract('vTiger', {
  makeWorld: () => vtigerWorld({ recordAs: 'vtiger-contract' }),
  hasKey: false,
  bad: { givenName: 'Nameless' },
  overflow: { fields: { familyName: 'Dorn', jobTitle: 'Buyer of everything '.repeat(20) }, field: 'jobTitle' },
  // Contacts and leads: no call answers for two modules.
  idleCalls: 2,
});

activityContract('vTiger', {
  makeWorld: () => vtigerWorld({ recordAs: 'vtiger-contract', kinds: ['contact', 'event', 'task'] }),
  hasKey: false,
  keepsGuests: false,
  idleCalls: 4,
  lacks: ['showAs'],
});
