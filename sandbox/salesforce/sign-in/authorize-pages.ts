/** The pages of the login host: log in, allow access, and what cannot be answered to an app. */
import type { StandInReply } from '../../server.ts';
import type { Org, Person } from '../org.ts';
import { htmlPage, safe } from '../pages/layout.ts';
import { SEED_PASSWORD } from '../seed.ts';

const action = (search: string): string => `/services/oauth2/authorize${safe(search)}`;

export function loginPage(org: Org, search: string, username: string, problem?: string): StandInReply {
  const people = [...org.people.values()].map((person) => {
    const marks = [person.isAdmin && 'administrator', !person.isActive && 'inactive', !person.hasApi && 'without API'].filter(Boolean);
    return `<li>${safe(person.username)}${marks.length > 0 ? ` <span class="chip">${marks.join(', ')}</span>` : ''}</li>`;
  });
  return htmlPage('Log in | Salesforce stand-in', `<main class="narrow"><div class="card">
<h1>Log in to Salesforce</h1><p class="note">This is the stand-in of the sandbox, not Salesforce.</p>
${problem ? `<p class="problem" role="alert" data-testid="login-error">${safe(problem)}</p>` : ''}
<form method="post" action="${action(search)}"><input type="hidden" name="step" value="login">
<label><span>Username</span><input name="username" value="${safe(username)}" autocomplete="username" required autofocus
data-testid="login-username"></label>
<label><span>Password</span><input name="password" type="password" autocomplete="current-password" required
data-testid="login-password"></label>
<button class="main" data-testid="login-submit">Log In</button></form></div>
<div class="card"><h2>People of ${safe(org.settings.organizationName)}</h2><ul>${people.join('')}</ul>
<p>Everybody's password is <code data-testid="login-hint">${SEED_PASSWORD}</code></p></div></main>`);
}

export function approvePage(org: Org, search: string, person: Person, scope: string): StandInReply {
  const wishes = scope.split(/\s+/).filter(Boolean).map((one) => `<li>${safe(SCOPES[one] ?? one)}</li>`);
  return htmlPage('Allow access? | Salesforce stand-in', `<main class="narrow"><div class="card">
<h1>Allow access?</h1><p><b>Concord</b> is asking to:</p><ul>${wishes.join('')}</ul>
<p>You are logged in to ${safe(org.settings.organizationName)} as <b data-testid="approve-user">${safe(person.username)}</b>.</p>
<form method="post" action="${action(search)}" class="row"><input type="hidden" name="step" value="approve">
<button name="decision" value="deny" data-testid="approve-deny">Deny</button>
<button name="decision" value="allow" class="main" data-testid="approve-allow">Allow</button></form></div></main>`);
}

const SCOPES: Readonly<Record<string, string>> = {
  api: 'Manage user data via APIs', refresh_token: 'Perform requests at any time', offline_access: 'Perform requests at any time',
  id: 'Access the identity URL service', openid: 'Access unique user identifiers',
};

export function problemPage(error: string, description: string): StandInReply {
  return htmlPage('Problem | Salesforce stand-in', `<main class="narrow"><div class="card"><h1>We cannot authorize you</h1>
<p class="problem" role="alert"
data-testid="authorize-problem">error=${safe(error)}&amp;error_description=${safe(description)}</p></div></main>`, 400);
}
