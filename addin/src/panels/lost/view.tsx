/** Pages for what cannot be shown: a title, one sentence, one button. */
import type { ReactNode } from 'react';
import { openBrowserWindow } from '../../office/host.ts';
import { BusyButton } from '../../parts/busy-button.tsx';
import { useLayout } from '../../parts/layout.ts';
import { Screen } from '../../parts/screen.tsx';
import { hashes } from '../../router/route.ts';
import { useServices } from '../../services.ts';
import { LOST } from './model.ts';

export interface LostPanelProps {
  readonly why: keyof typeof LOST;
  readonly onTry?: () => void;
}

export function LostPanel({ why, onTry }: LostPanelProps): ReactNode {
  const { host, router, text } = useServices();
  const layout = useLayout();
  const { sentence, verb } = LOST[why];
  const press = (): void => {
    if (why === 'oldHost') openBrowserWindow(host, new URL('/app', window.location.href).href);
    else if (onTry) onTry();
    else router.replace(hashes.home);
  };
  return (
    <Screen title={text('app.name')} isTop>
      <p className={layout.text}>{text(sentence)}</p>
      <BusyButton isPrimary label={text(verb)} onPress={press} />
    </Screen>
  );
}
