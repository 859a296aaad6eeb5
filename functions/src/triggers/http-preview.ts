/** Step 3 of the activation: the preview, and its approval. */
import { ActivateRequest } from '@concord/api';
import { activate, currentPreview, startPreview } from '../app/activation/activate.ts';
import type { ApiServices } from '../app/api.ts';
import { signedIn } from './http.ts';

export function previewRoutes(api: ApiServices) {
  return {
    startPreview: signedIn(null, ({ userId }) => startPreview(api, userId)),
    preview: signedIn(null, ({ userId }) => currentPreview(api, userId)),
    activate: signedIn(ActivateRequest, ({ userId, body }) => activate(api, userId, body)),
  };
}
