/** The help page's order: how sync is activated, then how it is paused and ended, conflicts, privacy. */
import type { HelpKey } from '../../text/en-help.ts';

export interface HelpSection {
  readonly heading?: HelpKey;
  readonly lines: readonly HelpKey[];
  readonly isSteps: boolean;
}

export const HELP: readonly HelpSection[] = [
  { lines: ['help.activate1', 'help.activate2', 'help.activate3'], isSteps: true },
  { lines: ['help.activate4', 'help.activate5'], isSteps: false },
  { heading: 'help.pause', lines: ['help.pause1'], isSteps: false },
  { heading: 'help.deactivate', lines: ['help.deactivate1', 'help.deactivate2'], isSteps: false },
  { heading: 'help.conflicts', lines: ['help.conflicts1'], isSteps: false },
  { heading: 'help.privacy', lines: ['help.privacy1', 'help.privacy2'], isSteps: false },
];
