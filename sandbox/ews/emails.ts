/**
 * The three e-mail addresses of a contact. Outlook keeps each as five named properties, of which EWS shows one as the entry of a dictionary:
 * that is why taking the entry away may leave a name behind (jamesiarmes/php-ews#157, gautamsi/ews-javascript-api#123).
 */
import type { Props, Value } from './mailbox.ts';
import { ADDRESS_SET, namedKey } from './paths.ts';
import { EMAIL_KEYS } from './properties.ts';

const FIRST = 0x8080;
const STEP = 0x10;
const PART = { display: 0, type: 2, address: 3, original: 4, entryId: 5 } as const;
const PREFIX = 'contacts:EmailAddress/';

/** What DeleteItemField of an address does: nobody promises any of them [unconfirmed: 0x8080 to 0x8085 come from reports]. */
export type EmailDeletion = 'leavesName' | 'whole' | 'refused';

export interface Email { readonly address: string; readonly name: string }

export const isEmailKey = (key: string): boolean => key.startsWith(PREFIX);
export const emailKey = (key: string): string => `${PREFIX}${key}`;

const partKey = (key: string, part: number): string => {
  const place = EMAIL_KEYS.findIndex((name) => emailKey(name) === key);
  return namedKey(ADDRESS_SET, FIRST + place * STEP + part, part === PART.entryId ? 'Binary' : 'String');
};

/** `key` is "contacts:EmailAddress/EmailAddress1". */
export function emailOf(props: Props, key: string): Email | undefined {
  const address = props[partKey(key, PART.address)];
  if (typeof address !== 'string') return undefined;
  const name = props[partKey(key, PART.display)];
  return { address, name: typeof name === 'string' ? name : address };
}

/** What Outlook's window goes on showing after a deletion that left the name. */
export const leftName = (props: Props, key: string): Value | undefined =>
  (emailOf(props, key) ? undefined : props[partKey(key, PART.display)]);

export function withEmail(props: Props, key: string, { address, name }: Email): Props {
  return {
    ...props, [partKey(key, PART.display)]: name, [partKey(key, PART.type)]: 'SMTP', [partKey(key, PART.address)]: address,
    [partKey(key, PART.original)]: address, [partKey(key, PART.entryId)]: Buffer.from(`SMTP:${address}`).toString('base64'),
  };
}

export function withoutEmail(props: Props, key: string, isWhole: boolean): Props {
  const gone = (isWhole ? Object.values(PART) : [PART.address, PART.type]).map((part) => partKey(key, part));
  return Object.fromEntries(Object.entries(props).filter(([name]) => !gone.includes(name)));
}
