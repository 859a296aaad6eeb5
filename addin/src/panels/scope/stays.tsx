/** What stays where it is when less is synced than now: said before it is saved. */
import type { ScopeChoice, UserState } from '@concord/api';
import type { ReactNode } from 'react';
import { useLayout } from '../../parts/layout.ts';
import { useServices } from '../../services.ts';
import { countWords } from '../../text/entries.ts';
import { isNarrower, removedKinds } from './model.ts';

export function Stays({ user, choice }: { readonly user: UserState; readonly choice: ScopeChoice }): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const removed = removedKinds(user, choice);
  const isLess = isNarrower(user, choice);
  if (removed.length === 0 && !isLess) return null;
  return (
    <section id="scope-stays" className={layout.group} aria-labelledby="scope-stays-title">
      <h2 id="scope-stays-title" className={layout.heading}>{text('scope.staysTitle')}</h2>
      {removed.map((kind) => (
        <p key={kind} className={layout.text}>
          {text('scope.stays', { kind: text(`kind.${kind}`), what: countWords(text, kind, user.sync.linksByKind[kind] ?? 0) })}
        </p>
      ))}
      {removed.length > 0 ? <p className={layout.text}>{`${text('scope.again')} ${text('scope.meantime')}`}</p> : null}
      {isLess ? <p className={layout.text}>{text('scope.narrower')}</p> : null}
      <p className={layout.text}>{text('scope.nothingDeleted')}</p>
    </section>
  );
}
