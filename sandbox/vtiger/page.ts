/** The CRM as a person sees it: contacts, leads, organizations, events and tasks to add, edit, hand on, convert and delete, and buttons for trouble. */
import { escapeHtml, hiddenField, pageReply } from '../identity/html.ts';
import type { Fault, StandInReply, StandInRequest } from '../server.ts';
import { handsOf, type Hands, type RawRecord } from './access.ts';
import { nameOf, type CrmUser } from './accounts.ts';
import { AREAS, changeOfForm, fieldHtml, labelOf, shownValue, typedValue, type Area } from './areas.ts';
import type { PageWorld } from './doors.ts';
import { RestrictedFile, VtigerError } from './fault.ts';
import { SESSION_ENDS } from './sessions.ts';
import { idIn, userNamed, type World } from './world.ts';

const ROWS = 50;

export function peoplePage(pages: PageWorld, request: StandInRequest): StandInReply {
  const { world } = pages;
  const form = new URLSearchParams(request.method === 'POST' ? request.body : request.url.searchParams);
  const user = userNamed(world, form.get('user') ?? 'admin') ?? world.users[0];
  const [, path = '', verb = ''] = request.url.pathname.split('/');
  if (!user) return refusalPage('The sandbox has no person of the CRM.', 404);
  if (`${request.method} ${request.url.pathname}` === 'POST /trouble') return makeTrouble(pages, user, form);
  const area = AREAS.find((one) => one.path === `/${path || 'contacts'}`);
  if (!area) return refusalPage('There is no such page.', 404);
  const hands = handsOf(world, user);
  const id = form.get('id') ?? '';
  try {
    switch (`${request.method} ${verb}`) {
      case 'GET ': return listPage(world, area, hands, form);
      case 'GET new': return recordForm(world, area, user, undefined);
      case 'GET edit': return recordForm(world, area, user, hands.record(id));
      case 'POST save': return save(world, area, hands, form);
      case 'POST delete': hands.remove(id); return backTo(area.path, user);
      case 'POST convert': hands.convertLead(id); return backTo('/contacts', user);
      default: return refusalPage('There is no such page.', 404);
    }
  } catch (error) {
    if (error instanceof VtigerError || error instanceof RestrictedFile) return refusalPage(error.message, 400);
    throw error;
  }
}

const refusalPage = (message: string, status: number): StandInReply =>
  pageReply('Not possible', `<p class="error">${escapeHtml(message)}</p><p><a href="/">To the CRM</a></p>`, status);

const address = (path: string, user: CrmUser, more: Readonly<Record<string, string>> = {}): string =>
  `${path}?${new URLSearchParams({ user: user.login, ...more }).toString()}`;
const link = (path: string, user: CrmUser, more?: Readonly<Record<string, string>>): string => escapeHtml(address(path, user, more));
const backTo = (path: string, user: CrmUser): StandInReply => ({ status: 303, headers: { location: address(path, user) }, body: '' });

/** A refusal is shown above the form with what was typed. */
function save(world: World, area: Area, hands: Hands, form: URLSearchParams): StandInReply {
  const id = form.get('id') ?? '';
  const before = id ? hands.record(id) : undefined;
  const fields = changeOfForm(area, form, before, hands.user.timeZone);
  try {
    if (id) hands.update(id, fields); else area.add(hands, fields);
  } catch (error) {
    if (error instanceof VtigerError) return recordForm(world, area, hands.user, before, error.message, form);
    throw error;
  }
  return backTo(area.path, hands.user);
}

/** What a proxy, a broken module or a dead line does to calls of the webservice. */
const FAULTS: Readonly<Record<string, Omit<Fault, 'route' | 'count'>>> = {
  throttled: { status: 429, headers: { 'retry-after': '30' }, body: '' },
  unavailable: { status: 503, headers: { 'retry-after': '30' }, body: '' },
  html: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html><body>Maintenance</body></html>' },
  crash: { status: 500, headers: { 'content-type': 'text/html; charset=UTF-8' }, body: '' },
  lostReply: { dropReply: true },
  lostRequest: { dropRequest: true },
};
const SWITCHES = ['sync-unmodified', 'sync-registered', 'unique-on', 'unique-off'] as const;

function makeTrouble({ controls, addFault }: PageWorld, user: CrmUser, form: URLSearchParams): StandInReply {
  const what = form.get('what') ?? '';
  const fault = FAULTS[what];
  const end = SESSION_ENDS.find((one) => `session-${one}` === what);
  if (fault) addFault({ ...fault, route: '* */webservice.php', count: Math.max(1, Number(form.get('count')) || 1) });
  else if (end) controls.endSessions(end, user.login);
  else if (what === 'sync-unmodified') controls.sync('unmodified');
  else if (what === 'sync-registered') controls.sync('registered');
  else if (what === 'unique-on') controls.unique(['Accounts.accountname', 'Contacts.email', 'Leads.email']);
  else if (what === 'unique-off') controls.unique([]);
  else return refusalPage('Unknown kind of trouble.', 400);
  return backTo('/contacts', user);
}

function listPage(world: World, area: Area, hands: Hands, query: URLSearchParams): StandInReply {
  const { user } = hands;
  const wanted = (query.get('q') ?? '').toLowerCase();
  const all = hands.all(area.module).filter((record) => !wanted || JSON.stringify(record.fields).toLowerCase().includes(wanted));
  const heads = area.columns.map((name) => `<th>${escapeHtml(labelOf(area, name))}</th>`).join('');
  const tabs = AREAS.map(({ path, title }) => `<a class="button" href="${link(path, user)}" data-testid="area-${path.slice(1)}">${title}</a>`).join('\n');
  const options = world.users
    .map((one) => `<option value="${one.login}"${one === user ? ' selected' : ''}>${escapeHtml(`${nameOf(one)} (${one.login})`)}</option>`);
  return pageReply('vTiger', `<h1>vTiger: ${area.title}</h1><p class="row">${tabs}</p>
<form class="row" method="get" action="${area.path}"><label for="user">Person</label>
<select id="user" name="user" data-testid="account">${options.join('')}</select>
<label for="q">Search</label><input id="q" name="q" value="${escapeHtml(query.get('q') ?? '')}" style="width:12rem"><button>Show</button></form>
<p class="quiet">User name <code data-testid="login">${escapeHtml(user.login)}</code>, access key
<code data-testid="access-key">${escapeHtml(user.accessKey)}</code>,
zone ${user.timeZone}, dates ${user.dateFormat}; sync is <span data-testid="sync">${world.settings.sync}</span>; unique:
<span data-testid="unique">${escapeHtml(world.settings.unique.join(', ') || 'nothing')}</span>;
mails this server could have sent: <span data-testid="mails">${world.mailsSent.length}</span></p>
<p><a class="button" href="${link(`${area.path}/new`, user)}" data-testid="new">New</a> ${all.length} in all</p>
<table><thead><tr>${heads}<th>Assigned to</th><th>Changed (UTC)</th><th></th></tr></thead>
<tbody>${all.slice(0, ROWS).map((record) => row(world, area, record, user)).join('')}</tbody></table>
${all.length > ROWS ? `<p class="quiet">The first ${ROWS} are shown; search for the others.</p>` : ''}${troubleForm(user)}`);
}

function row(world: World, area: Area, record: RawRecord, user: CrmUser): string {
  const cells = area.columns.map((name) => `<td>${escapeHtml(shownValue(world, name, record, user.timeZone))}</td>`).join('');
  const owner = record.fields['assigned_user_id'] ?? '';
  const person = world.users.find(({ n }) => idIn(world, 'Users', n) === owner);
  const group = world.groups.find(({ n }) => idIn(world, 'Groups', n) === owner);
  const button = (verb: string, word: string): string => `<form method="post" action="${area.path}/${verb}">${hiddenField('user', user.login)}
${hiddenField('id', record.id)}<button data-testid="${verb}">${word}</button></form>`;
  return `<tr data-testid="row" data-id="${record.id}">${cells}<td>${escapeHtml(person ? nameOf(person) : group?.name ?? owner)}</td>
<td class="quiet">${record.fields['modifiedtime'] ?? ''}</td><td class="row"><a class="button" data-testid="edit"
href="${link(`${area.path}/edit`, user, { id: record.id })}">Edit</a>
${area.module === 'Leads' ? button('convert', 'Convert') : ''}${button('delete', 'Delete')}</td></tr>`;
}

function troubleForm(user: CrmUser): string {
  const names = [...Object.keys(FAULTS), ...SESSION_ENDS.map((end) => `session-${end}`), ...SWITCHES];
  const buttons = names.map((what) => `<button name="what" value="${what}" data-testid="trouble-${what}">${what}</button>`);
  return `<h2>Trouble</h2><form class="row" method="post" action="/trouble">${hiddenField('user', user.login)}
<label for="count">for how many calls</label><input id="count" name="count" type="number" value="1" min="1" style="width:5rem">${buttons.join(' ')}</form>`;
}

function recordForm(world: World, area: Area, user: CrmUser, record: RawRecord | undefined, refusal = '', typed?: URLSearchParams): StandInReply {
  const title = record ? 'Edit' : 'New';
  const stored = (name: string): string => (name === 'assigned_user_id' && !record ? idIn(world, 'Users', user.n) : typedValue(name, record, user.timeZone));
  const fields = area.form.map((name) => fieldHtml(world, area, name, typed?.get(name) ?? stored(name))).join('\n');
  return pageReply(title, `<h1>${title}: ${area.title}</h1>${refusal ? `<p class="error" role="alert" data-testid="refusal">${escapeHtml(refusal)}</p>` : ''}
<p class="quiet">Times are in ${user.timeZone}.</p>
<form method="post" action="${area.path}/save">${hiddenField('user', user.login)}${hiddenField('id', record?.id ?? '')}
<fieldset><div class="grid">${fields}</div></fieldset><div class="actions"><a class="button" href="${link(area.path, user)}">Cancel</a>
<button class="primary" data-testid="save">Save</button></div></form>`, refusal ? 400 : 200);
}
