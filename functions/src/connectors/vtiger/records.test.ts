/** People, events and tasks as they are read and written: losses without a word, times, marks, mails, duplicates, converted leads. */
import { afterEach, expect, test } from 'vitest';
import { failure, live, lookAt, writeOne } from '../../../test/contract/side-world.ts';
import { vtigerWorld, type VtigerWorld, type VtigerWorldOptions } from '../../../test/worlds/vtiger.ts';
import type { FieldName, Fields, Kind } from '../../engine/record.ts';
import type { Operation, WriteResult } from '../../ports/side.ts';

const worlds: VtigerWorld[] = [];
afterEach(async () => { for (const world of worlds.splice(0)) await world.close(); });

async function start(options: VtigerWorldOptions = {}): Promise<VtigerWorld> {
  const world = await vtigerWorld({ recordAs: 'vtiger-records', kinds: ['contact', 'event', 'task'], ...options });
  worlds.push(world);
  return world;
}

const LINK = '0123456789abcdefghijklmno1';
const create = ({ side }: VtigerWorld, kind: Kind, fields: Fields): Promise<Extract<WriteResult, { ok: true }>> =>
  writeOne(side, { op: 'create', kind, linkId: LINK, fields });

async function update({ side }: VtigerWorld, kind: Kind, id: string, patch: Fields): Promise<Extract<WriteResult, { ok: true }>> {
  return writeOne(side, { op: 'update', kind, current: await live(side, id, kind), patch });
}

/** A record as a person who looks into the CRM sees it. */
const raw = (world: VtigerWorld, id: string): Readonly<Record<string, string | null>> => world.hands.record(id)?.fields ?? {};
const notesOf = ({ notes }: Extract<WriteResult, { ok: true }>): string[] => notes.map(({ field, what, reason }) => `${field} ${what} ${reason}`).sort();
const shows = async (world: VtigerWorld, kind: Kind, id: string, field: FieldName): Promise<unknown> => (await live(world.side, id, kind)).fields[field];

/** As the CRM's form sends it. */
const AT_TEN = { date_start: '2026-11-05', time_start: '10:00:00', due_date: '2026-11-05', time_end: '11:00:00' };
const TIMED = '2026-11-05T12:00:00Z/2026-11-05T13:30:00Z';

test('signs beyond three bytes are left out before the server turns them into question marks, and that is told', async () => {
  const world = await start();
  const made = await create(world, 'contact', { familyName: 'Müller 🎉', givenName: 'Zoë 👩‍💻', jobTitle: '🚀', 'phones.work': '🚀 12345' });
  expect(made.written).toEqual({ familyName: 'Müller', givenName: 'Zoë' });
  expect(notesOf(made)).toEqual(
    ['familyName shortened notHeld', 'givenName shortened notHeld', 'jobTitle notCarried notHeld', 'phones.work notCarried notHeld']);
  expect((await live(world.side, made.id)).fields).toMatchObject({ familyName: 'Müller', givenName: 'Zoë', jobTitle: null });
});

test('prose is cut before the server does it, identifiers never; what it cuts all the same is seen in its answer', async () => {
  const world = await start();
  const made = await create(world, 'contact', {
    familyName: 'Dorn', department: 'Purchasing of all that is needed in the north', 'phones.work': '1'.repeat(60), primaryEmail: 'no address',
    'addresses.business': { street: 'Long street\nBack house', city: 'C'.repeat(45), country: 'Germany' },
  });
  expect(made.written['department']).toBe('Purchasing of all that is need');
  expect(made.written['addresses.business']).toEqual({ street: 'Long street\nBack house', city: 'C'.repeat(40), country: 'Germany' });
  expect(notesOf(made)).toEqual([
    'addresses.business shortened tooLong', 'department shortened tooLong', 'phones.work notCarried tooLong', 'primaryEmail notCarried notAnAddress',
  ]);
  const { fields } = await live(world.side, made.id);
  for (const [name, value] of Object.entries(made.written)) expect(fields[name as FieldName]).toEqual(value);
});

test('marks of HTML come back as they were written, and so does every literal entity', async () => {
  const world = await start();
  for (const familyName of ['A & B <b>"x"</b>', 'Q &amp; A', "O'Brien \\ Co", '<script>alert(1)</script>x']) {
    const made = await create(world, 'contact', { familyName });
    expect([made.written.familyName, await shows(world, 'contact', made.id, 'familyName')]).toEqual([familyName, familyName]);
    const [found] = await world.side.search('contact', [{ emails: [], phones: [], familyName }]);
    if (!familyName.includes('script')) expect(found?.id).toBe(made.id);
  }
});

test('a second address has one place, and a new primary one trades places with it', async () => {
  const world = await start();
  const made = await create(world, 'contact', { familyName: 'Albers', primaryEmail: 'a@acme.example', otherEmails: ['b@acme.example', 'c@acme.example'] });
  expect(made.written).toMatchObject({ primaryEmail: 'a@acme.example', otherEmails: ['b@acme.example'] });
  expect(notesOf(made)).toEqual(['otherEmails notCarried tooMany']);
  const traded = await update(world, 'contact', made.id, { primaryEmail: 'b@acme.example' });
  expect(traded.written).toEqual({ primaryEmail: 'b@acme.example' });
  expect((await live(world.side, made.id)).fields).toMatchObject({ primaryEmail: 'b@acme.example', otherEmails: ['a@acme.example'] });
});

test('a company is the one account of that name, is shown by its name, and is cleared only where it was meant', async () => {
  const world = await start();
  const acme = world.hands.addAccount({ accountname: 'Acme GmbH' });
  world.hands.addAccount({ accountname: 'Twin Ltd' });
  world.hands.addAccount({ accountname: 'Twin Inc' });
  const made = await create(world, 'contact', { familyName: 'Albers', company: 'ACME' });
  expect([made.written.company, raw(world, made.id)['account_id']]).toEqual(['Acme GmbH', acme]);
  expect(await shows(world, 'contact', made.id, 'company')).toBe('Acme GmbH');
  for (const company of ['Twin', 'Nobody AG']) {
    expect(notesOf(await update(world, 'contact', made.id, { company }))).toEqual(['company notCarried noSingleAccount']);
  }
  const current = await live(world.side, made.id);
  await writeOne(world.side, { op: 'update', kind: 'contact', current, patch: { company: null }, agreed: { company: 'Another' } });
  expect(raw(world, made.id)['account_id']).toBe(acme);
  await writeOne(world.side, { op: 'update', kind: 'contact', current, patch: { company: null }, agreed: { company: 'Acme' } });
  expect(await shows(world, 'contact', made.id, 'company')).toBeNull();
});

test('what is mandatory is never emptied, and a record without it is refused with the field', async () => {
  const world = await start({ settings: { mandatory: ['Contacts.title'] } });
  const id = await world.addRecord({ familyName: 'Albers', jobTitle: 'Buyer' });
  const kept = await update(world, 'contact', id, { familyName: null, jobTitle: null, primaryEmail: 'a@acme.example' });
  expect([kept.written, notesOf(kept)]).toEqual([{ primaryEmail: 'a@acme.example' }, ['familyName notCarried noText', 'jobTitle notCarried noText']]);
  const error = await failure(create(world, 'contact', { familyName: 'Brandt' }));
  expect([error.kind, error.details.code, error.details.field]).toEqual(['invalid', 'VT_MANDATORY_FIELDS_MISSING', 'jobTitle']);
});

test('a duplicate is code 0 and names nobody: the record with the same unique value is offered', async () => {
  const world = await start();
  world.crm.controls.unique(['Contacts.email']);
  const there = world.colleague.addContact({ lastname: 'Albers', email: 'anna@acme.example' });
  const error = await failure(create(world, 'contact', { familyName: 'Albers', primaryEmail: 'anna@acme.example' }));
  expect([error.kind, error.details.code]).toEqual(['duplicate', 'VT_DUPLICATE']);
  // The stand-in's describe tells which field is unique.
  expect(error.details.candidates ?? []).toEqual([there]);
});

test('what is written belongs to the one who signed in, and bears explicit types', async () => {
  const world = await start();
  const [person, event, task] = [
    await create(world, 'contact', { familyName: 'Albers' }), await create(world, 'event', { subject: 'Demo', when: TIMED }),
    await create(world, 'task', { subject: 'Call' }),
  ];
  expect([person, event, task].map(({ id }) => raw(world, id)['assigned_user_id'])).toEqual(['19x5', '19x5', '19x5']);
  expect(raw(world, event.id)).toMatchObject({
    activitytype: 'Meeting', eventstatus: 'Planned', visibility: 'Public', date_start: '2026-11-05', time_start: '12:00:00', time_end: '13:30:00',
    duration_hours: '1', duration_minutes: '30',
  });
  expect(world.hands.record(task.id)?.module).toBe('Calendar');
  expect(raw(world, task.id)).toMatchObject({ activitytype: 'Task', taskstatus: 'Not Started' });
  expect(world.mailsSent()).toBe(0);
});

test('a task without a due date shows none, although one is mandatory; a date given in the CRM counts', async () => {
  const world = await start();
  const made = await create(world, 'task', { subject: 'Some day' });
  expect([raw(world, made.id)['due_date'], await shows(world, 'task', made.id, 'dueDate')]).toEqual(['2026-11-02', null]);
  world.hands.update(made.id, { due_date: '2026-11-20' });
  expect(await shows(world, 'task', made.id, 'dueDate')).toBe('2026-11-20');
  expect((await update(world, 'task', made.id, { dueDate: null })).written).toEqual({ dueDate: null });
  expect(await shows(world, 'task', made.id, 'dueDate')).toBeNull();
  await update(world, 'task', made.id, { dueDate: '2026-11-02' });
  expect(await shows(world, 'task', made.id, 'dueDate')).toBe('2026-11-02');
});

test('a due date is the owner\'s own day, due before its start as the CRM\'s pages make it', async () => {
  const world = await start({ login: 'admin' });
  const id = world.hands.addTask({ subject: 'Tonight', date_start: '2026-12-02', time_start: '01:00:00', due_date: '2026-12-01' });
  expect(await shows(world, 'task', id, 'dueDate')).toBe('2026-12-01');
});

test('times are read as anybody left them, and an end before the start says nothing', async () => {
  const world = await start();
  const at = (time_start: string, time_end: string): string =>
    world.hands.addEvent({ subject: 'Odd', date_start: '2026-11-05', due_date: '2026-11-05', time_start, time_end });
  expect(await shows(world, 'event', at('3:00 PM', '15:30'), 'when')).toBe('2026-11-05T15:00:00Z/2026-11-05T15:30:00Z');
  expect(await shows(world, 'event', at('15:00:00Z', '12:00 AM'), 'when')).toBeUndefined();
  expect(await shows(world, 'event', at('noon', '13:00'), 'when')).toBeUndefined();
});

test('a whole day is its owner\'s midnight to 23:59; moved in the CRM it has hours again, and without the mark it never was one', async () => {
  const world = await start();
  const made = await create(world, 'event', { subject: 'Fair', when: '2026-11-01/2026-11-03' });
  // The clocks of New York go back on the first of November.
  expect(raw(world, made.id)).toMatchObject({ date_start: '2026-11-01', time_start: '04:00:00', due_date: '2026-11-03', time_end: '04:59:00', notime: '1' });
  expect(await shows(world, 'event', made.id, 'when')).toBe('2026-11-01/2026-11-03');
  world.hands.update(made.id, { time_start: '14:00:00' });
  expect(await shows(world, 'event', made.id, 'when')).toBe('2026-11-01T14:00:00Z/2026-11-03T04:59:00Z');
  const plain = world.hands.addEvent({ subject: 'By hand', date_start: '2026-11-05', time_start: '05:00:00', due_date: '2026-11-06', time_end: '04:59:00' });
  expect(await shows(world, 'event', plain, 'when')).toBe('2026-11-05T05:00:00Z/2026-11-06T04:59:00Z');
});

test('an event is about one contact: the first guest who is one; what somebody named in the CRM stays', async () => {
  const world = await start();
  const [anna, boris] = ['anna', 'boris'].map((name) => world.hands.addContact({ lastname: name, email: `${name}@acme.example` }));
  const made = await create(world, 'event', { subject: 'Demo', when: TIMED, attendees: ['x@nowhere.example', 'ANNA@acme.example', 'boris@acme.example'] });
  expect([made.written.attendees, raw(world, made.id)['contact_id']]).toEqual([['anna@acme.example'], anna]);
  expect(notesOf(made)).toEqual(['attendees notCarried noPerson', 'attendees notCarried tooMany']);
  const kept = await update(world, 'event', made.id, { attendees: ['boris@acme.example'] });
  expect([kept.written.attendees, notesOf(kept), raw(world, made.id)['contact_id']]).toEqual([['anna@acme.example'], ['attendees notCarried tooMany'], anna]);
  // Two contacts of the CRM's form: lists name one, queries the other, and nothing has changed.
  const both = world.hands.addEvent({ subject: 'Both', ...AT_TEN }, [anna ?? '', boris ?? '']);
  const { version } = await live(world.side, both, 'event');
  const page = await world.side.changes({});
  expect(page.changes.flatMap((change) => (change.what === 'seen' && change.record.id === both ? [change.record.version] : []))).toEqual([version]);
});

test('what is private is told as private, and hidden from others is not', async () => {
  const world = await start();
  const privacy = async (visibility: string): Promise<unknown> => {
    const id = world.hands.addEvent({ subject: 'x', ...AT_TEN, visibility });
    return (await live(world.side, id, 'event')).isPrivate;
  };
  expect([await privacy('Private'), await privacy('Public'), await privacy('')]).toEqual([true, undefined, undefined]);
  // A colleague's event that is not public is forbidden, which is no deletion.
  const theirs = world.colleague.addEvent({ subject: 'Theirs', ...AT_TEN, visibility: 'Private' });
  expect((await lookAt(world.side, theirs, 'event')).state).toBe('hidden');
});

test('a record whose save would mail somebody is neither changed nor deleted', async () => {
  const world = await start();
  const event = world.hands.addEvent({ subject: 'Told', ...AT_TEN, sendnotification: '1' });
  const person = world.hands.addContact({ lastname: 'Portal', email: 'p@acme.example', portal: '1' });
  const [seenEvent, seenPerson] = [await live(world.side, event, 'event'), await live(world.side, person)];
  const operations: Operation[] = [
    { op: 'update', kind: 'event', current: seenEvent, patch: { subject: 'Moved' } }, { op: 'delete', kind: 'event', id: event, version: '' },
    { op: 'update', kind: 'contact', current: seenPerson, patch: { jobTitle: 'Buyer' } },
  ];
  const results = await world.side.write(operations);
  expect(results.map((result) => !result.ok && [result.error.kind, result.error.details.code])).toEqual(operations.map(() => ['invalid', 'VT_MAY_MAIL']));
  expect([world.mailsSent(), raw(world, event)['subject']]).toEqual([0, 'Told']);
});

test('words that an administrator added stay, and a word that the list lacks is noted', async () => {
  const world = await start();
  const id = world.hands.addTask({ subject: 'Call', taskstatus: 'Planned', taskpriority: '' });
  expect((await live(world.side, id, 'task')).fields).toMatchObject({ status: 'notStarted', importance: 'normal' });
  await update(world, 'task', id, { status: 'notStarted', importance: 'normal' });
  expect(raw(world, id)).toMatchObject({ taskstatus: 'Planned', taskpriority: '' });
});

test('a lead is a prospect with a company of its own text; converted it is moved to its contact, deleted it is gone', async () => {
  const world = await start();
  const addLead = (lastname: string): string => world.hands.addLead({ lastname, company: 'Acme', email: `${lastname.toLowerCase()}@acme.example` });
  const [lead, gone] = [addLead('Albers'), addLead('Brandt')];
  const seen = await live(world.side, lead);
  expect([seen.isProspect, seen.fields.company, seen.fields['addresses.other']]).toEqual([true, 'Acme', undefined]);
  await writeOne(world.side, { op: 'update', kind: 'contact', current: seen, patch: { company: 'Acme Ltd', 'phones.home': '1' } });
  expect(raw(world, lead)).toMatchObject({ company: 'Acme Ltd' });
  const { cursors } = await world.side.changes({});
  world.clock.advance(60_000);
  const { Contacts: contact } = world.hands.convertLead(lead);
  world.hands.remove(gone);
  const { changes } = await world.side.changes(cursors);
  expect(changes.flatMap((change) => (change.what === 'touched' ? [change.id] : [])).sort()).toEqual([lead, gone].sort());
  const looks = await world.side.read('contact', [lead, gone]);
  expect([looks.get(lead), looks.get(gone)]).toEqual([{ state: 'moved', to: contact }, { state: 'gone' }]);
});

test('a search finds colleagues with their owner, and a lead only where no own contact has its address', async () => {
  const world = await start({ login: 'admin' });
  const theirs = world.colleague.addContact({ lastname: 'Albers', email: 'anna@acme.example' });
  const lead = world.hands.addLead({ lastname: 'Albers', email: 'anna@acme.example' });
  const probe = { emails: ['ANNA@acme.example'], phones: [] };
  const found = await world.side.search('contact', [probe]);
  expect(found.map(({ id, owner }) => [id, owner?.name, owner?.isUser])).toEqual([[theirs, 'Mia Schmidt', false], [lead, 'Ada Admin', true]]);
  const own = world.hands.addContact({ lastname: 'Albers', email: 'anna@acme.example' });
  expect((await world.side.search('contact', [probe])).map(({ id }) => id).sort()).toEqual([theirs, own].sort());
});

test('at most four requests go at once, and nothing more is sent after the service asks to wait', async () => {
  const world = await start();
  await world.side.holds('contact');
  world.inject({ route: 'POST /webservice.php', count: 4, status: 429, headers: { 'retry-after': '9' }, body: '' });
  const before = world.calls();
  const many = Array.from({ length: 30 }, (_, n): Operation => ({ op: 'create', kind: 'contact', linkId: LINK, fields: { familyName: `Person ${n}` } }));
  const results = await world.side.write(many);
  expect(results.filter(({ ok }) => !ok)).toHaveLength(30);
  expect(results.every((result) => !result.ok && result.error.kind === 'throttled' && result.error.details.isOutcomeUnknown !== true)).toBe(true);
  expect(world.calls() - before).toBeLessThanOrEqual(4);
});

test('an answer that is no JSON leaves a write open, and an unchanged record is not saved', async () => {
  const world = await start();
  const id = await world.addRecord({ familyName: 'Albers' });
  await world.side.holds('contact');
  const body = 'Sorry! Attempt to access restricted file.';
  world.inject({ route: 'POST /webservice.php', count: 1, status: 200, headers: { 'content-type': 'text/html' }, body });
  const error = await failure(create(world, 'contact', { familyName: 'Brandt' }));
  expect([error.kind, error.details.code, error.details.isOutcomeUnknown]).toEqual(['unavailable', 'VT_NOT_JSON', true]);
  world.requests.length = 0;
  await update(world, 'contact', id, { middleName: 'Maria' });
  expect(world.requests.map(({ operation }) => operation)).not.toContain('revise');
});
