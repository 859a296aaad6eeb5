/** webservice.php: one address, an operation by name, one verb for each. */
import type { StandInReply, StandInRequest } from '../server.ts';
import type { CrmUser } from './accounts.ts';
import { convertLead } from './conversion.ts';
import { describe, listTypes } from './describe.ts';
import { VtigerCrash, VtigerError, denied, failure, internal, success } from './fault.ts';
import { listRecords, moduleFilters } from './filters.ts';
import { query } from './query.ts';
import { changeRecord, createRecord, deleteRecord, findRow, findWritable, type Element, type Writer } from './records.ts';
import { relatedTypes, retrieveRelated } from './relations.ts';
import { challenge, demandSession, login } from './sessions.ts';
import { showRow, showUser } from './show.ts';
import { sync } from './sync.ts';
import { demandModule, idIn, splitId, type Row, type World } from './world.ts';

export const isServicePath = (path: string): boolean => path.endsWith('/webservice.php');

/** A parameter that was not sent, or with the wrong verb, reads as "". */
interface Call { readonly world: World; readonly param: (name: string) => string }
interface SignedCall extends Call { readonly user: CrmUser; readonly session: string }
type Verb = 'GET' | 'POST';

const BEFORE_LOGIN: Readonly<Record<string, readonly [verb: Verb, run: (call: Call) => unknown]>> = {
  getchallenge: ['GET', ({ world, param }) => challenge(world, param('username'))],
  login: ['POST', ({ world, param }) => login(world, param('username'), param('accessKey'))],
};

const OPERATIONS: Readonly<Record<string, readonly [verb: Verb, run: (call: SignedCall) => unknown]>> = {
  'listtypes': ['GET', ({ world, user, param }) => listTypes(world, user, fieldTypes(param('fieldTypeList')))],
  'describe': ['GET', ({ world, user, param }) => describe(world, user, param('elementType'))],
  'retrieve': ['GET', ({ world, user, param }) => retrieve(world, user, param('id'))],
  'query': ['GET', ({ world, user, param }) => query(world, user, param('query'))],
  'sync': ['GET', ({ world, user, param }) => sync(world, user, param('modifiedTime'), param('elementType'), param('syncType'))],
  'relatedtypes': ['GET', ({ world, user, param }) => relatedTypes(world, user, param('elementType'))],
  'retrieve_related': ['GET', ({ world, user, param }) => retrieveRelated(world, user, param('id'), param('relatedType'), param('relatedLabel'))],
  'query_related': ['GET', () => { throw new VtigerError('UNKOWN_ENTITY', 'Requested entity is unknown'); }],
  'create': ['POST', create],
  'update': ['POST', (call) => written(call, (writer) => change(writer, elementOf(call), true))],
  'revise': ['POST', (call) => written(call, (writer) => change(writer, elementOf(call), false))],
  'delete': ['POST', ({ world, user, param }) => remove(world, user, param('id'))],
  // It says so, and stores nothing.
  'add_related': ['POST', () => ({ message: 'successfull' })],
  'convertlead': ['POST', (call) => convertLead({ world: call.world, user: call.user, isApi: true }, elementOf(call))],
  'logout': ['POST', ({ world, session }) => {
    world.sessions.open.delete(session);
    return { message: 'successfull' };
  }],
  'mobile.fetchmodulefilters': ['POST', ({ world, user, param }) => moduleFilters(world, user, param('module'))],
  'mobile.listmodulerecords': ['POST', (call) => listRecords(call.world, call.user, jsonOf(call.param('elements')))],
};

export function serviceReply(world: World, request: StandInRequest): StandInReply {
  try {
    return success(run(world, request));
  } catch (error) {
    return failure(error);
  }
}

function run(world: World, request: StandInRequest): unknown {
  const url = request.url.searchParams;
  const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const form = new URLSearchParams(request.method === 'POST' && isForm ? request.body : '');
  const either = (name: string): string => form.get(name) ?? url.get(name) ?? '';
  const name = either('operation');
  const open = BEFORE_LOGIN[name];
  const signed = OPERATIONS[name];
  if (!open && !signed) throw new VtigerCrash(`unknown operation ${name}`);
  const verb = (open ?? signed)?.[0];
  // The operation reads from the collection of its own verb, which is empty for the other one.
  const param = (key: string): string => (request.method !== verb ? '' : verb === 'POST' ? form.get(key) ?? '' : url.get(key) ?? '');
  if (open) return open[1]({ world, param });
  const session = either('sessionName');
  const user = demandSession(world, session);
  if (name === 'listtypes' && request.method !== 'GET') throw denied();
  return signed?.[1]({ world, user, session, param });
}

/** ["email"]; anything else is no list. */
function fieldTypes(text: string): readonly string[] {
  const list: unknown = text === '' ? [] : parse(text);
  return Array.isArray(list) ? list.map(String) : [];
}

const elementOf = ({ param }: Call): Element => jsonOf(param('element'));

function jsonOf(text: string): Element {
  const value: unknown = text === '' ? {} : parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw internal();
  return { ...value };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw internal();
    throw error;
  }
}

function retrieve(world: World, user: CrmUser, id: string): unknown {
  const named = splitId(world, id);
  if (named?.module === 'Users') {
    const found = world.users.find(({ n }) => n === named.n);
    // Others are for admins; oneself one may read.
    if (!found || (!user.isAdmin && found.n !== user.n)) throw denied();
    return { ...showUser(world, found), label: `${found.firstName} ${found.lastName}` };
  }
  const group = named?.module === 'Groups' ? world.groups.find(({ n }) => n === named.n) : undefined;
  if (group) return { groupname: group.name, description: group.description, id: idIn(world, 'Groups', group.n), label: group.name };
  return showRow(world, user, findRow(world, user, id), 'retrieved');
}

/** The answer is by the module that was asked for, even where the record's type makes it one of the other [unconfirmed]. */
function create(call: SignedCall): unknown {
  const { world, user } = call;
  const module = demandModule(world, user, call.param('elementType'));
  const row = createRecord({ world, user, isApi: true }, module, elementOf(call));
  return showRow(world, user, row, 'written', module.name);
}

function written({ world, user }: SignedCall, write: (writer: Writer) => Row): unknown {
  return showRow(world, user, write({ world, user, isApi: true }), 'written');
}

const change = (writer: Writer, element: Element, isWhole: boolean): Row =>
  changeRecord(writer, findWritable(writer.world, writer.user, String(element['id'] ?? '')), element, isWhole);

function remove(world: World, user: CrmUser, id: string): unknown {
  deleteRecord({ world, user, isApi: true }, findWritable(world, user, id));
  return { status: 'successful' };
}
