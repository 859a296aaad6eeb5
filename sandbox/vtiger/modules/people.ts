/** The fields of Users that a client needs (describe has more), and of Groups. */
import { email, field, flag, idField, link, must, phone, pick, text } from './field.ts';

const DATE_FORMATS = ['dd-mm-yyyy', 'mm-dd-yyyy', 'yyyy-mm-dd'] as const;

export const USER_FIELDS = [
  must(text('user_name', 'User Name', 255), true), flag('is_admin', 'Admin'), text('first_name', 'First Name', 30),
  must(text('last_name', 'Last Name', 30)), must(email('email1', 'Primary Email'), true), text('status', 'Status', 25),
  pick('hour_format', 'Calendar Hour Format', ['12', '24']), text('title', 'Title', 50), phone('phone_work', 'Office Phone'),
  text('department', 'Department', 50), phone('phone_mobile', 'Mobile Phone'), link('reports_to_id', 'Reports To', ['Users']),
  email('email2', 'Other Email'), pick('date_format', 'Date Format', DATE_FORMATS), text('time_zone', 'Time Zone', 200), idField('id'),
];

export const GROUP_FIELDS = [must(text('groupname', 'Group Name', 100)), field('description', 'Description', 'text'), idField('groupid')];
