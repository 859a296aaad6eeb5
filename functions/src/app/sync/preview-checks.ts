/** The live check before a preview: each line is a question really asked, and a red one names its code. */
import type { PreviewCheck } from '@concord/api';
import { SyncError } from '../../engine/errors.ts';
import type { Kind, SideKey } from '../../engine/record.ts';
import type { Side } from '../../ports/side.ts';
import type { Control } from '../control.ts';
import type { Services } from '../services.ts';
import { asSyncError } from './failures.ts';

type CheckId = PreviewCheck['id'];
export type Sides = Readonly<Record<SideKey, Side>>;

interface Open {
  readonly sides: Sides;
  readonly kinds: readonly Kind[];
}

/** A clock this far behind takes dead tokens for living ones; one that is ahead only refreshes them early. */
const CLOCK_BEHIND_MS = 5 * 60_000;

/**
 * Asks one by one and shows each answer as it comes. Answers both sides when they can be read; else the code of the first
 * check that stands in the way. A foreign mailbox, a lack of calls or a wrong clock is red but does not keep us from counting.
 */
export async function checksOf(
  services: Services, control: Control, wanted: readonly Kind[], show: (checks: PreviewCheck[]) => Promise<void>,
): Promise<Open | { readonly code: string }> {
  const checks: PreviewCheck[] = [];
  const note = async (id: CheckId, code?: string): Promise<void> => {
    checks.push({ id, ok: code === undefined, ...(code === undefined ? {} : { code }) });
    await show([...checks]);
  };
  const consent = await openBoth(services, control, wanted);
  await note('consent', 'code' in consent ? consent.code : undefined);
  await note('mailbox', control.config.unconfirmedInsteadOf === undefined ? undefined : 'OTHER_MAILBOX');
  if ('code' in consent) return consent;
  const failures = { m: await answers(consent.sides.m), c: await answers(consent.sides.c) };
  await note('folder', failures.m?.details.code);
  await note('crm', failures.c?.details.code);
  const limit = [failures.m, failures.c].find((failure) => failure?.kind === 'quota' || failure?.kind === 'throttled');
  await note('limits', limit?.details.code);
  await note('clock', services.state.now() - services.clock.now() > CLOCK_BEHIND_MS ? 'CLOCK_BEHIND' : undefined);
  const failure = failures.m ?? failures.c;
  return failure ? { code: failure.details.code } : { ...consent, kinds: await commonKinds(consent.sides, wanted) };
}

async function openBoth(services: Services, control: Control, kinds: readonly Kind[]): Promise<{ readonly sides: Sides } | { readonly code: string }> {
  try {
    return { sides: { m: await services.openSide(control, 'm', kinds), c: await services.openSide(control, 'c', kinds) } };
  } catch (error) {
    return { code: asSyncError(error).details.code };
  }
}

/** All of these that both sides hold for this user are counted; which of them are synced is the person's word. */
async function commonKinds({ m, c }: Sides, wanted: readonly Kind[]): Promise<readonly Kind[]> {
  const held = await Promise.all(wanted.map(async (kind) => (await m.holds(kind)).size > 0 && (await c.holds(kind)).size > 0));
  return wanted.filter((_, index) => held[index]);
}

/** A side answers when it says what it holds for this user and hands out the first page of its records. */
async function answers(side: Side): Promise<SyncError | undefined> {
  try {
    const held = await side.holds('contact');
    if (held.size === 0) return new SyncError('denied', `${side.name} shows this user no field of a contact.`, { code: 'NOTHING_HELD' });
    await side.changes({});
    return undefined;
  } catch (error) {
    return asSyncError(error);
  }
}
