/** The log of runs, and the questions only the user can answer. */
import { z } from 'zod';
import { RunCounts } from './state.ts';
import { ApiErrorBody } from './errors.ts';

export const RunSummary = z.object({
  id: z.string(),
  startedAt: z.number(),
  endedAt: z.number().optional(),
  trigger: z.enum(['schedule', 'user', 'continuation', 'firstSync']),
  /** The user has asked to undo it. */
  isUndone: z.boolean().optional(),
  counts: RunCounts,
  error: ApiErrorBody.optional(),
});
export type RunSummary = z.infer<typeof RunSummary>;

export const RunList = z.object({ runs: z.array(RunSummary), next: z.string().optional() });
export type RunList = z.infer<typeof RunList>;

export const RunEntry = z.object({
  record: z.string(),
  kind: z.string(),
  /** The record's id on each side that has it, for links and for reports. */
  ids: z.object({ m: z.string().optional(), c: z.string().optional() }),
  /** From the encrypted memory at view time; absent once it is gone. */
  name: z.string().optional(),
  action: z.enum(['insert', 'update', 'delete', 'link', 'unlink', 'skip', 'hold', 'ask', 'error']),
  to: z.enum(['m', 'c']).optional(),
  why: z.string(),
  fields: z.array(z.string()),
  notes: z.array(z.object({ field: z.string(), what: z.enum(['shortened', 'notCarried']), reason: z.string() })),
  error: ApiErrorBody.optional(),
});
export type RunEntry = z.infer<typeof RunEntry>;

export const RunDetail = RunSummary.extend({ entries: z.array(RunEntry), next: z.string().optional() });
export type RunDetail = z.infer<typeof RunDetail>;

export const AskCandidate = z.object({
  id: z.string(),
  fields: z.record(z.string(), z.string()),
  /** The colleague who owns it, when it is not the user's. */
  owner: z.string().optional(),
});
export type AskCandidate = z.infer<typeof AskCandidate>;

export const AskItem = z.object({
  id: z.string(),
  kind: z.string(),
  reason: z.string(),
  side: z.enum(['m', 'c']),
  record: AskCandidate,
  candidates: z.array(AskCandidate),
});
export type AskItem = z.infer<typeof AskItem>;

export const AskList = z.object({ asks: z.array(AskItem), total: z.number(), next: z.string().optional() });
export type AskList = z.infer<typeof AskList>;

export const AskAnswer = z.discriminatedUnion('verdict', [
  z.object({ verdict: z.literal('same'), candidate: z.string().max(300) }),
  z.object({ verdict: z.literal('different') }),
]);
export type AskAnswer = z.infer<typeof AskAnswer>;
