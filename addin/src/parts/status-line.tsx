/** The one line that reports the state of sync: chip with age (to Sync status), and one verb. */
import { Badge } from '@fluentui/react-badge';
import { Button } from '@fluentui/react-button';
import { useAnnounce } from '@fluentui/react-shared-contexts';
import { tokens } from '@fluentui/react-theme';
import { makeStyles, mergeClasses } from '@griffel/react';
import { useEffect, useRef, type ReactNode } from 'react';
import { hashes } from '../router/route.ts';
import { useKnown, useNow, useServices } from '../services.ts';
import { STATUS_LOOKS, statusOf, type StatusLook, type StatusName } from '../state/status.ts';
import { useVerb } from '../state/verbs.ts';
import type { Text } from '../text/index.ts';
import { age, ageSaid, clockTime } from '../text/times.ts';
import type { UserState } from '@concord/api';
import { useLayout } from './layout.ts';
import { StatusIcon } from './status-icon.tsx';
import { SyncNow } from './sync-now.tsx';

const useStyles = makeStyles({
  // Chip and verb are never cut: the age goes first when the line is narrow, and the verb wraps below when even that is not enough.
  line: {
    display: 'flex', alignItems: 'center', justifyContent: 'space-between', flexWrap: 'wrap', gap: tokens.spacingHorizontalS,
    minHeight: '32px',
  },
  facts: {
    flexShrink: 1, minWidth: '0', paddingInline: 0, justifyContent: 'flex-start', gap: tokens.spacingHorizontalXS,
    fontWeight: tokens.fontWeightRegular,
    '@media (forced-colors: active)': { paddingInline: tokens.spacingHorizontalXS },
  },
  // In forced colours the tint's own border stays; only its text needs the system's colour.
  chip: { whiteSpace: 'nowrap', flexShrink: 0, '@media (forced-colors: active)': { color: 'CanvasText' } },
  age: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  verb: { flexShrink: 0, marginInlineStart: 'auto' },
  narrow: { minWidth: '0', paddingInline: tokens.spacingHorizontalS },
});

/** The line stands only where a session is; the signed-out screens have none. Without the verb where the screen itself is the cure. */
export function StatusLine({ hasVerb = true }: { readonly hasVerb?: boolean }): ReactNode {
  const { store } = useServices();
  const known = useKnown();
  useNow(30_000);
  const name = statusOf(known, store.now());
  if (name === 'signedOut' || !known.user) return null;
  return <Line name={name} user={known.user} asOf={known.asOf} hasVerb={hasVerb} />;
}

interface LineProps {
  readonly name: Exclude<StatusName, 'signedOut'>;
  readonly user: UserState;
  readonly asOf: number;
  readonly hasVerb: boolean;
}

function Line({ name, user, asOf, hasVerb }: LineProps): ReactNode {
  const styles = useStyles();
  const layout = useLayout();
  const { router, store, text } = useServices();
  const look = STATUS_LOOKS[name];
  const chip = chipText(name, look, user, text);
  const now = store.now();
  const shown = ageOf(name, user, asOf, text, now);
  useChange(name, chip);
  return (
    <section className={styles.line} data-status={name}>
      <Button id="status-facts" appearance="transparent" className={styles.facts} onClick={() => router.go(hashes.status)}>
        {/* What is read aloud is whole words; what is seen is short. A label would have to repeat the short form. */}
        <span className={layout.hidden}>{shown.name(chip)}</span>
        <Badge
          appearance="tint" size="large" shape="rounded" color={look.color} className={styles.chip} icon={<StatusIcon name={look.icon} />}
          aria-hidden
        >
          {chip}
        </Badge>
        {shown.short === '' ? null : <span className={mergeClasses(styles.age, layout.ellipsis)} aria-hidden>{shown.short}</span>}
      </Button>
      {hasVerb ? <span className={styles.verb}><VerbButton look={look} user={user} /></span> : null}
    </section>
  );
}

function VerbButton({ look, user }: { readonly look: StatusLook; readonly user: UserState }): ReactNode {
  const { text } = useServices();
  const press = useVerb(look.verb);
  const styles = useStyles();
  if (look.verb === 'syncNow') return <SyncNow id="status-verb" user={user} className={styles.narrow} />;
  return <Button id="status-verb" className={styles.narrow} onClick={press}>{text(look.verbText)}</Button>;
}

function chipText(name: StatusName, look: StatusLook, user: UserState, text: Text): string {
  if (name !== 'syncing') return text(look.chip);
  const { progress } = user.sync;
  return progress ? text('chip.syncing', { a: progress.done, b: progress.total }) : text('chip.syncingPlain');
}

interface Age {
  readonly short: string;
  readonly name: (chip: string) => string;
}

function ageOf(name: StatusName, user: UserState, asOf: number, text: Text, now: number): Age {
  const plain = (chip: string): string => text('chip.name', { chip });
  if (name === 'offline') return { short: text('sync.asOf', { time: clockTime(text, asOf) }), name: plain };
  const at = user.sync.lastRunAt;
  if (at === undefined || (name !== 'active' && name !== 'needsYou')) return { short: '', name: plain };
  return { short: age(text, at, now), name: (chip) => text('chip.nameChecked', { chip, age: ageSaid(text, at, now) }) };
}

/** A changed chip is said once; the first one and the ticking age are not. */
function useChange(name: StatusName, chip: string): void {
  const { announce } = useAnnounce();
  const last = useRef(name);
  useEffect(() => {
    if (last.current === name) return;
    last.current = name;
    announce(chip);
  }, [announce, name, chip]);
}
