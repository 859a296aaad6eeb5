/** Creations with our key, patches of changed fields, soft deletions: in batches, one answer for each operation. */
import type { FieldName, Fields } from '../../engine/record.ts';
import type { Operation, WriteResult } from '../../ports/side.ts';
import type { Outcome } from './batch.ts';
import type { GraphClient, Request } from './client.ts';
import { errorOf, refusal } from './errors.ts';
import type { JsonObject } from './json.ts';
import { isObject, stringOf } from './json.ts';
import { KEY_PROPERTY } from './limits.ts';
import type { Patch } from './map.ts';
import { etagOf, fieldsOf, patchOf, versionOf } from './map.ts';

/** One operation as it will go out; `request` is absent when nothing of it can be written here. */
interface Prepared {
  readonly operation: Operation;
  readonly patch: Patch;
  readonly request?: Request;
}

export async function writeAll(
  operations: readonly Operation[],
  client: GraphClient,
  zone: string | undefined,
): Promise<readonly WriteResult[]> {
  const prepared = operations.map(prepare);
  const outcomes = await client.batch(prepared.flatMap(({ request }) => request ?? []));
  let at = 0;
  return prepared.map((one) => (one.request ? resultOf(one, outcomes[at++], zone) : unwritten(one)));
}

const NO_PATCH: Patch = { body: {}, notes: [], fields: [] };
const pathOf = (id: string): string => `/me/contacts/${encodeURIComponent(id)}`;

function prepare(operation: Operation): Prepared {
  switch (operation.op) {
    case 'create': {
      const patch = patchOf(operation.fields, null);
      const body: JsonObject = { ...patch.body, singleValueExtendedProperties: [{ id: KEY_PROPERTY, value: operation.linkId }] };
      return { operation, patch, request: { method: 'POST', url: '/me/contacts', body } };
    }
    case 'update': {
      const { id, version } = operation.current;
      const patch = patchOf(operation.patch, operation.current);
      if (Object.keys(patch.body).length === 0) return { operation, patch };
      return { operation, patch, request: { method: 'PATCH', url: pathOf(id), body: patch.body, ...match(version) } };
    }
    case 'delete':
      return { operation, patch: NO_PATCH, request: { method: 'DELETE', url: pathOf(operation.id), ...match(operation.version) } };
  }
}

/** Documented for DELETE; whether Outlook heeds it on PATCH is [unconfirmed], and a service that does not is no worse off. */
const match = (version: string): { ifMatch?: string } => (version ? { ifMatch: etagOf(version) } : {});

function unwritten({ operation, patch }: Prepared): WriteResult {
  if (operation.op !== 'update') throw refusal('bug', { code: 'GRAPH_NOTHING_TO_WRITE' });
  return { ok: true, id: operation.current.id, version: operation.current.version, written: {}, notes: patch.notes };
}

function resultOf({ operation, patch }: Prepared, outcome: Outcome | undefined, zone: string | undefined): WriteResult {
  if (!outcome) return { ok: false, error: refusal('bug', { code: 'GRAPH_NO_OUTCOME' }) };
  if ('error' in outcome) return { ok: false, error: outcome.error };
  const { reply } = outcome;
  if (reply.status < 200 || reply.status >= 300) return { ok: false, error: errorOf(reply, 'record', true) };
  if (operation.op === 'delete') return { ok: true, id: operation.id, version: '', written: {}, notes: [] };
  const shown = isObject(reply.body) ? reply.body : undefined;
  const id = stringOf(shown?.['id']) ?? (operation.op === 'update' ? operation.current.id : undefined);
  // A creation without an id has happened, but nobody knows where: recall finds it by its key.
  if (!id) return { ok: false, error: refusal('unavailable', { code: 'GRAPH_NO_ID', isOutcomeUnknown: true }) };
  const echo = fieldsOf(shown ?? patch.body, zone);
  return { ok: true, id, version: shown ? versionOf(shown) : '', written: only(echo, patch.fields), notes: patch.notes };
}

/** What the server shows of the fields written; one that it could not hold is absent. */
function only(shown: Fields, fields: readonly FieldName[]): Fields {
  return Object.fromEntries(fields.flatMap((field) => (shown[field] === undefined ? [] : [[field, shown[field]]])));
}
