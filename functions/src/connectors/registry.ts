/** Every vendor this build knows, one line each. Importing this file is cheap: vendor libraries load on first use. */
import type { Connector } from '../ports/connector.ts';
import type { Clock, Log } from '../ports/world.ts';
import { createEwsConnector } from './ews/index.ts';
import { createGraphConnector } from './graph/index.ts';
import { createSalesforceConnector } from './salesforce/index.ts';
import { createVtigerConnector } from './vtiger/index.ts';

/** Environment variables, as process.env gives them. */
export type Env = Readonly<Record<string, string | undefined>>;

export interface ConnectorTools {
  readonly clock: Clock;
  readonly log?: Log;
}

/** Throws an Error that names the setting when one is missing: the app must not start half configured. */
export const createConnectors = (env: Env, tools: ConnectorTools): readonly Connector[] => [
  createSalesforceConnector(env, tools),
  createGraphConnector(env, tools),
  createEwsConnector(env, tools),
  createVtigerConnector(env, tools),
];
