/** The press: stores the word, waits for the runs that carry it out, and counts from their log what came of it. */
import type { RunEntry, UndoPlan } from '@concord/api';
import { useAnnounce } from '@fluentui/react-shared-contexts';
import { useEffect, useState } from 'react';
import { ApiFailure, type Api } from '../../api/client.ts';
import { useKnown, useServices } from '../../services.ts';
import { outcomeOf, type Outcome } from './model.ts';

export type UndoStep =
  | { readonly is: 'ready' }
  | { readonly is: 'failed'; readonly failure: ApiFailure }
  | { readonly is: 'working'; readonly newest: string | undefined; readonly lastRunAt: number }
  /** No run came within the time that one usually takes: the next one does it. */
  | { readonly is: 'stored' }
  | { readonly is: 'done'; readonly outcome: Outcome; readonly run: string | undefined };

export function useUndo(plan: UndoPlan | null): { readonly step: UndoStep; readonly press: () => void } {
  const { api, store, text } = useServices();
  const { announce } = useAnnounce();
  const { user } = useKnown();
  const [step, setStep] = useState<UndoStep>({ is: 'ready' });
  const isOver = step.is === 'working' && user !== undefined && !user.sync.isRunning && (user.sync.lastRunAt ?? 0) > step.lastRunAt;
  const isLate = step.is === 'working' && !isOver && user?.sync.isRunning !== true && !store.isRunExpected();
  useEffect(() => {
    if (isLate) setStep({ is: 'stored' });
  }, [isLate]);
  useEffect(() => {
    if (!isOver || !plan || step.is !== 'working') return;
    whatCame(api, plan, step.newest).then((done) => {
      setStep(done);
      if (done.is === 'stored') { announce(text('undo.stored')); return; }
      const { outcome } = done;
      announce(outcome.left === 0 ? text.count('undo.done', outcome.done) : text('undo.partly', { a: outcome.done, b: outcome.left }));
    }, (error: unknown) => {
      if (!(error instanceof ApiFailure)) throw error;
      // The word is stored whatever becomes of this question.
      setStep({ is: 'stored' });
    });
  }, [api, announce, isOver, plan, step, text]);
  const press = async (): Promise<void> => {
    if (!plan) return;
    try {
      const { runs } = await api.runs();
      await api.undoRun(plan.run);
      store.expectRun();
      setStep({ is: 'working', newest: runs.find(({ endedAt }) => endedAt !== undefined)?.id, lastRunAt: user?.sync.lastRunAt ?? 0 });
      await store.refresh();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setStep({ is: 'failed', failure: error });
    }
  };
  return { step, press: () => { void press(); } };
}

/** Reads the log of the runs since: a long undo is carried out by several. */
async function whatCame(api: Api, plan: UndoPlan, newestBefore: string | undefined): Promise<Extract<UndoStep, { is: 'done' | 'stored' }>> {
  const { runs } = await api.runs();
  const known = runs.findIndex(({ id }) => id === newestBefore);
  const since = known < 0 ? runs : runs.slice(0, known);
  const entries: RunEntry[] = [];
  for (const { id } of since) {
    let after: string | undefined;
    do {
      const page = await api.run(id, after);
      entries.push(...page.entries);
      after = page.next;
    } while (after !== undefined);
  }
  // A run that was under way already may have ended without having heard of it.
  if (!entries.some(({ record }) => plan.back.some((item) => item.record === record))) return { is: 'stored' };
  const wrote = since.find(({ counts }) => counts.insert + counts.update + counts.delete > 0) ?? since[0];
  return { is: 'done', outcome: outcomeOf(plan, entries), run: wrote?.id };
}
