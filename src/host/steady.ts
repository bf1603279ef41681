import type { Fault } from '../model/fault.ts';
import type { Line } from './line.ts';
import { methodOf } from './methods.ts';
import { isOwnerLost } from './owner-lost.ts';
import type { Request } from './protocol.ts';

/** Owners that may be lost one after the other before an answer is given up. */
const ownersMax = 5;

/**
 * A line that outlives its owner. `current` finds the owner there is, or a new one once the last is lost. What only looks
 * is asked again; streams go on where they were; a command is given again only when it is known that nothing was done.
 */
export function steady(current: () => Promise<Line>): Line {
  return {
    async ask(request, signal) {
      for (let lost = 1; ; lost++) {
        const line = await current();
        try {
          return await line.ask(request, signal);
        } catch (thrown) {
          if (!isOwnerLost(thrown) || !mayAsk(request, thrown) || lost >= ownersMax) throw thrown;
        }
      }
    },
    async *follow(request, signal) {
      const goOn = methodOf(request.to, request.method)?.goOn;
      let { args } = request;
      let seen = 0;
      for (let lost = 1; ; lost++) {
        const line = await current();
        let skip = goOn === undefined ? seen : 0;
        try {
          for await (const value of line.follow({ ...request, args }, signal)) {
            if (skip-- > 0) continue;
            lost = 0;
            seen += 1;
            if (goOn !== undefined) args = goOn(request.args, value);
            yield value;
          }
          return;
        } catch (thrown) {
          if (!isOwnerLost(thrown) || !mayAsk(request, thrown) || lost >= ownersMax) throw thrown;
        }
      }
    },
  };
}

function mayAsk({ to, method }: Request, lost: Fault): boolean {
  return lost.details?.untouched === true || methodOf(to, method)?.again === true;
}
