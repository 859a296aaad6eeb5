/** Which of the two languages a BCP 47 tag means. */
export type Language = 'en' | 'de';

/** The pane speaks German to a German Outlook, else English. */
export function languageOf(tag: string): Language {
  return /^de\b/i.test(tag) ? 'de' : 'en';
}
