/** The mailbox as a person sees it: contacts, events and tasks to add, edit and delete, and buttons that make the service misbehave. */
import { displayNameOf } from '../identity/accounts.ts';
import type { User } from '../identity/accounts.ts';
import { escapeHtml, hiddenField, pageReply } from '../identity/html.ts';
import { findUser } from '../identity/state.ts';
import type { StandInReply, StandInRequest } from '../server.ts';
import { accessTo } from './access.ts';
import type { RawContact } from './access.ts';
import { bodyOfForm, contactForm } from './contact-form.ts';
import type { PageWorld } from './doors.ts';
import { eventForm, eventListPage, saveEvent } from './event-page.ts';
import { accountSelect, areasRow } from './page-frame.ts';
import { GraphError } from './reply.ts';
import { saveTask, taskForm, taskListPage } from './task-page.ts';

const ROWS = 50;
/** What a gateway in front of Graph answers: HTML, not JSON. */
const UNAVAILABLE = {
  route: '* /v1.0/*', status: 503, headers: { 'content-type': 'text/html' }, body: '<html><body>Service Unavailable</body></html>',
} as const;

export function peoplePage(pages: PageWorld, request: StandInRequest): StandInReply {
  const form = new URLSearchParams(request.method === 'POST' ? request.body : request.url.searchParams);
  const withMailbox = pages.identity.users.filter(({ hasMailbox }) => hasMailbox);
  const user = findUser(pages.identity, form.get('user') ?? '') ?? withMailbox[0];
  if (!user) return pageReply('Mailbox', '<p>The sandbox has no account with a mailbox.</p>', 404);
  try {
    switch (`${request.method} ${request.url.pathname}`) {
      case 'GET /': return listPage(pages, user, form);
      case 'GET /contacts/new': return contactForm(user, undefined);
      case 'GET /contacts/edit': return contactForm(user, accessTo(pages.world, user).contact(form.get('id') ?? ''));
      case 'POST /contacts/save': return save(pages, user, form);
      case 'POST /contacts/delete': {
        accessTo(pages.world, user).deleteContact(form.get('id') ?? '');
        return backTo(user);
      }
      case 'GET /events': return eventListPage(pages.world, pages.identity.users, user);
      case 'GET /events/new': return eventForm(pages.world, user, undefined);
      case 'GET /events/edit': return eventForm(pages.world, user, accessTo(pages.world, user).event(form.get('id') ?? ''));
      case 'POST /events/save': return saveEvent(pages.world, user, form);
      case 'POST /events/delete': {
        accessTo(pages.world, user).removeEvent(form.get('id') ?? '');
        return backTo(user, '/events');
      }
      case 'GET /tasks': return taskListPage(pages.world, pages.identity.users, user);
      case 'GET /tasks/new': return taskForm(pages.world, user, undefined);
      case 'GET /tasks/edit': return taskForm(pages.world, user, accessTo(pages.world, user).task(form.get('id') ?? ''));
      case 'POST /tasks/save': return saveTask(pages.world, user, form);
      case 'POST /tasks/delete': {
        accessTo(pages.world, user).removeTask(form.get('id') ?? '');
        return backTo(user, '/tasks');
      }
      case 'POST /trouble': return makeTrouble(pages, user, form);
      default: return refusalPage('There is no such page.', 404);
    }
  } catch (error) {
    if (error instanceof GraphError) return refusalPage(error.message, error.status);
    throw error;
  }
}

const refusalPage = (message: string, status: number): StandInReply =>
  pageReply('Not possible', `<p class="error">${escapeHtml(message)}</p><p><a href="/">To the mailbox</a></p>`, status);

/** Only what differs is sent, as Outlook does; a refusal is shown above the form with what was typed. */
function save({ world }: PageWorld, user: User, form: URLSearchParams): StandInReply {
  const access = accessTo(world, user);
  const id = form.get('id') ?? '';
  const before = id ? access.contact(id) : undefined;
  const body = bodyOfForm(form, before);
  try {
    if (id) access.updateContact(id, body);
    else access.addContact(body);
  } catch (error) {
    if (error instanceof GraphError) return contactForm(user, { ...before, ...body }, error.message);
    throw error;
  }
  return backTo(user);
}

const backTo = (user: User, path = '/'): StandInReply =>
  ({ status: 303, headers: { location: `${path}?user=${encodeURIComponent(user.login)}` }, body: '' });

function makeTrouble({ controls, addFault }: PageWorld, user: User, form: URLSearchParams): StandInReply {
  const count = Math.max(1, Number(form.get('count')) || 1);
  switch (form.get('what')) {
    case 'throttle': controls.throttle({ throttled: count }); break;
    case 'narrow': controls.throttle({ narrowBatches: count }); break;
    case 'busy': addFault({ ...UNAVAILABLE, count }); break;
    case 'expire-delta': controls.expireDeltaTokens(user.id); break;
    case 'expire-access': controls.expireAccessTokens(user.id); break;
    case 'revoke': controls.revokeSignIn(user.id); break;
    case 'admin-consent': controls.grantAdminConsent(user.tenant.id); break;
    default: throw new GraphError(400, 'BadRequest', 'Unknown kind of trouble.');
  }
  return backTo(user);
}

function listPage({ world, identity }: PageWorld, user: User, query: URLSearchParams): StandInReply {
  const search = query.get('q') ?? '';
  const wanted = search.toLowerCase();
  const all = accessTo(world, user).contacts().filter((contact) => !wanted || JSON.stringify(contact).toLowerCase().includes(wanted));
  all.sort((left, right) => nameOf(left).localeCompare(nameOf(right)));
  const page = Math.max(0, Number(query.get('page')) || 0);
  const rows = all.slice(page * ROWS, (page + 1) * ROWS).map((contact) => row(contact, user));
  const turn = (to: number, label: string): string => {
    const parameters = new URLSearchParams({ user: user.login, q: search, page: String(to) });
    return `<a class="button" href="/?${escapeHtml(parameters.toString())}">${label}</a>`;
  };
  const pager = `${page > 0 ? turn(page - 1, 'Previous') : ''} ${(page + 1) * ROWS < all.length ? turn(page + 1, 'Next') : ''}`;
  return pageReply('Mailbox (sandbox)', `<h1>Contacts of ${escapeHtml(displayNameOf(user))}</h1>
<p class="quiet">This page plays the mailbox at Microsoft. What you change here, Concord finds as it would in Outlook.</p>
${areasRow(user)}<form class="row" method="get" action="/">${accountSelect(identity.users, user)}
<label for="q">Search</label><input id="q" name="q" value="${escapeHtml(search)}" style="width:14rem" data-testid="search">
<button>Show</button>
<a class="button" href="/contacts/new?user=${encodeURIComponent(user.login)}" data-testid="add-contact">Add a contact</a></form>
<p class="quiet" data-testid="contact-count">${all.length} contacts</p>
<table data-testid="contacts"><thead><tr><th>Name</th><th>Company</th><th>E-mail</th><th>Phone</th><th>Actions</th></tr></thead>
<tbody>${rows.join('')}</tbody></table><p class="row">${pager}</p>${troublePanel(world.mailsSent.length, user)}`);
}

function row(contact: RawContact, user: User): string {
  const id = String(contact['id']);
  const emails = (contact['emailAddresses'] as readonly { address: string }[]).map(({ address }) => address);
  const phones = [...contact['businessPhones'] as string[], contact['mobilePhone'], ...contact['homePhones'] as string[]].filter(Boolean);
  const edit = `/contacts/edit?${new URLSearchParams({ user: user.login, id }).toString()}`;
  const name = nameOf(contact) || '(no name)';
  return `<tr data-testid="contact-row" data-id="${escapeHtml(id)}"><td data-testid="contact-name">${escapeHtml(name)}</td>
<td>${escapeHtml(String(contact['companyName'] ?? ''))}</td>
<td>${escapeHtml(emails.join(', '))}</td><td>${escapeHtml(phones.join(', '))}</td>
<td><form class="row" method="post" action="/contacts/delete">${hiddenField('user', user.login)}${hiddenField('id', id)}
<a class="button" href="${escapeHtml(edit)}" aria-label="Edit ${escapeHtml(name)}" data-testid="edit">Edit</a>
<button aria-label="Delete ${escapeHtml(name)}" data-testid="delete">Delete</button></form></td></tr>`;
}

const nameOf = (contact: RawContact): string => String(contact['displayName'] ?? contact['companyName'] ?? '');

function troublePanel(mails: number, user: User): string {
  const button = (what: string, label: string): string =>
    `<button name="what" value="${what}" data-testid="trouble-${what}">${label}</button>`;
  return `<h2>Make trouble</h2><p class="quiet">Mails sent to anybody: <strong data-testid="mails-sent">${mails}</strong></p>
<form class="row" method="post" action="/trouble">${hiddenField('user', user.login)}<label for="count">For the next</label>
<input id="count" name="count" type="number" min="1" value="1" style="width:5rem"><span>requests:</span>
${button('throttle', 'Throttle (429)')}${button('narrow', 'Let only 4 parts of a batch run')}
${button('busy', 'Be unavailable (503)')}</form>
<form class="row" method="post" action="/trouble" style="margin-top:.6rem">${hiddenField('user', user.login)}
${button('expire-delta', 'Forget all delta tokens (410)')}${button('expire-access', 'Expire access tokens (401)')}
${button('revoke', 'Revoke sessions (AADSTS50173)')}
${user.tenant.consent === 'admin' ? button('admin-consent', `Consent for all of ${escapeHtml(user.tenant.name)}`) : ''}</form>`;
}
