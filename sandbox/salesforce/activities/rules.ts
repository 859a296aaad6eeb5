/** What one object asks of a save beyond the values of its fields, and what follows from a save. */
import type { ObjectName } from '../objects/catalog.ts';
import type { Org } from '../org.ts';
import type { Row } from '../table.ts';
import { EVENT_RULES } from './events.ts';
import { LEAD_RULES } from './leads.ts';
import { EVENT_RELATION_RULES, TASK_RELATION_RULES } from './relations.ts';
import { TASK_RULES } from './tasks.ts';
import type { Sent } from './times.ts';

/** One save: what was sent, over what, and in whose name. */
export interface Save {
  readonly org: Org;
  /** The row as it would be stored. */
  readonly row: Row;
  readonly old: Row | undefined;
  /** Names of the fields that were sent. */
  readonly names: readonly string[];
  readonly sent: Sent;
}

export interface Rules {
  /** Fills what the service fills; throws a Refusal for what the object forbids. */
  readonly complete?: (save: Save) => Row;
  /** Runs once the row is stored. */
  readonly saved?: (org: Org, row: Row, old: Row | undefined) => void;
  /** Runs once the row is in the bin. */
  readonly removed?: (org: Org, row: Row) => void;
}

const RULES: Readonly<Partial<Record<ObjectName, Rules>>> = {
  Event: EVENT_RULES, EventRelation: EVENT_RELATION_RULES, Task: TASK_RULES, TaskRelation: TASK_RELATION_RULES, Lead: LEAD_RULES,
};

export const rulesOf = (name: ObjectName): Rules => RULES[name] ?? {};
