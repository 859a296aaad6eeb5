/** Which panel an address shows. Home is in the first chunk; every other panel comes when it is first needed. */
import { lazy, type LazyExoticComponent, type ReactNode } from 'react';
import { HomePanel } from './panels/home/index.ts';
import { LostPanel } from './panels/lost/index.ts';
import { RecordWords, SignInWords } from './parts/record-words.tsx';
import type { Route } from './router/route.ts';

const CrmSignInPanel = later(async () => (await import('./panels/crm-sign-in/index.ts')).CrmSignInPanel);
const MailboxPanel = later(async () => (await import('./panels/mailbox/index.ts')).MailboxPanel);
const PreviewPanel = later(async () => (await import('./panels/preview/index.ts')).PreviewPanel);
const SignInAgainPanel = later(async () => (await import('./panels/sign-in-again/index.ts')).SignInAgainPanel);
const StatusPanel = later(async () => (await import('./panels/status/index.ts')).StatusPanel);
const RunPanel = later(async () => (await import('./panels/run/index.ts')).RunPanel);
const AsksPanel = later(async () => (await import('./panels/asks/index.ts')).AsksPanel);
const AskPanel = later(async () => (await import('./panels/asks/index.ts')).AskPanel);
const UndoPanel = later(async () => (await import('./panels/undo/index.ts')).UndoPanel);
const RecordPanel = later(async () => (await import('./panels/record/index.ts')).RecordPanel);
const HeldPanel = later(async () => (await import('./panels/held/index.ts')).HeldPanel);
const SettingsPanel = later(async () => (await import('./panels/settings/index.ts')).SettingsPanel);
const ScopePanel = later(async () => (await import('./panels/scope/index.ts')).ScopePanel);
const AccountsPanel = later(async () => (await import('./panels/accounts/index.ts')).AccountsPanel);
const StopPanel = later(async () => (await import('./panels/stop/index.ts')).StopPanel);
const HelpPanel = later(async () => (await import('./panels/help/index.ts')).HelpPanel);

export function ScreenOf({ route }: { readonly route: Route }): ReactNode {
  switch (route.name) {
    case 'home': return <HomePanel />;
    case 'activate': return <Step step={route.step} />;
    case 'signIn': return <SignInWords><SignInAgainPanel /></SignInWords>;
    case 'status': return <StatusPanel />;
    case 'run': return <RecordWords><RunPanel id={route.id} /></RecordWords>;
    case 'undo': return <RecordWords><UndoPanel id={route.id} /></RecordWords>;
    case 'record': return <RecordWords><RecordPanel id={route.id} /></RecordWords>;
    case 'held': return <RecordWords><HeldPanel /></RecordWords>;
    case 'heldGroup': return <RecordWords><HeldPanel id={route.id} /></RecordWords>;
    case 'asks': return <RecordWords><AsksPanel /></RecordWords>;
    case 'ask': return <RecordWords><AskPanel id={route.id} /></RecordWords>;
    case 'settings': return <RecordWords><SettingsPanel /></RecordWords>;
    case 'scope': return <RecordWords><ScopePanel /></RecordWords>;
    case 'accounts': return <AccountsPanel />;
    case 'stop': return <StopPanel {...(route.side ? { side: route.side } : {})} />;
    case 'help': return <HelpPanel />;
    case 'unknown': return <LostPanel why="notFound" />;
    default: return route satisfies never;
  }
}

function Step({ step }: { readonly step: Extract<Route, { name: 'activate' }>['step'] }): ReactNode {
  if (step === 'crm') return <SignInWords><CrmSignInPanel /></SignInWords>;
  return step === 'mailbox' ? <SignInWords><MailboxPanel /></SignInWords> : <RecordWords><PreviewPanel /></RecordWords>;
}

type Panel<Props> = (props: Props) => ReactNode;

function later<Props extends object>(load: () => Promise<Panel<Props>>): LazyExoticComponent<Panel<Props>> {
  return lazy(async () => ({ default: await load() }));
}
