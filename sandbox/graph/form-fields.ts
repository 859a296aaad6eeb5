/** Labelled fields of the pages' forms. */
import { escapeHtml } from '../identity/html.ts';

export function box(name: string, label: string, value = '', type = 'text'): string {
  return `<div><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" value="${escapeHtml(value)}" data-testid="field-${name}"></div>`;
}

export function area(name: string, label: string, value = ''): string {
  return `<div><label for="${name}">${label}</label>
<textarea id="${name}" name="${name}" rows="2" data-testid="field-${name}">${escapeHtml(value)}</textarea></div>`;
}

export function choice(name: string, label: string, options: readonly string[], chosen: string): string {
  const shown = options.map((option) => `<option value="${option}"${option === chosen ? ' selected' : ''}>${option}</option>`);
  return `<div><label for="${name}">${label}</label><select id="${name}" name="${name}" data-testid="field-${name}">${shown.join('')}</select></div>`;
}
