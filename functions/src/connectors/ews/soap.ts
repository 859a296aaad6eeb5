/** The envelope around each operation, and the one function type through which the rest of this folder speaks to the server. */
import type { XmlNode } from './xml.ts';
import { child, childText, children, el, render } from './xml.ts';

/**
 * Sends the inner XML of a SOAP body (`render` of a tree) and answers the parsed body element: its one child is the operation's response
 * ("GetItemResponse"). Throws SyncError for a fault, for no usable answer, and where the service was too busy to do anything. What became of
 * single items stands in `messagesOf`.
 */
export interface EwsCall {
  (operation: string, bodyXml: string, options?: CallOptions): Promise<XmlElement>;
}

export interface CallOptions {
  /** The operation changes something: a lost answer leaves its outcome unknown. */
  readonly writes?: boolean;
  /** Windows id of the zone that times without one are read and answered in. */
  readonly timeZone?: string;
}

/** Parsed XML: names without prefix, children in order. */
export interface XmlElement {
  readonly name: string;
  /** By name without prefix; declarations of namespaces are left out. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** All text directly inside, joined. */
  readonly text: string;
}

export const SOAP_NAMESPACE = 'http://schemas.xmlsoap.org/soap/envelope/';

/** What a request may name and every server since 2013 knows; newer ones are refused by some (ecederstrand/exchangelib#605, #927). */
const SCHEMA = 'Exchange2013_SP1';

const NAMESPACES = {
  'xmlns:s': SOAP_NAMESPACE,
  'xmlns:t': 'http://schemas.microsoft.com/exchange/services/2006/types',
  'xmlns:m': 'http://schemas.microsoft.com/exchange/services/2006/messages',
} as const;

/** Names in `bodyXml` carry the prefixes t: and m:. */
export function envelope(bodyXml: string, timeZone?: string): string {
  const zone: XmlNode | undefined = timeZone === undefined ? undefined : el('t:TimeZoneContext', {}, el('t:TimeZoneDefinition', { Id: timeZone }));
  const header = el('s:Header', {}, el('t:RequestServerVersion', { Version: SCHEMA }), zone);
  const frame = render(el('s:Envelope', NAMESPACES, header, el('s:Body', {}, BODY)));
  return `<?xml version="1.0" encoding="utf-8"?>${frame.replace(BODY, () => bodyXml)}`;
}

/** Stands where the body goes; nothing else of the frame could hold it. */
const BODY = '#body#';

/** One answer of a batch: the responses of all operations are a list of these, in the order of what was asked. */
export interface ResponseMessage {
  /** Error: nothing came of it. Warning with ErrorBatchProcessingStopped: it was not tried. */
  readonly outcome: 'Success' | 'Warning' | 'Error';
  /** ResponseCode of messages.xsd; "NoError" on success. */
  readonly code: string;
  /** The message itself: "GetItemResponseMessage" and what is inside. */
  readonly element: XmlElement;
}

/** The messages in a body that an EwsCall answered; none when it holds no list of them. */
export function messagesOf(body: XmlElement): readonly ResponseMessage[] {
  const [response] = body.children;
  const list = response && child(response, 'ResponseMessages');
  return (list?.children ?? []).map((element) => ({
    outcome: outcomeOf(element.attributes['ResponseClass']), code: childText(element, 'ResponseCode') ?? '', element,
  }));
}

const outcomeOf = (word: string | undefined): ResponseMessage['outcome'] => (word === 'Success' || word === 'Warning' ? word : 'Error');

/** What MessageXml holds beside a code, by name: BackOffMilliseconds, InnerErrorResponseCode. `holder`: a response message, or a fault's detail. */
export function valuesOf(holder: XmlElement): Readonly<Record<string, string>> {
  const xml = child(holder, 'MessageXml');
  return Object.fromEntries(children(xml, 'Value').map(({ attributes, text }) => [attributes['Name'] ?? '', text]));
}
