/** The choice: which kinds, how much of the calendar, and what stays where it is when less is synced. */
import type { ScopeChoice, UserState } from '@concord/api';
import { Button } from '@fluentui/react-button';
import { Checkbox } from '@fluentui/react-checkbox';
import { Divider } from '@fluentui/react-divider';
import { Field } from '@fluentui/react-field';
import { Select } from '@fluentui/react-select';
import { mergeClasses } from '@griffel/react';
import type { ReactNode } from 'react';
import { BusyButton } from '../../parts/busy-button.tsx';
import { Failure } from '../../parts/failure.tsx';
import { useLayout } from '../../parts/layout.ts';
import { Screen } from '../../parts/screen.tsx';
import { useServices } from '../../services.ts';
import { daysFor, grownKinds, isSame, KINDS, presentChoice, withKind } from './model.ts';
import { useSave } from './save.ts';
import { Stays } from './stays.tsx';

interface ChooseProps {
  readonly user: UserState;
  readonly choice: ScopeChoice;
  /** Said after a change was saved; '' before. */
  readonly saved: string;
  readonly onChange: (choice: ScopeChoice) => void;
  readonly onCount: () => void;
  readonly onSaved: () => void;
}

export function Choose({ user, choice, saved, onChange, onCount, onSaved }: ChooseProps): ReactNode {
  const { router, text } = useServices();
  const layout = useLayout();
  const { save, isBusy, failure } = useSave(onSaved);
  const grows = grownKinds(user, choice).length > 0;
  const off = choice.kinds.length === 0 ? 'scope.needsKind' : isSame(choice, presentChoice(user)) ? 'scope.same' : null;
  const press = (): void => {
    if (off !== null) return;
    if (grows) onCount();
    else save(choice);
  };
  return (
    <Screen title={text('scope.title')} focusKey={saved}>
      {saved === '' ? null : <p id="scope-saved" className={layout.heading}>{saved}</p>}
      <Failure failure={failure} />
      <p className={layout.text}>{text('scope.lead')}</p>
      <Kinds user={user} choice={choice} onChange={onChange} />
      {choice.kinds.includes('event') ? <Window user={user} choice={choice} onChange={onChange} /> : null}
      <Stays user={user} choice={choice} />
      <Divider />
      <div className={layout.group}>
        <BusyButton
          id="scope-go" isPrimary label={text(grows ? 'scope.preview' : 'scope.save')} onPress={press}
          {...(isBusy ? { busy: text('scope.saving') } : {})} {...(off === null ? {} : { off: text(off), describedBy: 'scope-off' })}
        />
        {off === null ? null : <p id="scope-off" className={layout.hint}>{text(off)}</p>}
        <div>
          <Button id="scope-cancel" appearance="subtle" className={layout.flush} onClick={() => router.back()}>{text('window.cancel')}</Button>
        </div>
      </div>
    </Screen>
  );
}

type PartProps = Pick<ChooseProps, 'user' | 'choice' | 'onChange'>;

function Kinds({ user, choice, onChange }: PartProps): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  return (
    <div className={layout.group} role="group" aria-labelledby="scope-kinds">
      <h2 id="scope-kinds" className={layout.heading}>{text('scope.kinds')}</h2>
      {KINDS.map((kind) => (
        <div key={kind} className={layout.spread} style={{ flexWrap: 'nowrap' }}>
          <Checkbox
            id={`scope-${kind}`} checked={choice.kinds.includes(kind)} label={text(`kind.${kind}`)}
            onChange={(_, data) => onChange(withKind(choice, kind, data.checked === true))}
          />
          <span className={mergeClasses(layout.hint, layout.number)}>{text('scope.linked', { n: user.sync.linksByKind[kind] ?? 0 })}</span>
        </div>
      ))}
    </div>
  );
}

function Window({ user, choice, onChange }: PartProps): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  return (
    <div className={layout.group} role="group" aria-labelledby="scope-window">
      <h2 id="scope-window" className={layout.heading}>{text('scope.window')}</h2>
      {(['back', 'ahead'] as const).map((end) => (
        <Field key={end} label={text(`scope.${end}`)}>
          <Select
            id={`scope-${end}`} value={String(choice.window[end])}
            onChange={(_, data) => onChange({ ...choice, window: { ...choice.window, [end]: Number(data.value) } })}
          >
            {daysFor(end, user.window[end]).map((days) => (
              <option key={days} value={String(days)}>{days === 0 ? text('scope.noDays') : text.count('scope.days', days)}</option>
            ))}
          </Select>
        </Field>
      ))}
    </div>
  );
}
