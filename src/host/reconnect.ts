import type { TroupeError } from '../model/errors.ts';
import { isOwnerLostError } from './owner-lost-error.ts';
import type { RpcRequest } from './protocol.ts';
import { methodOf } from './rpc-methods.ts';
import type { Transport } from './transport.ts';

/** Owners that may be lost one after the other before an answer is given up. */
const ownersMax = 5;

/**
 * A line that outlives its owner. `current` finds the owner there is, or a new one once the last is lost. What only looks
 * is asked again; streams go on where they were; a command is given again only when it is known that nothing was done.
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
      const resumeArgs = methodOf(request.to, request.method)?.resumeArgs;
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
  return lost.details?.notStarted === true || methodOf(to, method)?.idempotent === true;
}
