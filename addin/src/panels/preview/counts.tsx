/** The parts of a preview that a first sync and a change of what is synced have in common. */
import type { Preview } from '@concord/api';
import { Button } from '@fluentui/react-button';
import { MailOffRegular } from '@fluentui/react-icons/svg/mail-off';
import { useAnnounce } from '@fluentui/react-shared-contexts';
import { useEffect, type ReactNode } from 'react';
import { useLayout } from '../../parts/layout.ts';
import { Notice } from '../../parts/notice.tsx';
import { useKnown, useNow, useServices } from '../../services.ts';
import { sentenceOf } from '../../text/sentences.ts';
import { clockTime } from '../../text/times.ts';
import { Kinds, type KindsProps } from './kinds.tsx';
import { isAllEqual, isOld, readingSide } from './model.ts';

export function NoMails(): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  return (
    <div className={layout.group}>
      <div className={layout.row}>
        <MailOffRegular className={layout.icon} /><span className={layout.heading}>{text('preview.mails')}</span>
      </div>
      <p className={layout.hint}>{text('preview.nothing')}</p>
    </div>
  );
}

export function Failed({ onAgain }: { readonly onAgain: () => void }): ReactNode {
  const { store, text } = useServices();
  const { user } = useKnown();
  // A red check says its cause itself; without a known cause nothing is said against anybody's server.
  const problem = user?.sync.problem ?? { kind: 'unavailable' as const, code: 'PREVIEW_FAILED', message: '' };
  const sentence = sentenceOf(problem, text, store.now(), { ...(user?.crm ? { crm: user.crm.name } : {}) });
  return <Notice intent="warning" sentence={sentence} verb={text('preview.countAgain')} onVerb={onAgain} />;
}

export function Reading({ preview }: { readonly preview: Preview | null }): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const { user } = useKnown();
  if (preview?.state !== 'reading' && preview !== null) return null;
  const side = preview ? readingSide(preview) : 'm';
  const name = side === 'm' ? text('side.outlook') : user?.crm?.name ?? '';
  return <p className={layout.text}>{text('preview.reading', { side: name, n: preview?.read[side] ?? 0 })}</p>;
}

interface CountsProps extends Omit<KindsProps, 'kinds'> {
  readonly preview: Preview;
  readonly onAgain: () => void;
}

export function Counts({ preview, onAgain, ...kinds }: CountsProps): ReactNode {
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
      <Kinds kinds={preview.kinds} {...kinds} />
    </>
  );
}

/** Said once, when the numbers are there. */
export function useReadySaid(preview: Preview | null): void {
  const { text } = useServices();
  const { announce } = useAnnounce();
  const isReady = preview?.state === 'ready';
  useEffect(() => { if (isReady) announce(text('preview.ready')); }, [announce, text, isReady]);
}
