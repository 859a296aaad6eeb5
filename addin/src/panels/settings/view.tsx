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
  const facts = [
    { name: text('settings.contacts'), value: text(user.kinds.includes('contact') ? 'settings.bothWays' : 'settings.off') },
    { name: text('settings.schedule'), value: text('settings.every', { n: user.sync.intervalMinutes }) },
  ];
  return (
    <Screen title={text('settings.title')}>
      <div>
        {facts.map((fact) => (
          <div key={fact.name} className={mergeClasses(layout.spread, styles.fact)}>
            <span className={layout.text}>{fact.name}</span><span className={mergeClasses(layout.text, styles.value)}>{fact.value}</span>
          </div>
        ))}
        <ul className={layout.list}>
          <li>
            <RowLink
              id="settings-accounts" hash={hashes.accounts} title={text('settings.accounts')}
              value={text('settings.connected', { n: connected })}
            />
          </li>
          <li><RowLink id="settings-stop" hash={hashes.stop} title={text('settings.stop')} /></li>
        </ul>
      </div>
    </Screen>
  );
}
