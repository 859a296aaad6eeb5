/** The calendar as a person sees it: what is near, and a form to add or edit an event, one occurrence or a series. */
import { displayNameOf } from '../identity/accounts.ts';
import type { User } from '../identity/accounts.ts';
import { escapeHtml, hiddenField, pageReply } from '../identity/html.ts';
import type { StandInReply } from '../server.ts';
import { accessTo } from './access.ts';
import type { RawEvent } from './access.ts';
import { SENSITIVITIES, SHOW_AS } from './event-fields.ts';
import { area, box, choice } from './form-fields.ts';
import { htmlToText } from './html-body.ts';
import { accountForm, link } from './page-frame.ts';
import { GraphError } from './reply.ts';
import { timeZoneOf } from './world.ts';
import type { GraphWorld } from './world.ts';
import { DAY_MS, WEEKDAY_FORMAT, localOf, shiftLocal, zoneOf } from './zones.ts';

const SHOWN_DAYS = { back: 14, ahead: 90 };
const ROWS = 200;
const REPEATS = ['never', 'daily', 'weekly', 'monthly', 'yearly'] as const;

export function eventListPage(world: GraphWorld, users: readonly User[], user: User): StandInReply {
  const now = world.clock.now();
  const access = accessTo(world, user);
  const found = access.occurrences(new Date(now - SHOWN_DAYS.back * DAY_MS).toISOString(), new Date(now + SHOWN_DAYS.ahead * DAY_MS).toISOString());
  const zone = zoneOf(timeZoneOf(access.mailbox, user));
  const rows = found.slice(0, ROWS).map((event) => eventRow(event, user, zone));
  return pageReply('Calendar (sandbox)', `<h1>Calendar of ${escapeHtml(displayNameOf(user))}</h1>
${accountForm('/events', users, user)}
<p class="row"><a class="button" href="${link('/events/new', user)}" data-testid="add-event">Add an event</a></p>
<p class="quiet" data-testid="event-count">${found.length} events from ${SHOWN_DAYS.back} days back to ${SHOWN_DAYS.ahead} ahead</p>
<table data-testid="events"><thead><tr><th>When</th><th>Subject</th><th>Where</th><th>Kind</th><th>Actions</th></tr></thead>
<tbody>${rows.join('')}</tbody></table>`);
}

function eventRow(event: RawEvent, user: User, zone: string): string {
  const id = String(event['id']);
  const subject = String(event['subject']) || '(no subject)';
  const master = event['seriesMasterId'];
  const series = typeof master === 'string'
    ? `<a class="button" href="${link('/events/edit', user, { id: master })}" aria-label="Edit the series ${escapeHtml(subject)}">Series</a>` : '';
  return `<tr data-testid="event-row" data-id="${escapeHtml(id)}"><td>${escapeHtml(whenOf(event, zone))}</td>
<td data-testid="event-subject">${escapeHtml(subject)}</td><td>${escapeHtml(placeOf(event))}</td><td>${escapeHtml(String(event['type']))}</td>
<td><form class="row" method="post" action="/events/delete">${hiddenField('user', user.login)}${hiddenField('id', id)}
<a class="button" href="${link('/events/edit', user, { id })}" aria-label="Edit ${escapeHtml(subject)}" data-testid="edit">Edit</a>${series}
<button aria-label="Delete ${escapeHtml(subject)}" data-testid="delete">Delete</button></form></td></tr>`;
}

const placeOf = (event: RawEvent | undefined): string => (event?.['location'] as { displayName?: string } | undefined)?.displayName ?? '';

function whenOf(event: RawEvent, zone: string): string {
  const { start, end } = localTimes(event, zone);
  if (event['isAllDay'] === true) return `${start.slice(0, 10)}, all day`;
  return `${WEEKDAY_FORMAT.format(Date.parse(`${start}Z`))} ${start.slice(0, 16).replace('T', ' ')} to ${end.slice(11, 16)}`;
}

/** In the person's zone; of an all-day event the dates, the end being the last day. */
function localTimes(event: RawEvent, zone: string): { readonly start: string; readonly end: string } {
  const wall = (name: string): string => String((event[name] as { dateTime: string }).dateTime).slice(0, 19);
  if (event['isAllDay'] === true) return { start: wall('start'), end: shiftLocal(wall('end'), -DAY_MS) };
  return { start: localOf(Date.parse(`${wall('start')}Z`), zone), end: localOf(Date.parse(`${wall('end')}Z`), zone) };
}

export function eventForm(world: GraphWorld, user: User, event: RawEvent | undefined, refusal?: string, typed?: URLSearchParams): StandInReply {
  const id = typeof event?.['id'] === 'string' ? event['id'] : '';
  const zoneName = timeZoneOf(accessTo(world, user).mailbox, user);
  const times = event ? localTimes(event, zoneOf(zoneName)) : undefined;
  const content = event ? htmlToText((event['body'] as { content: string }).content) : '';
  const value = (name: string, stored: string): string => typed?.get(name) ?? stored;
  const title = id ? 'Edit event' : 'New event';
  const alert = refusal ? `<p class="error" role="alert" data-testid="refusal">${escapeHtml(refusal)}</p>` : '';
  const isAllDay = typed ? typed.has('isAllDay') : event?.['isAllDay'] === true;
  return pageReply(title, `<h1>${title}</h1>${alert}<p class="quiet">Times are in ${escapeHtml(zoneName)}. Of an all-day event only the days count.</p>
<form method="post" action="/events/save">${hiddenField('user', user.login)}${hiddenField('id', id)}<fieldset><div class="grid">
${box('subject', 'Subject', value('subject', String(event?.['subject'] ?? '')))}${box('location', 'Where', value('location', placeOf(event)))}
${box('start', 'From', value('start', times?.start.slice(0, 16) ?? ''), 'datetime-local')}
${box('end', 'To', value('end', times?.end.slice(0, 16) ?? ''), 'datetime-local')}
<div><label><input type="checkbox" name="isAllDay" value="yes"${isAllDay ? ' checked' : ''} data-testid="field-isAllDay"> All day</label></div>
${choice('showAs', 'Shown as', SHOW_AS, value('showAs', String(event?.['showAs'] ?? 'busy')))}
${choice('sensitivity', 'Sensitivity', SENSITIVITIES, value('sensitivity', String(event?.['sensitivity'] ?? 'normal')))}
${id ? '' : choice('repeats', 'Repeats', REPEATS, value('repeats', 'never')) + box('times', 'How often', value('times', '10'), 'number')}
${area('body', 'Notes', value('body', content))}</div></fieldset>
<div class="actions"><a class="button" href="${link('/events', user)}">Cancel</a><button class="primary" data-testid="save">Save</button></div></form>`,
  refusal ? 400 : 200);
}

/** Sends only what differs, as Outlook does: rewriting the body of an online meeting would end it. */
export function saveEvent(world: GraphWorld, user: User, form: URLSearchParams): StandInReply {
  const access = accessTo(world, user);
  const id = form.get('id') ?? '';
  const before = id ? access.event(id) : undefined;
  const zone = timeZoneOf(access.mailbox, user);
  const body = bodyOfForm(form, before, zone);
  try {
    if (id) access.updateEvent(id, body);
    else access.addEvent(body);
  } catch (error) {
    if (error instanceof GraphError) return eventForm(world, user, before, error.message, form);
    throw error;
  }
  return { status: 303, headers: { location: `/events?user=${encodeURIComponent(user.login)}` }, body: '' };
}

function bodyOfForm(form: URLSearchParams, before: RawEvent | undefined, zone: string): RawEvent {
  const typed = (name: string): string => (form.get(name) ?? '').replaceAll('\r\n', '\n').trim();
  const body: Record<string, unknown> = {};
  for (const name of ['subject', 'showAs', 'sensitivity']) if (typed(name) !== (before?.[name] ?? '')) body[name] = typed(name);
  if (typed('location') !== placeOf(before)) body['location'] = { displayName: typed('location') };
  const notes = before ? htmlToText((before['body'] as { content: string }).content).replaceAll('\r\n', '\n') : '';
  if (typed('body') !== notes) body['body'] = { contentType: 'text', content: typed('body') };
  const isAllDay = form.has('isAllDay');
  const times = before ? localTimes(before, zoneOf(zone)) : undefined;
  const isMoved = !times || typed('start') !== times.start.slice(0, 16) || typed('end') !== times.end.slice(0, 16);
  if (isMoved || isAllDay !== before?.['isAllDay']) Object.assign(body, timesOfForm(typed('start'), typed('end'), isAllDay, zone));
  if (!before && typed('repeats') !== 'never') body['recurrence'] = ruleOfForm(typed('repeats'), typed('start').slice(0, 10), Number(typed('times')));
  return body;
}

function timesOfForm(start: string, end: string, isAllDay: boolean, timeZone: string): RawEvent {
  const moment = (local: string): object => ({ dateTime: local, timeZone });
  if (!isAllDay) return { isAllDay, start: moment(`${start}:00`), end: moment(`${end}:00`) };
  const behind = Number.isNaN(Date.parse(end)) ? end : shiftLocal(`${end.slice(0, 10)}T00:00:00`, DAY_MS);
  return { isAllDay, start: moment(`${start.slice(0, 10)}T00:00:00`), end: moment(behind) };
}

function ruleOfForm(repeats: string, startDate: string, numberOfOccurrences: number): RawEvent {
  const day = new Date(`${startDate}T00:00:00Z`);
  const weekday = Number.isNaN(day.getTime()) ? '' : WEEKDAY_FORMAT.format(day).toLowerCase();
  const dated = { dayOfMonth: Number(startDate.slice(8, 10)) };
  const patterns: Readonly<Record<string, object>> = {
    daily: { type: 'daily' }, weekly: { type: 'weekly', daysOfWeek: [weekday] }, monthly: { type: 'absoluteMonthly', ...dated },
    yearly: { type: 'absoluteYearly', ...dated, month: Number(startDate.slice(5, 7)) },
  };
  return { pattern: { ...patterns[repeats], interval: 1 }, range: { type: 'numbered', startDate, numberOfOccurrences } };
}
