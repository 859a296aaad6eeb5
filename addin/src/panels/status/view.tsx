/** P6: the facts of sync and the list of runs. */
import type { RunSummary, UserState } from '@concord/api';
import { Divider } from '@fluentui/react-divider';
import { mergeClasses } from '@griffel/react';
import type { ReactNode } from 'react';
import { Facts, type Fact } from '../../parts/facts.tsx';
import { Failure } from '../../parts/failure.tsx';
import { useLayout } from '../../parts/layout.ts';
import { useLoaded } from '../../parts/loaded.ts';
import { useMore } from '../../parts/more.tsx';
import { Screen } from '../../parts/screen.tsx';
import { StatusLine } from '../../parts/status-line.tsx';
import { SyncNow } from '../../parts/sync-now.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { useKnown, useNow, useServices } from '../../services.ts';
import { statusOf } from '../../state/status.ts';
import { age, ahead, clockTime } from '../../text/times.ts';
import { crmName } from '../home/model.ts';
import { foldRuns } from './model.ts';
import { RunRows } from './rows.tsx';

export function StatusPanel(): ReactNode {
  const { api, store, text } = useServices();
  const layout = useLayout();
  const known = useKnown();
  const { user } = known;
  // A new run asks for the list again.
  const { value, failure, again } = useLoaded(`${user?.sync.lastRunAt ?? 0}`, () => api.runs());
  if (!user) return null;
  return (
    <Screen title={text('status.title')} isReady={value !== null}>
      <StatusLine />
      <FactList user={user} />
      {/* What needs the person stops nothing else: there the line's verb is "Show", so the button stands here. */}
      {statusOf(known, store.now()) === 'needsYou' ? <div className={layout.row}><SyncNow id="sync-now" user={user} showsReason /></div> : null}
      <Divider />
      <section className={layout.group} aria-labelledby="runs">
        <h2 id="runs" className={layout.heading}>{text('status.runs')}</h2>
        <Failure failure={failure} onAgain={again} />
        {value ? <Runs key={value.runs[0]?.id ?? ''} first={value.runs} next={value.next} user={user} /> : null}
        {value || failure ? null : <Waiting label={text('page.loading')} />}
      </section>
    </Screen>
  );
}

function FactList({ user }: { readonly user: UserState }): ReactNode {
  const { text } = useServices();
  const now = useNow(30_000);
  const { lastChangeAt, lastRunAt, nextRunAt } = user.sync;
  const isOn = user.activation === 'active';
  const facts: readonly Fact[] = [
    { name: text('status.lastChange'), value: lastChangeAt === undefined ? text('status.never') : age(text, lastChangeAt, now) },
    { name: text('status.fullCheck'), value: lastRunAt === undefined ? text('status.never') : age(text, lastRunAt, now) },
    ...(isOn && nextRunAt !== undefined ? [{ name: text('status.nextCheck'), value: ahead(text, nextRunAt, now) }] : []),
    { name: text('status.mailbox'), value: user.mailbox?.login ?? text('status.notConnected') },
    { name: text('status.crm'), value: user.crm ? crmName(user) : text('status.notConnected') },
  ];
  return <Facts facts={facts} />;
}

interface RunsProps {
  readonly first: readonly RunSummary[];
  readonly next: string | undefined;
  readonly user: UserState;
}

function Runs({ first: newest, next, user }: RunsProps): ReactNode {
  const { api, text } = useServices();
  const layout = useLayout();
  const { items: runs, button } = useMore<RunSummary>({ items: newest, next }, async (after) => {
    const page = await api.runs(after);
    return { items: page.runs, next: page.next };
  });
  if (runs.length === 0) {
    const at = user.sync.nextRunAt;
    const first = at === undefined ? '' : ` ${text('status.firstAt', { time: clockTime(text, at) })}`;
    return <p className={layout.text}>{text('status.noRun')}{first}</p>;
  }
  return (
    <>
      <ul className={mergeClasses(layout.list)}><RunRows rows={foldRuns(runs)} /></ul>
      {button}
    </>
  );
}
