import type { TroupeError } from '../model/errors.ts';
import { isOwnerLostError } from './owner-lost-error.ts';
import type { RpcRequest } from './protocol.ts';
import { findMethod } from './rpc-methods.ts';
import type { Transport } from './transport.ts';

/** Maximum number of owners lost in a row before a request fails. */
const ownersMax = 5;

/**
 * A transport that survives its owner. `current` finds the owner, or a new one after a loss. Queries are repeated,
 * streams resume, and a command is repeated only when it is known to have had no effect.
 */
export function withReconnect(current: () => Promise<Transport>): Transport {
  return {
    async call(request, signal) {
      for (let lost = 1; ; lost++) {
        const line = await current();
        try {
          return await line.call(request, signal);
        } catch (thrown) {
          if (!isOwnerLostError(thrown) || !isRetriable(request, thrown) || lost >= ownersMax) throw thrown;
        }
      }
    },
    async *stream(request, signal) {
      const resumeArgs = findMethod(request.to, request.method)?.resumeArgs;
      let { args } = request;
      let delivered = 0;
      for (let lost = 1; ; lost++) {
        const line = await current();
        let skip = resumeArgs === undefined ? delivered : 0;
        try {
          for await (const value of line.stream({ ...request, args }, signal)) {
            if (skip-- > 0) continue;
            lost = 0;
            delivered += 1;
            if (resumeArgs !== undefined) args = resumeArgs(request.args, value);
            yield value;
          }
          return;
        } catch (thrown) {
          if (!isOwnerLostError(thrown) || !isRetriable(request, thrown) || lost >= ownersMax) throw thrown;
        }
      }
    },
  };
}

function isRetriable({ to, method }: RpcRequest, lost: TroupeError): boolean {
  return lost.details?.notStarted === true || findMethod(to, method)?.idempotent === true;
}
