/** What a first look around shows: invented customers, and a few events and tasks about them. */
import { handsOf } from './access.ts';
import type { Element } from './records.ts';
import { demandUser, nowSeconds, stamp, type World } from './world.ts';

const DAY = 86_400;

export function addSamples(world: World): void {
  const anna = handsOf(world, demandUser(world, 'anna.weber'));
  const mia = handsOf(world, demandUser(world, 'mia.schmidt'));
  const fabrikam = anna.addAccount({ accountname: 'Fabrikam Tools', phone: '+49 30 5550100', bill_city: 'Berlin' });
  const northwind = mia.addAccount({ accountname: 'Northwind Traders', website: 'www.northwind.example' });
  const ford = anna.addContact({
    firstname: 'Thomas', lastname: 'Ford', email: 't.ford@fabrikam.example', phone: '+49 30 5550101', title: 'Head of Purchasing', account_id: fabrikam,
    mailingcity: 'Berlin',
  });
  anna.addContact({ firstname: 'Lena', lastname: 'Maurer', email: 'lena.maurer@fabrikam.example', mobile: '+49 170 5550102', account_id: fabrikam });
  const nunez = mia.addContact({ firstname: 'José', lastname: 'Núñez', email: 'jose.nunez@northwind.example', account_id: northwind });
  anna.addLead({ firstname: 'Olga', lastname: 'Petrova', company: 'Wingtip Toys', email: 'olga@wingtip.example', leadstatus: 'Warm' });
  const day = (days: number): string => stamp(nowSeconds(world) + days * DAY).slice(0, 10);
  const at = (days: number, from: string, to: string): Element => ({ date_start: day(days), time_start: from, due_date: day(days), time_end: to });
  anna.addEvent({ subject: 'Price talk', ...at(1, '15:00:00', '16:00:00'), location: 'Berlin', contact_id: ford });
  mia.addEvent({ subject: 'Tokyo call', ...at(2, '01:00:00', '01:30:00'), activitytype: 'Call', contact_id: nunez });
  anna.addTask({ subject: 'Send the drawings', date_start: day(0), time_start: '09:00:00', due_date: day(2), taskpriority: 'High', contact_id: ford });
}
