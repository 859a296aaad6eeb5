/** Runs in the Outlook page: shows the chosen mail, and tells the pane's Office.js what Outlook would. Served with its types stripped. */
import type { Message, Person } from './messages.ts';
import type { OutlookItem, OutlookSetting, OutlookTheme } from './setting.ts';

interface PageData {
  readonly paneOrigin: string;
  readonly owner: Person;
  readonly messages: readonly Message[];
}

const { paneOrigin, owner, messages } = (window as unknown as { outlookData: PageData }).outlookData;
const pane = need('pane', HTMLIFrameElement);
const theme = need('theme', HTMLSelectElement);
const language = need('language', HTMLSelectElement);
const width = need('width', HTMLSelectElement);
const nested = need('nested', HTMLInputElement);
let chosen: Message | undefined = messages[0];
let starts = 0;

function need<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no ${id}.`);
  return found;
}

function itemOf(message: Message | undefined): OutlookItem | null {
  if (!message) return null;
  const { id, subject, from } = message;
  return { itemId: id, subject, from: { displayName: from.name, emailAddress: from.address } };
}

/** The whole setting is in the pane's address, so a restart of the pane is a new start of the add-in; each start has a number of its own. */
function openPane(): void {
  starts += 1;
  const setting: OutlookSetting = {
    address: owner.address, displayName: owner.name, language: language.value, theme: theme.value as OutlookTheme,
    hasNestedAuthentication: nested.checked, item: itemOf(chosen),
  };
  pane.src = `${paneOrigin}/?outlook=${encodeURIComponent(JSON.stringify(setting))}&start=${starts}`;
}

function tell(outlook: Partial<OutlookSetting>): void {
  pane.contentWindow?.postMessage({ outlook }, paneOrigin);
}

function element(name: string, text: string, className = ''): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

function showMessages(): void {
  need('messages', HTMLUListElement).replaceChildren(...messages.map((message) => {
    const button = document.createElement('button');
    const head = element('span', '');
    head.append(element('span', message.from.name), element('span', message.received));
    button.append(head, element('div', message.subject));
    button.setAttribute('aria-current', String(message === chosen));
    button.addEventListener('click', () => { chosen = message; showMessages(); showChosen(); tell({ item: itemOf(message) }); });
    const row = document.createElement('li');
    row.append(button);
    return row;
  }));
}

function showChosen(): void {
  if (!chosen) return;
  const to = chosen.to.map(({ name }) => name).join(', ');
  need('reading', HTMLElement).replaceChildren(
    element('h2', chosen.subject), element('p', `${chosen.from.name} <${chosen.from.address}> to ${to}, ${chosen.received}`, 'who'),
    ...chosen.lines.map((line) => element('p', line)),
  );
}

theme.addEventListener('change', () => {
  document.documentElement.dataset['theme'] = theme.value;
  tell({ theme: theme.value as OutlookTheme });
});
width.addEventListener('change', () => { need('pane', HTMLElement).parentElement?.style.setProperty('width', `${width.value}px`); });
language.addEventListener('change', openPane);
nested.addEventListener('change', openPane);
need('reload', HTMLButtonElement).addEventListener('click', openPane);
showMessages();
showChosen();
openPane();
