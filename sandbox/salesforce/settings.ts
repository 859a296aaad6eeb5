/** What an administrator of the organization can switch; every switch is one that real organizations differ in. */
import { TASK_STATUSES, type TaskStatus } from './objects/task.ts';

export interface ValidationRule {
  readonly object: 'Contact' | 'Account' | 'Lead' | 'Event' | 'Task';
  readonly field: string;
  /** Records whose field contains this text (any case) are refused. */
  readonly contains: string;
  readonly message: string;
}

export interface OrgSettings {
  readonly organizationName: string;
  readonly isSandbox: boolean;
  /** Newest REST version, 67 = Summer '26. */
  readonly newestVersion: number;
  /** The app that may sign people in: an external client app with its redirect addresses. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Compared exactly, save that a loopback address may have any port (RFC 8252, 7.3). */
  readonly redirectUris: readonly string[];
  readonly app: 'installed' | 'blocked' | 'notInstalled';
  /** New apps must send a PKCE challenge. */
  readonly requirePkce: boolean;
  /** A refresh token works once. */
  readonly rotation: boolean;
  /** Idle minutes after which an access token dies. */
  readonly sessionMinutes: number;
  readonly orgWideDefault: 'private' | 'read' | 'edit';
  readonly duplicateRule: 'off' | 'alert' | 'block';
  readonly validation: ValidationRule | null;
  /** Adds the external id `ConcordKey__c` to Contact, Lead, Event and Task, as an installed package would. */
  readonly keyField: boolean;
  /** Whether colleagues see an activity: never, or as they see the people and accounts it is about. */
  readonly activityAccess: 'private' | 'controlledByParent';
  /** Several contacts for one activity: TaskRelation exists, and relations tell parents too. */
  readonly sharedActivities: boolean;
  /** Without it an event lasts 24 hours at most (Activity Settings). */
  readonly multidayEvents: boolean;
  /** What the deletion of a contact, lead or account does to the activities about it; both are reported, so both can be tried. */
  readonly orphanedActivities: 'kept' | 'deleted';
  readonly taskStatuses: readonly TaskStatus[];
  /** Fields that field-level security hides from everybody but administrators: "Contact.Birthdate". */
  readonly hiddenFields: readonly string[];
  /** Changes made by other people become visible this many seconds after their stamp (a long transaction). */
  readonly lateSeconds: number;
  /** Most rows on a query page, at most 2,000. */
  readonly pageRows: number;
  readonly locatorHours: number;
  /** Calls in 24 hours, shared by all apps of the organization. */
  readonly dailyRequests: number;
}

export const SANDBOX_APP = { clientId: 'concord-sandbox-app', clientSecret: 'concord-sandbox-secret' } as const;

export const DEFAULT_SETTINGS: OrgSettings = {
  organizationName: 'Contoso',
  isSandbox: false,
  newestVersion: 67,
  ...SANDBOX_APP,
  redirectUris: ['http://localhost/api/oauth/salesforce'],
  app: 'installed',
  requirePkce: true,
  rotation: true,
  sessionMinutes: 120,
  orgWideDefault: 'read',
  duplicateRule: 'off',
  validation: null,
  keyField: false,
  activityAccess: 'private',
  sharedActivities: false,
  multidayEvents: true,
  orphanedActivities: 'kept',
  taskStatuses: TASK_STATUSES,
  hiddenFields: [],
  lateSeconds: 0,
  pageRows: 2000,
  locatorHours: 48,
  dailyRequests: 100_000,
};
