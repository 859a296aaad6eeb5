/**
 * A sign-in with what a person types in the pane. What was typed is checked against the connector's own form and handed to it once;
 * it is in no log, no reply and no error, and rests only in the sealed grant.
 */
import type { Claimed, ConnectCredentials, SignInField } from '@concord/api';
import { SyncError } from '../../engine/errors.ts';
import type { SideKey } from '../../engine/record.ts';
import type { Connector, CredentialsFlow, Grant, TypedAnswer } from '../../ports/connector.ts';
import type { ApiServices } from '../api.ts';
import type { Typed } from '../control.ts';
import { refusal } from '../refusal.ts';
import { connectMailbox, signInUser, type Arrival } from './arrival.ts';
import { identityOf } from './sign-in.ts';
import { countTry, type Counted } from './tries.ts';

/** Who sends the request, as far as it is known. */
export interface Caller {
  readonly userId?: string;
  /** Of the network. */
  readonly address?: string;
}

/** Failed presses in a quarter hour. A press is two tries at most, and servers lock an account after ten in usual settings. */
export const ACCOUNT_TRIES_MAX = 4;
export const USER_TRIES_MAX = 10;
/** An office has one address. */
export const ADDRESS_TRIES_MAX = 30;

/** Step 1; `caller.userId` is the user of the window's session, who is kept in his organization. */
export async function signInTyped(api: ApiServices, request: ConnectCredentials, caller: Caller): Promise<Claimed> {
  return signInUser(api, await connect(api, request, 'c', caller));
}

/** Step 2, or the mailbox's sign-in anew. */
export async function connectTyped(api: ApiServices, request: ConnectCredentials, caller: Caller & { readonly userId: string }): Promise<Claimed> {
  return connectMailbox(api, await connect(api, request, 'm', caller));
}

async function connect(api: ApiServices, request: ConnectCredentials, side: SideKey, caller: Caller): Promise<Arrival> {
  const connector = api.connectors.find(({ id }) => id === request.system);
  if (connector?.side !== side || connector.flow.by !== 'credentials') {
    throw refusal('BAD_REQUEST', 'There is no such system on this side.', { field: 'system' });
  }
  const { fields, ...answer } = typedOf(connector, request);
  const identity = await identityOf(api, connector, request.identityToken);
  const expectedAddress = request.expectedAddress ?? identity?.login;
  const known = expectedAddress === undefined ? {} : { expectedAddress };
  const counted: readonly Counted[] = [accountOf(connector, fields, answer), callerOf(caller)];
  const grant = await tried(api, connector, connector.flow, { ...answer, ...known }, counted);
  return {
    system: connector.id, grant, typed: shownOf(fields, answer), ...known, ...(caller.userId === undefined ? {} : { userId: caller.userId }),
    ...(identity ? { expected: { organization: identity.organization, user: identity.user } } : {}),
  };
}

async function tried(
  api: ApiServices, { id: system, side }: Connector, flow: CredentialsFlow, answer: TypedAnswer, counted: readonly Counted[],
): Promise<Grant> {
  const takeBack = await countTry(api, counted);
  api.log.info('signIn.started', { system, side });
  try {
    const grant = await flow.connect(answer);
    await takeBack();
    api.log.info('signIn.finished', { system });
    return grant;
  } catch (error) {
    if (error instanceof SyncError) api.log.warn('signIn.failed', { system, kind: error.kind, code: error.details.code });
    throw error;
  }
}

/** An admin's presets win over what the pane sent. A field at fault is named, its value never. */
function typedOf({ signIn }: Connector, request: ConnectCredentials): TypedAnswer & { readonly fields: readonly SignInField[] } {
  const choice = signIn.choices.find(({ id }) => id === (signIn.presetChoice ?? request.choice));
  if (!choice) throw refusal('BAD_REQUEST', 'There is no such choice for this system.', { field: 'choice' });
  const known = new Set(choice.fields.map(({ id }) => id));
  if (Object.keys(request.values).some((id) => !known.has(id))) {
    throw refusal('BAD_REQUEST', 'There is no such field in this form.', { field: 'values' });
  }
  const sent = new Map(Object.entries(request.values));
  const values: Record<string, string> = {};
  for (const { id, kind, preset, isRequired } of choice.fields) {
    const raw = preset ?? sent.get(id) ?? '';
    const value = kind === 'secret' ? raw : raw.trim();
    if (value !== '') values[id] = value;
    else if (isRequired) throw refusal('FIELD_MISSING', 'A field of the sign-in is empty.', { field: id });
  }
  return { choice: choice.id, values, fields: choice.fields };
}

/** What may be shown again when the person signs in anew. */
function shownOf(fields: readonly SignInField[], { choice, values }: TypedAnswer): Typed {
  const shown = fields.filter(({ kind, preset }) => kind !== 'secret' && preset === undefined);
  return { choice, values: Object.fromEntries(shown.flatMap(({ id }) => (values[id] === undefined ? [] : [[id, values[id]]]))) };
}

/** The account by what was typed, secrets apart: of an address only the host, so that its spelling makes no second account. */
function accountOf({ id }: Connector, fields: readonly SignInField[], { values }: TypedAnswer): Counted {
  const shown = fields.flatMap(({ id: field, kind }) => (kind === 'secret' ? [] : [kind === 'url' ? hostOf(values[field]) : values[field] ?? '']));
  return { of: ['account', id, ...shown.map((value) => value.toLowerCase())], max: ACCOUNT_TRIES_MAX };
}

function hostOf(address = ''): string {
  return URL.parse(address.includes('://') ? address : `https://${address}`)?.host ?? address;
}

/** Callers without a session and without an address are counted as one: the platform names the address of each. */
function callerOf({ userId, address = '' }: Caller): Counted {
  return userId === undefined ? { of: ['address', address], max: ADDRESS_TRIES_MAX } : { of: ['user', userId], max: USER_TRIES_MAX };
}
