/** Which account is meant; a single one is named, not asked about. */
import { Field } from '@fluentui/react-field';
import { Radio, RadioGroup } from '@fluentui/react-radio';
import type { ReactNode } from 'react';
import { useLayout } from '../../parts/layout.ts';
import { useText } from '../../services.ts';
import type { Account } from './model.ts';

export interface DisconnectChoiceProps {
  readonly accounts: readonly Account[];
  readonly value: Account['side'];
  readonly onChange: (side: Account['side']) => void;
}

export function DisconnectChoice({ accounts, value, onChange }: DisconnectChoiceProps): ReactNode {
  const text = useText();
  const layout = useLayout();
  if (accounts.length < 2) return <p className={layout.text}>{accounts[0]?.label}</p>;
  return (
    <Field label={text('stop.which')}>
      <RadioGroup value={value} onChange={(_, data) => onChange(data.value === 'c' ? 'c' : 'm')}>
        {accounts.map((account) => <Radio key={account.side} value={account.side} label={account.label} />)}
      </RadioGroup>
    </Field>
  );
}
