/** Leads: once converted they stay as they are. */
import { convertedLead } from './people.ts';
import type { Rules } from './rules.ts';

export const LEAD_RULES: Rules = {
  complete: ({ row, old }) => {
    if (old?.['IsConverted'] === true) throw convertedLead();
    return row;
  },
};
