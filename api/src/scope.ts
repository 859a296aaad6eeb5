/** What is synced: which kinds, and of events how far back and ahead. Changing it is counted first wherever it adds something. */
import { z } from 'zod';

/** Days. A year each way: Exchange lists two years of a calendar at once and no more. */
export const EventWindow = z.object({ back: z.number().int().min(0).max(365), ahead: z.number().int().min(1).max(365) });
export type EventWindow = z.infer<typeof EventWindow>;

/** At least one kind: whoever wants none pauses or deactivates sync. */
export const ScopeChoice = z.object({ kinds: z.array(z.enum(['contact', 'event', 'task'])).min(1).max(3), window: EventWindow });
export type ScopeChoice = z.infer<typeof ScopeChoice>;

/** Without a scope, the preview of a first sync. */
export const PreviewRequest = z.object({ scope: ScopeChoice.optional() });
export type PreviewRequest = z.infer<typeof PreviewRequest>;

/** `previewId` is the count that the person approved; it may be missing only where nothing is added. */
export const ScopeChange = ScopeChoice.extend({ previewId: z.string().max(60).optional() });
export type ScopeChange = z.infer<typeof ScopeChange>;
