/** Answers of a collection call: one entry for each record, in their order (REST guide, "sObject Collections"). */
import { faultOf, notJsonError, type ServiceFault } from './errors.ts';
import { isRow } from './row.ts';
import type { Reply } from './client.ts';

export interface Entry { readonly id?: unknown; readonly success?: unknown; readonly errors?: unknown }

/** Throws SyncError of unknown outcome for an answer of another length. */
export function entriesOf({ body }: Reply, count: number): readonly Entry[] {
  if (!Array.isArray(body) || body.length !== count) throw notJsonError({ status: 200, headers: {}, text: JSON.stringify(body) }, true);
  return body.map((entry: unknown) => (isRow(entry) ? entry : {}));
}

export const faultsOf = ({ errors }: Entry): readonly ServiceFault[] =>
  (Array.isArray(errors) ? errors.flatMap((each: unknown) => faultOf(each) ?? []) : []);

/** Neighbours in portions of at most `most`. */
export function collect<T>(all: readonly T[], most: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / most) }, (_, index) => all.slice(index * most, (index + 1) * most));
}
