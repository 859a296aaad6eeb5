/** Writes a stand-in's state once a burst of changes is over; a first sync makes thousands. */
const SAVE_AFTER_MS = 300;

export interface Saver { soon(): void; now(): void }

export function createSaver(save: () => void): Saver {
  let timer: NodeJS.Timeout | undefined;
  const now = (): void => {
    clearTimeout(timer);
    timer = undefined;
    save();
  };
  return { now, soon: () => { timer ??= setTimeout(now, SAVE_AFTER_MS).unref(); } };
}
