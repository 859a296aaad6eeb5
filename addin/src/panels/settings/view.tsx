/** P12: the settings with their present values, so that reading needs no press. */
import { makeStyles, mergeClasses } from '@griffel/react';
import { tokens } from '@fluentui/react-theme';
import type { ReactNode } from 'react';
import { useLayout } from '../../parts/layout.ts';
import { RowLink } from '../../parts/row-link.tsx';
import { Screen } from '../../parts/screen.tsx';
import { hashes } from '../../router/route.ts';
import { useKnown, useServices } from '../../services.ts';

const useStyles = makeStyles({ fact: { minHeight: '44px', flexWrap: 'nowrap' }, value: { color: tokens.colorNeutralForeground2 } });

export function SettingsPanel(): ReactNode {
  const { text } = useServices();
  const { user } = useKnown();
  const layout = useLayout();
  const styles = useStyles();
  if (!user) return null;
  const connected = [user.crm, user.mailbox].filter((side) => side !== undefined).length;
  const days = text('settings.window', { a: user.window.back, b: user.window.ahead });
  return (
    <Screen title={text('settings.title')}>
      <ul className={layout.list}>
        {(['contact', 'event', 'task'] as const).map((kind) => {
          const isOn = user.kinds.includes(kind);
          return (
            <li key={kind}>
              <RowLink
                id={`settings-${kind}`} hash={hashes.scope} title={text(`kind.${kind}`)} value={text(isOn ? 'settings.bothWays' : 'settings.off')}
                {...(kind === 'event' && isOn ? { detail: days } : {})}
              />
            </li>
          );
        })}
        <li className={mergeClasses(layout.spread, styles.fact)}>
          <span className={layout.text}>{text('settings.schedule')}</span>
          <span className={mergeClasses(layout.text, styles.value)}>{text('settings.every', { n: user.sync.intervalMinutes })}</span>
        </li>
        <li>
          <RowLink
            id="settings-accounts" hash={hashes.accounts} title={text('settings.accounts')}
            value={text('settings.connected', { n: connected })}
          />
        </li>
        <li><RowLink id="settings-stop" hash={hashes.stop} title={text('settings.stop')} /></li>
      </ul>
    </Screen>
  );
}
