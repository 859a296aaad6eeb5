/** P10: the changes that the brake holds. One group is shown at once, several as a list of which each opens. */
import type { HeldGroup, HeldList } from '@concord/api';
import { mergeClasses } from '@griffel/react';
import { useState, type ReactNode } from 'react';
import { Failure } from '../../parts/failure.tsx';
import { useLayout } from '../../parts/layout.ts';
import { useLoaded } from '../../parts/loaded.ts';
import { RowLink } from '../../parts/row-link.tsx';
import { Screen } from '../../parts/screen.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { hashes } from '../../router/route.ts';
import { useKnown, useServices } from '../../services.ts';
import { heldLine, untouched } from '../../text/held.ts';
import { Decide } from './decide.tsx';

/** Without an id every group; with one, that group alone. */
export function HeldPanel({ id }: { readonly id?: string }): ReactNode {
  const { api, text } = useServices();
  const { user } = useKnown();
  const { value, failure, again } = useLoaded(`${user?.sync.held ?? 0} ${user?.sync.lastRunAt ?? 0}`, () => api.held());
  const [done, setDone] = useState('');
  const layout = useLayout();
  const one = value === null ? undefined : id === undefined ? onlyOne(value) : value.groups.find((group) => group.id === id);
  const answered = (words: string): void => {
    setDone(words);
    again();
  };
  return (
    <Screen title={text('held.title')} isReady={value !== null} focusKey={done}>
      <Failure failure={failure} onAgain={again} />
      {done === '' ? null : <p id="held-done" className={layout.text}>{done}</p>}
      {value === null && !failure ? <Waiting label={text('page.loading')} /> : null}
      {one ? <Decide key={`${one.id} ${one.count}`} group={one} onDone={answered} onStale={again} /> : value ? <Groups list={value} /> : null}
    </Screen>
  );
}

function onlyOne({ groups }: HeldList): HeldGroup | undefined {
  return groups.length === 1 ? groups[0] : undefined;
}

function Groups({ list }: { readonly list: HeldList }): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const { user } = useKnown();
  const crm = user?.crm?.name ?? 'CRM';
  if (list.groups.length === 0) return <p className={layout.text}>{text('held.none', { n: list.limit })}</p>;
  return (
    <ul className={mergeClasses(layout.list)}>
      {list.groups.map((group) => (
        <li key={group.id}>
          <RowLink
            id={`held-${group.id}`} hash={hashes.heldGroup(group.id)} title={heldLine(text, group, crm)}
            detail={group.isSuspect ? text('held.suspect') : untouched(text, group, crm)}
          />
        </li>
      ))}
    </ul>
  );
}
