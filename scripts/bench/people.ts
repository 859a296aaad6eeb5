/** Invented people in any number, the same in every run: no two share a name, an address or a telephone. */

const SYLLABLES = ['ba', 'de', 'fi', 'go', 'ha', 'ju', 'ka', 'le', 'mi', 'no', 'pe', 'ra', 'si', 'to', 'vu', 'wa', 'ze'];
const COMPANIES = 250;
const TITLES = ['Sales Manager', 'Buyer', 'Head of Research', 'Managing Director', 'Controller'];

interface Person {
  readonly given: string;
  readonly family: string;
  readonly address: string;
  readonly company: string;
  readonly title: string;
  readonly phone: string;
  readonly mobile: string;
  readonly street: string;
  readonly postalCode: string;
}

function personOf(index: number): Person {
  const given = nameOf(index % 71);
  const family = nameOf(100 + Math.floor(index / 71) + (index % 71) * 73);
  return {
    given, family, address: `${given}.${family}@firm${index % COMPANIES}.example`.toLowerCase(), company: companyName(index % COMPANIES),
    title: TITLES[index % TITLES.length] ?? '', phone: `+49 30 ${5_000_000 + index}`, mobile: `+49 170 ${6_000_000 + index}`,
    street: `Lindenweg ${1 + (index % 200)}`, postalCode: String(10_115 + (index % 80_000)),
  };
}

/** A name for a number: its digits in base 17, as syllables. */
function nameOf(number: number): string {
  let rest = number + 17;
  let name = '';
  while (rest > 0) {
    name = (SYLLABLES[rest % SYLLABLES.length] ?? '') + name;
    rest = Math.floor(rest / SYLLABLES.length);
  }
  return name.charAt(0).toUpperCase() + name.slice(1);
}

const companyName = (number: number): string => `${nameOf(number + 300)} GmbH`;

export function companyNames(count: number): readonly string[] {
  return Array.from({ length: Math.min(count, COMPANIES) }, (_, index) => companyName(index));
}

/** A contact as the mailbox takes it. */
export function mailboxPerson(index: number): Record<string, unknown> {
  const { given, family, address, company, title, phone, mobile, street, postalCode } = personOf(index);
  return {
    givenName: given, surname: family, displayName: `${given} ${family}`, companyName: company, jobTitle: title,
    emailAddresses: [{ name: `${given} ${family}`, address }], businessPhones: [phone], mobilePhone: mobile,
    businessAddress: { street, city: 'Berlin', postalCode, countryOrRegion: 'Germany' },
  };
}

/** The columns of a contact as the CRM takes them, and the name of the account it belongs to. */
export function crmPerson(index: number): { readonly fields: Record<string, string>; readonly account: string } {
  const { given, family, address, company, title, phone, mobile, street, postalCode } = personOf(index);
  return {
    account: company,
    fields: {
      FirstName: given, LastName: family, Email: address, Title: title, Phone: phone, MobilePhone: mobile,
      MailingStreet: street, MailingCity: 'Berlin', MailingPostalCode: postalCode, MailingCountry: 'Germany',
    },
  };
}
