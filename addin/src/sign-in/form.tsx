/** Draws a side's sign-in: which system, then its form, with a window of the vendor's or with what is typed here. */
import type { Attempt, Claimed, ConnectCredentials, SignInForm, StartAttempt } from '@concord/api';
import { useState, type Dispatch, type ReactNode, type SetStateAction } from 'react';
import { BusyButton } from '../parts/busy-button.tsx';
import { useLayout } from '../parts/layout.ts';
import { useText } from '../services.ts';
import type { Text } from '../text/index.ts';
import { fieldId, Fields, SystemChoice, WayChoice } from './fields.tsx';
import { useSignIn } from './flow.ts';
import { beginForm, fieldsOf, formOf, missingField, requestOf, withSystem, type FormState, type TypedBefore } from './form-model.ts';
import { endOf, isBusy, type SignInState } from './model.ts';
import { SignInProgress } from './progress.tsx';
import { TypedForm } from './typed.tsx';

export interface SignInPanelProps {
  readonly forms: readonly SignInForm[];
  /** Label of the radios when there is more than one system. */
  readonly which: string;
  readonly button: (form: SignInForm) => string;
  readonly hint: (form: SignInForm) => string;
  readonly start: (request: StartAttempt) => Promise<Attempt>;
  readonly connect: (request: ConnectCredentials) => Promise<Claimed>;
  readonly done: (claimed: Claimed) => Promise<void>;
  /** What is filled in for the first form. */
  readonly before?: TypedBefore | undefined;
  /** Stands above the form of a system with a window of its own. */
  readonly lead?: ReactNode;
  /** Where `forms` leaves systems of this side out: all of them, for a mailbox that lives elsewhere by now. */
  readonly others?: readonly SignInForm[];
}

export function SignInPanel(props: SignInPanelProps): ReactNode {
  const { which, before, others = props.forms } = props;
  const layout = useLayout();
  const [extra, setExtra] = useState<readonly SignInForm[]>([]);
  const forms = [...props.forms, ...extra];
  const [state, setState] = useState<FormState>(() => beginForm(forms, before));
  const shown = formOf(forms, state);
  if (!shown) return null;
  const window = others.find((form) => form.by === 'oauth' && form.system !== shown.system);
  const choose = (system: string): void => setState(withSystem(forms, system));
  const switchTo = (form: SignInForm): void => {
    if (!forms.includes(form)) setExtra([...extra, form]);
    setState(withSystem([form], form.system));
  };
  const own = { ...props, form: shown, state, onState: setState };
  return (
    <div className={layout.body} style={{ padding: 0 }}>
      {forms.length > 1 ? <SystemChoice label={which} forms={forms} value={shown.system} onChange={choose} /> : null}
      {shown.by === 'credentials'
        ? <TypedForm key={shown.system} {...own} window={window} onSwitch={switchTo} />
        : <WindowForm key={shown.system} {...own} />}
    </div>
  );
}

export interface OneFormProps extends SignInPanelProps {
  readonly form: SignInForm;
  readonly state: FormState;
  readonly onState: Dispatch<SetStateAction<FormState>>;
}

function WindowForm({ form, state: typed, onState, button, hint, start, done, lead }: OneFormProps): ReactNode {
  const text = useText();
  const layout = useLayout();
  const { state, flow } = useSignIn();
  const [missing, setMissing] = useState<string | null>(null);
  const request = requestOf(form, typed);
  const end = endOf(state, text, form.name, request.domain ?? '');
  const press = (): void => {
    const empty = missingField(form, typed);
    setMissing(empty);
    if (empty !== null) document.getElementById(fieldId(empty))?.focus();
    else void flow.begin(() => start(request), done);
  };
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    if (!isBusy(state)) press();
  };
  const sentence = missing !== null ? text('signIn.fieldMissing') : end?.isOnField ? end.sentence : undefined;
  const errors = sentence === undefined ? {} : Object.fromEntries(fieldsOf(form, typed).map(({ id }) => [id, sentence]));
  const fields = { form, state: typed, onChange: onState, errors };
  return (
    <form className={layout.body} style={{ padding: 0 }} noValidate onSubmit={submit}>
      {lead}
      <WayChoice {...fields} />
      {form.presetChoice === undefined ? <Fields {...fields} /> : null}
      <div className={layout.group}>
        <BusyButton
          id="sign-in" isPrimary label={button(form)} describedBy="sign-in-hint" onPress={press} {...busyLabel(text, state)}
        />
        <p id="sign-in-hint" className={layout.hint}>{hint(form)}</p>
        <SignInProgress state={state} end={end} system={form.name} onAgain={press} onCancel={() => flow.cancel()} />
      </div>
    </form>
  );
}

function busyLabel(text: Text, state: SignInState): { readonly busy?: string } {
  if (state.step === 'checking') return { busy: text('window.checking') };
  return isBusy(state) ? { busy: text('window.connecting') } : {};
}
