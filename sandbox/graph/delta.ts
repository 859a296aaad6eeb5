/** Delta queries: rounds of pages over the log of a folder, with tokens that only this server can read and that die. */
import type { StandInReply } from '../server.ts';
import { seal, unseal } from '../identity/tokens.ts';
import type { Folder, Lineage, LogEntry, Mailbox, Shelf } from './mailbox.ts';
import { GraphError, ok, preferredPageSize } from './reply.ts';
import type { Call } from './reply.ts';
import type { GraphWorld } from './world.ts';

/** How far the client has come; the options of the first call are kept with the lineage. */
interface Token {
  readonly tag: string;
  readonly folder: number;
  /** Changes up to here have been told. */
  readonly position: number;
  readonly lineage: number;
  readonly generation: number;
  readonly epoch: number;
  /** See `Told`. */
  readonly firstRound?: number | undefined;
  /** The client was sent away with an empty page once already at this position. */
  readonly wasEmpty?: boolean;
}

const PREFIX = 'LztZwWjo';
const DEFAULT_SIZE = 10;
const LINEAGES_KEPT = 64;

interface Round { readonly token: Token; readonly lineage: Lineage }

/** How much of a round the client has seen. */
export interface Told {
  readonly position: number;
  /** While the first round goes on: the last change of before it. */
  readonly firstRound?: number | undefined;
}

/** One log that can be followed: where it is, which options its first call takes, and what an entry tells. */
export interface Feed {
  readonly shelf: Shelf<unknown>;
  readonly folder: Folder;
  /** As the vendor names it in a refusal. */
  readonly name: string;
  readonly type: string;
  readonly options: readonly string[];
  open(): Pick<Lineage, 'select' | 'window'>;
  /** [] for what is not told; several rows stay on one page. */
  rows(entry: LogEntry, told: Told, lineage: Lineage): Record<string, unknown>[];
}

export function deltaReply(world: GraphWorld, mailbox: Mailbox, feed: Feed, call: Call): StandInReply {
  const given = call.query.get('$deltatoken') ?? call.query.get('$skiptoken');
  const { token, lineage } = given ? continueRound(world, feed, call, given) : openLineage(feed, call);
  if (!given) world.changed(mailbox);
  const { delta } = world.settings;
  const size = Math.max(1, Math.min(preferredPageSize(call) ?? lineage.size, delta.pageLimit));
  const page = readPage(world, feed, token, lineage, size);
  const hasNews = page.rows.length > 0;
  const answer = (value: readonly unknown[], isLast: boolean, next: Token): StandInReply => {
    const kept = isLast ? { ...next, firstRound: undefined } : next;
    const link = linkTo(call, isLast ? '$deltatoken' : '$skiptoken', seal(world.keys, PREFIX, kept));
    const context = `${call.origin}/v1.0/$metadata#Collection(microsoft.graph.${feed.type})`;
    return ok(call, 200, { '@odata.context': context, [isLast ? '@odata.deltaLink' : '@odata.nextLink']: link, value });
  };
  if (hasNews && !token.wasEmpty && world.dice(delta.emptyPages)) return answer([], false, { ...token, wasEmpty: true });
  const value = [...page.rows];
  if (hasNews) {
    value.push(...repeated(world, value));
    value.unshift(...replayed(world, feed, token, lineage));
    // A state that told something replaces the one before; an idle call leaves the state as it is.
    lineage.generation = Math.max(lineage.generation, token.generation + 1);
    world.changed(mailbox);
  }
  const generation = hasNews ? lineage.generation : token.generation;
  return answer(value, page.isLast, { ...token, position: page.position, generation, wasEmpty: false });
}

function openLineage(feed: Feed, call: Call): Round {
  const { shelf } = feed;
  const unsupported = [...call.query.keys()].filter((name) => !feed.options.includes(name) && name !== '$deltatoken');
  if (unsupported.length > 0) {
    throw new GraphError(
      400, 'ErrorInvalidUrlQuery',
      `The following parameters are not supported with change tracking over the '${feed.name}' resource: '${unsupported.join(', ')}'.`,
    );
  }
  const lineage: Lineage = { generation: 1, size: preferredPageSize(call) ?? DEFAULT_SIZE, ...feed.open() };
  const number = shelf.nextLineage++;
  shelf.lineages.set(number, lineage);
  for (const old of shelf.lineages.keys()) {
    if (shelf.lineages.size <= LINEAGES_KEPT) break;
    shelf.lineages.delete(old);
  }
  const token = {
    tag: shelf.tag, folder: feed.folder.n, position: 0, lineage: number, generation: 1, epoch: shelf.deltaEpoch, firstRound: shelf.seq,
  };
  return { lineage, token };
}

function continueRound(world: GraphWorld, { shelf, folder }: Feed, call: Call, given: string): Round {
  const extra = [...call.query.keys()].filter((name) => name !== '$deltatoken' && name !== '$skiptoken');
  if (extra.length > 0) throw new GraphError(400, 'ErrorInvalidUrlQuery', `A delta token cannot be combined with '${extra.join(', ')}'.`);
  const token = unseal(world.keys, PREFIX, given) as Token | undefined;
  if (!token || token.tag !== shelf.tag || token.folder !== folder.n) throw new GraphError(400, 'BadRequest', 'Badly formed token.');
  const lineage = shelf.lineages.get(token.lineage);
  const highest = lineage?.generation ?? 0;
  const isKept = token.epoch === shelf.deltaEpoch && token.generation > highest - world.settings.delta.generationsKept;
  if (lineage && isKept) return { token, lineage };
  // Wording of microsoft-graph-docs#2877; Location with an empty token as in learn.microsoft.com/graph/delta-query-overview.
  const states = `generation=${token.generation};[highest=${highest}][${highest}][${highest - 1}]`;
  const location = linkTo(call, '$deltatoken', '');
  throw new GraphError(410, 'SyncStateNotFound', `The sync state generation is not found; ${states}.`, { location });
}

interface Page { readonly rows: readonly Record<string, unknown>[]; readonly position: number; readonly isLast: boolean }

/** What is new behind the position, about `size` rows. Costs what it shows, plus stale entries, which the mailbox keeps few. */
function readPage(world: GraphWorld, { folder, ...feed }: Feed, token: Token, lineage: Lineage, size: number): Page {
  const youngest = world.clock.now() - world.settings.delta.lagMs;
  const rows: Record<string, unknown>[] = [];
  let { position } = token;
  for (let index = firstBehind(folder.log, position); index < folder.log.length; index += 1) {
    const entry = folder.log[index];
    if (!entry || entry.at > youngest) break;
    const more = feed.rows(entry, token, lineage);
    if (rows.length > 0 && more.length > 0 && rows.length + more.length > size) return { rows, position, isLast: false };
    rows.push(...more);
    position = entry.seq;
  }
  return { rows, position, isLast: true };
}

function firstBehind(log: readonly LogEntry[], position: number): number {
  let low = 0;
  let high = log.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((log[middle]?.seq ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One item twice in a page: promised nowhere, seen everywhere (microsoft-graph-docs#3121, #6785). */
function repeated(world: GraphWorld, value: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  const [first] = value;
  return first && world.dice(world.settings.delta.repeats) ? [first] : [];
}

/** An item that was told before, told again (learn.microsoft.com/graph/delta-query-overview). */
function replayed(world: GraphWorld, feed: Feed, token: Token, lineage: Lineage): Record<string, unknown>[] {
  if (token.position === 0 || !world.dice(world.settings.delta.replays)) return [];
  const earlier = feed.folder.log[firstBehind(feed.folder.log, token.position) - 1];
  return earlier ? feed.rows(earlier, token, lineage) : [];
}

/** Absolute, made of the path that was asked and one token. */
function linkTo(call: Call, name: '$deltatoken' | '$skiptoken', token: string): string {
  return `${call.origin}/v1.0/${call.path.map(encodeURIComponent).join('/')}?${name}=${token}`;
}
