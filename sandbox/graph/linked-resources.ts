/** Links of a task to a record elsewhere: To Do's place for a foreign id. They are not tracked by delta and leave the task's version alone. */
import type { StandInReply } from '../server.ts';
import type { Mailbox } from './mailbox.ts';
import { allowOnly } from './query.ts';
import { contextOf, noContent, noSuchSegment, notFound, ok, wrongVerb } from './reply.ts';
import type { Call } from './reply.ts';
import { readLink } from './task-fields.ts';
import type { LinkedResource } from './task-fields.ts';
import type { TaskItem } from './task-show.ts';
import type { GraphWorld } from './world.ts';

export function linkedResourcesReply(world: GraphWorld, mailbox: Mailbox, item: TaskItem, call: Call, rest: readonly string[]): StandInReply {
  const [id, deeper] = rest;
  if (deeper !== undefined) throw noSuchSegment(deeper);
  const links = item.fields.linkedResources;
  const keep = (linkedResources: readonly LinkedResource[]): void => {
    item.fields = { ...item.fields, linkedResources };
    world.changed(mailbox);
  };
  const context = contextOf(call, 'todo/lists/tasks/linkedResources');
  allowOnly(call.query, []);
  if (id === undefined) {
    if (call.method === 'GET') return ok(call, 200, { '@odata.context': context, value: links.map((link) => ({ ...link })) });
    if (call.method !== 'POST') throw wrongVerb();
    const made = readLink(undefined, call.body);
    keep([...links, made]);
    return ok(call, 201, { '@odata.context': `${context}/$entity`, ...made });
  }
  const link = links.find((known) => known.id === id);
  if (!link) throw notFound();
  switch (call.method) {
    case 'GET': return ok(call, 200, { '@odata.context': `${context}/$entity`, ...link });
    case 'PATCH': {
      const changed = readLink(link, call.body);
      keep(links.map((known) => (known === link ? changed : known)));
      return ok(call, 200, { '@odata.context': `${context}/$entity`, ...changed });
    }
    case 'DELETE': {
      keep(links.filter((known) => known !== link));
      return noContent(call);
    }
    default: throw wrongVerb();
  }
}
