/** Merging on the page of a person: choose one of those who look alike. */
import { fullName } from '../computed.ts';
import type { Row } from '../table.ts';
import { option } from './form.ts';
import { readableRows } from './record-page.ts';
import type { Visit } from './router.ts';

const CHOICES_MAX = 50;

export function mergeForm(visit: Visit, name: 'Contact' | 'Lead', row: Row): string {
  const same = readableRows(visit, name).filter((one) => one.Id !== row.Id && one['IsConverted'] !== true
    && (one['LastName'] === row['LastName'] || (row['Email'] && one['Email'] === row['Email'])));
  if (same.length === 0 || row['IsConverted'] === true) return '';
  const word = name.toLowerCase();
  const options = same.slice(0, CHOICES_MAX).map((one) => option(one.Id, `${fullName(one)} ${String(one['Email'] ?? '')}`, ''));
  return `<form method="post" action="/${word}s/merge" class="row"><input type="hidden" name="winner" value="${row.Id}">
<label class="row" style="margin:8px 0 0">Merge into this ${word}: <select name="loser"
data-testid="merge-loser">${options.join('')}</select></label>
<button data-testid="${word}-merge">Merge</button></form>`;
}
