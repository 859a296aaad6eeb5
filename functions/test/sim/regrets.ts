/** People take back what whole runs did (I15): what can be is put back, what cannot is named. */
import type { Control } from '../../src/app/control.ts';
import type { Services } from '../../src/app/services.ts';
import { runIdOf } from '../../src/app/sync/runs.ts';
import { undoPlan, undoRun } from '../../src/app/sync/undo.ts';
import { SyncError } from '../../src/engine/errors.ts';
import { sameValue } from '../../src/engine/forms.ts';
import type { FieldName, FieldValue, SideKey } from '../../src/engine/record.ts';
import { readEntries, readRuns, type StoredEntry } from '../../src/store/journal.ts';
import type { Ledger } from './ledger.ts';
import { SEALER, type Seat } from './mailbox.ts';
import type { Prng } from './prng.ts';
import type { FakeSide } from './fake-side.ts';
import type { Users } from './users.ts';
import { must } from './violation.ts';
import type { Witness } from './witness.ts';

export interface Remorse {
  readonly services: Services;
  readonly seat: Seat;
  readonly prng: Prng;
  readonly users: Users;
  readonly sides: Readonly<Record<SideKey, FakeSide>>;
  readonly ledger: Ledger;
  readonly witness: Witness;
  control(): Promise<Control>;
  now(): number;
  note(event: string): void;
}

interface Promised {
  readonly link: string;
  readonly side: SideKey;
  readonly id: string;
  readonly field: FieldName;
  readonly before: FieldValue | null;
  readonly at: number;
}

export class Regrets {
  readonly #remorse: Remorse;
  readonly #promised: Promised[] = [];

  constructor(remorse: Remorse) {
    this.#remorse = remorse;
  }

  async act(): Promise<void> {
    const { services, seat, prng, users, note } = this.#remorse;
    const { runs } = await readRuns(services.state, seat.partition, 20);
    if (runs.length === 0) return;
    const run = prng.pick(runs);
    const control = await this.#remorse.control();
    const plan = await this.#looked(() => undoPlan(services, control, runIdOf(run)));
    if (!plan || plan.isOff) return;
    const { entries } = await readEntries(services.state, seat.partition, { ...run, sealer: SEALER, owner: seat.owner }, { limitRows: 1000 });
    const steps = entries.filter(({ action }) => ['insert', 'update', 'delete', 'link'].includes(action));
    const told = `${plan.back.length} can be taken back, ${plan.cannot.length} not`;
    must(plan.back.length + plan.cannot.length === steps.length, `of ${steps.length} steps ${told} (I15)`);
    note(`user takes back ${run.id}: ${plan.back.length}, not ${plan.cannot.length}`);
    for (const { linkId } of steps) {
      users.undone.set(linkId, this.#remorse.now());
      users.words.set(linkId, 'undo');
    }
    for (const { record } of plan.back) this.#promise(steps.filter(({ linkId }) => linkId === record));
    await undoRun(services, control, runIdOf(run));
  }

  /** A service that refuses just now is asked again another day. */
  async #looked<T>(look: () => Promise<T>): Promise<T | undefined> {
    try {
      return await look();
    } catch (error) {
      if (error instanceof SyncError && (error.kind === 'throttled' || error.kind === 'unavailable')) return undefined;
      throw error;
    }
  }

  /** Of a pair that was only updated once in this run; what it was made by goes as a whole. */
  #promise(steps: readonly StoredEntry[]): void {
    const { ledger, sides, now } = this.#remorse;
    const [step] = steps;
    if (!step || steps.length !== 1 || step.action !== 'update' || step.side === undefined) return;
    const { side, linkId, fields } = step;
    const id = ledger.read().link(linkId)?.[side]?.id ?? '';
    const record = sides[side].records.get(id);
    if (!record || record.marks?.meeting !== undefined) return;
    for (const { field, before, after } of fields) {
      const name = field as FieldName;
      if (!sameValue(name, record.fields[name] ?? null, after ?? null, ledger.forms)) continue;
      this.#promised.push({ link: linkId, side, id, field: name, before: before ?? null, at: now() });
    }
  }

  /** At rest: what could be put back stands there again, unless somebody wrote since, or the pair is no longer what it was. */
  judge(): void {
    const { ledger, sides, users, witness } = this.#remorse;
    const page = ledger.read();
    for (const { link, side, id, field, before, at } of this.#promised) {
      const record = sides[side].records.get(id);
      const pair = page.link(link);
      if (!record || pair?.status !== 'live' || users.isStrange('m', pair.m?.id ?? '') || users.isStrange('c', pair.c?.id ?? '')) continue;
      const isEdited = (['m', 'c'] as const).some((one) => (users.last(one, pair[one]?.id ?? '', field)?.at ?? 0) >= at);
      const wrote = witness.deeds.filter((deed) => deed.id === id && deed.at >= at && field in deed.effect.after);
      const isBusy = wrote.some(({ effect }) => !sameValue(field, effect.after[field] ?? null, before, ledger.forms));
      // A word about what lives on as another record just then is told to have been in vain.
      const isMoved = (['m', 'c'] as const).some((one) => users.idsOf(one, pair[one]?.id ?? '').length > 1);
      if (isEdited || isBusy || isMoved || users.isBad(record) || users.isRewritten(field)) continue;
      const isBack = users.tokenOf(record.fields[field]) === users.tokenOf(before);
      must(isBack, `${field} of ${id} was taken back, and does not hold ${String(before)} again (I15)`);
    }
  }
}
