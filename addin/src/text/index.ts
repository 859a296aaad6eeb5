/** One language at a time: loads its words and makes the functions that print them. */
import type { TextKey } from './en.ts';
import type { WordKey } from './en-words.ts';
import type { HelpKey } from './en-help.ts';
import type { RecordKey } from './en-records.ts';
import type { SignInKey } from './en-sign-in.ts';
import type { Language } from './language.ts';

export type AnyKey = TextKey | WordKey | RecordKey | SignInKey;
export type Values = Readonly<Record<string, string | number>>;
/** The words of a start; the others come with the first screen that prints them. */
export type Words = Readonly<Record<TextKey | WordKey, string>>;
/** A key whose text depends on a number: `x.one` and `x.other` exist. */
export type CountKey = AnyKey extends infer K ? (K extends `${infer Base}.other` ? Base : never) : never;

/** Words that are too many for the first chunk, by who prints them. */
export type Lesson = 'records' | 'signIn';

export interface Text {
  readonly language: Language;
  /** BCP 47 tag that numbers and times follow. */
  readonly locale: string;
  (key: AnyKey, values?: Values): string;
  count(key: CountKey, n: number, values?: Values): string;
  /** Text of a key that came as data, or the fallback where this version does not know it. */
  known(key: string, fallback: string, values?: Values): string;
  number(n: number): string;
  /** Words that came later; from here on they are printed like the others. */
  learn(lesson: Lesson, words: Readonly<Record<string, string>>): void;
  hasLearnt(lesson: Lesson): boolean;
}

export async function loadWords(language: Language): Promise<Words> {
  if (language === 'de') {
    const [{ de }, { deWords }] = await Promise.all([import('./de.ts'), import('./de-words.ts')]);
    return { ...de, ...deWords };
  }
  const [{ en }, { enWords }] = await Promise.all([import('./en.ts'), import('./en-words.ts')]);
  return { ...en, ...enWords };
}

export async function loadHelp(language: Language): Promise<Readonly<Record<HelpKey, string>>> {
  return language === 'de' ? (await import('./de-help.ts')).deHelp : (await import('./en-help.ts')).enHelp;
}

export function loadLesson(lesson: Lesson, language: Language): Promise<Readonly<Record<string, string>>> {
  return lesson === 'records' ? loadRecords(language) : loadSignIn(language);
}

async function loadSignIn(language: Language): Promise<Readonly<Record<SignInKey, string>>> {
  return language === 'de' ? (await import('./de-sign-in.ts')).deSignIn : (await import('./en-sign-in.ts')).enSignIn;
}

async function loadRecords(language: Language): Promise<Readonly<Record<RecordKey, string>>> {
  return language === 'de' ? (await import('./de-records.ts')).deRecords : (await import('./en-records.ts')).enRecords;
}

/** Puts values in for `{x}`; a value that is missing leaves its name visible, so that a test finds it. */
export function fill(template: string, values: Values = {}): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function makeText(language: Language, locale: string, words: Words): Text {
  const plural = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const shown = (values: Values | undefined): Values | undefined => values && Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? numbers.format(value) : value]),
  );
  let lookup: Readonly<Record<string, string | undefined>> = words;
  const learnt = new Set<Lesson>();
  const print = (key: AnyKey, values?: Values): string => fill(lookup[key] ?? key, shown(values));
  return Object.assign(print, {
    language,
    locale,
    count: (key: CountKey, n: number, values: Values = {}) => {
      const form = plural.select(n) === 'one' ? 'one' : 'other';
      return fill(lookup[`${key}.${form}`] ?? key, shown({ ...values, n }));
    },
    known: (key: string, fallback: string, values?: Values) => fill(lookup[key] ?? fallback, shown(values)),
    number: (n: number) => numbers.format(n),
    learn: (lesson: Lesson, more: Readonly<Record<string, string>>) => {
      lookup = { ...lookup, ...more };
      learnt.add(lesson);
    },
    hasLearnt: (lesson: Lesson) => learnt.has(lesson),
  });
}
