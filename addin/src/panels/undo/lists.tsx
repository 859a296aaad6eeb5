/** P11, the two lists: what is put back, summed by side and record by record on demand; and what cannot be, with reasons. */
import { Button } from '@fluentui/react-button';
import { mergeClasses } from '@griffel/react';
import { useState, type ReactNode } from 'react';
import { useLayout } from '../../parts/layout.ts';
import { RowLink } from '../../parts/row-link.tsx';
import { hashes } from '../../router/route.ts';
import { useKnown, useServices } from '../../services.ts';
import { kindWord, sideName } from '../../text/entries.ts';
import { itemWords, reasonWords, sumsOf, type UndoItem, type UndoRefusal } from './model.ts';

export function Back({ items }: { readonly items: readonly UndoItem[] }): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const { user } = useKnown();
  const [isOpen, setOpen] = useState(false);
  const crm = user?.crm?.name ?? 'CRM';
  return (
    <section className={layout.group} aria-labelledby="undo-back">
      <h2 id="undo-back" className={layout.heading}>{text('undo.back')}</h2>
      {sumsOf(text, items).map(({ side, lines }) => (
        <div key={side}>
          <p className={layout.hint}>{side === 'both' ? text('undo.bothSides') : sideName(text, side, crm)}</p>
          <ul className={layout.bullets}>{lines.map((line) => <li key={line}>{line}</li>)}</ul>
        </div>
      ))}
      <div>
        <Button size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{text.count('undo.show', items.length)}</Button>
      </div>
      {isOpen ? <Rows items={items.map((item) => ({ item, words: itemWords(text, item, crm) }))} place="back" /> : null}
    </section>
  );
}

export function Cannot({ items }: { readonly items: readonly UndoRefusal[] }): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const { user } = useKnown();
  const crm = user?.crm?.name ?? 'CRM';
  return (
    <section className={layout.group} aria-labelledby="undo-cannot">
      <h2 id="undo-cannot" className={layout.heading}>{text('undo.cannot', { n: items.length })}</h2>
      <Rows items={items.map((item) => ({ item, words: reasonWords(text, item, crm) }))} place="cannot" />
    </section>
  );
}

interface RowsProps {
  readonly items: readonly { readonly item: UndoItem; readonly words: string }[];
  readonly place: 'back' | 'cannot';
}

function Rows({ items, place }: RowsProps): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  return (
    <ul className={mergeClasses(layout.list)}>
      {items.map(({ item, words }, index) => (
        <li key={`${item.record} ${index}`}>
          <RowLink id={`${place}-${index}`} hash={hashes.record(item.record)} title={item.name ?? kindWord(text, item.kind)} detail={words} />
        </li>
      ))}
    </ul>
  );
}
