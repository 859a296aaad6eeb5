/** P3: what the first sync would do, counted before anything is written; approving it starts sync. */
import type { Preview } from '@concord/api';
import { Button } from '@fluentui/react-button';
import { Divider } from '@fluentui/react-divider';
import { useState, type ReactNode } from 'react';
import { ApiFailure } from '../../api/client.ts';
import { BusyButton } from '../../parts/busy-button.tsx';
import { Failure } from '../../parts/failure.tsx';
import { useLayout } from '../../parts/layout.ts';
import { Screen } from '../../parts/screen.tsx';
import { StepBar } from '../../parts/step-bar.tsx';
import { hashes } from '../../router/route.ts';
import { useServices } from '../../services.ts';
import { Checks } from './checks.tsx';
import { Counts, Failed, NoMails, Reading, useReadySaid } from './counts.tsx';
import { usePreview } from './load.ts';
import { whyOff } from './model.ts';

export function PreviewPanel(): ReactNode {
  const { text } = useServices();
  const { preview, failure, countAgain } = usePreview();
  const [off, setOff] = useState<ReadonlySet<string>>(new Set());
  useReadySaid(preview);
  return (
    <Screen title={text('preview.title')} header={<StepBar step={3} />}>
      <Failure failure={failure} onAgain={countAgain} />
      {preview?.state === 'failed' ? <Failed onAgain={countAgain} /> : null}
      <NoMails />
      <Checks checks={preview?.checks ?? []} title={text('check.title')} onAgain={countAgain} />
      <Reading preview={preview} />
      {preview?.state === 'ready' ? <Counts preview={preview} off={off} onOff={setOff} onAgain={countAgain} offText={() => 'preview.off'} /> : null}
      <Divider />
      <Decide preview={preview} off={off} onOld={countAgain} />
    </Screen>
  );
}

interface DecideProps {
  readonly preview: Preview | null;
  readonly off: ReadonlySet<string>;
  readonly onOld: () => void;
}

function Decide({ preview, off, onOld }: DecideProps): ReactNode {
  const { api, putOff, router, store, text } = useServices();
  const layout = useLayout();
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const kinds = (preview?.kinds ?? []).map(({ kind }) => kind).filter((kind) => !off.has(kind));
  const why = whyOff(preview, new Set(kinds));
  const start = async (): Promise<void> => {
    if (!preview) return;
    setBusy(true);
    try {
      await api.activate({ kinds, previewId: preview.id });
      store.expectRun();
      await store.refresh();
      router.replace(hashes.home);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
      setBusy(false);
      if (error.body.code === 'PREVIEW_OLD') onOld();
    }
  };
  const notNow = (): void => {
    putOff.add('preview');
    router.replace(hashes.home);
  };
  const reason = why === null ? {} : { off: text(why), describedBy: 'start-off' };
  return (
    <div className={layout.group}>
      <Failure failure={failure} />
      <BusyButton
        id="start" isPrimary label={text('preview.start')} onPress={() => { void start(); }}
        {...(isBusy ? { busy: text('window.connecting') } : {})} {...reason}
      />
      {why === null ? null : <p id="start-off" className={why === 'page.loading' ? layout.hidden : layout.hint}>{text(why)}</p>}
      <div><Button appearance="subtle" className={layout.flush} onClick={notNow}>{text('preview.notNow')}</Button></div>
    </div>
  );
}
