/** How a sign-in with typed credentials ended: a sentence for each code, where it stands, and the verb that mends it. */
import type { ApiErrorBody, SignInCode, SignInField, SignInForm } from '@concord/api';
import type { AnyKey, Text } from '../text/index.ts';
import { fieldsOf, type FormState } from './form-model.ts';

export interface TypedEnd {
  readonly sentence: string;
  /** The field it stands under and that takes the focus; absent where none is at fault. */
  readonly field?: string;
  /** The secrets were refused: they are typed anew. */
  readonly blanks: boolean;
  readonly verb?: 'again' | 'copy' | 'check' | 'switch';
  readonly verbText?: string;
}

export interface TypedAsk {
  readonly form: SignInForm;
  readonly state: FormState;
  readonly text: Text;
  /** What Outlook shows. */
  readonly address?: string | undefined;
  /** The same side's form with a window of its own, where a mailbox in the cloud is signed in to. */
  readonly window?: SignInForm | undefined;
}

const MINUTE_S = 60;

/** `error.field` wins over the field that a code usually is about. */
export function typedEnd(error: ApiErrorBody, ask: TypedAsk): TypedEnd {
  const { form, state } = ask;
  const fields = fieldsOf(form, state).filter(({ preset }) => preset === undefined);
  const find = (kind: SignInField['kind']): string | undefined => fields.find((field) => field.kind === kind)?.id;
  const named = fields.some(({ id }) => id === error.field) ? error.field : undefined;
  const end = SENTENCES[error.code as SignInCode]?.(error, ask, { text: find('text'), secret: find('secret'), url: find('url') }) ?? other(error, ask);
  const field = end.verb === 'copy' || end.verb === 'switch' ? undefined : named ?? end.field;
  const { field: _, ...rest } = end;
  return { blanks: false, ...rest, ...(field === undefined ? {} : { field }) };
}

type Found = Readonly<Record<SignInField['kind'], string | undefined>>;
type End = Omit<TypedEnd, 'blanks' | 'field'> & { readonly blanks?: boolean; readonly field?: string | undefined };
type Say = (error: ApiErrorBody, ask: TypedAsk, found: Found) => End;

const plain = (key: AnyKey, at: SignInField['kind'], blanks = false): Say => (error, ask, found) => (
  { sentence: ask.text(key, valuesOf(error, ask)), field: found[at], blanks });

/** What only an admin can mend is copied for him. */
const forAdmin = (key: AnyKey): Say => (error, ask) => (
  { sentence: ask.text(key, valuesOf(error, ask)), verb: 'copy', verbText: ask.text('typed.copyAdmin') });

const SENTENCES: Readonly<Record<SignInCode, Say>> = {
  PASSWORD_WRONG: (_, { form, state, text }, found) => {
    const label = (id: string | undefined): string => {
      const field = fieldsOf(form, state).find((one) => one.id === id);
      const words = field ? text.known(`signIn.field.${field.label}`, field.label) : '';
      return text.language === 'en' ? words.toLowerCase() : words;
    };
    const sentence = text('typed.refused', { system: form.name, a: label(found.text), b: label(found.secret) });
    return { sentence: `${sentence} ${text('typed.twoTries')}`, field: found.secret, blanks: true };
  },
  ACCOUNT_LOCKED: plain('typed.locked', 'secret', true),
  PASSWORD_EXPIRED: plain('typed.expired', 'secret', true),
  SCHEME_UNSUPPORTED: forAdmin('typed.scheme'),
  EXTENDED_PROTECTION: forAdmin('typed.protection'),
  MAILBOX_NOT_FOUND: plain('typed.noMailbox', 'text'),
  ACCESS_OFF: (error, ask, found) => forAdmin(ask.form.side === 'm' ? 'typed.accessOff.m' : 'typed.accessOff.c')(error, ask, found),
  SERVER_NOT_FOUND: (error, ask, found) => {
    const values = valuesOf(error, ask);
    return { sentence: ask.text(values.domain === '' ? 'typed.notFound' : 'typed.notFoundFor', values), field: found.url };
  },
  SERVER_UNREACHABLE: plain('typed.unreachable', 'url'),
  NOT_A_SERVER: plain('typed.notServer', 'url'),
  CERTIFICATE: forAdmin('typed.certificate'),
  ADDRESS_REFUSED: forAdmin('typed.notAllowed'),
  FOREIGN_REDIRECT: plain('typed.redirect', 'url'),
  CLOUD_MAILBOX: (_, { text, window }) => ({
    sentence: text('typed.cloud'), ...(window ? { verb: 'switch' as const, verbText: text('mailbox.signIn', { system: window.name }) } : {}),
  }),
};

function other(error: ApiErrorBody, ask: TypedAsk): End {
  const { form, text } = ask;
  const min = Math.max(1, Math.ceil((error.retryAfterSeconds ?? MINUTE_S) / MINUTE_S));
  const again = { verb: 'again' as const, verbText: text('verb.tryAgain') };
  if (error.code === 'TOO_MANY_TRIES') return { sentence: text('typed.tooMany', { min }) };
  if (error.kind === 'throttled') return { sentence: text('typed.patience', { system: form.name, min }) };
  if (error.code === 'FIELD_MISSING') return { sentence: text('typed.missing') };
  if (error.code === 'WRONG_ORGANIZATION') return { sentence: text('signIn.otherOrg'), ...again };
  if (error.code === 'OFFLINE' || error.code === 'NO_REPLY') return { sentence: text('lost.server'), verb: 'again', verbText: text('verb.tryNow') };
  if (error.kind === 'unavailable') return { sentence: text('typed.unreachable', valuesOf(error, ask)), ...again };
  return { sentence: text('signIn.failed', { system: form.name }), ...again };
}

/** The server by the error's word, else by the link that was typed; the domain by the login, else by what Outlook shows. */
function valuesOf(error: ApiErrorBody, { form, state, text, address }: TypedAsk): Readonly<Record<'system' | 'host' | 'domain' | 'address', string>> {
  const typed = (kind: SignInField['kind']): string => {
    const field = fieldsOf(form, state).find((one) => one.kind === kind);
    return field ? field.preset ?? (state.typed[field.id] ?? '').trim() : '';
  };
  const login = typed('text');
  const mail = login.includes('@') ? login : address ?? '';
  return {
    system: form.name, host: error.host ?? (hostOf(typed('url')) || text('typed.thisServer')),
    domain: mail.slice(mail.lastIndexOf('@') + 1), address: login,
  };
}

function hostOf(link: string): string {
  if (link === '') return '';
  return URL.parse(link.includes('://') ? link : `https://${link}`)?.host ?? '';
}

/** True while no link is given and the server has to be looked for. */
export function looksForServer(form: SignInForm, state: FormState): boolean {
  return fieldsOf(form, state).some(({ id, kind, isRequired, preset }) => (
    kind === 'url' && !isRequired && preset === undefined && (state.typed[id] ?? '').trim() === ''));
}
