/** What the pages of a mailbox share: whose it is, and the way between contacts, calendar and tasks. */
import { displayNameOf } from '../identity/accounts.ts';
import type { User } from '../identity/accounts.ts';
import { escapeHtml } from '../identity/html.ts';

/** Safe inside an attribute. */
export const link = (path: string, user: User, more: Readonly<Record<string, string>> = {}): string =>
  escapeHtml(`${path}?${new URLSearchParams({ user: user.login, ...more }).toString()}`);

export const areasRow = (user: User): string => `<p class="row"><a class="button" href="${link('/', user)}" data-testid="area-contacts">Contacts</a>
<a class="button" href="${link('/events', user)}" data-testid="area-events">Calendar</a>
<a class="button" href="${link('/tasks', user)}" data-testid="area-tasks">Tasks</a></p>`;

export function accountSelect(users: readonly User[], chosen: User): string {
  const options = users.filter(({ hasMailbox }) => hasMailbox).map((user) => {
    const label = escapeHtml(`${displayNameOf(user)} (${user.login})`);
    return `<option value="${escapeHtml(user.login)}"${user === chosen ? ' selected' : ''}>${label}</option>`;
  });
  return `<label for="user">Account</label><select id="user" name="user" data-testid="account">${options.join('')}</select>`;
}

export const accountForm = (action: string, users: readonly User[], user: User): string =>
  `${areasRow(user)}<form class="row" method="get" action="${action}">${accountSelect(users, user)}<button>Show</button></form>`;
