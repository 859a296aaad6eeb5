import { expect, test } from 'vitest';
import { chaos } from './story.ts';

test.each(['graph', 'ews'] as const)('over %s five kills in a busy sync lose nothing, double nothing, mail nobody, and quiet comes soon', async (mailbox) => {
  const told: string[] = [];
  const result = await chaos({ kills: 5, seed: 11, people: 60, mailbox, say: (text) => { told.push(text); } });
  expect({ result, told }).toMatchObject({ result: { findings: [], kills: 5, lost: 0, doubled: 0, isQuiet: true, mailsSent: 0, leasesBroken: 0 } });
  expect(told.filter((text) => text.startsWith('kill '))).toHaveLength(5);
  // Otherwise nobody was busy, and the kills met nothing.
  expect(result.edits).toBeGreaterThan(100);
}, 120_000);
