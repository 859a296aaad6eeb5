/** P4 and P5, home: the status line, what needs the person, this mail's slot, today, the accounts. The order never changes. */
import type { UserState } from '@concord/api';
import { Divider } from '@fluentui/react-divider';
import { Link } from '@fluentui/react-link';
import { mergeClasses } from '@griffel/react';
import type { ReactNode } from 'react';
import { BusyButton } from '../../parts/busy-button.tsx';
import { useLayout } from '../../parts/layout.ts';
import { Screen } from '../../parts/screen.tsx';
import { StatusLine } from '../../parts/status-line.tsx';
import { setUpHash } from '../../parts/menu/model.ts';
import { hashes } from '../../router/route.ts';
import { useKnown, useServices } from '../../services.ts';
import { isStale, openThings, statusOf, type StatusName } from '../../state/status.ts';
import type { Text } from '../../text/index.ts';
import { sentenceOf } from '../../text/sentences.ts';
import { clockTime, moment } from '../../text/times.ts';
import { HeldRows, NeedsItem } from './needs.tsx';
import { crmName, hasContactsOnly, needsRows, todayCount } from './model.ts';
import { FirstSync } from './progress.tsx';

export function HomePanel(): ReactNode {
  const { store, text } = useServices();
  const known = useKnown();
  const { user } = known;
  if (!user) return null;
  const status = statusOf(known, store.now());
  return (
    <Screen title={text('app.name')} isTop>
      <StatusLine />
      <Standing user={user} status={status} />
      {user.activation === 'crmConnected' ? <NotSetUp user={user} /> : <Needs user={user} />}
      {/* "In this mail" comes here; until it has something to say it takes no space. */}
      {user.activation === 'crmConnected' || user.activation === 'mailboxConnected' ? null : <Today user={user} />}
      <Account user={user} />
    </Screen>
  );
}

/** What the state means, in a sentence: since when, until when, what goes on by itself. */
function Standing({ user, status }: { readonly user: UserState; readonly status: StatusName }): ReactNode {
  const { store, text } = useServices();
  const layout = useLayout();
  const { sync } = user;
  if (sync.progress && (status === 'syncing' || status === 'delayed')) {
    return <FirstSync user={user} progress={sync.progress} isDelayed={status === 'delayed'} />;
  }
  const sentence = standing(user, status, text, store.now());
  return sentence === '' ? null : <p className={layout.text}>{sentence}</p>;
}

function standing(user: UserState, status: StatusName, text: Text, now: number): string {
  const { sync } = user;
  if (status === 'waiting') return text('home.waiting');
  if (status === 'off') return text('home.offState');
  if (status === 'paused') {
    return user.pausedUntil === undefined ? text('home.paused') : text('home.pausedUntil', { time: moment(text, user.pausedUntil, now) });
  }
  if (sync.problem && (status === 'delayed' || status === 'blocked' || status === 'signInNeeded')) {
    if (status === 'delayed' && sync.problem.kind === 'credentialsRejected') {
      return text('home.refusedSoFar', { system: sync.problem.system ?? user.mailbox?.name ?? '' });
    }
    return sentenceOf(
      sync.problem, text, now, { ...(user.crm ? { crm: user.crm.name } : {}), ...(sync.problemSince ? { since: sync.problemSince } : {}) },
    );
  }
  if (isStale(user, now) && sync.lastRunAt !== undefined) return text('home.lastGoodCheck', { time: moment(text, sync.lastRunAt, now) });
  return '';
}

function Needs({ user }: { readonly user: UserState }): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const rows = needsRows(user);
  if (rows.length === 0) return null;
  const total = rows.reduce((sum, row) => sum + row.n, 0);
  return (
    <section className={layout.group} aria-labelledby="needs-you">
      <h2 id="needs-you" className={layout.heading}>{text('home.needsYou', { n: total })}</h2>
      <ul className={mergeClasses(layout.list, layout.group)}>{rows.map((row) => (row.id === 'held'
        ? <HeldRows key={row.id} row={row} />
        : <NeedsItem key={row.id} id={row.id} sentence={text.count(row.text, row.n)} verb={row.verb} hash={row.hash} />))}</ul>
    </section>
  );
}

function NotSetUp({ user }: { readonly user: UserState }): ReactNode {
  const { router, text } = useServices();
  const layout = useLayout();
  return (
    <section className={layout.group}>
      <p className={layout.text}>{text('home.offLead')}</p>
      <ul className={layout.bullets}>
        {(['home.off1', 'home.off2', 'home.off3'] as const).map((key) => <li key={key}>{text(key)}</li>)}
      </ul>
      <BusyButton id="set-up" isPrimary label={text('verb.setUp')} onPress={() => router.go(setUpHash(user))} />
    </section>
  );
}

function Today({ user }: { readonly user: UserState }): ReactNode {
  const { router, store, text } = useServices();
  const layout = useLayout();
  const n = todayCount(user);
  const { lastRunAt } = user.sync;
  const checked = lastRunAt === undefined ? '' : ` ${text('home.lastCheck', { time: clockTime(text, lastRunAt) })}`;
  const open = openThings(user);
  const showLogs = (event: React.MouseEvent): void => {
    event.preventDefault();
    router.go(hashes.status);
  };
  return (
    <section className={layout.group} aria-labelledby="today">
      <h2 id="today" className={layout.heading}>{text('home.today')}</h2>
      <p className={layout.text}>
        {n === 0
          ? `${text('home.nothingToday')}${isStale(user, store.now()) ? '' : checked}`
          : text.count(hasContactsOnly(user) ? 'home.todayCount' : 'home.todayRecords', n)}
      </p>
      <p className={layout.text}>{text('home.noMails')}</p>
      {open > 0 ? <p className={layout.text}>{text.count('home.todayNeeds', open)}</p> : null}
      <div><Link id="home-logs" href={hashes.status} onClick={showLogs}>{text('home.logs')}</Link></div>
    </section>
  );
}

function accountLines({ mailbox, crm, ...user }: UserState, text: Text): readonly [string, string] | null {
  if (!crm) return mailbox ? [mailbox.login, mailbox.name] : null;
  const name = crmName({ ...user, crm });
  return mailbox ? [mailbox.login, text('home.with', { crm: name })] : [name, text('home.signedInAs', { login: crm.login })];
}

function Account({ user }: { readonly user: UserState }): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const lines = accountLines(user, text);
  if (!lines) return null;
  return (
    <section className={layout.group}>
      <Divider />
      <p className={layout.text}>{lines[0]}<br /><span className={layout.hint}>{lines[1]}</span></p>
    </section>
  );
}
