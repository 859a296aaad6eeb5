/** Contacts: looks by id, search by e-mail address, and recall by our key: GETs in batches. */
import type { LinkId } from '../../engine/link.ts';
import type { Look, Seen } from '../../engine/record.ts';
import type { LostCreation, Probe, Recall } from '../../ports/side.ts';
import type { Outcome } from './batch.ts';
import { replyOf } from './batch.ts';
import type { GraphClient, Request } from './client.ts';
import type { Reply } from './errors.ts';
import { isMissing } from './errors.ts';
import { isObject, stringOf } from './json.ts';
import { CONTACT_FOLDER, KEY_PROPERTY, SENSITIVITY_PROPERTY } from './limits.ts';
import { listAll, lookOf, quoted, refuseIfShut } from './looks.ts';
import { SELECT, project } from './map.ts';

const EXTENDED = encodeURIComponent(`id eq '${SENSITIVITY_PROPERTY}' or id eq '${KEY_PROPERTY}'`);
/** Extended properties come only when they are asked for by id; without sensitivity a private contact would leak. */
export const EXPAND = `singleValueExtendedProperties($filter=${EXTENDED})`;
const SHAPE = `$select=${SELECT.join(',')}&$expand=${EXPAND}`;

/** Records that carry this link's key. */
export const keyFilter = (linkId: LinkId): string =>
  `singleValueExtendedProperties/any(ep:ep/id eq ${quoted(KEY_PROPERTY)} and ep/value eq ${quoted(linkId)})`;

interface ReadWorld {
  readonly client: GraphClient;
  readonly zone: string | undefined;
}

/** What is asked of one kind of records, in Side's own terms. */
export interface Reader {
  read(ids: readonly string[]): Promise<ReadonlyMap<string, Look>>;
  search(probes: readonly Probe[]): Promise<readonly Seen[]>;
  recall(lost: readonly LostCreation[]): Promise<ReadonlyMap<LinkId, Recall>>;
}

export function makeReader({ client, zone }: ReadWorld): Reader {
  const folders = folderWatch(client);
  return {
    read: async (ids) => {
      const distinct = [...new Set(ids)];
      if (distinct.length === 0) return new Map();
      const question = folders.question();
      const outcomes = await client.batch([...distinct.map(getOne), ...question]);
      const replies = outcomes.slice(0, distinct.length).map(replyOf);
      refuseIfShut(replies);
      await folders.learn(outcomes[distinct.length], replies);
      return new Map(
        distinct.map((id, index) => [
          id,
          lookOf(replies[index], (contact) =>
            folders.isDeleted(stringOf(contact['parentFolderId']) ?? '') ? { state: 'gone' } : { state: 'live', record: project(contact, zone) },
          ),
        ]),
      );
    },
    search: async (probes) => {
      const addresses = [
        ...new Set(
          probes
            .flatMap((probe) => probe.emails)
            .map((email) => email.trim().toLowerCase())
            .filter(Boolean),
        ),
      ];
      const found = await listAll(client, addresses.map((address) => filtered(`emailAddresses/any(a:a/address eq ${quoted(address)})`)));
      return [...new Map(found.flat().map((item) => [stringOf(item['id']), item])).values()].map((item) => project(item, zone));
    },
    recall: async (lost) => {
      const found = await listAll(client, lost.map(({ linkId }) => filtered(keyFilter(linkId))));
      return new Map(
        lost.map(({ linkId }, index) => [linkId, { found: (found[index] ?? []).map((item) => project(item, zone)), isByKey: true }]),
      );
    },
  };
}

const getOne = (id: string): Request => ({ method: 'GET', url: `/me/contacts/${encodeURIComponent(id)}?${SHAPE}` });

/** One filtered list for each filter. A handful of contacts share an address; all of them are read. */
const filtered = (filter: string): Request => ({ method: 'GET', url: `/me/contacts?$filter=${encodeURIComponent(filter)}&${SHAPE}` });

/**
 * With immutable ids a contact keeps its id in Deleted Items and can still be read there [unconfirmed]: it is gone all the same.
 * Deleted Items is a mail folder, so as a contact folder it does not exist. A 404 for the folder counts only while the default
 * folder is seen under another id; a contact in any other folder of the person's is live.
 */
function folderWatch(client: GraphClient): FolderWatch {
  const isContactFolder = new Map<string, boolean>();
  let isStandardKnown = false;
  return {
    question: () => (isStandardKnown ? [] : [folderRequest(CONTACT_FOLDER)]),
    isDeleted: (folder) => isContactFolder.get(folder) === false,
    learn: async (answer, replies) => {
      const standard = answer && 'reply' in answer && isObject(answer.reply.body) ? stringOf(answer.reply.body['id']) : undefined;
      if (standard !== undefined) isContactFolder.set(standard, true);
      isStandardKnown ||= standard !== undefined;
      if (!isStandardKnown) return;
      const parents = new Set(
        replies.flatMap(({ status, body }) => (status === 200 && isObject(body) ? (stringOf(body['parentFolderId']) ?? []) : [])),
      );
      const unknown = [...parents].filter((folder) => !isContactFolder.has(folder));
      const outcomes = await client.batch(unknown.map(folderRequest));
      unknown.forEach((folder, index) => {
        const outcome = outcomes[index];
        if (outcome && 'reply' in outcome && (outcome.reply.status === 200 || isMissing(outcome.reply)))
          isContactFolder.set(folder, outcome.reply.status === 200);
      });
    },
  };
}

const folderRequest = (folder: string): Request => ({ method: 'GET', url: `/me/contactFolders/${encodeURIComponent(folder)}?$select=id` });

interface FolderWatch {
  /** A part for the next batch, as long as the default folder's id is not known. */
  question(): readonly Request[];
  /** Takes its answer, and asks about the folders in which other contacts lie. */
  learn(answer: Outcome | undefined, replies: readonly Reply[]): Promise<void>;
  isDeleted(folder: string): boolean;
}
