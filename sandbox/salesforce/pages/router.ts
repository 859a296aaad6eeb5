/** The CRM's own pages, where a person looks at records and changes them by the same rules as the API. */
import type { Fault, StandInReply, StandInRequest } from '../../server.ts';
import type { SalesforceOrg } from '../org-api.ts';
import { catalogFor, type Org, type Person } from '../org.ts';
import type { ObjectName, ObjectType } from '../objects/catalog.ts';
import type { Writer } from '../records.ts';
import { Refusal } from '../refusal.ts';
import { EVENT_PAGE, TASK_PAGE } from './activities.ts';
import { deleteAccount, saveAccount, showAccounts } from './accounts.ts';
import { deleteContact, mergeContact, saveContact, showContacts } from './contacts.ts';
import { htmlPage, safe } from './layout.ts';
import { convertShown, LEAD_PAGE, mergeShown } from './leads.ts';
import { deleteShown, saveRecord, showRecords, type RecordPage } from './record-page.ts';
import { applySettings, showSettings } from './settings.ts';

/** What a page needs to know about its visitor and his request. */
export interface Visit {
  readonly org: Org;
  readonly api: SalesforceOrg;
  /** Whose eyes the page sees with; chosen at the top. */
  readonly person: Person;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly problem: string | undefined;
  readonly addFault: (fault: Fault) => void;
}

type Show = (visit: Visit) => string;
type Act = (visit: Visit) => void;

const RECORD_PAGES: readonly RecordPage[] = [EVENT_PAGE, TASK_PAGE, LEAD_PAGE];

const SHOWN: Readonly<Record<string, { readonly title: string; readonly show: Show }>> = {
  '/': { title: 'Contacts', show: showContacts },
  '/accounts': { title: 'Accounts', show: showAccounts },
  ...Object.fromEntries(RECORD_PAGES.map((page) =>
    [page.path, { title: `${page.name}s`, show: (visit: Visit) => showRecords(visit, page) }])),
  '/settings': { title: 'Settings and faults', show: showSettings },
};

const ACTED: Readonly<Record<string, { readonly act: Act; readonly page: string }>> = {
  '/contacts/save': { act: saveContact, page: '/' },
  '/contacts/delete': { act: deleteContact, page: '/' },
  '/contacts/merge': { act: mergeContact, page: '/' },
  '/accounts/save': { act: saveAccount, page: '/accounts' },
  '/accounts/delete': { act: deleteAccount, page: '/accounts' },
  ...Object.fromEntries(RECORD_PAGES.flatMap((page) => [
    [`${page.path}/save`, { act: (visit: Visit) => { saveRecord(visit, page); }, page: page.path }],
    [`${page.path}/delete`, { act: (visit: Visit) => { deleteShown(visit, page); }, page: page.path }],
  ])),
  '/leads/convert': { act: convertShown, page: '/leads' },
  '/leads/merge': { act: mergeShown, page: '/leads' },
  '/settings/save': { act: applySettings, page: '/settings' },
};

const COOKIE = 'crm_person';

export function createPages(org: Org, api: SalesforceOrg, addFault: (fault: Fault) => void): (request: StandInRequest) => StandInReply {
  return (request) => {
    const path = request.url.pathname;
    const chosen = new RegExp(`${COOKIE}=(\\w+)`).exec(request.headers['cookie'] ?? '')?.[1] ?? '';
    const person = org.people.get(chosen) ?? [...org.people.values()][0];
    if (!person) throw new Error('the organization has no users');
    const form = new URLSearchParams(request.method === 'POST' ? request.body : '');
    const visit: Visit = { org, api, person, query: request.url.searchParams, form, problem: undefined, addFault };
    if (request.method === 'POST' && path === '/person') {
      return goTo(form.get('back') ?? '/', { 'set-cookie': `${COOKIE}=${form.get('person') ?? ''}; Path=/; SameSite=Lax` });
    }
    const action = request.method === 'POST' ? ACTED[path] : undefined;
    if (action) return perform(visit, action.act, action.page);
    return SHOWN[path] ? render(visit, path, 200)
      : htmlPage('Not found', '<main><div class="card">There is no such page.</div></main>', 404);
  };
}

function perform(visit: Visit, act: Act, page: string): StandInReply {
  try {
    act(visit);
    return goTo(page);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return render({ ...visit, problem: error.message }, page, 400);
  }
}

/** Only paths of this site. */
const goTo = (path: string, headers: Readonly<Record<string, string>> = {}): StandInReply =>
  ({ status: 303, headers: { location: /^\/(?!\/)/.test(path) ? path : '/', ...headers } });

function render(visit: Visit, path: string, status: number): StandInReply {
  const page = SHOWN[path] ?? SHOWN['/'];
  const links = Object.entries(SHOWN).map(([to, { title }]) =>
    `<a href="${to}"${to === path ? ' aria-current="page"' : ''} data-testid="nav-${title.split(' ')[0]?.toLowerCase()}">${title}</a>`);
  const people = [...visit.org.people.values()].map((person) =>
    `<option value="${person.id}"${person.id === visit.person.id ? ' selected' : ''}>${safe(person.name)}${person.isAdmin
      ? ' (administrator)' : ''}</option>`);
  const problem = visit.problem ? `<p class="problem" role="alert" data-testid="page-problem">${safe(visit.problem)}</p>` : '';
  return htmlPage(`${page?.title ?? ''} | Salesforce stand-in`, `<header><h1>Salesforce <small>(stand-in)
${safe(visit.org.settings.organizationName)}</small></h1>
<nav class="row" aria-label="Pages">${links.join('')}</nav>
<form method="post" action="/person"><input type="hidden" name="back" value="${path}">
<label class="row" style="margin:0">You are <select name="person" data-testid="acting-person"
onchange="this.form.submit()">${people.join('')}</select></label>
<noscript><button>Change</button></noscript></form></header><main>${problem}${page?.show(visit) ?? ''}</main>`, status);
}

export function writerFor(visit: Visit): Writer {
  const { org, person, form } = visit;
  return { org, person, catalog: catalogFor(org, person), allowSave: form.get('allowSave') === 'yes', isApi: false };
}

export function pageType(visit: Visit, name: ObjectName): ObjectType {
  const type = catalogFor(visit.org, visit.person).get(name.toLowerCase());
  if (!type) throw new Error(`the organization has no object ${name}`);
  return type;
}
