/** A sign-in, described as data by a connector and drawn by the pane; and the steps of one attempt. */
import { z } from 'zod';

/** A field a person fills in, for example the My Domain address. */
export const SignInField = z.object({
  id: z.string(),
  /** Key into the pane's texts: `signIn.field.<label>`. */
  label: z.string(),
  placeholder: z.string().optional(),
  isRequired: z.boolean(),
  /** A secret is never shown and never sent back. */
  kind: z.enum(['text', 'secret', 'url']),
  /** Hidden behind «More» until it is needed. */
  isMore: z.boolean().optional(),
  /** Key into the pane's texts: `signIn.hint.<hint>`. */
  hint: z.string().optional(),
  /** Where what belongs here is explained: `label` is a key into the pane's texts: `signIn.link.<label>`. */
  link: z.object({ label: z.string(), url: z.string() }).optional(),
  /** The admin filled it in for everybody: the pane shows it as a fact, what a person sends for it is not looked at. */
  preset: z.string().optional(),
});
export type SignInField = z.infer<typeof SignInField>;

export const SignInChoice = z.object({
  id: z.string(),
  /** Key into the pane's texts: `signIn.choice.<label>`. */
  label: z.string(),
  fields: z.array(SignInField),
});
export type SignInChoice = z.infer<typeof SignInChoice>;

export const SignInForm = z.object({
  system: z.string(),
  side: z.enum(['m', 'c']),
  /** A product name: printed as it is in every language. */
  name: z.string(),
  /** In a window of the vendor's, or with what is typed here. */
  by: z.enum(['oauth', 'credentials']),
  choices: z.array(SignInChoice).min(1),
  /** The admin chose for everybody: the pane shows the choice as a fact. */
  presetChoice: z.string().optional(),
  presetDomain: z.string().optional(),
});
export type SignInForm = z.infer<typeof SignInForm>;

export const StartAttempt = z.object({
  system: z.string().max(40),
  choice: z.string().max(40),
  domain: z.string().max(255).optional(),
  /** What Outlook shows: prefilled at the vendor and compared with what comes back. */
  expectedAddress: z.string().max(254).optional(),
  /** Access token of nested app authentication; proves who sits at Outlook. */
  identityToken: z.string().max(8192).optional(),
});
export type StartAttempt = z.infer<typeof StartAttempt>;

/** A sign-in with what a person typed, by field id. */
export const ConnectCredentials = StartAttempt.pick({ system: true, choice: true, expectedAddress: true, identityToken: true }).extend({
  values: z.record(z.string().max(40), z.string().max(1024)),
});
export type ConnectCredentials = z.infer<typeof ConnectCredentials>;

/** Why a sign-in with credentials failed, told apart because each has another cure. The pane has a sentence for each. */
export const SIGN_IN_CODES = [
  'PASSWORD_WRONG', 'ACCOUNT_LOCKED', 'PASSWORD_EXPIRED', 'SCHEME_UNSUPPORTED', 'EXTENDED_PROTECTION', 'MAILBOX_NOT_FOUND', 'ACCESS_OFF',
  'SERVER_NOT_FOUND', 'SERVER_UNREACHABLE', 'NOT_A_SERVER', 'CERTIFICATE', 'ADDRESS_REFUSED', 'FOREIGN_REDIRECT', 'CLOUD_MAILBOX',
] as const;
export type SignInCode = (typeof SIGN_IN_CODES)[number];

/** `secret` stays in the window that asked; `url` is opened by a click. */
export const Attempt = z.object({ attempt: z.string(), secret: z.string(), url: z.string(), expiresAt: z.number() });
export type Attempt = z.infer<typeof Attempt>;

export const AttemptRef = z.object({ attempt: z.string().max(100), secret: z.string().max(200) });
export type AttemptRef = z.infer<typeof AttemptRef>;

export const AttemptStatus = z.object({
  state: z.enum(['waiting', 'finished', 'refused', 'failed', 'expired']),
  /** Code of errors.ts when refused or failed. */
  error: z.string().optional(),
});
export type AttemptStatus = z.infer<typeof AttemptStatus>;

/** `code` reached the asking window through the sign-in window: both ran in one browser. */
export const ClaimAttempt = AttemptRef.extend({ code: z.string().max(200) });
export type ClaimAttempt = z.infer<typeof ClaimAttempt>;

export const SessionTokens = z.object({
  /** Bearer token for calls; about an hour. */
  access: z.string(),
  accessExpiresAt: z.number(),
  /** Used once; each refresh gives the next. */
  refresh: z.string(),
});
export type SessionTokens = z.infer<typeof SessionTokens>;

export const RefreshSession = z.object({ refresh: z.string().max(400) });
export type RefreshSession = z.infer<typeof RefreshSession>;

export const Claimed = z.object({
  /** Present after a sign-in (step 1). */
  session: SessionTokens.optional(),
  /** The address connected; `differs` when Outlook shows another and the person must say which is meant. */
  address: z.string().optional(),
  differs: z.boolean(),
});
export type Claimed = z.infer<typeof Claimed>;
