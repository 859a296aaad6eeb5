/** The mailboxes as a person sees them: contacts, events and tasks to add, edit and delete, and buttons that make the server misbehave. */
import { escapeHtml, hiddenField, pageReply } from '../identity/html.ts';
import type { StandInReply, StandInRequest } from '../server.ts';
import { accessTo } from './access.ts';
import type { MailboxAccess, RawItem } from './access.ts';
import { nameOf } from './accounts.ts';
import type { ExchangeAccount } from './accounts.ts';
import { AREAS, changeOfForm, fieldHtml, typedValue } from './areas.ts';
import type { Area } from './areas.ts';
import type { PageWorld } from './doors.ts';
import { EwsError } from './fault.ts';
import { TROUBLES } from './settings.ts';
import { standingOf } from './world.ts';

const ROWS = 50;

export function peoplePage(pages: PageWorld, request: StandInRequest): StandInReply {
  const form = new URLSearchParams(request.method === 'POST' ? request.body : request.url.searchParams);
  const people = pages.world.accounts.filter(({ hasMailbox }) => hasMailbox);
  const account = people.find(({ id }) => id === form.get('user')) ?? people[0];
  if (!account) return pageReply('Exchange', '<p>The sandbox has no account with a mailbox.</p>', 404);
  const [, path = '', verb = ''] = request.url.pathname.split('/');
  const area = AREAS.find((one) => one.path === `/${path || 'contacts'}`);
  try {
    if (`${request.method} ${request.url.pathname}` === 'POST /trouble') return makeTrouble(pages, account, form);
    const access = accessTo(pages.world, account);
    if (!area) return refusalPage('There is no such page.', 404);
    switch (`${request.method} ${verb}`) {
      case 'GET ': return listPage(pages, area, access, form);
      case 'GET new': return itemForm(area, access, undefined);
      case 'GET edit': return itemForm(area, access, access.item(form.get('id') ?? ''));
      case 'POST save': return save(area, access, form);
      case 'POST delete': {
        access.remove(form.get('id') ?? '');
        return backTo(area.path, account);
      }
      default: return refusalPage('There is no such page.', 404);
    }
  } catch (error) {
    if (error instanceof EwsError) return refusalPage(error.message, 400);
    throw error;
  }
}

const refusalPage = (message: string, status: number): StandInReply =>
  pageReply('Not possible', `<p class="error">${escapeHtml(message)}</p><p><a href="/">To the mailbox</a></p>`, status);

const address = (path: string, account: ExchangeAccount, more: Readonly<Record<string, string>> = {}): string =>
  `${path}?${new URLSearchParams({ user: account.id, ...more }).toString()}`;
const link = (path: string, account: ExchangeAccount, more?: Readonly<Record<string, string>>): string => escapeHtml(address(path, account, more));
const backTo = (path: string, account: ExchangeAccount): StandInReply => ({ status: 303, headers: { location: address(path, account) }, body: '' });

/** A refusal is shown above the form with what was typed. */
function save(area: Area, access: MailboxAccess, form: URLSearchParams): StandInReply {
  const id = form.get('id') ?? '';
  const before = id ? access.item(id) : undefined;
  const props = changeOfForm(area, form, before, access.account.timeZone);
  try {
    if (id) access.update(id, props);
    else area.add(access, props);
  } catch (error) {
    if (error instanceof EwsError) return itemForm(area, access, before, error.message, form);
    throw error;
  }
  return backTo(area.path, access.account);
}

function makeTrouble({ controls }: PageWorld, account: ExchangeAccount, form: URLSearchParams): StandInReply {
  const what = form.get('what') ?? '';
  const count = Math.max(1, Number(form.get('count')) || 1);
  const kind = TROUBLES.find((one) => one === what);
  if (kind) controls.trouble(kind, { count });
  else if (what === 'clear') controls.clearTroubles();
  else if (what === 'expire-sync') controls.expireSyncStates(account.id);
  else if (what === 'lock') controls.setStanding(account.id, 'locked');
  else if (what === 'expire-password') controls.setStanding(account.id, 'expired');
  else if (what === 'open') controls.setStanding(account.id, 'ok');
  else return refusalPage('Unknown kind of trouble.', 400);
  return backTo('/contacts', account);
}

function listPage({ world }: PageWorld, area: Area, access: MailboxAccess, query: URLSearchParams): StandInReply {
  const { account } = access;
  const wanted = (query.get('q') ?? '').toLowerCase();
  const all = area.list(access).filter((item) => !wanted || JSON.stringify(item).toLowerCase().includes(wanted));
  const heads = area.columns.map((name) => `<th>${escapeHtml(area.fields.find((field) => field.name === name)?.label ?? name)}</th>`).join('');
  const tabs = AREAS.map(({ path, title }) => `<a class="button" href="${link(path, account)}" data-testid="area-${path.slice(1)}">${title}</a>`).join('\n');
  const options = world.accounts.filter(({ hasMailbox }) => hasMailbox)
    .map((one) => `<option value="${one.id}"${one === account ? ' selected' : ''}>${escapeHtml(`${nameOf(one)} (${one.address})`)}</option>`);
  return pageReply('Exchange', `<h1>Exchange: ${area.title}</h1><p class="row">${tabs}</p>
<form class="row" method="get" action="${area.path}"><label for="user">Account</label>
<select id="user" name="user" data-testid="account">${options.join('')}</select>
<label for="q">Search</label><input id="q" name="q" value="${escapeHtml(query.get('q') ?? '')}" style="width:12rem"><button>Show</button></form>
<p class="quiet">Login ${escapeHtml(`${account.domain}\\${account.login}`)} or ${escapeHtml(account.upn)}; account:
<span data-testid="standing">${standingOf(world, account).state}</span>;
mails this server would have sent: <span data-testid="mails">${world.mailsSent.length}</span>; passwords given away:
<span data-testid="leaks">${world.autodiscover.leaks.length}</span></p>
<p><a class="button" href="${link(`${area.path}/new`, account)}" data-testid="new">New</a> ${all.length} in all</p>
<table><thead><tr>${heads}<th></th></tr></thead><tbody>${all.slice(0, ROWS).map((item) => row(area, item, account)).join('')}</tbody></table>
${troubleForm(account)}`);
}

function row(area: Area, item: RawItem, account: ExchangeAccount): string {
  const cells = area.columns.map((name) => `<td>${escapeHtml(String(item[name] ?? ''))}</td>`).join('');
  return `<tr data-testid="row">${cells}<td class="row"><a class="button" href="${link(`${area.path}/edit`, account, { id: item.id })}">Edit</a>
<form method="post" action="${area.path}/delete">${hiddenField('user', account.id)}${hiddenField('id', item.id)}
<button data-testid="delete">Delete</button></form></td></tr>`;
}

function troubleForm(account: ExchangeAccount): string {
  const buttons = [...TROUBLES, 'clear', 'expire-sync', 'lock', 'expire-password', 'open']
    .map((what) => `<button name="what" value="${what}" data-testid="trouble-${what}">${what}</button>`);
  return `<h2>Trouble</h2><form class="row" method="post" action="/trouble">${hiddenField('user', account.id)}
<label for="count">for how many calls</label><input id="count" name="count" type="number" value="1" min="1" style="width:5rem">${buttons.join(' ')}</form>`;
}

function itemForm(area: Area, { account }: MailboxAccess, item: RawItem | undefined, refusal = '', typed?: URLSearchParams): StandInReply {
  const title = item ? 'Edit' : 'New';
  const fields = area.fields.map((field) => fieldHtml(field, typed?.get(field.name) ?? typedValue(field, item, account.timeZone))).join('\n');
  return pageReply(title, `<h1>${title}: ${area.title}</h1>${refusal ? `<p class="error" role="alert" data-testid="refusal">${escapeHtml(refusal)}</p>` : ''}
<p class="quiet">Times are in ${escapeHtml(account.timeZone)}.</p>
<form method="post" action="${area.path}/save">${hiddenField('user', account.id)}${hiddenField('id', item?.id ?? '')}
<fieldset><div class="grid">${fields}</div></fieldset><div class="actions"><a class="button" href="${link(area.path, account)}">Cancel</a>
<button class="primary" data-testid="save">Save</button></div></form>`, refusal ? 400 : 200);
}
