/** The form of a system that is signed in to with what is typed here. What is refused is emptied; the help stands beside it. */
import type { ApiErrorBody, SignInForm } from '@concord/api';
import { Button } from '@fluentui/react-button';
import { useAnnounce } from '@fluentui/react-shared-contexts';
import { useEffect, useState, type ReactNode } from 'react';
import { BusyButton } from '../parts/busy-button.tsx';
import { useLayout } from '../parts/layout.ts';
import { Notice } from '../parts/notice.tsx';
import { useServices } from '../services.ts';
import { fieldId, Fields, MoreFields, WayChoice } from './fields.tsx';
import { fieldsOf, missingField, typedRequest, withoutSecrets, type FormState } from './form-model.ts';
import type { OneFormProps } from './form.tsx';
import { useTypedFlow } from './typed-flow.ts';
import { looksForServer, typedEnd, type TypedEnd } from './typed-model.ts';

interface TypedFormProps extends OneFormProps {
  /** The same side's form with a window of its own. */
  readonly window: SignInForm | undefined;
  readonly onSwitch: (form: SignInForm) => void;
}

export function TypedForm(props: TypedFormProps): ReactNode {
  const { form, state, onState, button, hint, window: other, onSwitch } = props;
  const { text } = useServices();
  const layout = useLayout();
  const { isConnecting, end, missing, press, cancel, more } = usePress(props);
  const at = missing ?? end?.field;
  const sentence = missing === undefined ? end?.sentence : text('typed.missing');
  const fields = { form, state, onChange: onState, errors: at !== undefined && sentence !== undefined ? { [at]: sentence } : {} };
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    if (!isConnecting) press();
  };
  return (
    <form className={layout.body} style={{ padding: 0 }} noValidate onSubmit={submit}>
      <WayChoice {...fields} />
      <Fields {...fields} />
      <MoreFields {...fields} {...more} />
      <div className={layout.group}>
        <BusyButton
          id="sign-in" isPrimary isSubmit label={button(form)} describedBy="sign-in-hint"
          {...(isConnecting ? { busy: text('window.connecting') } : {})}
        />
        <p id="sign-in-hint" className={layout.hint}>{hint(form)}</p>
        {isConnecting ? <Connecting isLooking={looksForServer(form, state)} onCancel={cancel} /> : null}
        {end && at === undefined ? <Outcome end={end} onAgain={press} onSwitch={() => { if (other) onSwitch(other); }} /> : null}
      </div>
    </form>
  );
}

function Connecting({ isLooking, onCancel }: { readonly isLooking: boolean; readonly onCancel: () => void }): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  return (
    <div className={layout.group}>
      <p className={layout.text} role="status">{text(isLooking ? 'typed.looking' : 'typed.checking')}</p>
      <div><Button size="small" appearance="subtle" onClick={onCancel}>{text('window.cancel')}</Button></div>
    </div>
  );
}

interface Ended extends TypedEnd {
  /** What is copied for the admin. */
  readonly report: string;
}

interface OutcomeProps {
  readonly end: Ended;
  readonly onAgain: () => void;
  readonly onSwitch: () => void;
}

function Outcome({ end, onAgain, onSwitch }: OutcomeProps): ReactNode {
  const { text } = useServices();
  const { announce } = useAnnounce();
  const copy = (): void => { void navigator.clipboard.writeText(end.report).then(() => announce(text('verb.copied'))); };
  const press = end.verb === 'copy' ? copy : end.verb === 'switch' ? onSwitch : onAgain;
  return <Notice intent="error" sentence={end.sentence} {...(end.verbText ? { verb: end.verbText, onVerb: press } : {})} />;
}

/** One press: what is missing, or one call and what it came to. The field at fault takes the focus, behind «More» as well. */
function usePress({ form, state, onState, connect, done, window }: TypedFormProps) {
  const { host, text } = useServices();
  const flow = useTypedFlow();
  const [missing, setMissing] = useState<string>();
  const [end, setEnd] = useState<Ended>();
  const [isOpen, setOpen] = useState(() => hasMoreTyped(form, state));
  const [focus, setFocus] = useState<{ readonly field: string }>();
  useEffect(() => { if (focus) document.getElementById(fieldId(focus.field))?.focus(); }, [focus]);
  const point = (field: string | undefined): void => {
    if (field === undefined) return;
    if (fieldsOf(form, state).some(({ id, isMore }) => id === field && isMore)) setOpen(true);
    setFocus({ field });
  };
  const failed = (error: ApiErrorBody): void => {
    const next = typedEnd(error, { form, state, text, address: host.mailAddress, window });
    if (next.blanks) onState((now) => withoutSecrets(form, now));
    setEnd({ ...next, report: text('typed.report', { system: form.name, code: error.code, message: error.message }) });
    point(next.field);
  };
  const press = (): void => {
    const empty = missingField(form, state) ?? undefined;
    setMissing(empty);
    setEnd(undefined);
    point(empty);
    if (empty === undefined) void flow.begin({ connect: () => connect(typedRequest(form, state)), done, failed });
  };
  return {
    isConnecting: flow.isConnecting, end, missing, press, cancel: flow.cancel,
    more: { isOpen, onToggle: () => setOpen(!isOpen) },
  };
}

function hasMoreTyped(form: SignInForm, state: FormState): boolean {
  return fieldsOf(form, state).some(({ id, isMore }) => isMore === true && (state.typed[id] ?? '') !== '');
}
