import { rejectedPhase, shellQuote, TroupeError } from '../index.ts';
import { shortId } from '../presentation/hints.ts';
import { planData } from '../presentation/plan-data.ts';
import type { CommandContext, CommandOutcome, RunCommand } from './command.ts';
import { goalError } from './goal.ts';
import type { DetachMessage } from './io.ts';
import { openProject } from './project/open-project.ts';
import { locateProject } from './project/project-location.ts';

/** Runs the command in a background process; this process exits once that one has started. */
export const run: RunCommand = async context => {
  const { io, globals } = context;
  const { backgroundLog } = await locateProject({ ...globals, env: io.env });
  const { pid, message } = io.spawnDetached(context.argv, backgroundLog);
  return detachedResult(context, { pid, log: backgroundLog, firstMessage: await message });
};

async function detachedResult(
  context: CommandContext,
  { pid, log, firstMessage }: { pid: number; log: string; firstMessage: DetachMessage },
): Promise<CommandOutcome> {
  if (firstMessage.type === 'failed') throw TroupeError.deserialize(firstMessage.error);
  if (firstMessage.type === 'ended') {
    throw new TroupeError('AGENT_FAILED', 'The command ended in the background before it had started', {
      where: log,
      hints: [`cat ${shellQuote(log)}`],
    });
  }
  await using opened = await openProject(context, { passesFlags: true });
  const plan = await opened.troupe.get(firstMessage.planId);
  // An owner that exited in the meantime runs no checks.
  const record = await (context.attached ? plan.waitForPreflight() : plan.record());
  const refused = rejectedPhase(record) === null ? null : goalError(record, 'apply');
  const next = [`troupe plan logs ${shortId(record.planId)} --follow`, `troupe plan status ${shortId(record.planId)}`];
  return {
    data: { plan: planData(record), pid, log, next },
    text: [
      `${context.paint.bold('In the background')}  ${record.description}  ${context.paint.dim(record.planId)}`,
      `process ${pid}, which prints to ${log}`,
      ...next.map(command => `  next: ${context.paint.cyan(command)}`),
    ].join('\n'),
    ...(refused === null ? {} : { error: refused }),
  };
}
