/** The page that plays Outlook: message list, reading area, the pane at the right, and switches for what Outlook decides. */
import { MAILBOX_OWNER, MESSAGES } from './messages.ts';

export interface OutlookPageOptions {
  readonly paneOrigin: string;
  readonly microsoftOrigin: string;
}

const WIDTHS = [320, 360, 450] as const;

export function outlookPage({ paneOrigin, microsoftOrigin }: OutlookPageOptions): string {
  const data = { paneOrigin, owner: MAILBOX_OWNER, messages: MESSAGES };
  return `<!doctype html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Outlook (local stand-in)</title>
<style>${STYLE}</style>
</head>
<body>
<header>
  <strong>Outlook</strong><span class="note">local stand-in, ${escapeHtml(MAILBOX_OWNER.address)}</span>
  <label>Theme <select id="theme"><option>light</option><option>dark</option><option>contrast</option></select></label>
  <label>Language <select id="language"><option value="en-US">English</option><option value="de-DE">Deutsch</option></select></label>
  <label>Pane width <select id="width">${WIDTHS.map((width) => `<option>${width}</option>`).join('')}</select></label>
  <label><input type="checkbox" id="nested"> Nested app authentication</label>
  <button type="button" id="reload">Restart the pane</button>
  <a href="${escapeHtml(microsoftOrigin)}/" target="_blank" rel="noopener">Contacts of this mailbox</a>
  <a href="${escapeHtml(paneOrigin)}/app" target="_blank" rel="noopener">Web page</a>
</header>
<div class="areas">
  <nav aria-label="Messages"><ul id="messages"></ul></nav>
  <article id="reading" aria-label="Reading area"></article>
  <section class="pane" aria-label="Concord">
    <div class="bar">Concord</div><iframe id="pane" title="Concord" allow="clipboard-write"></iframe>
  </section>
</div>
<script>window.outlookData = ${JSON.stringify(data).replace(/</g, '\\u003c')};</script>
<script src="/outlook.js"></script>
</body>
</html>`;
}

function escapeHtml(value: string): string {
  return value.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const STYLE = `
:root { --back: #fff; --text: #242424; --soft: #f3f3f3; --line: #d6d6d6; --chosen: #cfe4fa; --quiet: #616161; }
[data-theme=dark] {
  --back: #1f1f1f;
  --text: #fff;
  --soft: #292929;
  --line: #525252;
  --chosen: #0e4775;
  --quiet: #adadad;
  color-scheme: dark;
}
[data-theme=contrast] { --back: #000; --text: #fff; --soft: #000; --line: #fff; --chosen: #1aebff33; --quiet: #fff; color-scheme: dark; }
* { box-sizing: border-box; }
body {
  margin: 0;
  height: 100vh;
  display: flex;
  flex-direction: column;
  font: 14px/1.45 "Segoe UI", system-ui, sans-serif;
  color: var(--text);
  background: var(--back);
}
header {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 16px;
  align-items: center;
  padding: 8px 16px;
  background: var(--soft);
  border-bottom: 1px solid var(--line);
}
header .note { color: var(--quiet); margin-right: auto; }
header select, header button { font: inherit; }
header a { color: inherit; }
.areas { flex: 1; display: flex; min-height: 0; }
nav { width: 280px; flex: none; overflow: auto; border-right: 1px solid var(--line); }
nav ul { list-style: none; margin: 0; padding: 0; }
nav button {
  display: block;
  width: 100%;
  text-align: left;
  font: inherit;
  color: inherit;
  background: none;
  border: 0;
  border-bottom: 1px solid var(--line);
  padding: 10px 16px;
  cursor: pointer;
}
nav button[aria-current=true] { background: var(--chosen); }
nav button span { display: flex; justify-content: space-between; color: var(--quiet); }
article { flex: 1; min-width: 0; overflow: auto; padding: 24px; }
article h2 { margin: 0 0 4px; font-size: 20px; } article .who { color: var(--quiet); margin: 0 0 16px; }
.pane { flex: none; width: 320px; display: flex; flex-direction: column; border-left: 1px solid var(--line); }
.pane .bar { padding: 8px 12px; font-weight: 600; background: var(--soft); border-bottom: 1px solid var(--line); }
.pane iframe { flex: 1; width: 100%; border: 0; background: var(--back); }
@media (max-width: 900px) { nav { width: 200px; } article { padding: 12px; } }
`;
