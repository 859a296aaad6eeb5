/** Delta queries: rounds of pages over a folder's log, with tokens that only this server can read and that die. */
import type { StandInReply } from '../server.ts';
import { seal, unseal } from '../identity/tokens.ts';
import { showContact } from './contacts.ts';
import type { Projection } from './contacts.ts';
import { immutableId, mutableId } from './ids.ts';
import { isCurrent } from './mailbox.ts';
import type { Folder, Lineage, LogEntry, Mailbox } from './mailbox.ts';
import { readSelect } from './query.ts';
import { GraphError, demandScope, preferredPageSize, successHeaders, wantsImmutableIds } from './reply.ts';
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
  /** The client was sent away with an empty page once already at this position. */
  readonly wasEmpty?: boolean;
}

const PREFIX = 'LztZwWjo';
const DEFAULT_SIZE = 10;
const LINEAGES_KEPT = 64;
const OPTIONS = ['$select'];

interface Round { readonly token: Token; readonly lineage: Lineage }

export function contactsDelta(world: GraphWorld, mailbox: Mailbox, folder: Folder, call: Call): StandInReply {
  demandScope(call, 'Contacts.Read', 'Contacts.ReadWrite');
  const given = call.query.get('$deltatoken') ?? call.query.get('$skiptoken');
  const { token, lineage } = given ? continueRound(world, mailbox, folder, call, given) : openLineage(world, mailbox, folder, call);
  const { delta } = world.settings;
  const size = Math.max(1, Math.min(preferredPageSize(call) ?? lineage.size, delta.pageLimit));
  const page = readPage(world, mailbox, folder, token.position, size);
  const hasNews = page.entries.length > 0;
  const answer = (value: readonly unknown[], isLast: boolean, next: Token): StandInReply => {
    const link = linkTo(call, isLast ? '$deltatoken' : '$skiptoken', seal(world.keys, PREFIX, next));
    const context = `${call.origin}/v1.0/$metadata#Collection(microsoft.graph.contact)`;
    const body = { '@odata.context': context, [isLast ? '@odata.deltaLink' : '@odata.nextLink']: link, value };
    return { status: 200, headers: successHeaders(call), body };
  };
  if (hasNews && !token.wasEmpty && world.dice(delta.emptyPages)) return answer([], false, { ...token, wasEmpty: true });
  const projection = { isImmutable: wantsImmutableIds(call), select: lineage.select, expand: [] };
  const value = page.entries.map((entry) => showEntry(mailbox, folder, entry, token.position, projection));
  if (hasNews) {
    value.push(...repeated(world, value));
    value.unshift(...replayed(world, mailbox, folder, token.position, projection));
    // A state that told something replaces the one before; an idle call leaves the state as it is.
    lineage.generation = Math.max(lineage.generation, token.generation + 1);
    world.changed(mailbox);
  }
  const generation = hasNews ? lineage.generation : token.generation;
  return answer(value, page.isLast, { ...token, position: page.position, generation, wasEmpty: false });
}

function openLineage(world: GraphWorld, mailbox: Mailbox, folder: Folder, call: Call): Round {
  const unsupported = [...call.query.keys()].filter((name) => !OPTIONS.includes(name) && name !== '$deltatoken');
  if (unsupported.length > 0) {
    throw new GraphError(
      400, 'ErrorInvalidUrlQuery',
      `The following parameters are not supported with change tracking over the 'Contacts' resource: '${unsupported.join(', ')}'.`,
    );
  }
  const lineage: Lineage = { generation: 1, size: preferredPageSize(call) ?? DEFAULT_SIZE, select: readSelect(call.query) };
  const number = mailbox.nextLineage++;
  mailbox.lineages.set(number, lineage);
  for (const old of mailbox.lineages.keys()) {
    if (mailbox.lineages.size <= LINEAGES_KEPT) break;
    mailbox.lineages.delete(old);
  }
  world.changed(mailbox);
  return { lineage, token: { tag: mailbox.tag, folder: folder.n, position: 0, lineage: number, generation: 1, epoch: mailbox.deltaEpoch } };
}

function continueRound(world: GraphWorld, mailbox: Mailbox, folder: Folder, call: Call, given: string): Round {
  const extra = [...call.query.keys()].filter((name) => name !== '$deltatoken' && name !== '$skiptoken');
  if (extra.length > 0) throw new GraphError(400, 'ErrorInvalidUrlQuery', `A delta token cannot be combined with '${extra.join(', ')}'.`);
  const token = unseal(world.keys, PREFIX, given) as Token | undefined;
  if (!token || token.tag !== mailbox.tag || token.folder !== folder.n) throw new GraphError(400, 'BadRequest', 'Badly formed token.');
  const lineage = mailbox.lineages.get(token.lineage);
  const highest = lineage?.generation ?? 0;
  const isKept = token.epoch === mailbox.deltaEpoch && token.generation > highest - world.settings.delta.generationsKept;
  if (lineage && isKept) return { token, lineage };
  // Wording of microsoft-graph-docs#2877; Location with an empty token as in learn.microsoft.com/graph/delta-query-overview.
  const states = `generation=${token.generation};[highest=${highest}][${highest}][${highest - 1}]`;
  const location = linkTo(call, '$deltatoken', '');
  throw new GraphError(410, 'SyncStateNotFound', `The sync state generation is not found; ${states}.`, { location });
}

interface Page { readonly entries: readonly LogEntry[]; readonly position: number; readonly isLast: boolean }

/** What is new behind `position`, at most `size` entries. Costs what it shows, plus stale entries, which the mailbox keeps few. */
function readPage(world: GraphWorld, mailbox: Mailbox, folder: Folder, position: number, size: number): Page {
  const youngest = world.clock.now() - world.settings.delta.lagMs;
  const entries: LogEntry[] = [];
  let reached = position;
  for (let index = firstBehind(folder.log, position); index < folder.log.length; index += 1) {
    const entry = folder.log[index];
    if (!entry || entry.at > youngest) break;
    if (isTold(mailbox, folder, entry, position)) {
      if (entries.length === size) return { entries, position: reached, isLast: false };
      entries.push(entry);
    }
    reached = entry.seq;
  }
  return { entries, position: reached, isLast: true };
}

/** What came and went between two calls is never told (microsoft-graph-docs#5301). */
function isTold(mailbox: Mailbox, folder: Folder, entry: LogEntry, position: number): boolean {
  return isCurrent(mailbox, folder, entry) && (!entry.removed || (entry.entered ?? 0) <= position);
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

function showEntry(mailbox: Mailbox, folder: Folder, entry: LogEntry, position: number, projection: Projection): Record<string, unknown> {
  const item = mailbox.items.get(entry.n);
  if (entry.removed || !item) return showRemoval(mailbox, entry, projection);
  // There and back again between two calls: with immutable ids only the removal is told (microsoft-graph-docs#21752).
  const cameBack = projection.isImmutable && item.entered > position && (item.left?.[folder.n] ?? 0) > position;
  return cameBack ? showRemoval(mailbox, { ...entry, removed: 'changed' }, projection) : showContact(mailbox, item, projection);
}

function showRemoval(mailbox: Mailbox, entry: LogEntry, { isImmutable }: Projection): Record<string, unknown> {
  const id = isImmutable ? immutableId(mailbox.tag, entry.n) : mutableId(mailbox.tag, entry.n, entry.moves ?? 0);
  return { id, '@removed': { reason: entry.removed ?? 'deleted' } };
}

/** One item twice in a page: promised nowhere, seen everywhere (microsoft-graph-docs#3121, #6785). */
function repeated(world: GraphWorld, value: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  const [first] = value;
  return first && world.dice(world.settings.delta.repeats) ? [first] : [];
}

/** An item that was told before, told again (learn.microsoft.com/graph/delta-query-overview). */
function replayed(
  world: GraphWorld, mailbox: Mailbox, folder: Folder, position: number, projection: Projection,
): Record<string, unknown>[] {
  if (position === 0 || !world.dice(world.settings.delta.replays)) return [];
  const earlier = folder.log[firstBehind(folder.log, position) - 1];
  return earlier && isTold(mailbox, folder, earlier, position) ? [showEntry(mailbox, folder, earlier, position, projection)] : [];
}

/** Absolute, made of the path that was asked and one token. */
function linkTo(call: Call, name: '$deltatoken' | '$skiptoken', token: string): string {
  return `${call.origin}/v1.0/${call.path.map(encodeURIComponent).join('/')}?${name}=${token}`;
}
