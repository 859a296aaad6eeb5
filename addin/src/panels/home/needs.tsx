/** The rows of "Needs you": a sentence and one verb each; what the brake holds is told group by group. */
import { Button } from '@fluentui/react-button';
import { mergeClasses } from '@griffel/react';
import type { ReactNode } from 'react';
import { useLayout } from '../../parts/layout.ts';
import { useLoaded } from '../../parts/loaded.ts';
import { hashes } from '../../router/route.ts';
import { useKnown, useServices } from '../../services.ts';
import { heldLine } from '../../text/held.ts';
import type { AnyKey } from '../../text/index.ts';
import type { NeedsRow } from './model.ts';

export interface NeedsItemProps {
  readonly id: string;
  readonly sentence: string;
  readonly verb: AnyKey;
  readonly hash: string;
}

export function NeedsItem({ id, sentence, verb, hash }: NeedsItemProps): ReactNode {
  const { router, text } = useServices();
  const layout = useLayout();
  return (
    <li className={layout.spread}>
      <span className={mergeClasses(layout.text, layout.grow)}>{sentence}</span>
      <Button id={`needs-${id}`} size="small" onClick={() => router.go(hash)}>{text(verb)}</Button>
    </li>
  );
}

/** Until the groups are known, and where they cannot be asked for, the number alone. */
export function HeldRows({ row }: { readonly row: NeedsRow }): ReactNode {
  const { api, text } = useServices();
  const { user } = useKnown();
  const { value } = useLoaded(`${row.n} ${user?.sync.lastRunAt ?? 0}`, () => api.held());
  const crm = user?.crm?.name ?? 'CRM';
  if (!value || value.groups.length === 0) {
    return <NeedsItem id={row.id} sentence={text.count(row.text, row.n)} verb={row.verb} hash={row.hash} />;
  }
  return value.groups.map((group) => (
    <NeedsItem key={group.id} id={`held-${group.id}`} sentence={heldLine(text, group, crm)} verb={row.verb} hash={hashes.heldGroup(group.id)} />
  ));
}
