/** P11: looks at what a run did, says what is put back and what is not, then undoes it. */
import type { RunDetail } from '@concord/api';
import { Button } from '@fluentui/react-button';
import { Divider } from '@fluentui/react-divider';
import { MailOffRegular } from '@fluentui/react-icons/svg/mail-off';
import type { ReactNode } from 'react';
import { BusyButton } from '../../parts/busy-button.tsx';
import { Failure } from '../../parts/failure.tsx';
import { useLayout } from '../../parts/layout.ts';
import { useLoaded } from '../../parts/loaded.ts';
import { Screen } from '../../parts/screen.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { useServices } from '../../services.ts';
import { moment } from '../../text/times.ts';
import { Back, Cannot } from './lists.tsx';
import { lookedAt } from './model.ts';
import { Result } from './result.tsx';
import { useUndo } from './undo.ts';

export function UndoPanel({ id }: { readonly id: string }): ReactNode {
  const { api, store, text } = useServices();
  const { value: run, failure, again } = useLoaded(id, () => api.run(id));
  const time = run ? moment(text, run.startedAt, store.now()) : '';
  return (
    <Screen title={run ? text('undo.title', { time }) : text('undo.button')}>
      <Failure failure={failure} onAgain={again} />
      {run ? <Undo run={run} /> : failure ? null : <Waiting label={text('page.loading')} />}
    </Screen>
  );
}

function Undo({ run }: { readonly run: RunDetail }): ReactNode {
  const { api, router, text } = useServices();
  const layout = useLayout();
  const { value: plan, failure, again } = useLoaded(run.id, () => api.undoPlan(run.id));
  const { step, press } = useUndo(plan);
  if (!plan) {
    const looking = <p className={layout.text} role="status">{text.count('undo.looking', lookedAt(run))}</p>;
    return failure ? <Failure failure={failure} onAgain={again} /> : looking;
  }
  if (step.is !== 'ready' && step.is !== 'failed') return <Result step={step} plan={plan} />;
  if (plan.isOff) return <p className={layout.text}>{text('undo.off', { why: text(`undo.off.${plan.isOff}`) })}</p>;
  const n = plan.back.length;
  return (
    <>
      {n === 0 ? <p className={layout.text}>{text('undo.nothingBack')}</p> : <Back items={plan.back} />}
      {plan.cannot.length > 0 ? <><Divider /><Cannot items={plan.cannot} /></> : null}
      <Divider />
      <div className={layout.group}>
        <div className={layout.row}><MailOffRegular className={layout.icon} /><span className={layout.heading}>{text('preview.mails')}</span></div>
        {step.is === 'failed' ? <Failure failure={step.failure} onAgain={again} /> : null}
        {n === 0 ? null : <BusyButton id="undo" isPrimary label={text.count('undo.do', n)} describedBy="undo-again" onPress={press} />}
        <div><Button appearance="subtle" className={layout.flush} onClick={() => router.back()}>{text('window.cancel')}</Button></div>
        {n === 0 ? null : <p id="undo-again" className={layout.hint}>{text('undo.again')}</p>}
      </div>
    </>
  );
}
