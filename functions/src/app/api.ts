/** What the API's use cases need beside the services of sync: where this API and its pane are. */
import type { Services } from './services.ts';

export interface ApiServices extends Services {
  /** Addresses without a trailing slash. */
  readonly apiUrl: string;
  readonly paneUrl: string;
  /** Origins whose pages may call the API. */
  readonly paneOrigins: readonly string[];
}
