/** To Do as a person sees it: the tasks of all lists, and a form to add or edit one. */
import { displayNameOf } from '../identity/accounts.ts';
import type { User } from '../identity/accounts.ts';
import { escapeHtml, hiddenField, pageReply } from '../identity/html.ts';
import type { StandInReply } from '../server.ts';
import { accessTo } from './access.ts';
import type { RawTask } from './access.ts';
import { IMPORTANCES } from './event-fields.ts';
import { area, box, choice } from './form-fields.ts';
import { htmlToText } from './html-body.ts';
import { accountForm, link } from './page-frame.ts';
import { GraphError } from './reply.ts';
import { STATUSES } from './task-fields.ts';
import { timeZoneOf } from './world.ts';
import type { GraphWorld } from './world.ts';
import { localOf, zoneOf } from './zones.ts';

export function taskListPage(world: GraphWorld, users: readonly User[], user: User): StandInReply {
  const access = accessTo(world, user);
  const zone = zoneOf(timeZoneOf(access.mailbox, user));
  const lists = access.taskLists().map((list) => ({ name: String(list['displayName']), tasks: access.tasks(String(list['id'])) }));
  const rows = lists.flatMap(({ name, tasks }) => tasks.map((task) => taskRow(task, name, user, zone)));
  return pageReply('Tasks (sandbox)', `<h1>Tasks of ${escapeHtml(displayNameOf(user))}</h1>
${accountForm('/tasks', users, user)}
<p class="row"><a class="button" href="${link('/tasks/new', user)}" data-testid="add-task">Add a task</a></p>
<p class="quiet" data-testid="task-count">${rows.length} tasks</p>
<table data-testid="tasks"><thead><tr><th>Task</th><th>Due</th><th>Status</th><th>List</th><th>Actions</th></tr></thead>
<tbody>${rows.join('')}</tbody></table>`);
}

function taskRow(task: RawTask, list: string, user: User, zone: string): string {
  const id = String(task['id']);
  const title = String(task['title']);
  return `<tr data-testid="task-row" data-id="${escapeHtml(id)}"><td data-testid="task-title">${escapeHtml(title)}</td>
<td>${escapeHtml(dueOf(task, zone))}</td><td>${escapeHtml(String(task['status']))}</td><td>${escapeHtml(list)}</td>
<td><form class="row" method="post" action="/tasks/delete">${hiddenField('user', user.login)}${hiddenField('id', id)}
<a class="button" href="${link('/tasks/edit', user, { id })}" aria-label="Edit ${escapeHtml(title)}" data-testid="edit">Edit</a>
<button aria-label="Delete ${escapeHtml(title)}" data-testid="delete">Delete</button></form></td></tr>`;
}

/** The day in the person's zone, as the app shows it. */
function dueOf(task: RawTask | undefined, zone: string): string {
  const due = task?.['dueDateTime'] as { dateTime: string } | undefined;
  return due ? localOf(Date.parse(`${due.dateTime.slice(0, 19)}Z`), zone).slice(0, 10) : '';
}

const notesOf = (task: RawTask | undefined): string =>
  (task ? htmlToText((task['body'] as { content: string }).content).replaceAll('\r\n', '\n') : '');

export function taskForm(world: GraphWorld, user: User, task: RawTask | undefined, refusal?: string, typed?: URLSearchParams): StandInReply {
  const id = typeof task?.['id'] === 'string' ? task['id'] : '';
  const zone = zoneOf(timeZoneOf(accessTo(world, user).mailbox, user));
  const value = (name: string, stored: string): string => typed?.get(name) ?? stored;
  const title = id ? 'Edit task' : 'New task';
  const alert = refusal ? `<p class="error" role="alert" data-testid="refusal">${escapeHtml(refusal)}</p>` : '';
  return pageReply(title, `<h1>${title}</h1>${alert}
<form method="post" action="/tasks/save">${hiddenField('user', user.login)}${hiddenField('id', id)}<fieldset><div class="grid">
${box('title', 'Task', value('title', String(task?.['title'] ?? '')))}${box('due', 'Due', value('due', dueOf(task, zone)), 'date')}
${choice('status', 'Status', STATUSES, value('status', String(task?.['status'] ?? 'notStarted')))}
${choice('importance', 'Importance', IMPORTANCES, value('importance', String(task?.['importance'] ?? 'normal')))}
${area('body', 'Notes', value('body', notesOf(task)))}</div></fieldset>
<div class="actions"><a class="button" href="${link('/tasks', user)}">Cancel</a><button class="primary" data-testid="save">Save</button></div></form>`,
  refusal ? 400 : 200);
}

export function saveTask(world: GraphWorld, user: User, form: URLSearchParams): StandInReply {
  const access = accessTo(world, user);
  const id = form.get('id') ?? '';
  const before = id ? access.task(id) : undefined;
  const body = bodyOfForm(form, before, timeZoneOf(access.mailbox, user));
  try {
    if (id) access.updateTask(id, body);
    else access.addTask(body);
  } catch (error) {
    if (error instanceof GraphError) return taskForm(world, user, before, error.message, form);
    throw error;
  }
  return { status: 303, headers: { location: `/tasks?user=${encodeURIComponent(user.login)}` }, body: '' };
}

function bodyOfForm(form: URLSearchParams, before: RawTask | undefined, timeZone: string): RawTask {
  const typed = (name: string): string => (form.get(name) ?? '').replaceAll('\r\n', '\n').trim();
  const body: Record<string, unknown> = {};
  for (const name of ['title', 'status', 'importance']) if (typed(name) !== (before?.[name] ?? '')) body[name] = typed(name);
  if (typed('due') !== dueOf(before, zoneOf(timeZone))) {
    body['dueDateTime'] = typed('due') ? { dateTime: `${typed('due')}T00:00:00`, timeZone } : null;
  }
  const paragraphs = typed('body').split('\n').map((line) => `<p>${escapeHtml(line)}</p>`);
  if (typed('body') !== notesOf(before)) body['body'] = { contentType: 'html', content: paragraphs.join('') };
  return body;
}
