/** P3: what the first sync would do, counted before anything is written; approving it starts sync. */
import type { Preview } from '@concord/api';
import { Button } from '@fluentui/react-button';
import { Divider } from '@fluentui/react-divider';
import { MailOffRegular } from '@fluentui/react-icons/svg/mail-off';
import { useAnnounce } from '@fluentui/react-shared-contexts';
import { useEffect, useState, type ReactNode } from 'react';
import { ApiFailure } from '../../api/client.ts';
import { BusyButton } from '../../parts/busy-button.tsx';
import { Failure } from '../../parts/failure.tsx';
import { useLayout } from '../../parts/layout.ts';
import { Notice } from '../../parts/notice.tsx';
import { Screen } from '../../parts/screen.tsx';
import { StepBar } from '../../parts/step-bar.tsx';
import { hashes } from '../../router/route.ts';
import { useKnown, useNow, useServices } from '../../services.ts';
import { sentenceOf } from '../../text/sentences.ts';
import { clockTime } from '../../text/times.ts';
import { Checks } from './checks.tsx';
import { Kinds } from './kinds.tsx';
import { usePreview } from './load.ts';
import { isAllEqual, isOld, readingSide, whyOff } from './model.ts';

export function PreviewPanel(): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const { preview, failure, countAgain } = usePreview();
  const [off, setOff] = useState<ReadonlySet<string>>(new Set());
  useReadySaid(preview);
  return (
    <Screen title={text('preview.title')} header={<StepBar step={3} />}>
      <Failure failure={failure} onAgain={countAgain} />
      {preview?.state === 'failed' ? <Failed onAgain={countAgain} /> : null}
      <div className={layout.group}>
        <div className={layout.row}>
          <MailOffRegular className={layout.icon} /><span className={layout.heading}>{text('preview.mails')}</span>
        </div>
        <p className={layout.hint}>{text('preview.nothing')}</p>
      </div>
      <Checks checks={preview?.checks ?? []} onAgain={countAgain} />
      <Reading preview={preview} />
      {preview?.state === 'ready' ? <Counts preview={preview} off={off} onOff={setOff} onAgain={countAgain} /> : null}
      <Divider />
      <Decide preview={preview} off={off} onOld={countAgain} />
    </Screen>
  );
}

function Failed({ onAgain }: { readonly onAgain: () => void }): ReactNode {
  const { store, text } = useServices();
  const { user } = useKnown();
  // A red check says its cause itself; without a known cause nothing is said against anybody's server.
  const problem = user?.sync.problem ?? { kind: 'unavailable' as const, code: 'PREVIEW_FAILED', message: '' };
  const sentence = sentenceOf(problem, text, store.now(), { ...(user?.crm ? { crm: user.crm.name } : {}) });
  return <Notice intent="warning" sentence={sentence} verb={text('preview.countAgain')} onVerb={onAgain} />;
}

function Reading({ preview }: { readonly preview: Preview | null }): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const { user } = useKnown();
  if (preview?.state !== 'reading' && preview !== null) return null;
  const side = preview ? readingSide(preview) : 'm';
  const name = side === 'm' ? text('side.outlook') : user?.crm?.name ?? '';
  return <p className={layout.text}>{text('preview.reading', { side: name, n: preview?.read[side] ?? 0 })}</p>;
}

interface CountsProps {
  readonly preview: Preview;
  readonly off: ReadonlySet<string>;
  readonly onOff: (off: ReadonlySet<string>) => void;
  readonly onAgain: () => void;
}

function Counts({ preview, off, onOff, onAgain }: CountsProps): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const now = useNow(30_000);
  const readyAt = preview.readyAt ?? preview.startedAt;
  return (
    <>
      {isAllEqual(preview) ? <p className={layout.text}>{text('preview.allEqual')}</p> : null}
      {preview.changedSince ? <p className={layout.text}>{text.count('preview.changed', preview.changedSince)}</p> : null}
      {isOld(preview, now) ? (
        <div className={layout.spread}>
          <span className={layout.text}>{text('preview.countsFrom', { time: clockTime(text, readyAt) })}</span>
          <Button size="small" onClick={onAgain}>{text('preview.countAgain')}</Button>
        </div>
      ) : null}
      <Kinds kinds={preview.kinds} off={off} onOff={onOff} />
    </>
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

function useReadySaid(preview: Preview | null): void {
  const { text } = useServices();
  const { announce } = useAnnounce();
  const isReady = preview?.state === 'ready';
  useEffect(() => { if (isReady) announce(text('preview.ready')); }, [announce, text, isReady]);
}
