/** What a first sync, or a change of what is synced, would do: counted before anything is written. */
import { z } from 'zod';
import { ScopeChoice } from './scope.ts';

export const PreviewSample = z.object({
  /** The person's name as one of the sides shows it. */
  name: z.string(),
  detail: z.string(),
  fields: z.array(z.object({ field: z.string(), mailbox: z.string(), crm: z.string(), result: z.string() })),
});
export type PreviewSample = z.infer<typeof PreviewSample>;

const group = z.object({ count: z.number(), samples: z.array(PreviewSample).max(10) });

export const PreviewKind = z.object({
  kind: z.string(),
  total: z.number(),
  link: group,
  createCrm: group,
  createMailbox: group,
  fill: group,
  ask: group,
  left: group,
  /** Pairs that are linked already and are not made again; they are no part of the total. */
  linked: z.number().optional(),
  /** Of a kind that was off: those of them that were edited meanwhile, whose edits travel by the rules. */
  edited: group.optional(),
});
export type PreviewKind = z.infer<typeof PreviewKind>;

export const PreviewCheck = z.object({ id: z.enum(['consent', 'mailbox', 'folder', 'crm', 'limits', 'clock']), ok: z.boolean(), code: z.string().optional() });
export type PreviewCheck = z.infer<typeof PreviewCheck>;

export const Preview = z.object({
  id: z.string(),
  /** What it was counted for; absent for a first sync. Only kinds of which more would be synced are counted. */
  scope: ScopeChoice.optional(),
  state: z.enum(['reading', 'ready', 'failed']),
  startedAt: z.number(),
  readyAt: z.number().optional(),
  /** While reading: records read so far, by side. */
  read: z.object({ m: z.number(), c: z.number() }),
  checks: z.array(PreviewCheck),
  kinds: z.array(PreviewKind),
  /** Records changed since the preview before this one was counted. */
  changedSince: z.number().optional(),
  mailsToSend: z.literal(0),
  error: z.string().optional(),
});
export type Preview = z.infer<typeof Preview>;
