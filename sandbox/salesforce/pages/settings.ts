/** The switches of an administrator, and the buttons that make the service misbehave. */
import { faultNamed, isFaultName, SALESFORCE_FAULTS } from '../faults.ts';
import { OWN_TASK_STATUSES, TASK_STATUSES } from '../objects/task.ts';
import type { OrgSettings, ValidationRule } from '../settings.ts';
import { safe } from './layout.ts';
import type { Visit } from './router.ts';

/** The rule of the switch; programs may set any other. */
const DEMO_RULE: ValidationRule = {
  object: 'Contact', field: 'Department', contains: 'blocked', message: 'Contacts of a blocked department are kept in another system.',
};

const CHOICES = {
  orgWideDefault: { label: 'Colleagues may',
    values: { private: 'not see my records', read: 'read my records', edit: 'read and change my records' } },
  activityAccess: { label: "Colleagues' events and tasks",
    values: { private: 'are not there', controlledByParent: 'are seen with the people they are about' } },
  orphanedActivities: { label: 'A deleted contact leaves its activities', values: { kept: 'without it', deleted: 'deleted' } },
  duplicateRule: { label: 'Duplicate rule', values: { off: 'off', alert: 'alerts', block: 'blocks' } },
  app: { label: 'Concord is', values: { installed: 'installed', blocked: 'blocked by the administrator', notInstalled: 'not installed' } },
} as const;

export function showSettings(visit: Visit): string {
  const { settings } = visit.org;
  const selects = Object.entries(CHOICES).map(([name, { label, values }]) =>
    `<label><span>${label}</span><select name="${name}" data-testid="setting-${name}">
${Object.entries(values).map(([value, text]) => `<option value="${value}"${settings[name as keyof typeof CHOICES] === value
  ? ' selected' : ''}>${text}</option>`).join('')}</select></label>`);
  const check = (name: string, label: string, isOn: boolean): string =>
    `<label class="inline"><input type="checkbox" name="${name}" value="on"${isOn ? ' checked' : ''} data-testid="setting-${name}">
${label}</label>`;
  const number = (name: string, label: string, value: number): string =>
    `<label><span>${label}</span><input name="${name}" type="number" min="0" value="${value}" data-testid="setting-${name}"></label>`;
  return `<div class="card"><h2>Settings of the organization</h2><form method="post" action="/settings/save"><input type="hidden"
name="what" value="settings">
<div class="grid">${selects.join('')}${number('sessionMinutes', 'Session timeout in minutes', settings.sessionMinutes)}
${number('lateSeconds', "Others' changes surface after seconds", settings.lateSeconds)}${number('pageRows', 'Most rows on a query page',
  settings.pageRows)}
<label><span>Hidden fields, by comma</span><input name="hiddenFields" value="${safe(settings.hiddenFields.join(', '))}"
placeholder="Contact.Birthdate" data-testid="setting-hiddenFields"></label></div>
${check('validation', `Validation rule: ${safe(DEMO_RULE.field)} must not contain "${safe(DEMO_RULE.contains)}"`,
  settings.validation !== null)}
${check('rotation', 'A refresh token works once', settings.rotation)}${check('keyField', 'Contacts, leads, events and tasks have the field ConcordKey__c',
  settings.keyField)}
${check('sharedActivities', 'Shared Activities: several contacts for one event or task', settings.sharedActivities)}
${check('multidayEvents', 'Events may span days', settings.multidayEvents)}
${check('ownStatuses', `Task statuses of its own: ${OWN_TASK_STATUSES.map(({ name }) => name).join(', ')}`,
  settings.taskStatuses[0]?.name === OWN_TASK_STATUSES[0]?.name)}
<p class="note">Invitations asked for by writes so far: <b data-testid="mails-sent">${visit.org.mailsSent}</b></p>
<button class="main" data-testid="settings-save">Save</button></form></div>
<div class="card"><h2>Faults</h2>${faultForm()}</div><div class="card"><h2>People</h2>${peopleTable(visit)}</div>`;
}

function faultForm(): string {
  const button = (what: string, label: string): string =>
    `<button name="what" value="${what}" data-testid="fault-${what}">${safe(label)}</button>`;
  const named = Object.entries(SALESFORCE_FAULTS).map(([name, { label }]) => button(name, label));
  return `<form method="post" action="/settings/save"><label class="inline">For the next <input name="count" type="number" value="1"
min="1" max="1000" aria-label="Number of calls"> calls:</label>
<div class="row">${named.join('')}</div><p class="note">Or at once:</p><div
class="row">${button('lock', 'Lock the next rows written')}${button('endSessions', 'End all sessions')}</div></form>`;
}

function peopleTable(visit: Visit): string {
  const rows = [...visit.org.people.values()].map((person) => {
    const toggle = (what: string, label: string): string => `<button name="what" value="${what}">${label}</button>`;
    return `<tr data-testid="person-row"><td>${safe(person.name)}</td><td>${safe(person.username)}</td><td>${person.isActive ? 'active'
      : 'inactive'}</td>
<td>${person.hasApi ? 'API enabled' : 'no API'}</td><td><form method="post" action="/settings/save" class="row"
aria-label="${safe(person.name)}"><input type="hidden" name="username" value="${safe(person.username)}">
${toggle('active', person.isActive ? 'Deactivate' : 'Activate')}${toggle('api', person.hasApi ? 'Take API'
  : 'Give API')}${toggle('revoke', 'Revoke tokens')}</form></td></tr>`;
  });
  return `<table><thead><tr><th>Name</th><th>Username</th><th>State</th><th>API</th><th>Actions</th></tr></thead>
<tbody>${rows.join('')}</tbody></table>`;
}

export function applySettings(visit: Visit): void {
  const { form, api } = visit;
  const what = form.get('what') ?? '';
  const username = form.get('username');
  const person = api.people().find((one) => one.username === username);
  const count = Math.max(1, Number(form.get('count')) || 1);
  if (what === 'settings') api.change(readSettings(visit));
  else if (what === 'lock') api.lockRows(count);
  else if (what === 'endSessions') api.endSessions();
  else if (isFaultName(what)) visit.addFault(faultNamed(what, count));
  else if (person && what === 'active') api.setPerson(person.username, { isActive: !person.isActive });
  else if (person && what === 'api') api.setPerson(person.username, { hasApi: !person.hasApi });
  else if (person && what === 'revoke') api.endSessions(person.username);
}

function readSettings({ form, org }: Visit): Partial<OrgSettings> {
  const choice = <Name extends keyof typeof CHOICES>(name: Name): OrgSettings[Name] => {
    const value = form.get(name) ?? '';
    return (Object.hasOwn(CHOICES[name].values, value) ? value : org.settings[name]) as OrgSettings[Name];
  };
  const number = (name: 'sessionMinutes' | 'lateSeconds' | 'pageRows', least: number): number =>
    Math.max(least, Math.floor(Number(form.get(name) ?? org.settings[name])) || least);
  return {
    orgWideDefault: choice('orgWideDefault'), duplicateRule: choice('duplicateRule'), app: choice('app'),
    sessionMinutes: number('sessionMinutes', 1), lateSeconds: number('lateSeconds', 0), pageRows: number('pageRows', 1),
    hiddenFields: (form.get('hiddenFields') ?? '').split(',').map((name) => name.trim()).filter(Boolean),
    validation: form.has('validation') ? org.settings.validation ?? DEMO_RULE : null,
    rotation: form.has('rotation'), keyField: form.has('keyField'), sharedActivities: form.has('sharedActivities'),
    multidayEvents: form.has('multidayEvents'), taskStatuses: form.has('ownStatuses') ? OWN_TASK_STATUSES : TASK_STATUSES,
    activityAccess: choice('activityAccess'), orphanedActivities: choice('orphanedActivities'),
  };
}
