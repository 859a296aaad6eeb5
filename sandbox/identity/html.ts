/** The frame of the pages that a person sees at the stand-ins: escaped text, one style, no scripts. */
import type { StandInReply } from '../server.ts';

/** Text that is safe inside an element and inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
}

const STYLE = `
:root{font-family:"Segoe UI",system-ui,sans-serif;color:#242424;background:#f5f5f5}
body{margin:0}main{max-width:70rem;margin:0 auto;padding:1.5rem}
.card{max-width:27rem;margin:8vh auto;background:#fff;padding:2rem;border-radius:6px;box-shadow:0 2px 8px #0002}
h1{font-size:1.4rem;font-weight:600;margin:0 0 1rem}h2{font-size:1.05rem;margin:1.6rem 0 .6rem}
table{border-collapse:collapse;width:100%;background:#fff}th,td{text-align:left;padding:.45rem .6rem;border-bottom:1px solid #e0e0e0}
th{font-weight:600;background:#fafafa}button,.button{font:inherit;padding:.35rem .9rem;border:1px solid #767676;border-radius:4px;
background:#fff;color:#242424;cursor:pointer;text-decoration:none}button.primary{background:#0f6cbd;border-color:#0f6cbd;color:#fff}
button.wide{display:block;width:100%;text-align:left;padding:.8rem;margin:.4rem 0;border-color:#d1d1d1}
button.chosen{border-color:#0f6cbd;box-shadow:inset 0 0 0 1px #0f6cbd}
label{display:block;font-size:.85rem;margin:.5rem 0 .15rem}input,textarea,select{font:inherit;padding:.3rem .45rem;border:1px solid #767676;
border-radius:4px;width:100%;box-sizing:border-box}select{width:auto}
fieldset{border:1px solid #d1d1d1;border-radius:6px;margin:0 0 1rem;padding:.4rem 1rem 1rem}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:0 1rem}
.row{display:flex;gap:.6rem;flex-wrap:wrap;align-items:center}
.quiet{color:#616161;font-size:.85rem}.error{background:#fdf3f4;border:1px solid #b10e1c;padding:.6rem 1rem;border-radius:4px}
.actions{display:flex;gap:.6rem;justify-content:flex-end;margin-top:1.2rem}`;

/** A whole page around `content`, which must be escaped already. */
export function pageReply(title: string, content: string, status = 200): StandInReply {
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main>${content}</main></body></html>`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }, body };
}

export const hiddenField = (name: string, value: string): string =>
  `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`;
