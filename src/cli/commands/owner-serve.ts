import { Fault } from '../../index.ts';
import { openHere } from '../open.ts';
import type { Context, Run } from '../verb.ts';

export const run: Run = async context => {
  const idleMs = idleOf(context);
  await using opened = await openHere(context, { idleMs, serves: true });
  const { pid } = opened.hosted.owner();
  if (opened.hosted.role() === 'attached') {
    return { data: { served: false, pid }, text: `Process ${pid} has the store already.` };
  }
  context.say(`Process ${pid} has the store`);
  const { terminated } = context.interrupts;
  const stop = new AbortController();
  const letGo = context.interrupts.hold(() => stop.abort());
  await opened.hosted.idle({ idleMs, signal: AbortSignal.any([terminated, stop.signal]) });
  letGo();
  return { data: { served: true, pid }, text: 'Nothing was left to do.' };
};

function idleOf({ given }: Context): number {
  const typed = given.text('idle');
  if (typed === undefined) return 10_000;
  if (/^\d+(\.\d+)?$/.test(typed)) return 1000 * Number(typed);
  throw new Fault('USAGE', `--idle takes seconds, not "${typed}"`, { hints: ['troupe owner serve --idle 600'] });
}
