/** Which sign-in is refused, and the form that mends it. */
import type { ConnectionState, SignInForm, UserState } from '@concord/api';
import { refusedSide } from '../../state/status.ts';

export interface Refused {
  readonly side: 'm' | 'c';
  readonly connection: ConnectionState | undefined;
  /** The system that was connected, else every system of that side. */
  readonly forms: readonly SignInForm[];
  /** Every system of that side. */
  readonly others: readonly SignInForm[];
  readonly name: string;
}

/** The mailbox is meant where nothing says which side it is. */
export function refusedOf(user: UserState): Refused {
  const side = refusedSide(user) ?? 'm';
  const connection = side === 'm' ? user.mailbox : user.crm;
  const ofSide = user.forms.filter((form) => form.side === side);
  const same = ofSide.filter((form) => form.system === connection?.system);
  const forms = same.length > 0 ? same : ofSide;
  return { side, connection, forms, others: ofSide, name: connection?.name ?? forms[0]?.name ?? '' };
}
