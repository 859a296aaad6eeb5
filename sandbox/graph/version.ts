/** changeKey and etag of an item: they move with every change, even with one that changes nothing. */
import type { Item, Shelf } from './mailbox.ts';
import { GraphError } from './reply.ts';
import type { Call } from './reply.ts';

export const changeKey = (shelf: Pick<Shelf<unknown>, 'tag'>, item: Pick<Item<unknown>, 'seq'>): string =>
  `EQAAABYAAAB${Buffer.from(`${shelf.tag}${item.seq.toString(16).padStart(12, '0')}`, 'hex').toString('base64url')}`;

export const etag = (shelf: Pick<Shelf<unknown>, 'tag'>, item: Pick<Item<unknown>, 'seq'>): string => `W/"${changeKey(shelf, item)}"`;

/** If-Match is in the published description for DELETE; for PATCH it is [unconfirmed] that Outlook looks at it. */
export function demandMatch(shelf: Pick<Shelf<unknown>, 'tag'>, item: Pick<Item<unknown>, 'seq'>, call: Call): void {
  const wanted = call.headers['if-match'];
  if (wanted === undefined || wanted === '*' || wanted === etag(shelf, item)) return;
  throw new GraphError(
    412, 'ErrorIrresolvableConflict',
    'The send or update operation could not be performed because the change key passed in the request '
    + 'does not match the current change key for the item.',
  );
}
