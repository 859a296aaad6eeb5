/** One invocation as the Node worker runs it: model, hooks in order, callback, outputs only on success. */
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { InvocationResponse, RegisteredFunction, Registry, TypedData } from './core-module.ts';

export interface InvocationInput {
  readonly inputData: readonly { readonly name: string; readonly data: unknown }[];
  readonly triggerMetadata?: Readonly<Record<string, unknown>>;
}

export type HostLog = (level: string, functionName: string, message: string) => void;

/** Shared by all invocations of one app, as in the worker. */
export type AppHookData = Record<string, unknown>;

export async function invoke(
  registry: Registry, registered: RegisteredFunction, input: InvocationInput, appHookData: AppHookData, log: HostLog,
): Promise<InvocationResponse> {
  const model = registry.model;
  if (!model) throw new Error('the app registered no programming model: is @azure/functions-core external in its bundle?');
  const core = {
    invocationId: randomUUID(),
    metadata: registered.metadata,
    request: { ...input, traceContext: {}, retryContext: null },
    state: undefined as string | undefined,
    log: (level: string, _category: string, message: string) => log(level, registered.metadata.name, message),
  };
  const invocation = model.getInvocationModel(core);
  const { context, inputs } = await invocation.getArguments();
  const hookData = {};
  const before: Record<string, unknown> = { hookData, appHookData, invocationContext: context, functionCallback: registered.callback, inputs };
  core.state = 'preInvocationHooks';
  for (const hook of registry.hooks.get('preInvocation') ?? []) await hook(before);
  const after: Record<string, unknown> = { hookData, appHookData, invocationContext: context, inputs: before['inputs'], result: null, error: null };
  core.state = 'invocation';
  const started = performance.now();
  try {
    after['result'] = await invocation.invokeFunction(context, before['inputs'] as unknown[], before['functionCallback'] as typeof registered.callback);
  } catch (error) {
    after['error'] = error;
  }
  core.state = 'postInvocationHooks';
  for (const hook of registry.hooks.get('postInvocation') ?? []) await hook(after);
  log('debug', registered.metadata.name, `${after['error'] ? 'failed' : 'done'} in ${Math.round(performance.now() - started)} ms`);
  if (after['error']) throw after['error'] instanceof Error ? after['error'] : new Error(String(after['error']));
  return invocation.getResponse(context, after['result']);
}

/** Bytes or text of a returned or output value. */
export function payload(data: TypedData | null | undefined): Buffer {
  if (!data) return Buffer.alloc(0);
  if (data.bytes) return Buffer.from(data.bytes);
  return Buffer.from(data.string ?? data.json ?? '', 'utf8');
}
