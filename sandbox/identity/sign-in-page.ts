/** The pages of the sign-in: pick an account, accept or cancel, "needs an administrator", and errors that must not be redirected. */
import type { StandInReply } from '../server.ts';
import { displayNameOf } from './accounts.ts';
import type { User } from './accounts.ts';
import type { AuthorizeRequest } from './authorize.ts';
import { describe } from './errors.ts';
import type { Refusal } from './errors.ts';
import { escapeHtml, hiddenField, pageReply } from './html.ts';
import { GRAPH_PERMISSIONS } from './scopes.ts';
import type { IdentityState } from './state.ts';

/** Where the forms are sent: outside the vendor's paths, so that clicks are neither counted nor recorded. */
export const SIGN_IN_FORM = '/_sandbox/sign-in';

const BANNER = '<p class="quiet">Microsoft (sandbox): nobody real signs in here</p>';

/** `kept` is the authorize request as a query, carried from form to form. */
export function accountPage(state: IdentityState, asked: AuthorizeRequest, kept: string): StandInReply {
  const hint = asked.loginHint?.toLowerCase();
  const hinted = (user: User): boolean => user.login.toLowerCase() === hint;
  const users = [...state.users].sort((left, right) => Number(hinted(right)) - Number(hinted(left)));
  const buttons = users.map((user) => `<button class="wide${hinted(user) ? ' chosen' : ''}" name="user" value="${user.id}"
${hinted(user) ? 'autofocus aria-current="true"' : ''} data-testid="account-${escapeHtml(user.login)}">
<strong>${escapeHtml(displayNameOf(user))}</strong><br><span class="quiet">${escapeHtml(user.login)}</span></button>`);
  return pageReply('Sign in to your account', `<section class="card">${BANNER}<h1>Pick an account</h1>
<p>to continue to ${escapeHtml(state.registration.name)}</p>${formOpen(kept)}${buttons.join('')}</form></section>`);
}

export function consentPage(state: IdentityState, asked: AuthorizeRequest, user: User, kept: string): StandInReply {
  const wanted = asked.scopes.map((scope) => GRAPH_PERMISSIONS.get(scope)).filter((sentence) => sentence !== undefined);
  if (asked.scopes.includes('offline_access')) wanted.push('Maintain access to data you have given it access to');
  const list = wanted.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join('');
  return pageReply('Permissions requested', `<section class="card">${BANNER}<p class="quiet">${escapeHtml(user.login)}</p>
<h1>Permissions requested</h1><p><strong>${escapeHtml(state.registration.name)}</strong> would like to:</p>
<ul data-testid="permissions">${list}</ul>
<p class="quiet">Accepting these permissions means that you allow this app to use your data.</p>
${formOpen(kept)}${hiddenField('user', user.id)}<div class="actions">
<button name="decision" value="cancel" data-testid="consent-cancel">Cancel</button>
<button class="primary" name="decision" value="accept" data-testid="consent-accept">Accept</button></div></form></section>`);
}

export function adminPage(state: IdentityState, user: User, kept: string): StandInReply {
  return pageReply('Need admin approval', `<section class="card">${BANNER}<p class="quiet">${escapeHtml(user.login)}</p>
<h1>Need admin approval</h1><p data-testid="admin-needed"><strong>${escapeHtml(state.registration.name)}</strong>
needs permission to access resources in your organization that only an admin can grant. 
Please ask an admin to grant permission to this app before you can use it.</p>
<p class="quiet">AADSTS90094. The administrator of ${escapeHtml(user.tenant.name)} can agree on the sandbox's mailbox page.</p>
${formOpen(kept)}${hiddenField('user', user.id)}<div class="actions">
<button name="decision" value="other" data-testid="other-account">Have another account?</button>
<button name="decision" value="cancel" data-testid="consent-cancel">Return to the application without granting consent</button>
</div></form></section>`);
}

export function errorPage(refusal: Refusal, now: number): StandInReply {
  return pageReply('Sign in to your account', `<section class="card">${BANNER}<h1>Sorry, but we're having trouble signing you in.</h1>
<p class="error" data-testid="sign-in-error">${escapeHtml(describe(refusal, now))}</p></section>`, 400);
}

const formOpen = (kept: string): string => `<form method="post" action="${SIGN_IN_FORM}">${hiddenField('request', kept)}`;
