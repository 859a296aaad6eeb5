/** Pages of the several sources of one side, and the one page that the app is given. Pure. */
import { SyncError } from '../engine/errors.ts';
import type { Change, ChangePage, Cursors, Family } from '../ports/side.ts';

export interface FeedPage {
  readonly changes: readonly Change[];
  readonly families?: readonly Family[];
  readonly cursors: Cursors;
  readonly hasMore: boolean;
  readonly lost: readonly string[];
}

/** What came of one source. */
export interface Taken {
  readonly page: FeedPage | SyncError;
  /** The cursors this poll began with; they stay when it failed. */
  readonly kept: Cursors;
}

/** A refused sign-in and a wish to wait are the whole side's matter and are thrown; any other failure is that source's. */
export async function pageOrFailure(take: () => Promise<FeedPage>): Promise<FeedPage | SyncError> {
  try {
    return await take();
  } catch (error) {
    if (error instanceof SyncError && error.kind !== 'throttled' && error.kind !== 'credentialsRejected') return error;
    throw error;
  }
}

/**
 * A source that fails lets the others go first, so that a calendar that cannot be read never keeps contacts from being synced: its
 * cursor stays, the round goes on, and once the others have nothing new its failure is thrown.
 */
export function mergePages(taken: readonly Taken[]): ChangePage {
  const pages = taken.flatMap(({ page }) => (page instanceof SyncError ? [] : [page]));
  const failure = taken.map(({ page }) => page).find((page) => page instanceof SyncError);
  if (failure && !pages.some(isProgress)) throw failure;
  const families = pages.flatMap((page) => page.families ?? []);
  return {
    changes: pages.flatMap(({ changes }): readonly Change[] => changes),
    ...(families.length > 0 ? { families } : {}),
    cursors: Object.assign({}, ...taken.map(({ page, kept }) => (page instanceof SyncError ? kept : page.cursors))) as Cursors,
    hasMore: failure !== undefined || pages.some(({ hasMore }) => hasMore),
    lost: pages.flatMap(({ lost }) => lost),
  };
}

const isProgress = (page: FeedPage): boolean => page.changes.length > 0 || page.hasMore || page.lost.length > 0;
