import type { Troupe } from '../runtime/api.ts';
import { dispatch } from './rpc-dispatch.ts';
import type { Transport } from './transport.ts';

/** Sends requests to the Troupe of this process, without a socket. */
export function createLocalTransport(troupe: Troupe): Transport {
  return {
    async call(request, signal) {
      const result = await dispatch(troupe, request, signal);
      return result.kind === 'value' ? result.value : undefined;
    },
    async *stream(request, signal) {
      const result = await dispatch(troupe, request, signal);
      if (result.kind === 'stream') yield* result.values;
    },
  };
}
