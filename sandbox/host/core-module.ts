/**
 * Supplies the module `@azure/functions-core`, which in Azure the Node worker injects. The package @azure/functions
 * registers nothing, and only warns, when that module is missing (azure-functions-nodejs-library, tryGetCoreApiLazy).
 */
import { registerHooks } from 'node:module';

const NAME = '@azure/functions-core';
const ADDRESS = 'concord:functions-core';
const SLOT = Symbol.for('concord.functions-core');

export interface Binding {
  readonly type: string;
  readonly direction: string;
  readonly name?: string;
  readonly [property: string]: unknown;
}

export interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
}

export type FunctionCallback = (...words: unknown[]) => unknown;
export type HookCallback = (context: Record<string, unknown>) => unknown;

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

export interface ProgrammingModel {
  readonly name: string;
  getInvocationModel(context: unknown): InvocationModel;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

export interface InvocationResponse {
  readonly returnValue?: TypedData | null;
  readonly outputData?: readonly { readonly name: string; readonly data: TypedData }[];
}

export interface TypedData {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly http?: {
    readonly statusCode?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: { readonly bytes?: Uint8Array; readonly string?: string } | null;
  };
}

const HOOKS = ['preInvocation', 'postInvocation', 'appStart', 'appTerminate', 'log'] as const;
export type HookName = (typeof HOOKS)[number];

/** What one app registered. The module hands every call to the registry that is current when the app is loaded. */
export class Registry {
  readonly functions = new Map<string, RegisteredFunction>();
  readonly hooks = new Map<HookName, HookCallback[]>(HOOKS.map((name) => [name, []]));
  model: ProgrammingModel | undefined;
  isStarted = false;

  addFunction(metadata: FunctionMetadata, callback: FunctionCallback): { dispose(): void } {
    if (this.isStarted) throw systemError(Error, 'A function can only be registered during app startup.');
    if (this.functions.has(metadata.name)) throw systemError(Error, `A function named "${metadata.name}" has already been registered.`);
    this.functions.set(metadata.name, { metadata, callback });
    return { dispose: () => { this.functions.delete(metadata.name); } };
  }

  addHook(name: string, callback: HookCallback): { dispose(): void } {
    const list = this.hooks.get(name as HookName);
    if (!list) throw systemError(RangeError, `Unrecognized hook "${name}"`);
    list.push(callback);
    return { dispose: () => { list.splice(list.indexOf(callback), 1); } };
  }
}

let current: Registry | undefined;
let isInstalled = false;

/** Collects what `load` registers. Loads must not overlap: the module knows one current registry. */
export async function collect(load: () => Promise<unknown>): Promise<Registry> {
  install();
  const registry = new Registry();
  if (current) throw new Error('an app is being loaded already');
  current = registry;
  try {
    await load();
  } finally {
    current = undefined;
  }
  registry.model ??= lastModel;
  return registry;
}

/** @azure/functions hands its model over once a process, however many apps that process loads. */
let lastModel: ProgrammingModel | undefined;

function install(): void {
  if (isInstalled) return;
  isInstalled = true;
  const need = (): Registry => {
    if (!current) throw systemError(Error, 'A function can only be registered during app startup.');
    return current;
  };
  const core = {
    version: '1.0.0-concord',
    hostVersion: '4.1036.0',
    registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) => need().addFunction(metadata, callback),
    registerHook: (name: string, callback: HookCallback) => need().addHook(name, callback),
    setProgrammingModel: (model: ProgrammingModel) => { lastModel = model; if (current) current.model = model; },
    getProgrammingModel: () => lastModel,
    log: (level: string, _category: string, message: string) => { if (level === 'error' || level === 'warning') console.error(message); },
    Disposable: class {
      readonly #end: () => void;
      constructor(end: () => void) { this.#end = end; }
      dispose(): void { this.#end(); }
    },
  };
  (globalThis as Record<symbol, unknown>)[SLOT] = core;
  registerHooks({
    resolve: (specifier, context, next) => (specifier === NAME
      ? { url: ADDRESS, format: 'commonjs', shortCircuit: true } : next(specifier, context)),
    load: (url, context, next) => (url === ADDRESS
      ? { format: 'commonjs', source: `module.exports = globalThis[Symbol.for('concord.functions-core')];`, shortCircuit: true }
      : next(url, context)),
  });
}

function systemError(kind: ErrorConstructor | RangeErrorConstructor, message: string): Error {
  return Object.assign(new kind(message), { isAzureFunctionsSystemError: true });
}
