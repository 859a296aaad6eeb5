/** The mails that the Outlook page shows. All people and companies are invented. */

export interface Person {
  readonly name: string;
  readonly address: string;
}

export interface Message {
  readonly id: string;
  readonly subject: string;
  readonly from: Person;
  readonly to: readonly Person[];
  readonly received: string;
  readonly lines: readonly string[];
}

export const MAILBOX_OWNER: Person = { name: 'Anna Weber', address: 'anna.weber@contoso.example' };

export const MESSAGES: readonly Message[] = [
  {
    id: 'm1', subject: 'Offer for the Leipzig office', from: { name: 'Tom Ford', address: 'tom@fabrikam.example' },
    to: [MAILBOX_OWNER], received: '10:42',
    lines: ['Hello Anna,', 'thank you for the numbers. Could we talk on Thursday about the delivery dates?', 'Best regards', 'Tom'],
  },
  {
    id: 'm2', subject: 'New mobile number', from: { name: 'Ann Li', address: 'ann.li@adatum.example' },
    to: [MAILBOX_OWNER], received: '09:15',
    lines: ['Hi Anna,', 'just so you know: my mobile number changed. The new one is in my signature.', 'Ann'],
  },
  {
    id: 'm3', subject: 'Agenda for Monday', from: { name: 'Mia Schmidt', address: 'mia.schmidt@contoso.example' },
    to: [MAILBOX_OWNER, { name: 'Bo Lindqvist', address: 'bo@northwind.example' }], received: '08:02',
    lines: ['Good morning,', '1. Review of the quarter', '2. The Northwind renewal', '3. Open questions'],
  },
  {
    id: 'm4', subject: 'Re: Renewal 2027', from: { name: 'Bo Lindqvist', address: 'bo@northwind.example' },
    to: [MAILBOX_OWNER], received: 'Sunday',
    lines: ['Hello,', 'we would like to stay for another year. Who signs on your side?', 'Bo'],
  },
  {
    id: 'm5', subject: 'Trade fair: badge and parking', from: { name: 'Fair Office', address: 'office@fair.example' },
    to: [MAILBOX_OWNER], received: 'Friday',
    lines: ['Your badge is attached. Parking is free from 08:00.'],
  },
];
