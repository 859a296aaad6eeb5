/** What a first sync would do, counted before anything is written. */
import { z } from 'zod';

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
});
export type PreviewKind = z.infer<typeof PreviewKind>;

export const PreviewCheck = z.object({ id: z.enum(['consent', 'mailbox', 'folder', 'crm', 'limits', 'clock']), ok: z.boolean(), code: z.string().optional() });
export type PreviewCheck = z.infer<typeof PreviewCheck>;

export const Preview = z.object({
  id: z.string(),
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
