/** Every HTTP route below /api, with its method and whether it needs a session. */

export const ROUTES = {
  /** Vendors call it when something changed; what they send proves itself. */
  notify: { method: 'POST', path: 'notify/{system}', needsSession: false },
  forms: { method: 'GET', path: 'forms', needsSession: false },
  startSignIn: { method: 'POST', path: 'sign-in', needsSession: false },
  /** A sign-in to the CRM with what a person typed; with a session, in the organization of that session. */
  connectCrm: { method: 'POST', path: 'sign-in/credentials', needsSession: false },
  oauthCallback: { method: 'GET', path: 'oauth/{system}', needsSession: false },
  attemptStatus: { method: 'POST', path: 'attempts/status', needsSession: false },
  claimAttempt: { method: 'POST', path: 'attempts/claim', needsSession: false },
  refreshSession: { method: 'POST', path: 'session/refresh', needsSession: false },
  signOut: { method: 'DELETE', path: 'session', needsSession: true },
  me: { method: 'GET', path: 'me', needsSession: true },
  startMailbox: { method: 'POST', path: 'mailbox/connect', needsSession: true },
  connectMailbox: { method: 'POST', path: 'mailbox/credentials', needsSession: true },
  changeMailbox: { method: 'POST', path: 'mailbox/change', needsSession: true },
  confirmMailbox: { method: 'POST', path: 'mailbox/confirm', needsSession: true },
  skipMailbox: { method: 'POST', path: 'mailbox/skip', needsSession: true },
  startPreview: { method: 'POST', path: 'preview', needsSession: true },
  preview: { method: 'GET', path: 'preview', needsSession: true },
  changeScope: { method: 'POST', path: 'scope', needsSession: true },
  activate: { method: 'POST', path: 'activate', needsSession: true },
  syncNow: { method: 'POST', path: 'sync', needsSession: true },
  pause: { method: 'POST', path: 'pause', needsSession: true },
  resume: { method: 'POST', path: 'resume', needsSession: true },
  deactivate: { method: 'POST', path: 'deactivate', needsSession: true },
  disconnect: { method: 'POST', path: 'disconnect', needsSession: true },
  runs: { method: 'GET', path: 'runs', needsSession: true },
  run: { method: 'GET', path: 'runs/{id}', needsSession: true },
  asks: { method: 'GET', path: 'asks', needsSession: true },
  answerAsk: { method: 'POST', path: 'asks/{id}', needsSession: true },
  held: { method: 'GET', path: 'held', needsSession: true },
  heldAuthors: { method: 'GET', path: 'held/{id}/by', needsSession: true },
  answerHeld: { method: 'POST', path: 'held/{id}', needsSession: true },
  undoPlan: { method: 'GET', path: 'runs/{id}/undo', needsSession: true },
  undoRun: { method: 'POST', path: 'runs/{id}/undo', needsSession: true },
  record: { method: 'GET', path: 'records/{id}', needsSession: true },
  wishRecord: { method: 'POST', path: 'records/{id}/wish', needsSession: true },
  retryRecord: { method: 'POST', path: 'records/{id}/retry', needsSession: true },
} as const;

export type RouteName = keyof typeof ROUTES;
