/** The preview of a choice that adds something: the numbers of each kind, approved kind by kind, with nothing written before. */
import type { Preview, ScopeChoice, UserState } from '@concord/api';
import { Button } from '@fluentui/react-button';
import { Divider } from '@fluentui/react-divider';
import { useState, type ReactNode } from 'react';
import { BusyButton } from '../../parts/busy-button.tsx';
import { Failure } from '../../parts/failure.tsx';
import { useLayout } from '../../parts/layout.ts';
import { Screen } from '../../parts/screen.tsx';
import { useServices } from '../../services.ts';
import { Checks } from '../preview/checks.tsx';
import { Counts, Failed, NoMails, Reading, useReadySaid } from '../preview/counts.tsx';
import { usePreview } from '../preview/load.ts';
import { approvedChoice, grownKinds, whyOff } from './model.ts';
import { useSave } from './save.ts';
import { Stays } from './stays.tsx';

interface NumbersProps {
  readonly user: UserState;
  readonly choice: ScopeChoice;
  readonly onBack: () => void;
  readonly onSaved: () => void;
}

export function Numbers({ user, choice, onBack, onSaved }: NumbersProps): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const { preview, failure, countAgain } = usePreview(choice);
  const [off, setOff] = useState<ReadonlySet<string>>(new Set());
  useReadySaid(preview);
  return (
    <Screen title={text('scope.previewTitle')}>
      <Failure failure={failure} onAgain={countAgain} />
      {preview?.state === 'failed' ? <Failed onAgain={countAgain} /> : null}
      <NoMails />
      <p className={layout.text}>{text('scope.meanwhile')}</p>
      <Checks checks={preview?.checks ?? []} title={text('scope.checks')} onAgain={countAgain} />
      <Reading preview={preview} />
      {preview?.state === 'ready' ? (
        <>
          <Counts preview={preview} off={off} onOff={setOff} onAgain={countAgain} offText={(kind) => offText(user, kind)} />
          <NotHeld user={user} choice={choice} preview={preview} />
        </>
      ) : null}
      <Stays user={user} choice={choice} />
      <Divider />
      <Decide user={user} choice={choice} preview={preview} off={off} onOld={countAgain} onBack={onBack} onSaved={onSaved} />
    </Screen>
  );
}

/** A kind that grows and is not ticked: one that is new stays off, and events keep the window they have. */
function offText({ kinds }: UserState, kind: string): 'preview.off' | 'scope.windowKept' {
  return kinds.includes(kind) ? 'scope.windowKept' : 'preview.off';
}

/** Kinds that were chosen and not counted, because one of the accounts does not show them. */
function NotHeld({ user, choice, preview }: Pick<NumbersProps, 'user' | 'choice'> & { readonly preview: Preview }): ReactNode {
  const { text } = useServices();
  const layout = useLayout();
  const missing = grownKinds(user, choice).filter((kind) => !preview.kinds.some((counted) => counted.kind === kind));
  return missing.map((kind) => <p key={kind} className={layout.text}>{text('scope.notHeld', { kind: text(`kind.${kind}`) })}</p>);
}

interface DecideProps extends NumbersProps {
  readonly preview: Preview | null;
  readonly off: ReadonlySet<string>;
  readonly onOld: () => void;
}

function Decide({ user, choice, preview, off, onOld, onBack, onSaved }: DecideProps): ReactNode {
  const { router, text } = useServices();
  const layout = useLayout();
  const { save, isBusy, failure } = useSave(onSaved, onOld);
  const why = whyOff(user, preview, choice, off);
  const press = (): void => {
    if (preview && why === null) save(approvedChoice(user, choice, preview, off), preview.id);
  };
  return (
    <div className={layout.group}>
      <Failure failure={failure} />
      <BusyButton
        id="scope-save" isPrimary label={text('scope.approve')} onPress={press}
        {...(isBusy ? { busy: text('scope.saving') } : {})} {...(why === null ? {} : { off: text(why), describedBy: 'scope-why' })}
      />
      {why === null ? null : <p id="scope-why" className={why === 'page.loading' ? layout.hidden : layout.hint}>{text(why)}</p>}
      <div className={layout.row}>
        <Button id="scope-back" onClick={onBack}>{text('scope.change')}</Button>
        <Button id="scope-cancel" appearance="subtle" onClick={() => router.back()}>{text('window.cancel')}</Button>
      </div>
    </div>
  );
}
