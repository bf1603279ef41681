import { commandHint } from '../model/command-hint.ts';
import { TroupeError } from '../model/errors.ts';
import { describeIssue, describeIssues } from '../model/schema-messages.ts';
import type { Plan, Troupe } from '../runtime/api.ts';
import { protocolError } from './ndjson.ts';
import type { RpcRequest } from './protocol.ts';
import { findMethod, type Method } from './rpc-methods.ts';

/** The result of a request: plain data (a plan is its id), or a stream of values. */
export type DispatchResult = { kind: 'value'; value: unknown } | { kind: 'stream'; values: AsyncIterable<unknown> };

/**
 * Calls the requested method of this process's Troupe.
 * @throws {TroupeError} PROTOCOL_BROKEN, INVALID_ARGUMENT, or the method's own error
 */
export async function dispatch(troupe: Troupe, request: RpcRequest, signal: AbortSignal): Promise<DispatchResult> {
  const method = findMethod(request.to, request.method);
  if (method === undefined) throw protocolError(`Nothing is called ${request.to}.${request.method.slice(0, 100)}`);
  const args = parseArguments(method, request);
  if (method.signal === true) args[0] = { ...Object(args[0]), signal };
  const result = invoke(await resolveTarget(troupe, request), request.method, args);
  if (method.kind === 'stream') return { kind: 'stream', values: result as AsyncIterable<unknown> };
  const value = await result;
  return { kind: 'value', value: method.kind === 'plan' ? (value as Plan).id : value };
}

async function resolveTarget(troupe: Troupe, { to, plan, expected }: RpcRequest): Promise<object> {
  if (to === 'troupe') return troupe;
  if (to === 'actions') return troupe.actions;
  const found = await troupe.get(plan);
  const handle = expected === undefined ? found : found.ifUnchangedSince(expected);
  return to === 'plan' ? handle : handle[to];
}

function invoke(target: object, name: string, args: unknown[]): unknown {
  // `name` is always in the table, which is derived from the interface of the target.
  return (target as Record<string, (...args: unknown[]) => unknown>)[name]?.(...args);
}

function parseArguments(method: Method, { to, method: name, args }: RpcRequest): unknown[] {
  const parsed = method.args.safeParse(args, { error: describeIssue });
  if (parsed.success) return parsed.data;
  throw new TroupeError('INVALID_ARGUMENT', `${to}.${name} cannot be asked so: ${describeIssues(parsed.error, name)}`, {
    where: name,
    hints: [commandHint('help')],
  });
}
