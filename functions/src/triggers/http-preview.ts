/** Step 3 of the activation: the preview, and its approval; and the same for a change of what is synced. */
import { ActivateRequest, PreviewRequest, ScopeChange } from '@concord/api';
import { activate, currentPreview, startPreview } from '../app/activation/activate.ts';
import { changeScope } from '../app/activation/scope.ts';
import type { ApiServices } from '../app/api.ts';
import { signedIn } from './http.ts';

export function previewRoutes(api: ApiServices) {
  return {
    startPreview: signedIn(PreviewRequest, ({ userId, body }) => startPreview(api, userId, body)),
    preview: signedIn(null, ({ userId }) => currentPreview(api, userId)),
    activate: signedIn(ActivateRequest, ({ userId, body }) => activate(api, userId, body)),
    changeScope: signedIn(ScopeChange, ({ userId, body }) => changeScope(api, userId, body)),
  };
}
