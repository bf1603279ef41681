import type { Troupe } from '../runtime/api.ts';
import type { Line } from './line.ts';
import { perform } from './perform.ts';

/** Requests put to the Troupe of this process: nothing travels. */
export function ownLine(troupe: Troupe): Line {
  return {
    async ask(request, signal) {
      const performed = await perform(troupe, request, signal);
      return performed.kind === 'value' ? performed.value : undefined;
    },
    async *follow(request, signal) {
      const performed = await perform(troupe, request, signal);
      if (performed.kind === 'stream') yield* performed.values;
    },
  };
}
