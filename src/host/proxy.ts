/** A `Troupe` whose every method is a request on a line. Made from the table of methods; knows none of them by name. */
import type { Actions, Plan, Seen, Troupe } from '../runtime/api.ts';
import type { Line } from './line.ts';
import { type Method, methods, type Target } from './methods.ts';
import type { Request } from './protocol.ts';

export function troupeOver(line: Line, close: () => Promise<void>): Troupe {
  return {
    ...(asking(line, 'troupe') as Omit<Troupe, 'actions' | 'close' | typeof Symbol.asyncDispose>),
    actions: asking(line, 'actions') as Actions & Asking,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function planOver(line: Line, id: string, seen?: Seen): Plan {
  return {
    ...(asking(line, 'plan', { plan: id, ...(seen === undefined ? {} : { seen }) }) as Omit<Plan, 'id' | 'asSeen'>),
    id,
    asSeen: ({ phase, state, attempt, updatedAt }) => planOver(line, id, { phase, state, attempt, updatedAt }),
  };
}

type Asking = Record<string, (...args: unknown[]) => unknown>;

function asking(line: Line, to: Target, about: Pick<Request, 'plan' | 'seen'> = {}): object {
  const entries = Object.entries(methods[to]).map(([name, method]: [string, Method]) => [
    name,
    (...given: unknown[]) => {
      const { args, signal } = travelling(method, given);
      const request: Request = { to, ...about, method: name, args };
      if (method.kind === 'stream') return line.follow(request, signal);
      const answer = line.ask(request, signal);
      return method.kind === 'plan' ? answer.then(id => planOver(line, String(id))) : answer;
    },
  ]);
  return Object.fromEntries(entries);
}

/** Arguments without the signal, and without what was left out at the end. */
function travelling(method: Method, given: unknown[]): { args: unknown[]; signal: AbortSignal } {
  const args = [...given];
  let signal: AbortSignal | undefined;
  if (method.signal === true && typeof args[0] === 'object' && args[0] !== null) {
    const { signal: own, ...rest } = args[0] as { signal?: AbortSignal };
    signal = own;
    args[0] = rest;
  }
  while (args.length > 0 && args.at(-1) === undefined) args.pop();
  return { args, signal: signal ?? new AbortController().signal };
}
