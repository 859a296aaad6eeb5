import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ROOT } from '../run.ts';
import { readCards } from './cards.ts';
import { mailboxContact } from './mailbox-contact.ts';

const SAMPLES = path.join(ROOT, 'sandbox/samples/vcards');
const contacts = (file: string) => readCards(path.join(SAMPLES, file)).cards.map(mailboxContact);

describe('reading vCards', () => {
  it('decodes quoted-printable values with soft line breaks of a 2.1 card', () => {
    const [card] = contacts('old-phone.vcf');
    expect(card?.contact).toMatchObject({
      title: 'Dr.', givenName: 'Zoë', surname: 'Müller', companyName: 'Acme GmbH', department: 'Purchasing', mobilePhone: '0171 5550101',
      emailAddresses: [{ address: 'zoe.mueller@acme.example' }, { address: 'zm@home.example' }], birthday: '1981-04-03T11:59:00Z',
      businessAddress: { street: 'Aufgang B\r\nRitterstr. 5', city: 'Berlin', postalCode: '10969', countryOrRegion: 'Germany' },
    });
    expect(card?.contact.personalNotes).toContain('before noon.');
    expect(card?.notCarried).toEqual([{ field: 'tel', reason: 'notHeld' }]);
  });

  it('lists what the mailbox cannot hold: a fourth e-mail, a social profile', () => {
    const [ford, raman] = contacts('address-book.vcf');
    expect(raman?.contact.emailAddresses).toHaveLength(3);
    expect(raman?.notCarried).toContainEqual({ field: 'email', reason: 'tooMany' });
    expect(ford?.notCarried).toContainEqual({ field: 'x-socialprofile', reason: 'notHeld' });
  });

  it('reads 4.0 telephone URIs with extensions, and lists a birthday without a year', () => {
    const [olga, desk] = contacts('new-phone.vcf');
    expect(olga?.contact).toMatchObject({ businessPhones: ['+49-30-5550104 ext. 12'], mobilePhone: '+49-170-5550105' });
    expect(olga?.notCarried).toEqual([{ field: 'bday', reason: 'noYear' }]);
    expect(desk?.contact).toEqual({
      displayName: 'Reception of Wingtip Toys', companyName: 'Wingtip Toys', emailAddresses: [{ address: 'info@wingtip.example' }],
    });
  });
});

describe('bad input', () => {
  let folder = '';
  afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

  it('skips only what no parser can read, and says which', () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'cards-'));
    writeFileSync(path.join(folder, 'empty.vcf'), 'not a card');
    writeFileSync(path.join(folder, 'mixed.vcf'), 'BEGIN:VCARD\nVERSION:3.0\nFN:Ann Li\nEND:VCARD\n\nBEGIN:VCARD\nVERSION:9\nEND:VCARD\n');
    writeFileSync(path.join(folder, 'latin.vcf'), Buffer.from('BEGIN:VCARD\nVERSION:3.0\nN:M\xfcller;;;;\nFN:M\xfcller\nEND:VCARD\n', 'latin1'));
    const { cards, skipped } = readCards(folder);
    expect(skipped).toContainEqual({ source: 'empty.vcf', reason: 'noCard' });
    expect(cards.map(({ source }) => source)).toEqual(expect.arrayContaining(['mixed.vcf#1', 'latin.vcf#1']));
    expect(cards.map(mailboxContact).find(({ source }) => source === 'latin.vcf#1')?.contact.surname).toBe('Müller');
  });
});
