/** A mailbox vendor of the tests that is signed in to with what is typed, beside the real connectors of the app from source. */
import { FUNCTION_COUNT, registerFunctions } from '../../functions/src/triggers/register.ts';
import { openSide } from '../../functions/src/app/auth/access.ts';
import { createServices } from '../../functions/src/compose.ts';
import { SyncError, type ErrorKind } from '../../functions/src/engine/errors.ts';
import { FIELDS } from '../../functions/src/engine/fields.ts';
import type { FieldName } from '../../functions/src/engine/record.ts';
import type { Account, Connector, Grant, TypedAnswer } from '../../functions/src/ports/connector.ts';
import { FakeSide } from '../../functions/test/sim/fake-side.ts';
import type { MovableClock } from '../../sandbox/clock.ts';
import type { App } from '../../sandbox/world.ts';
import { ANNA } from './stage.ts';

const KINDS = ['contact', 'event', 'task'] as const;

export interface TypedVendor {
  /** By the host of its link; '' is found without one. */
  readonly mailboxes: Map<string, FakeSide>;
  password: string;
  /** What the server says next instead, until it is taken away. */
  refusal: { readonly kind: ErrorKind; readonly code: string; readonly field?: string; readonly host?: string } | undefined;
  /** Waits inside connect; for what is shown meanwhile. */
  gate: Promise<void> | undefined;
  readonly connected: TypedAnswer[];
}

/** The app with this vendor in it. Exchange's own labels are used, so that the screens read as a person will see them. */
export function typedVendorApp(): { readonly app: App; readonly vendor: TypedVendor } {
  const vendor: TypedVendor = { mailboxes: new Map(), password: 'right-2026', refusal: undefined, gate: undefined, connected: [] };
  const load = (env: Readonly<Record<string, string>>, clock: MovableClock): Promise<void> => {
    const services = createServices(env, { clock });
    vendor.mailboxes.set('', mailbox(vendor, clock));
    const connectors = [...services.connectors, connectorOf(vendor, clock)];
    registerFunctions({ ...services, connectors, openSide: (control, side, kinds) => openSide({ ...services, connectors }, control, side, kinds) });
    return Promise.resolve();
  };
  return { vendor, app: { expectedFunctions: FUNCTION_COUNT, load } };
}

/** While the stored password is not the present one, every call is refused. */
function mailbox(vendor: TypedVendor, clock: MovableClock): FakeSide {
  return new FakeSide({
    side: 'm', name: 'Testmail', clock, holds: Object.keys(FIELDS) as FieldName[], key: 'plain', isStrict: true, pageSize: 100,
    callFate: () => (vendor.refusal ? { kind: vendor.refusal.kind, details: { code: vendor.refusal.code } } : 'serve'),
  });
}

function connectorOf(vendor: TypedVendor, clock: MovableClock): Connector {
  return {
    id: 'testmail', side: 'm', kinds: KINDS,
    signIn: {
      system: 'testmail', side: 'm', name: 'Testmail', by: 'credentials',
      choices: [{
        id: 'server', label: 'server', fields: [
          { id: 'login', label: 'login', isRequired: true, kind: 'text', hint: 'login' },
          { id: 'password', label: 'password', isRequired: true, kind: 'secret' },
          { id: 'url', label: 'ewsLink', isRequired: false, kind: 'url', isMore: true, hint: 'ewsLink' },
        ],
      }],
    },
    flow: {
      by: 'credentials',
      connect: async (typed) => {
        vendor.connected.push(typed);
        await vendor.gate;
        return connect(vendor, typed, clock);
      },
      refresh: (secret, account) => Promise.resolve(grantOf(secret, account)),
      revoke: () => Promise.resolve(),
    },
    open: (_access, { user }) => {
      const side = vendor.mailboxes.get(user);
      if (!side) throw new SyncError('unavailable', 'No such server.', { code: 'SERVER_UNREACHABLE' });
      return side;
    },
  };
}

function connect(vendor: TypedVendor, { values }: TypedAnswer, clock: MovableClock): Grant {
  if (vendor.refusal) {
    const { kind, code, field, host } = vendor.refusal;
    throw new SyncError(kind, 'The test says so.', { code, ...(field ? { field } : {}), ...(host ? { host } : {}) });
  }
  if (values['password'] !== vendor.password) throw new SyncError('credentialsRejected', 'Refused.', { code: 'PASSWORD_WRONG', field: 'password' });
  const user = values['url'] ? new URL(values['url']).host : '';
  if (!vendor.mailboxes.has(user)) vendor.mailboxes.set(user, mailbox(vendor, clock));
  return grantOf(JSON.stringify(values), {
    organization: 'testmail', user, login: user === '' ? ANNA : `anna@${user}`, displayName: 'Anna Weber', loginHost: 'https://testmail.example',
  });
}

function grantOf(secret: string, account: Account): Grant {
  return { secret, account, token: { value: secret, endpoint: account.loginHost } };
}
