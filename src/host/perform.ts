import { Fault } from '../model/fault.ts';
import { inWords } from '../model/issue-words.ts';
import type { Plan, Troupe } from '../runtime/api.ts';
import { broken } from './frames.ts';
import { type Method, methodOf } from './methods.ts';
import type { Request } from './protocol.ts';

/** What came of a request: plain data (a plan is its id), or values to come. */
export type Performed = { kind: 'value'; value: unknown } | { kind: 'stream'; values: AsyncIterable<unknown> };

/** Asks a Troupe of this process for what a request asks for. @throws {Fault} PROTOCOL_BROKEN, INVALID_ARGUMENT, or its own */
export async function perform(troupe: Troupe, request: Request, signal: AbortSignal): Promise<Performed> {
  const method = methodOf(request.to, request.method);
  if (method === undefined) throw broken(`Nothing is called ${request.to}.${request.method.slice(0, 100)}`);
  const args = argumentsOf(method, request);
  if (method.signal === true) args[0] = { ...Object(args[0]), signal };
  const called = call(await targetOf(troupe, request), request.method, args);
  if (method.kind === 'stream') return { kind: 'stream', values: called as AsyncIterable<unknown> };
  const value = await called;
  return { kind: 'value', value: method.kind === 'plan' ? (value as Plan).id : value };
}

async function targetOf(troupe: Troupe, { to, plan, seen }: Request): Promise<object> {
  if (to === 'troupe') return troupe;
  if (to === 'actions') return troupe.actions;
  const found = await troupe.plan(plan);
  return seen === undefined ? found : found.asSeen(seen);
}

function call(target: object, name: string, args: unknown[]): unknown {
  // Only names of the table come here, and the table is made from the interface of the target.
  return (target as Record<string, (...args: unknown[]) => unknown>)[name]?.(...args);
}

function argumentsOf(method: Method, { to, method: name, args }: Request): unknown[] {
  const parsed = method.args.safeParse(args, { error: inWords });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Fault('INVALID_ARGUMENT', `${to}.${name} cannot be asked so: ${issue?.message ?? 'wrong arguments'}`, {
    where: issue === undefined ? name : [name, ...issue.path].join('.'),
    hints: ['troupe help'],
  });
}
