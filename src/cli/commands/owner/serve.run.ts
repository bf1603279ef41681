import { commandHint, TroupeError } from '../../../index.ts';
import type { CommandContext, RunCommand } from '../../command.ts';
import { openProject } from '../../project/open-project.ts';

export const run: RunCommand = async context => {
  const idleMs = parseIdle(context);
  await using opened = await openProject(context, { idleMs, serves: true });
  const { pid } = opened.sharedTroupe.owner();
  if (opened.sharedTroupe.role() === 'attached') {
    return { data: { served: false, pid }, text: `Process ${pid} has the store open already.` };
  }
  context.log(`Process ${pid} has the store open`);
  const { terminated } = context.interrupts;
  const stop = new AbortController();
  const letGo = context.interrupts.handle(() => stop.abort());
  await opened.sharedTroupe.waitUntilIdle({ idleMs, signal: AbortSignal.any([terminated, stop.signal]) });
  letGo();
  return { data: { served: true, pid }, text: 'Nothing was left to do.' };
};

function parseIdle({ args }: CommandContext): number {
  const typed = args.text('idle');
  if (typed === undefined) return 10_000;
  if (/^\d+(\.\d+)?$/.test(typed)) return 1000 * Number(typed);
  throw new TroupeError('USAGE', `--idle takes seconds, not "${typed}"`, {
    hints: [commandHint('owner serve', { options: { idle: '600' } })],
  });
}
