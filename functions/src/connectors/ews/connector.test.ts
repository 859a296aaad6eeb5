/** The contract suite of a side against the stand-in, by both ways of signing in. */
import { afterAll } from 'vitest';
import { sideContract } from '../../../test/contract/side-contract.ts';
import { ANNA, BORIS } from '../../../test/contract/side-world.ts';
import type { EwsWorld } from '../../../test/worlds/ews.ts';
import { IMPOSSIBLE_BIRTHDAY, recordedEwsWorlds } from '../../../test/worlds/ews.ts';

for (const scheme of ['NTLM', 'Basic'] as const) {
  const worlds = recordedEwsWorlds(`ews-connector-${scheme.toLowerCase()}`, { schemes: [scheme] });
  afterAll(() => {
    worlds.flush();
  });

  sideContract(`Exchange, signed in to by ${scheme},`, {
    makeWorld: () => worlds.open(),
    hasKey: true,
    bad: { ...BORIS, birthday: IMPOSSIBLE_BIRTHDAY },
    overflow: { fields: { ...ANNA, otherEmails: ['a2@acme.example', 'a3@acme.example', 'a4@acme.example'] }, field: 'otherEmails' },
    forgetCursors: (world) => {
      (world as EwsWorld).exchange.controls.expireSyncStates('anna');
      return Promise.resolve();
    },
  });
}
