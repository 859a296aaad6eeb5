/** "Retry" beside a record that was not accepted: the next run tries it again. */
import { Button } from '@fluentui/react-button';
import { useState, type ReactNode } from 'react';
import { ApiFailure } from '../../api/client.ts';
import { useServices } from '../../services.ts';
import { Failure } from '../failure.tsx';
import { useLayout } from '../layout.ts';

export function Retry({ record }: { readonly record: string }): ReactNode {
  const { api, store, text } = useServices();
  const layout = useLayout();
  const [isAsked, setAsked] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const press = (): void => {
    api.retry(record).then(() => {
      setAsked(true);
      store.expectRun();
    }, (error: unknown) => {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
    });
  };
  if (isAsked) return <p className={layout.hint} role="status">{text('run.retried')}</p>;
  return (
    <>
      <Failure failure={failure} />
      <div><Button size="small" onClick={press}>{text('run.retry')}</Button></div>
    </>
  );
}
