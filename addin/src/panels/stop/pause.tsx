/** Pause, with until when. It is the mildest of the three and asks nothing more. */
import { Field } from '@fluentui/react-field';
import { Input } from '@fluentui/react-input';
import { Select } from '@fluentui/react-select';
import { useState, type ReactNode } from 'react';
import { ApiFailure } from '../../api/client.ts';
import { BusyButton } from '../../parts/busy-button.tsx';
import { Failure } from '../../parts/failure.tsx';
import { useLayout } from '../../parts/layout.ts';
import { hashes } from '../../router/route.ts';
import { useServices } from '../../services.ts';
import { pauseEnd, UNTIL, type Until } from './model.ts';

const WORDS = { resume: 'stop.untilResume', hour: 'stop.untilHour', tomorrow: 'stop.untilTomorrow', date: 'stop.untilDate' } as const;

export function PauseForm(): ReactNode {
  const { api, router, store, text } = useServices();
  const layout = useLayout();
  const [until, setUntil] = useState<Until>('resume');
  const [date, setDate] = useState('');
  const [isWrong, setWrong] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const press = async (): Promise<void> => {
    const end = pauseEnd(until, date, store.now());
    setWrong(end === null);
    if (end === null) { document.getElementById('pause-date')?.focus(); return; }
    try {
      await api.pause(end === undefined ? {} : { until: end });
      await store.refresh();
      router.replace(hashes.home);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
    }
  };
  return (
    <section className={layout.group} aria-labelledby="pause-heading">
      <h2 id="pause-heading" className={layout.heading}>{text('stop.pause')}</h2>
      <p className={layout.text}>{text('stop.pauseSays')}</p>
      <p className={layout.text}>{text('stop.pauseStays')}</p>
      <Failure failure={failure} />
      <Field label={text('stop.until')}>
        <Select value={until} onChange={(_, data) => setUntil(UNTIL.find((one) => one === data.value) ?? 'resume')}>
          {UNTIL.map((one) => <option key={one} value={one}>{text(WORDS[one])}</option>)}
        </Select>
      </Field>
      {until === 'date' ? (
        <Field label={text('stop.date')} {...(isWrong ? { validationMessage: text('stop.dateMissing'), validationState: 'error' } : {})}>
          <Input id="pause-date" type="date" value={date} onChange={(_, data) => setDate(data.value)} />
        </Field>
      ) : null}
      <BusyButton id="pause" isPrimary label={text('stop.pause')} onPress={() => { void press(); }} />
    </section>
  );
}
