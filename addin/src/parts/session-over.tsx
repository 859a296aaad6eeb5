/** The session ended while the pane was open: the screen stays, and one press signs in again. */
import type { ReactNode } from 'react';
import { hashes } from '../router/route.ts';
import { useKnown, useServices } from '../services.ts';
import { Notice } from './notice.tsx';

export function SessionOver(): ReactNode {
  const { router, text } = useServices();
  const { isSignedOut, user } = useKnown();
  if (!isSignedOut || !user) return null;
  return <Notice intent="warning" sentence={text('home.signedOut')} verb={text('signIn.again')} onVerb={() => router.go(hashes.crm)} />;
}
