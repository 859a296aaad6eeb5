/** Where the hands of an Exchange mailbox reach: the stand-in of the local world, or a server that the person names. */
import { channel } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { ANNA as LOGIN } from '../../../sandbox/ews/test-client.ts';
import { endPointOf } from '../../../sandbox/ews/certificate.ts';
import type { Exchange } from '../../../sandbox/ews/server.ts';
import type { Scheme } from '../../../sandbox/ews/settings.ts';
import { ANNA } from '../../../sandbox/rep.ts';
import { ewsHand, type EwsHand } from './hand.ts';

/** A server of somebody's own, with what signs in to a mailbox there that is there to be filled. */
export interface OwnMailbox {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** What Outlook would show, where it is not what one signs in with. */
  readonly address?: string;
  /** SHA-256 of its certificate where no authority vouches for it. */
  readonly pin?: string;
}

export interface StandInOptions {
  /** What stands before the server for the app. */
  readonly shownUrl?: string;
  /** How the server takes people in; a Windows sign-in holds for a connection, which not everything before a server keeps. */
  readonly schemes?: readonly Scheme[];
}

/** Anna's mailbox in the stand-in, by Basic. */
export function standInEwsHand(exchange: Exchange, { shownUrl = exchange.ewsUrl, schemes = ['Negotiate', 'NTLM', 'Basic'] }: StandInOptions = {}): EwsHand {
  exchange.controls.signIn({ schemes });
  return ewsHand({
    wire: { ...LOGIN, url: exchange.ewsUrl, pin: endPointOf(exchange.certificate).toString('hex') }, shownUrl, address: ANNA.login,
    counted: () => Object.fromEntries(exchange.server.calls), mailsSent: () => exchange.mailsSent.length,
  });
}

/** A real server counts neither calls nor mails for us: calls are counted as they leave this process, mails are not. */
export function ownEwsHand({ url, user, password, address, pin }: OwnMailbox): EwsHand {
  const counts = { 'ews': 0, 'ews-sign-in': 0 };
  const { host } = new URL(url);
  channel('http.client.request.start').subscribe((message) => {
    const { request } = message as { readonly request: ClientRequest };
    if (request.getHeader('host') !== host) return;
    counts[String(request.getHeader('content-length') ?? '0') === '0' ? 'ews-sign-in' : 'ews'] += 1;
  });
  return ewsHand({
    wire: { url, user, password, ...(pin === undefined ? {} : { pin }) }, shownUrl: url, ...(address === undefined ? {} : { address }),
    counted: () => counts, mailsSent: () => null,
  });
}
