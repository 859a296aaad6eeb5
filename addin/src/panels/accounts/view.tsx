/** Accounts: which account stands on each side, when it last worked, and how to change it or take the access back. */
import type { ConnectionState } from '@concord/api';
import { Button } from '@fluentui/react-button';
import { Divider } from '@fluentui/react-divider';
import type { ReactNode } from 'react';
import { useLayout } from '../../parts/layout.ts';
import { Screen } from '../../parts/screen.tsx';
import { hashes } from '../../router/route.ts';
import { useKnown, useNow, useServices } from '../../services.ts';
import { age } from '../../text/times.ts';

export function AccountsPanel(): ReactNode {
  const { router, text } = useServices();
  const { user } = useKnown();
  const layout = useLayout();
  if (!user) return null;
  return (
    <Screen title={text('settings.accounts')}>
      <h2 className={layout.heading}>{text('accounts.heading')}</h2>
      <Side id="mailbox" label={text('status.mailbox')} connection={user.mailbox} changeHash={hashes.mailbox} revokeHash={hashes.stopMailbox} />
      <Divider />
      <Side id="crm" label={text('status.crm')} connection={user.crm} changeHash={hashes.crm} revokeHash={hashes.stopCrm} />
      {user.mailbox ? (
        <div><Button onClick={() => router.go(hashes.settings)}>{text('accounts.setUp', { address: user.mailbox.login })}</Button></div>
      ) : null}
    </Screen>
  );
}

interface SideProps {
  readonly id: string;
  readonly label: string;
  readonly connection: ConnectionState | undefined;
  readonly changeHash: string;
  readonly revokeHash: string;
}

function Side({ id, label, connection, changeHash, revokeHash }: SideProps): ReactNode {
  const { router, text } = useServices();
  const layout = useLayout();
  const now = useNow(30_000);
  if (!connection) {
    return (
      <section className={layout.group} aria-label={label}>
        <p className={layout.text}>{label}</p>
        <div><Button id={`add-${id}`} onClick={() => router.go(changeHash)}>{text('accounts.add')}</Button></div>
      </section>
    );
  }
  const type = connection.organizationName ? `${connection.name} (${connection.organizationName})` : connection.name;
  return (
    <section className={layout.group} aria-label={label}>
      <div>
        <p className={layout.text}>{connection.login}</p>
        <p className={layout.hint}>{label}, {type}</p>
        {connection.lastGoodAt === undefined ? null : (
          <p className={layout.hint}>{text('accounts.lastGood', { age: age(text, connection.lastGoodAt, now) })}</p>
        )}
      </div>
      <div className={layout.row}>
        <Button id={`change-${id}`} onClick={() => router.go(changeHash)}>{text('accounts.change')}</Button>
        <Button id={`revoke-${id}`} appearance="subtle" onClick={() => router.go(revokeHash)}>{text('accounts.revoke')}</Button>
      </div>
    </section>
  );
}
