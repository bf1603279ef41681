/** A `Troupe` whose methods are requests on a transport. Generated from the table of methods. */

import { omitUndefined } from '../model/optional-keys.ts';
import type { Actions, Plan, Troupe } from '../runtime/api.ts';
import type { PlanVersion } from '../runtime/plans/plan-version.ts';
import type { RpcRequest } from './protocol.ts';
import { type Method, methods, planGroups, type Target } from './rpc-methods.ts';
import type { Transport } from './transport.ts';

export function createTroupeClient(transport: Transport, close: () => Promise<void>): Troupe {
  return {
    ...(createMethods(transport, 'troupe') as Omit<Troupe, 'actions' | 'close' | typeof Symbol.asyncDispose>),
    actions: createMethods(transport, 'actions') as Actions & MethodTable,
    close,
    [Symbol.asyncDispose]: close,
  };
}

type PlanGroup = (typeof planGroups)[number];

function createPlanClient(transport: Transport, id: string, expected?: PlanVersion): Plan {
  const scope = { plan: id, ...omitUndefined({ expected }) };
  const groups = planGroups.map(group => [group, createMethods(transport, group, scope)]);
  return {
    ...(createMethods(transport, 'plan', scope) as Omit<Plan, 'id' | 'ifUnchangedSince' | PlanGroup>),
    ...(Object.fromEntries(groups) as Pick<Plan, PlanGroup>),
    id,
    ifUnchangedSince: ({ phase, state, attempt, updatedAt }) =>
      createPlanClient(transport, id, { phase, state, attempt, updatedAt }),
  };
}

type MethodTable = Record<string, (...args: unknown[]) => unknown>;

function createMethods(transport: Transport, to: Target, scope: Pick<RpcRequest, 'plan' | 'expected'> = {}): object {
  const entries = Object.entries(methods[to]).map(([name, method]: [string, Method]) => [
    name,
    (...given: unknown[]) => {
      const { args, signal } = splitSignal(method, given);
      const request: RpcRequest = { to, ...scope, method: name, args };
      if (method.kind === 'stream') return transport.stream(request, signal);
      const answer = transport.call(request, signal);
      return method.kind === 'plan' ? answer.then(id => createPlanClient(transport, String(id))) : answer;
    },
  ]);
  return Object.fromEntries(entries);
}

/** Returns the arguments without the signal, and without omitted ones at the end. */
function splitSignal(method: Method, values: unknown[]): { args: unknown[]; signal: AbortSignal } {
  const args = [...values];
  let signal: AbortSignal | undefined;
  if (method.signal === true && typeof args[0] === 'object' && args[0] !== null) {
    const { signal: own, ...rest } = args[0] as { signal?: AbortSignal };
    signal = own;
    args[0] = rest;
  }
  while (args.length > 0 && args.at(-1) === undefined) args.pop();
  return { args, signal: signal ?? new AbortController().signal };
}
