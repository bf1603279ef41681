import { Fault, refusedPhase, shellWord } from '../index.ts';
import type { Told } from './io.ts';
import { openHere } from './open.ts';
import { findPlace } from './place.ts';
import type { Context, Outcome, Run } from './verb.ts';
import { obstacle } from './verdict.ts';
import { planData } from './view/plan-data.ts';
import { shortId } from './view/ways.ts';

/** The command as it was typed, in a process without a window; this one ends as soon as that one has begun. */
export const run: Run = async context => {
  const { io, globals } = context;
  const { backgroundLog } = await findPlace({ ...globals, env: io.env });
  const { pid, told } = io.background(context.words, backgroundLog);
  return outcomeOf(context, { pid, log: backgroundLog, told: await told });
};

async function outcomeOf(
  context: Context,
  { pid, log, told }: { pid: number; log: string; told: Told },
): Promise<Outcome> {
  if (told.type === 'failed') throw Fault.revive(told.fault);
  if (told.type === 'ended') {
    throw new Fault('AGENT_FAILED', 'The command ended in the background before it had begun', {
      where: log,
      hints: [`cat ${shellWord(log)}`],
    });
  }
  await using opened = await openHere(context);
  const plan = await opened.troupe.plan(told.planId);
  // A process that ended meanwhile checks nothing any more.
  const record = await (context.attached ? plan.started() : plan.record());
  const refused = refusedPhase(record) === null ? null : obstacle(record, 'apply');
  const next = [`troupe plan logs ${shortId(record.planId)} --follow`, `troupe plan status ${shortId(record.planId)}`];
  return {
    data: { plan: planData(record), pid, log, next },
    text: [
      `${context.paint.bold('In the background')}  ${record.description}  ${context.paint.dim(record.planId)}`,
      `process ${pid}, which prints to ${log}`,
      ...next.map(command => `  next: ${context.paint.cyan(command)}`),
    ].join('\n'),
    ...(refused === null ? {} : { fault: refused }),
  };
}
