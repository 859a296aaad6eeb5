/** What is peculiar to writing contacts. */
import { stringOf } from './json.ts';
import { KEY_PROPERTY } from './limits.ts';
import { fieldsOf, patchOf, versionOf } from './map.ts';
import type { Writer } from './write.ts';

/** `zone`: IANA, for birthdays. */
export function contactWriter(zone: string | undefined): Writer {
  return {
    place: () => Promise.resolve({ method: 'POST', url: '/me/contacts' }),
    createPatch: ({ fields, linkId }) => {
      const patch = patchOf(fields, null);
      return { ...patch, body: { ...patch.body, singleValueExtendedProperties: [{ id: KEY_PROPERTY, value: linkId }] } };
    },
    updatePatch: ({ current, patch }) => patchOf(patch, current),
    path: (id) => `/me/contacts/${encodeURIComponent(id)}`,
    fieldsOf: (shown) => fieldsOf(shown, zone),
    idOf: (shown) => stringOf(shown['id']),
    versionOf,
  };
}
