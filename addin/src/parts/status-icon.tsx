/** The icon of each state; ArrowSync turns unless the person asked for less motion. */
import { ArrowSyncRegular } from '@fluentui/react-icons/svg/arrow-sync';
import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle';
import { CircleHintRegular } from '@fluentui/react-icons/svg/circle-hint';
import { ClockRegular } from '@fluentui/react-icons/svg/clock';
import { ErrorCircleRegular } from '@fluentui/react-icons/svg/error-circle';
import { HandRightRegular } from '@fluentui/react-icons/svg/hand-right';
import { PauseCircleRegular } from '@fluentui/react-icons/svg/pause-circle';
import { PowerRegular } from '@fluentui/react-icons/svg/power';
import { ProhibitedRegular } from '@fluentui/react-icons/svg/prohibited';
import { WarningRegular } from '@fluentui/react-icons/svg/warning';
import { WifiOffRegular } from '@fluentui/react-icons/svg/wifi-off';
import { makeStyles } from '@griffel/react';
import type { ReactElement } from 'react';
import type { StatusIcon as StatusIconName } from '../state/status.ts';

const useStyles = makeStyles({
  turning: {
    animationName: { from: { transform: 'rotate(0deg)' }, to: { transform: 'rotate(360deg)' } },
    animationDuration: '2s', animationIterationCount: 'infinite', animationTimingFunction: 'linear',
    '@media (prefers-reduced-motion: reduce)': { animationName: 'none' },
  },
});

export function StatusIcon({ name }: { readonly name: StatusIconName }): ReactElement {
  const { turning } = useStyles();
  switch (name) {
    case 'arrowSync': return <ArrowSyncRegular className={turning} />;
    case 'checkmarkCircle': return <CheckmarkCircleRegular />;
    case 'circleHint': return <CircleHintRegular />;
    case 'clock': return <ClockRegular />;
    case 'errorCircle': return <ErrorCircleRegular />;
    case 'handRight': return <HandRightRegular />;
    case 'pauseCircle': return <PauseCircleRegular />;
    case 'power': return <PowerRegular />;
    case 'prohibited': return <ProhibitedRegular />;
    case 'warning': return <WarningRegular />;
    case 'wifiOff': return <WifiOffRegular />;
    default: return name satisfies never;
  }
}
