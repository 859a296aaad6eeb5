/** Who somebody is, as the identity URL tells: ids, names, zone, and addresses with a `{version}` to fill in. */
import type { Org, Person } from '../org.ts';

export interface Identity {
  readonly id: string;
  readonly user_id: string;
  readonly organization_id: string;
  readonly username: string;
  readonly nick_name: string;
  readonly display_name: string;
  readonly email: string;
  readonly first_name: string | null;
  readonly last_name: string;
  readonly timezone: string;
  readonly active: boolean;
  readonly user_type: string;
  readonly language: string;
  readonly locale: string;
  readonly utcOffset: number;
  readonly last_modified_date: string;
  readonly urls: Readonly<Record<string, string>>;
  readonly [more: string]: unknown;
}

export function describePerson(org: Org, person: Person, origin: string): Identity {
  const row = org.tables.User.get(person.id);
  const text = (name: string): string => String(row?.[name] ?? '');
  const data = `${origin}/services/data/v{version}`;
  return {
    id: `${origin}/id/${org.id}/${person.id}`, asserted_user: true, user_id: person.id, organization_id: org.id,
    username: person.username, nick_name: text('CommunityNickname'), display_name: person.name, email: text('Email'), email_verified: true,
    first_name: text('FirstName') || null, last_name: text('LastName'), timezone: text('TimeZoneSidKey'),
    mobile_phone: null, mobile_phone_verified: false, is_lightning_login_user: false, status: { created_date: null, body: null },
    urls: {
      rest: `${data}/`, sobjects: `${data}/sobjects/`, search: `${data}/search/`, query: `${data}/query/`, recent: `${data}/recent/`,
      profile: `${origin}/${person.id}`, enterprise: `${origin}/services/Soap/c/{version}/${org.id.slice(0, 15)}`,
    },
    active: person.isActive, user_type: 'STANDARD', language: text('LanguageLocaleKey'), locale: text('LocaleSidKey'),
    utcOffset: 3_600_000, last_modified_date: text('LastModifiedDate'), is_app_installed: true,
  };
}
