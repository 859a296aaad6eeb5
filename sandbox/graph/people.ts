/** /me, /me/mailboxSettings, /me/messages and the one action that mails: what the product reads about the person. */
import type { StandInReply } from '../server.ts';
import { displayNameOf } from '../identity/accounts.ts';
import type { User } from '../identity/accounts.ts';
import { isObject, readMembers, readText } from './body.ts';
import type { Mailbox } from './mailbox.ts';
import { allowOnly, readSelect } from './query.ts';
import { GraphError, contextOf, demandScope, notFound, ok, stamp, successHeaders, wrongVerb } from './reply.ts';
import type { Call } from './reply.ts';
import { messagesOf } from './samples.ts';
import { timeZoneOf } from './world.ts';
import type { GraphWorld } from './world.ts';
import { zoneOf } from './zones.ts';

/** Without $select Graph gives this set only (learn.microsoft.com/graph/api/user-get). */
const DEFAULT_USER = [
  'businessPhones', 'displayName', 'givenName', 'jobTitle', 'mail', 'mobilePhone', 'officeLocation', 'preferredLanguage', 'surname',
  'userPrincipalName', 'id',
];
const MAX_MESSAGES = 1000;

export function meReply(call: Call): StandInReply {
  if (call.method !== 'GET') throw wrongVerb();
  if (!call.caller.scopes.has('User.Read')) {
    throw new GraphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
  }
  allowOnly(call.query, ['$select']);
  const all = userOf(call.caller.user);
  const names = readSelect(call.query, new Set(Object.keys(all)), 'microsoft.graph.user') ?? DEFAULT_USER;
  return ok(call, 200, {
    '@odata.context': `${call.origin}/v1.0/$metadata#users/$entity`, ...Object.fromEntries(names.map((name) => [name, all[name]])),
  });
}

function userOf(user: User): Record<string, unknown> {
  return {
    id: user.id, businessPhones: [], displayName: displayNameOf(user), givenName: user.givenName, surname: user.surname, jobTitle: null,
    mail: user.hasMailbox ? user.login : null, mobilePhone: null, officeLocation: null, preferredLanguage: user.locale,
    userPrincipalName: user.login, country: null, usageLocation: user.country, userType: 'Member', accountEnabled: true,
  };
}

export function mailboxSettingsReply(world: GraphWorld, mailbox: Mailbox, call: Call): StandInReply {
  if (call.method === 'PATCH') {
    demandScope(call, 'MailboxSettings.ReadWrite');
    const given = readMembers('mailboxSettings', 'microsoft.graph.mailboxSettings', ['timeZone'], call.body);
    setTimeZone(world, mailbox, readText('timeZone', given['timeZone'] ?? null) ?? '');
  } else if (call.method !== 'GET') throw wrongVerb();
  demandScope(call, 'MailboxSettings.Read', 'MailboxSettings.ReadWrite');
  const { user } = call.caller;
  const timeZone = timeZoneOf(mailbox, user);
  const isAmerican = user.locale === 'en-US';
  const all: Record<string, unknown> = {
    archiveFolder: null, timeZone, delegateMeetingMessageDeliveryOptions: 'sendToDelegateOnly',
    dateFormat: isAmerican ? 'M/d/yyyy' : 'dd.MM.yyyy', timeFormat: isAmerican ? 'h:mm tt' : 'HH:mm', userPurpose: 'user',
    language: {
      locale: user.locale,
      displayName: new Intl.DisplayNames('en', { type: 'language', languageDisplay: 'standard' }).of(user.locale) ?? user.locale,
    },
    workingHours: {
      daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], startTime: '08:00:00.0000000', endTime: '17:00:00.0000000',
      timeZone: { name: timeZone },
    },
  };
  allowOnly(call.query, ['$select']);
  const names = readSelect(call.query, new Set(Object.keys(all)), 'microsoft.graph.mailboxSettings') ?? Object.keys(all);
  return ok(call, 200, {
    '@odata.context': contextOf(call, 'mailboxSettings'), ...Object.fromEntries(names.map((name) => [name, all[name]])) });
}

/** Only names that Outlook knows. */
export function setTimeZone(world: GraphWorld, mailbox: Mailbox, name: string): void {
  zoneOf(name);
  mailbox.timeZone = name;
  world.changed(mailbox);
}

/** The newest first; the mails are samples and cannot be changed. */
export function messagesReply(world: GraphWorld, call: Call, rest: readonly string[]): StandInReply {
  if (call.method !== 'GET') throw wrongVerb();
  demandScope(call, 'Mail.Read', 'Mail.ReadWrite', 'Mail.ReadBasic');
  const messages = messagesOf(call.caller.user, world.clock.now());
  const select = readSelect(call.query, new Set(Object.keys(messages[0] ?? {})), 'microsoft.graph.message');
  const canReadBody = call.caller.scopes.has('Mail.Read') || call.caller.scopes.has('Mail.ReadWrite');
  const isBody = (name: string): boolean => name === 'body' || name === 'bodyPreview';
  const isShown = (name: string): boolean => (!select || select.includes(name)) && (canReadBody || !isBody(name));
  const show = (message: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(message).filter(([name]) => name === 'id' || isShown(name)));
  const context = contextOf(call, 'messages');
  if (rest.length === 1) {
    const found = messages.find(({ id }) => id === rest[0]);
    if (!found) throw notFound();
    return ok(call, 200, { '@odata.context': `${context}/$entity`, ...show(found) });
  }
  allowOnly(call.query, ['$top', '$skip', '$select', '$orderby']);
  if (!/^receivedDateTime desc$/i.test(call.query.get('$orderby') ?? 'receivedDateTime desc')) {
    throw new GraphError(400, 'ErrorInvalidUrlQuery', 'The sandbox sorts messages by receivedDateTime desc only.');
  }
  const skip = Number(call.query.get('$skip') ?? 0);
  const top = Math.min(Number(call.query.get('$top') ?? 10), MAX_MESSAGES);
  return ok(call, 200, { '@odata.context': context, value: messages.slice(skip, skip + top).map(show) });
}

/** POST /me/sendMail: nothing is sent, but it is counted, because no sync may ever do this. */
export function sendMailReply(world: GraphWorld, call: Call): StandInReply {
  if (call.method !== 'POST') throw wrongVerb();
  demandScope(call, 'Mail.Send');
  const message = isObject(call.body) ? call.body['message'] : undefined;
  const recipients = isObject(message) && Array.isArray(message['toRecipients']) ? message['toRecipients'].length : 0;
  if (recipients === 0) throw new GraphError(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.');
  countMail(world, call.caller.user.id, 'sendMail', recipients);
  return { status: 202, headers: successHeaders(call) };
}

/** For every route that would make the service write to somebody: invitations, cancellations, forwards, replies. */
export function countMail(world: GraphWorld, userId: string, reason: string, recipients: number): void {
  world.mailed({ userId, at: stamp(world.clock.now()), reason, recipients });
}
