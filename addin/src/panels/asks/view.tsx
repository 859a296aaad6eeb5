/** P9, the list: everything that waits for the person's answer. */
import { mergeClasses } from '@griffel/react';
import type { ReactNode } from 'react';
import { Failure } from '../../parts/failure.tsx';
import { useLayout } from '../../parts/layout.ts';
import { useLoaded } from '../../parts/loaded.ts';
import { RowLink } from '../../parts/row-link.tsx';
import { Screen } from '../../parts/screen.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { hashes } from '../../router/route.ts';
import { useKnown, useServices } from '../../services.ts';
import { byKind } from '../../text/entries.ts';
import { nameOf } from './model.ts';

export function AsksPanel(): ReactNode {
  const { api, text } = useServices();
  const layout = useLayout();
  const { user } = useKnown();
  const { value, failure, again } = useLoaded(`${user?.sync.asks ?? 0}`, () => api.asks());
  return (
    <Screen title={text('asks.title')} isReady={value !== null}>
      <Failure failure={failure} onAgain={again} />
      {value === null && !failure ? <Waiting label={text('page.loading')} /> : null}
      {value?.asks.length === 0 ? <p className={layout.text}>{text('asks.none')}</p> : null}
      {value && value.asks.length > 0 ? (
        <section className={layout.group} aria-labelledby="asks-open">
          <h2 id="asks-open" className={layout.heading}>{text('asks.open', { n: value.total })}</h2>
          <ul className={mergeClasses(layout.list)}>
            {value.asks.map((ask) => (
              <li key={ask.id}>
                <RowLink
                  id={`ask-${ask.id}`} hash={hashes.ask(ask.id)} title={byKind(text, 'asks.row', ask.kind, { name: nameOf(ask.record, text('name.some')) })}
                  detail={text.known(`ask.${ask.reason}`, text('ask.unsure'), { crm: user?.crm?.name ?? 'CRM' })}
                />
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </Screen>
  );
}
