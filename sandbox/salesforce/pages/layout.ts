/** The frame of the pages for people, and safe text in them. */
import type { StandInReply } from '../../server.ts';

/** Text that is safe between tags and in quoted attributes. */
export const safe = (value: unknown): string =>
  String(value ?? '').replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

const STYLE = `
  :root { color-scheme: light; --ink: #16325c; --line: #d8dde6; --brand: #0b6bcb; }
  * { box-sizing: border-box; }
  body { margin: 0; font: 14px/1.45 "Segoe UI", system-ui, sans-serif; color: #222; background: #f3f4f7; }
  header { background: var(--ink); color: #fff; padding: 10px 20px; display: flex; gap: 24px; align-items: center; flex-wrap: wrap; }
  header a { color: #fff; text-decoration: none; } header a[aria-current] { text-decoration: underline; }
  header h1 { font-size: 16px; margin: 0; } header form { margin-left: auto; display: flex; gap: 8px; align-items: center; }
  header select { width: auto; }
  main { padding: 20px; max-width: 1280px; margin: 0 auto; }
  .card { background: #fff; border: 1px solid var(--line); border-radius: 8px; padding: 16px; margin-bottom: 16px; overflow-x: auto; }
  .narrow { max-width: 400px; margin: 40px auto; }
  h2, main h1 { font-size: 16px; margin: 0 0 12px; }
  table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: 6px 8px; border-bottom: 1px solid var(--line); }
  th { font-weight: 600; color: #555; white-space: nowrap; }
  label { display: block; margin-bottom: 10px; } label span { display: block; color: #444; }
  input, select, textarea { font: inherit; padding: 6px 8px; border: 1px solid #8a94a6; border-radius: 4px; max-width: 100%; }
  label input, label select, label textarea { width: 100%; } label.inline input { width: auto; }
  button, .button { font: inherit; padding: 6px 12px; border: 1px solid #8a94a6; border-radius: 4px; background: #fff; color: #222;
    cursor: pointer; text-decoration: none; display: inline-block; }
  button.main, .button.main { background: var(--brand); border-color: var(--brand); color: #fff; }
  .row { display: flex; gap: 8px; align-items: center; flex-wrap: wrap; }
  .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); gap: 0 16px; }
  .problem { border-left: 4px solid #b3261e; background: #fdecea; padding: 8px 12px; margin-bottom: 12px; }
  .note { color: #555; } .chip { background: #eef1f6; border-radius: 10px; padding: 1px 8px; white-space: nowrap; }
`;

/** Sign-in pages refuse to be framed, as the service's own do. */
export function htmlPage(title: string, body: string, status = 200): StandInReply {
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${safe(title)}</title><style>${STYLE}</style></head><body>${body}</body></html>`;
  const headers = {
    'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'x-frame-options': 'DENY',
    'content-security-policy': "frame-ancestors 'none'",
  };
  return { status, headers, body: page };
}
