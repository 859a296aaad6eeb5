/** Contacts and tasks: looks by id, and what they share with events: what an answer to a look means, and recall by our key. */
import type { LinkId } from '../../engine/link.ts';
import type { Kind, Look, Seen } from '../../engine/record.ts';
import type { LostCreation, Probe, Recall } from '../../ports/side.ts';
import type { Answer } from './answers.ts';
import { refusal } from './errors.ts';
import { CONDITIONS_PER_SEARCH, KEY } from './limits.ts';
import { findItems, isEqual } from './operations/find-item.ts';
import { getItems } from './operations/get-item.ts';
import type { FolderName } from './operations/item-shape.ts';
import { chunks, itemId } from './operations/item-shape.ts';
import type { Place } from './places.ts';
import { extendedText } from './places.ts';
import { idOf } from './seen.ts';
import type { EwsCall, XmlElement } from './soap.ts';
import type { XmlNode } from './xml.ts';

/** What is asked of one kind of records, in Side's own terms. */
export interface Reader {
  read(ids: readonly string[]): Promise<ReadonlyMap<string, Look>>;
  search(probes: readonly Probe[]): Promise<readonly Seen[]>;
  recall(lost: readonly LostCreation[]): Promise<ReadonlyMap<LinkId, Recall>>;
}

/** One kind of records that lie in one folder, an item each. */
export interface ItemKind {
  readonly kind: Kind;
  readonly folder: FolderName;
  /** "Contact": the folder may hold other things as well. */
  readonly element: string;
  readonly places: readonly Place[];
  look(item: XmlElement): Look;
  /** The ids of items that could be what is looked for. */
  find(call: EwsCall, probes: readonly Probe[]): Promise<readonly string[]>;
}

export function itemReader(call: EwsCall, kind: ItemKind): Reader {
  const read = async (ids: readonly string[]): Promise<ReadonlyMap<string, Look>> => {
    const distinct = [...new Set(ids)];
    const answers = await getItems(call, distinct.map((id) => itemId(id)), kind.places);
    refuseIfShut(answers);
    return new Map(distinct.map((id, index) => [id, lookOf(answers[index], (item) => lookAt(item, kind))]));
  };
  const seen = async (ids: readonly string[]): Promise<readonly Seen[]> =>
    [...(await read(ids)).values()].flatMap((look) => (look.state === 'live' ? look.record : []));
  return { read, search: async (probes) => seen(await kind.find(call, probes)), recall: (lost) => recallByKey(call, kind.folder, lost, seen) };
}

/** What lies there under another class is no record of this kind. */
export const lookAt = (item: XmlElement, kind: ItemKind): Look => (item.name === kind.element ? kind.look(item) : { state: 'hidden' });

export function lookOf(answer: Answer | undefined, live: (item: XmlElement) => Look): Look {
  if (!answer) return { state: 'unknown' };
  if ('item' in answer) return live(answer.item);
  return { state: answer.error.kind === 'gone' ? 'gone' : answer.error.kind === 'denied' ? 'hidden' : 'unknown' };
}

/** One record that cannot be read is that record's matter; where nothing at all can be, the mailbox is shut, and nothing is unlinked. */
export function refuseIfShut(answers: readonly Answer[]): void {
  if (answers.some((answer) => 'item' in answer || answer.error.kind === 'gone')) return;
  for (const answer of answers) {
    if ('item' in answer || answer.code.startsWith('ErrorInvalidId')) continue;
    // A property that no item of the folder has is a mistake of ours.
    throw answer.error.kind === 'invalid' ? refusal('bug', { code: answer.error.details.code }) : answer.error;
  }
}

/** A copy bears the key of what it was copied from, so that several may be found. The key is not indexed: few are asked at once. */
export async function recallByKey(
  call: EwsCall, folder: FolderName, lost: readonly LostCreation[], seen: (ids: readonly string[]) => Promise<readonly Seen[]>,
): Promise<ReadonlyMap<LinkId, Recall>> {
  const items = await findAny(call, folder, lost.map(({ linkId }) => isEqual(KEY, linkId)), [KEY]);
  const wanted = new Set(lost.map(({ linkId }) => linkId.toLowerCase()));
  const records = await seen(items.filter((item) => wanted.has(extendedText(item, KEY)?.toLowerCase() ?? '')).map(idOf));
  return new Map(lost.map(({ linkId }) => [linkId, { found: records.filter(({ linkKey }) => linkKey === linkId.toLowerCase()), isByKey: true }]));
}

/** Items that satisfy any of the conditions, each once. */
export async function findAny(call: EwsCall, folder: FolderName, conditions: readonly XmlNode[], places: readonly Place[]): Promise<readonly XmlElement[]> {
  const found = new Map<string, XmlElement>();
  for (const some of chunks(conditions, CONDITIONS_PER_SEARCH))
    for (const item of await findItems(call, { folder, places, conditions: some })) found.set(idOf(item), item);
  return [...found.values()];
}
