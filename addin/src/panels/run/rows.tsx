/** The rows of a run with their search, and the buttons that turn the page. */
import { Button } from '@fluentui/react-button';
import { mergeClasses } from '@griffel/react';
import { useEffect, useRef, type ReactNode } from 'react';
import { Failure } from '../../parts/failure.tsx';
import { useLayout } from '../../parts/layout.ts';
import { Waiting } from '../../parts/waiting.tsx';
import { useServices } from '../../services.ts';
import { Entry } from './entry.tsx';
import { isFiltered, type RowFilter } from './filter.ts';
import type { Pages } from './pages.ts';
import { Filter } from './tools.tsx';

interface RowsProps {
  readonly pages: Pages;
  readonly filter: RowFilter;
  readonly onFilter: (filter: RowFilter) => void;
}

export function Rows({ pages, filter, onFilter }: RowsProps): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const heading = useHeading(pages.page);
  const { rows, from, total, isLoading, failure, again } = pages;
  if (pages.entries.length === 0) return <p className={layout.text}>{text('run.nothing')}</p>;
  const isPaged = pages.hasNext || from > 0;
  const values = { a: from + 1, b: from + rows.length };
  return (
    <>
      <Filter filter={filter} shown={isLoading ? null : total ?? from + rows.length} isAll={total !== undefined} onChange={onFilter} />
      {isPaged && rows.length > 0 ? (
        <h2 ref={heading} id="run-page" tabIndex={-1} className={mergeClasses(layout.heading, layout.number)} style={{ outlineStyle: 'none' }}>
          {total === undefined ? text('run.pageOpen', values) : text('run.page', { ...values, n: total })}
        </h2>
      ) : null}
      <ul className={mergeClasses(layout.list, layout.group)} aria-busy={isLoading}>
        {rows.map(({ entry, at }, index) => (
          <Entry key={at} id={`entry-${at}`} entry={entry} place={from + index + 1} of={total ?? -1} />
        ))}
      </ul>
      {isLoading ? <Waiting label={text(isFiltered(filter) ? 'run.searching' : 'page.loading')} /> : null}
      <Failure failure={failure} onAgain={again} />
      {isPaged ? <Turn pages={pages} /> : null}
    </>
  );
}

function Turn({ pages: { page, hasNext, isLoading, turnTo } }: Pick<RowsProps, 'pages'>): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const isLast = !hasNext || isLoading;
  return (
    <nav className={layout.row} aria-label={text('run.pages')}>
      <Button id="run-previous" size="small" disabledFocusable={page === 0} onClick={() => { if (page > 0) turnTo(page - 1); }}>
        {text('run.previous')}
      </Button>
      <Button id="run-next" size="small" disabledFocusable={isLast} onClick={() => { if (!isLast) turnTo(page + 1); }}>{text('status.more')}</Button>
    </nav>
  );
}

/** The line above the rows, which takes the focus when the page was turned: it says where one is, and the rows follow it. */
function useHeading(page: number): React.RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(page);
  useEffect(() => {
    if (shown.current === page) return;
    shown.current = page;
    // A search begins at its first page and keeps the focus in its field.
    if (!document.activeElement?.closest('[role="search"]')) heading.current?.focus();
  }, [page]);
  return heading;
}
