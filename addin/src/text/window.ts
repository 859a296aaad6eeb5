/** The sentences that stand where no language is loaded, in both: of the sign-in window, and of a pane that cannot start. */
import type { Language } from './language.ts';

export const YOU_CAN_CLOSE: Readonly<Record<Language, string>> = {
  en: 'You can close this window.',
  de: 'Sie können dieses Fenster schließen.',
};

/** Nothing in the pane waits for this window any more: its state was unknown, used or too old. */
export const TOO_LATE: Readonly<Record<Language, string>> = {
  en: 'That took too long. Close this window and start again.',
  de: 'Das hat zu lange gedauert. Schließen Sie dieses Fenster und beginnen Sie neu.',
};

export const NO_ANSWER: Readonly<Record<Language, string>> = {
  en: 'Concord does not answer.',
  de: 'Concord antwortet nicht.',
};

export const TRY_NOW: Readonly<Record<Language, string>> = {
  en: 'Try now',
  de: 'Jetzt versuchen',
};
