/** The live check before a first sync, or a change of what is synced: one line each, green or red, a red one with the verb that mends it. */
import type { PreviewCheck } from '@concord/api';
import { Button } from '@fluentui/react-button';
import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle';
import { ErrorCircleRegular } from '@fluentui/react-icons/svg/error-circle';
import { mergeClasses } from '@griffel/react';
import type { ReactNode } from 'react';
import { useLayout } from '../../parts/layout.ts';
import { hashes } from '../../router/route.ts';
import { useKnown, useServices } from '../../services.ts';

interface ChecksProps {
  readonly checks: readonly PreviewCheck[];
  /** Names the list for who does not see it. */
  readonly title: string;
  readonly onAgain: () => void;
}

export function Checks({ checks, title, onAgain }: ChecksProps): ReactNode {
  const { router, text } = useServices();
  const layout = useLayout();
  const { user } = useKnown();
  if (checks.length === 0) return null;
  return (
    <ul className={layout.list} aria-label={title}>
      {checks.map((check) => (
        <li key={check.id} className={layout.row} style={{ flexWrap: 'nowrap' }}>
          {check.ok
            ? <CheckmarkCircleRegular className={mergeClasses(layout.icon, layout.good)} aria-label={text('check.good')} />
            : <ErrorCircleRegular className={mergeClasses(layout.icon, layout.bad)} aria-label={text('check.bad')} />}
          <span className={mergeClasses(layout.text, layout.grow)}>{text(`check.${check.id}`, { crm: user?.crm?.name ?? 'CRM' })}</span>
          {check.ok ? null : (
            <Button size="small" onClick={check.id === 'consent' || check.id === 'mailbox' ? () => router.go(hashes.mailbox) : onAgain}>
              {text(check.id === 'consent' || check.id === 'mailbox' ? 'verb.signInAgain' : 'preview.countAgain')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
