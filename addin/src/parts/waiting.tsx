/** Loading: nothing for 300 ms, then rows in the shape of what comes. */
import { Skeleton, SkeletonItem } from '@fluentui/react-skeleton';
import { useEffect, useState, type ReactNode } from 'react';
import { useLayout } from './layout.ts';

const QUIET_MS = 300;

export function Waiting({ rows = 4, label }: { readonly rows?: number; readonly label: string }): ReactNode {
  const layout = useLayout();
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setShown(true), QUIET_MS);
    return () => window.clearTimeout(timer);
  }, []);
  if (!isShown) return null;
  return (
    <Skeleton aria-label={label} className={layout.group}>
      {Array.from({ length: rows }, (_, index) => <SkeletonItem key={index} size={32} />)}
    </Skeleton>
  );
}
