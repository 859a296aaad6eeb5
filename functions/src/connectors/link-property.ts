/**
 * The property of an item in Exchange that holds our link's id, whichever way the mailbox is reached: a mailbox that moves to Office 365
 * keeps its keys. The set is ours for ever: another one would orphan every key written so far.
 */
export const LINK_PROPERTY = { set: '5f3b2c1e-8d47-4a69-9c0e-b1d6e7a42f58', name: 'ConcordLink' } as const;
