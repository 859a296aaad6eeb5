/** A sign-in form as data: what is chosen, what is typed, and the request that follows from it. */
import type { SignInChoice, SignInForm, StartAttempt } from '@concord/api';

export interface FormState {
  readonly system: string;
  readonly choice: string;
  /** By field id. */
  readonly typed: Readonly<Record<string, string>>;
}

export function beginForm(forms: readonly SignInForm[]): FormState {
  const form = forms[0];
  return { system: form?.system ?? '', choice: form ? firstChoice(form) : '', typed: {} };
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
  if (form.presetChoice !== undefined) return null;
  const fields = choiceOf(form, state)?.fields ?? [];
  return fields.find((field) => field.isRequired && (state.typed[field.id] ?? '').trim() === '')?.id ?? null;
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
