/** The parts of a sign-in form that are drawn from data: which system, which way, and the fields of that way. */
import type { SignInField, SignInForm } from '@concord/api';
import { Button } from '@fluentui/react-button';
import { Field } from '@fluentui/react-field';
import { ChevronDownRegular } from '@fluentui/react-icons/svg/chevron-down';
import { ChevronUpRegular } from '@fluentui/react-icons/svg/chevron-up';
import { EyeOffRegular } from '@fluentui/react-icons/svg/eye-off';
import { EyeRegular } from '@fluentui/react-icons/svg/eye';
import { Input } from '@fluentui/react-input';
import { Link } from '@fluentui/react-link';
import { Radio, RadioGroup } from '@fluentui/react-radio';
import { useState, type ReactNode } from 'react';
import { useLayout } from '../parts/layout.ts';
import { useText } from '../services.ts';
import { choiceOf, fieldsOf, type FormState } from './form-model.ts';

export function fieldId(id: string): string {
  return `sign-in-field-${id}`;
}

interface SystemChoiceProps {
  readonly label: string;
  readonly forms: readonly SignInForm[];
  readonly value: string;
  readonly onChange: (system: string) => void;
}

export function SystemChoice({ label, forms, value, onChange }: SystemChoiceProps): ReactNode {
  return (
    <Field label={label}>
      <RadioGroup value={value} onChange={(_, data) => onChange(data.value)}>
        {forms.map((form) => <Radio key={form.system} value={form.system} label={form.name} />)}
      </RadioGroup>
    </Field>
  );
}

/** The way to sign in: radios, or the admin's choice as a fact. */
export function WayChoice({ form, state, onChange }: Omit<FieldsProps, 'errors'>): ReactNode {
  const layout = useLayout();
  const text = useText();
  const label = (id: string): string => text.known(`signIn.choice.${id}`, id);
  if (form.presetChoice !== undefined) {
    if (form.choices.length < 2) return null;
    const preset = form.choices.find((choice) => choice.id === form.presetChoice);
    return <p className={layout.text}>{text('crm.preset', { crm: form.name, choice: label(preset?.label ?? form.presetChoice) })}</p>;
  }
  if (form.choices.length < 2) return null;
  return (
    <Field label={text('crm.address', { crm: form.name })}>
      <RadioGroup value={choiceOf(form, state)?.id ?? ''} onChange={(_, data) => onChange({ ...state, choice: data.value })}>
        {form.choices.map((choice) => <Radio key={choice.id} value={choice.id} label={label(choice.label)} />)}
      </RadioGroup>
    </Field>
  );
}

export interface FieldsProps {
  readonly form: SignInForm;
  readonly state: FormState;
  readonly onChange: (state: FormState) => void;
  /** Sentences by field id. */
  readonly errors: Readonly<Record<string, string>>;
}

export function Fields({ form, state, onChange, errors }: FieldsProps): ReactNode {
  return fieldsOf(form, state).filter(({ isMore }) => !isMore)
    .map((field) => <OneField key={field.id} {...{ field, form, state, onChange, errors }} />);
}

/** What most people leave alone, behind «More»; `isOpen` because an error may be about one of them. */
export function MoreFields({ isOpen, onToggle, ...props }: FieldsProps & { readonly isOpen: boolean; readonly onToggle: () => void }): ReactNode {
  const layout = useLayout();
  const text = useText();
  const more = fieldsOf(props.form, props.state).filter(({ isMore }) => isMore);
  if (more.length === 0) return null;
  return (
    <div className={layout.group}>
      <div>
        <Button
          id="sign-in-more" appearance="subtle" className={layout.flush} aria-expanded={isOpen}
          icon={isOpen ? <ChevronUpRegular /> : <ChevronDownRegular />} iconPosition="after" onClick={onToggle}
        >
          {text('typed.more')}
        </Button>
      </div>
      {isOpen ? more.map((field) => <OneField key={field.id} {...props} field={field} />) : null}
    </div>
  );
}

function OneField({ field, form, state, onChange, errors }: FieldsProps & { readonly field: SignInField }): ReactNode {
  const layout = useLayout();
  const text = useText();
  const label = labelOf(text, field);
  if (field.preset !== undefined) {
    const fact = field.kind === 'secret' ? text('typed.presetHere', { field: label }) : text('typed.preset', { field: label, value: field.preset });
    return <p className={layout.text}>{fact}</p>;
  }
  const error = errors[field.id];
  const hint = field.hint === undefined ? '' : text.known(`signIn.hint.${field.hint}`, '', { system: form.name });
  return (
    <div>
      <Field
        label={label}
        required={field.isRequired}
        {...(hint === '' ? {} : { hint })}
        {...(error === undefined ? {} : { validationMessage: error, validationState: 'error' as const })}
      >
        <Entry
          field={field} label={label} value={state.typed[field.id] ?? ''}
          onChange={(value) => onChange({ ...state, typed: { ...state.typed, [field.id]: value } })}
        />
      </Field>
      {field.link ? (
        <Link href={field.link.url} target="_blank" rel="noreferrer">{text.known(`signIn.link.${field.link.label}`, field.link.label)}</Link>
      ) : null}
    </div>
  );
}

export function labelOf(text: ReturnType<typeof useText>, { label }: SignInField): string {
  return text.known(`signIn.field.${label}`, label);
}

interface EntryProps {
  readonly field: SignInField;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Fluent's Field hands its own attributes (label, hint, error) to its one child, so they go on to the Input. */
function Entry({ field, label, value, onChange, ...fromField }: EntryProps): ReactNode {
  const layout = useLayout();
  const text = useText();
  const [isShown, setShown] = useState(false);
  const isSecret = field.kind === 'secret';
  const toggle = text(isShown ? 'typed.hide' : 'typed.show', { field: label });
  return (
    <Input
      {...fromField}
      id={fieldId(field.id)}
      className={layout.fit}
      value={value}
      type={isSecret && !isShown ? 'password' : 'text'}
      spellCheck={false} autoCapitalize="off"
      {...(field.kind === 'url' ? { inputMode: 'url' as const, autoComplete: 'off' } : {})}
      {...(field.kind === 'text' ? { autoComplete: 'username' } : {})}
      {...(isSecret ? { autoComplete: 'current-password' } : {})}
      {...(field.placeholder ? { placeholder: field.placeholder } : {})}
      {...(isSecret ? {
        contentAfter: (
          <Button
            appearance="transparent" size="small" icon={isShown ? <EyeOffRegular /> : <EyeRegular />}
            aria-label={toggle} title={toggle} onClick={() => setShown(!isShown)}
          />
        ),
      } : {})}
      onChange={(_, data) => onChange(data.value)}
    />
  );
}
