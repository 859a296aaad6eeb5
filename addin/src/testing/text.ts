/** The two languages with all their words, for tests of what is printed. */
import { de } from '../text/de.ts';
import { deRecords } from '../text/de-records.ts';
import { deSignIn } from '../text/de-sign-in.ts';
import { deWords } from '../text/de-words.ts';
import { en } from '../text/en.ts';
import { enRecords } from '../text/en-records.ts';
import { enSignIn } from '../text/en-sign-in.ts';
import { enWords } from '../text/en-words.ts';
import { makeText } from '../text/index.ts';

export const english = makeText('en', 'en-GB', { ...en, ...enWords });
export const german = makeText('de', 'de-DE', { ...de, ...deWords });
english.learn('records', enRecords);
english.learn('signIn', enSignIn);
german.learn('records', deRecords);
german.learn('signIn', deSignIn);
