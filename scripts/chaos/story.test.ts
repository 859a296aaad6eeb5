import { expect, test } from 'vitest';
import { chaos } from './story.ts';

test('five kills of the host in a busy sync lose nothing, double nothing, mail nobody, and quiet comes within six cycles', async () => {
  const told: string[] = [];
  const result = await chaos({ kills: 5, seed: 11, people: 60, mailbox: 'graph', say: (text) => { told.push(text); } });
  expect({ result, told }).toMatchObject({ result: { findings: [], kills: 5, lost: 0, doubled: 0, isQuiet: true, mailsSent: 0, leasesBroken: 0 } });
  expect(told.filter((text) => text.startsWith('kill '))).toHaveLength(5);
  // Otherwise nobody was busy, and the kills met nothing.
  expect(result.edits).toBeGreaterThan(100);
}, 120_000);
