/** Sample content: mails for the page that plays Outlook, and a handful of contacts for a first look. Everybody is invented. */
import { displayNameOf } from '../identity/accounts.ts';
import type { User } from '../identity/accounts.ts';
import { immutableId, mailboxTag } from './ids.ts';
import { stamp } from './reply.ts';

interface Draft {
  readonly name: string;
  readonly address: string;
  readonly subject: string;
  readonly text: string;
  readonly minutesAgo: number;
}

const MAILS: readonly Draft[] = [
  {
    name: 'Lena Fischer', address: 'lena.fischer@northwind.example', subject: 'Offer for the Hamburg warehouse',
    text: 'Thanks for the call. Could you send the offer with delivery in March?', minutesAgo: 18,
  },
  {
    name: 'Tom Becker', address: 'tom.becker@tailspin.example', subject: 'Visit next Tuesday',
    text: 'We look forward to your visit. Please come to the rear entrance, the front is being painted.', minutesAgo: 95,
  },
  {
    name: 'Olivia Grant', address: 'o.grant@wingtip.example', subject: 'Contract renewal',
    text: 'Our legal team has two small questions about paragraph 4. When can we talk?', minutesAgo: 240,
  },
  {
    name: 'Ravi Menon', address: 'ravi.menon@proseware.example', subject: 'New phone number',
    text: 'Please note my new direct line, +49 30 5550142.', minutesAgo: 1500,
  },
  {
    name: 'Carla Rossi', address: 'carla.rossi@litware.example', subject: 'Re: Sample shipment',
    text: 'The samples arrived this morning, many thanks. Feedback will follow by Friday.', minutesAgo: 2900,
  },
];

/** Newest first; the times are relative to now so that the list always looks fresh. */
export function messagesOf(user: User, now: number): readonly Readonly<Record<string, unknown>>[] {
  if (!user.hasMailbox) return [];
  const recipient = { emailAddress: { name: displayNameOf(user), address: user.login } };
  return MAILS.map((mail, index) => {
    const received = stamp(now - mail.minutesAgo * 60_000);
    const sender = { emailAddress: { name: mail.name, address: mail.address } };
    return {
      id: immutableId(mailboxTag(user.id), 900_000 + index),
      receivedDateTime: received, sentDateTime: received, subject: mail.subject, bodyPreview: mail.text,
      body: {
        contentType: 'html', content: `<html><body><p>Hello ${user.givenName},</p><p>${mail.text}</p><p>${mail.name}</p></body></html>`,
      },
      from: sender, sender, toRecipients: [recipient], ccRecipients: [], importance: 'normal', isRead: index > 1, isDraft: false,
      hasAttachments: false, conversationId: `AAQk${index}`, internetMessageId: `<sample-${index}@${mail.address.split('@')[1]}>`,
    };
  });
}

/** Bodies as POST /me/contacts takes them. */
export const SAMPLE_CONTACTS: readonly Readonly<Record<string, unknown>>[] = [
  {
    givenName: 'Lena', surname: 'Fischer', companyName: 'Northwind Traders', jobTitle: 'Head of Logistics',
    businessPhones: ['+49 40 5550110'],
    emailAddresses: [{ address: 'lena.fischer@northwind.example' }],
    businessAddress: { street: 'Am Sandtorkai 50', city: 'Hamburg', postalCode: '20457', countryOrRegion: 'Germany' },
  },
  {
    givenName: 'Tom', surname: 'Becker', companyName: 'Tailspin Toys', mobilePhone: '0171 5550123',
    emailAddresses: [{ address: 'tom.becker@tailspin.example' }],
  },
  {
    title: 'Ms.', givenName: 'Olivia', surname: 'Grant', companyName: 'Wingtip Toys', department: 'Legal',
    businessPhones: ['+44 20 5550188'],
    emailAddresses: [{ address: 'o.grant@wingtip.example' }, { address: 'olivia.grant@home.example' }],
  },
  {
    givenName: 'Ravi', surname: 'Menon', companyName: 'Proseware', jobTitle: 'Buyer', businessPhones: ['+49 30 5550141'],
    emailAddresses: [{ address: 'ravi.menon@proseware.example' }],
  },
  {
    givenName: 'Carla', surname: 'Rossi', companyName: 'Litware', birthday: '1984-05-17T11:59:00Z',
    emailAddresses: [{ address: 'carla.rossi@litware.example' }],
  },
  {
    givenName: 'Noah', surname: 'Lindqvist', companyName: 'Fourth Coffee', homePhones: ['+46 8 5550177'], personalNotes: 'Met at the fair.',
  },
];
