/** A sign-in form as data: what is chosen, what is typed, and the request that follows from it. */
import type { ConnectCredentials, SignInChoice, SignInField, SignInForm, StartAttempt } from '@concord/api';

export interface FormState {
  readonly system: string;
  readonly choice: string;
  /** By field id. */
  readonly typed: Readonly<Record<string, string>>;
}

/** What was typed before, secrets apart. */
export interface TypedBefore {
  readonly choice: string;
  readonly values: Readonly<Record<string, string>>;
}

export function beginForm(forms: readonly SignInForm[], before?: TypedBefore): FormState {
  const form = forms[0];
  const choice = before && form?.choices.some(({ id }) => id === before.choice) ? before.choice : form ? firstChoice(form) : '';
  return { system: form?.system ?? '', choice, typed: before?.values ?? {} };
}

export function formOf(forms: readonly SignInForm[], state: FormState): SignInForm | undefined {
  return forms.find((form) => form.system === state.system) ?? forms[0];
}

export function choiceOf(form: SignInForm, state: FormState): SignInChoice | undefined {
  return form.choices.find((choice) => choice.id === state.choice) ?? form.choices[0];
}

export function withSystem(forms: readonly SignInForm[], system: string): FormState {
  const form = forms.find((candidate) => candidate.system === system);
  return { system, choice: form ? firstChoice(form) : '', typed: {} };
}

/** The first required field that is empty, or null. */
export function missingField(form: SignInForm, state: FormState): string | null {
  if (form.presetChoice !== undefined && form.by === 'oauth') return null;
  const isEmpty = ({ id, kind }: SignInField): boolean => (kind === 'secret' ? state.typed[id] ?? '' : (state.typed[id] ?? '').trim()) === '';
  return fieldsOf(form, state).find((field) => field.isRequired && field.preset === undefined && isEmpty(field))?.id ?? null;
}

/** The fields of the chosen way; an admin's choice comes before the person's. */
export function fieldsOf(form: SignInForm, state: FormState): readonly SignInField[] {
  const preset = form.choices.find(({ id }) => id === form.presetChoice);
  return (preset ?? choiceOf(form, state))?.fields ?? [];
}

/** What is sent of a form with typed credentials: what is typed for the chosen way, and nothing for what the admin filled in. */
export function typedRequest(form: SignInForm, state: FormState): ConnectCredentials {
  const open = fieldsOf(form, state).filter(({ preset }) => preset === undefined);
  const values = Object.fromEntries(open.flatMap(({ id }) => (state.typed[id] ? [[id, state.typed[id]]] : [])));
  return { system: form.system, choice: form.presetChoice ?? choiceOf(form, state)?.id ?? '', values };
}

/** After a refusal: the secrets are typed anew, the rest stays. */
export function withoutSecrets(form: SignInForm, state: FormState): FormState {
  const secret = new Set(fieldsOf(form, state).flatMap(({ id, kind }) => (kind === 'secret' ? [id] : [])));
  return { ...state, typed: Object.fromEntries(Object.entries(state.typed).filter(([id]) => !secret.has(id))) };
}

/** The request for the attempt. A form has one field at most today: the address of the person's own domain. */
export function requestOf(form: SignInForm, state: FormState): StartAttempt {
  if (form.presetChoice !== undefined) {
    return { system: form.system, choice: form.presetChoice, ...(form.presetDomain === undefined ? {} : { domain: form.presetDomain }) };
  }
  const choice = choiceOf(form, state);
  const domain = choice?.fields.map((field) => (state.typed[field.id] ?? '').trim()).find((value) => value !== '');
  return { system: form.system, choice: choice?.id ?? '', ...(domain === undefined ? {} : { domain }) };
}

function firstChoice(form: SignInForm): string {
  return form.presetChoice ?? form.choices[0]?.id ?? '';
}
