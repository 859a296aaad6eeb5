/** The page of leads: beside add, edit and delete it converts and merges. */
import { convertLead } from '../conversion.ts';
import { mergeRecords } from '../merging.ts';
import { safe } from './layout.ts';
import { mergeForm } from './merge-form.ts';
import type { RecordPage } from './record-page.ts';
import { pageType, writerFor, type Visit } from './router.ts';

export const LEAD_PAGE: RecordPage = {
  name: 'Lead', word: 'lead', path: '/leads', sortBy: 'LastName', links: {},
  columns: {
    Name: 'Name', Company: 'Company', Title: 'Title', Email: 'Email', Phone: 'Phone', Status: 'Status', IsConverted: 'Converted', OwnerId: 'Owner',
  },
  form: [
    'Salutation', 'FirstName', 'LastName', 'Company', 'Title', 'Email', 'Phone', 'MobilePhone', 'Fax', 'Website', 'Status', 'LeadSource', 'Street',
    'City', 'State', 'PostalCode', 'Country', 'Description',
  ],
  below: (visit, row) => mergeForm(visit, 'Lead', row),
  buttons: (row) => (row['IsConverted'] === true ? '' : `<form method="post" action="/leads/convert"><input type="hidden" name="id"
value="${row.Id}"><button data-testid="lead-convert" aria-label="Convert ${safe(row['LastName'])}">Convert</button></form>`),
};

export function convertShown(visit: Visit): void {
  convertLead(writerFor(visit), visit.form.get('id') ?? '');
}

export function mergeShown(visit: Visit): void {
  mergeRecords(writerFor(visit), pageType(visit, 'Lead'), visit.form.get('winner') ?? '', [visit.form.get('loser') ?? '']);
}
