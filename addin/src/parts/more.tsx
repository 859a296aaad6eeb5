/** A list that comes page by page: what was loaded so far, and the button for the rest. */
import { Button } from '@fluentui/react-button';
import { useState, type ReactNode } from 'react';
import { ApiFailure } from '../api/client.ts';
import { useText } from '../services.ts';
import { Failure } from './failure.tsx';

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; absent at the end. */
  readonly next?: string | undefined;
}

export interface More<Item> {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
  readonly button: ReactNode;
}

export function useMore<Item>(first: Page<Item>, ask: (after: string) => Promise<Page<Item>>): More<Item> {
  const text = useText();
  const [more, setMore] = useState<Page<Item>>({ items: [], next: first.next });
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const { next } = more;
  const press = (after: string): void => {
    setFailure(null);
    ask(after).then((page) => setMore({ items: [...more.items, ...page.items], next: page.next }), (error: unknown) => {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
    });
  };
  return {
    items: [...first.items, ...more.items],
    hasMore: next !== undefined,
    button: next === undefined ? null : (
      <>
        <Failure failure={failure} />
        <div><Button size="small" onClick={() => press(next)}>{text('status.more')}</Button></div>
      </>
    ),
  };
}
