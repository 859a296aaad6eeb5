/** Draws a connector's sign-in form: system, choice and fields as data, the button that opens the window, and how it ended. */
import type { Attempt, Claimed, SignInForm, StartAttempt } from '@concord/api';
import { Field } from '@fluentui/react-field';
import { Input } from '@fluentui/react-input';
import { Radio, RadioGroup } from '@fluentui/react-radio';
import { useState, type ReactNode } from 'react';
import { BusyButton } from '../parts/busy-button.tsx';
import { useLayout } from '../parts/layout.ts';
import { useServices, useText } from '../services.ts';
import type { Text } from '../text/index.ts';
import { useSignIn } from './flow.ts';
import { beginForm, choiceOf, formOf, missingField, requestOf, withSystem, type FormState } from './form-model.ts';
import { endOf, isBusy, type SignInEnd, type SignInState } from './model.ts';
import { SignInProgress } from './progress.tsx';

export interface SignInPanelProps {
  readonly forms: readonly SignInForm[];
  /** Label of the radios when there is more than one system. */
  readonly which: string;
  readonly button: (system: string) => string;
  readonly hint: (form: SignInForm) => string;
  readonly start: (request: StartAttempt) => Promise<Attempt>;
  readonly done: (claimed: Claimed) => Promise<void>;
}

export function SignInPanel({ forms, which, button, hint, start, done }: SignInPanelProps): ReactNode {
  const text = useText();
  const layout = useLayout();
  const { state, flow } = useSignIn();
  const [form, setForm] = useState<FormState>(() => beginForm(forms));
  const [missing, setMissing] = useState<string | null>(null);
  const shown = formOf(forms, form);
  if (!shown) return null;
  const request = requestOf(shown, form);
  const end = endOf(state, text, shown.name, request.domain ?? '');
  const press = (): void => {
    const empty = missingField(shown, form);
    setMissing(empty);
    if (empty !== null) document.getElementById(fieldId(empty))?.focus();
    else void flow.begin(() => start(request), done);
  };
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    if (!isBusy(state)) press();
  };
  return (
    <form className={layout.body} style={{ padding: 0 }} noValidate onSubmit={submit}>
      {forms.length > 1
        ? <SystemChoice label={which} forms={forms} value={shown.system} onChange={(system) => setForm(withSystem(forms, system))} />
        : null}
      <Choices form={shown} state={form} onChange={setForm} error={fieldError(text, missing, end)} />
      <div className={layout.group}>
        <BusyButton
          id="sign-in" isPrimary label={button(shown.name)} describedBy="sign-in-hint" onPress={press} {...busyLabel(text, state)}
        />
        <p id="sign-in-hint" className={layout.hint}>{hint(shown)}</p>
        <SignInProgress state={state} end={end} system={shown.name} onAgain={press} onCancel={() => flow.cancel()} />
      </div>
    </form>
  );
}

function busyLabel(text: Text, state: SignInState): { readonly busy?: string } {
  if (state.step === 'checking') return { busy: text('window.checking') };
  return isBusy(state) ? { busy: text('window.connecting') } : {};
}

function fieldError(text: Text, missing: string | null, end: SignInEnd | null): string | undefined {
  if (missing !== null) return text('signIn.fieldMissing');
  return end?.isOnField ? end.sentence : undefined;
}

function fieldId(id: string): string {
  return `sign-in-field-${id}`;
}

interface SystemChoiceProps {
  readonly label: string;
  readonly forms: readonly SignInForm[];
  readonly value: string;
  readonly onChange: (system: string) => void;
}

function SystemChoice({ label, forms, value, onChange }: SystemChoiceProps): ReactNode {
  return (
    <Field label={label}>
      <RadioGroup value={value} onChange={(_, data) => onChange(data.value)}>
        {forms.map((form) => <Radio key={form.system} value={form.system} label={form.name} />)}
      </RadioGroup>
    </Field>
  );
}

interface ChoicesProps {
  readonly form: SignInForm;
  readonly state: FormState;
  readonly error: string | undefined;
  readonly onChange: (state: FormState) => void;
}

function Choices({ form, state, error, onChange }: ChoicesProps): ReactNode {
  const layout = useLayout();
  const { text } = useServices();
  const label = (id: string): string => text.known(`signIn.choice.${id}`, id);
  if (form.presetChoice !== undefined) {
    const preset = form.choices.find((choice) => choice.id === form.presetChoice);
    return <p className={layout.text}>{text('crm.preset', { crm: form.name, choice: label(preset?.label ?? form.presetChoice) })}</p>;
  }
  const chosen = choiceOf(form, state);
  if (form.choices.length < 2 && chosen?.fields.length === 0) return null;
  return (
    <div className={layout.group}>
      {form.choices.length > 1 ? (
        <Field label={text('crm.address', { crm: form.name })}>
          <RadioGroup value={chosen?.id ?? ''} onChange={(_, data) => onChange({ ...state, choice: data.value })}>
            {form.choices.map((choice) => <Radio key={choice.id} value={choice.id} label={label(choice.label)} />)}
          </RadioGroup>
        </Field>
      ) : null}
      {chosen?.fields.map((field) => (
        <Field
          key={field.id}
          label={text.known(`signIn.field.${field.label}`, field.label)}
          required={field.isRequired}
          {...(error ? { validationMessage: error, validationState: 'error' as const } : {})}
        >
          <Input
            id={fieldId(field.id)}
            value={state.typed[field.id] ?? ''}
            inputMode="url" autoComplete="off" spellCheck={false}
            {...(field.placeholder ? { placeholder: field.placeholder } : {})}
            onChange={(_, data) => onChange({ ...state, typed: { ...state.typed, [field.id]: data.value } })}
          />
        </Field>
      ))}
    </div>
  );
}
