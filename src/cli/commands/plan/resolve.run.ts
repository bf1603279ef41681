import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  attemptsPath,
  type CommandHint,
  commandHint,
  type Hint,
  type Plan,
  type PlanRecord,
  type ResolutionChoice,
  TroupeError,
} from '../../../index.ts';
import { omitUndefined } from '../../../model/optional-keys.ts';
import { nextCommands, nextLines } from '../../../presentation/next-commands.ts';
import { planData } from '../../../presentation/plan-data.ts';
import { sanitizeLine } from '../../../presentation/sanitize.ts';
import { pluralize } from '../../../presentation/units.ts';
import type { CommandContext, CommandOutcome, RunCommand } from '../../command.ts';
import { followPlan } from '../../follow-plan.ts';
import { planCommandResult } from '../../output/plan-result.ts';
import { parseAttempt } from '../../parse-attempt.ts';
import { openProject, requirePlan } from '../../project/open-project.ts';
import { editConflict } from '../../prompts/edit-conflict.ts';

export const run: RunCommand = async context => {
  const take = await parseResolution(context);
  const hunk = parseHunk(context);
  await using opened = await openProject(context);
  const plan = await requirePlan(context, opened.troupe);
  const attendance = followPlan(context, plan);
  try {
    await attendance.skipHistory();
    let record = await plan.record();
    // One at a time: a resolution completes, and may end the merge, before the next one starts.
    for (const path of await selectPaths(context, plan)) {
      const what = take === 'edit' ? await editConflict(context, await plan.conflicts.get(path)) : take;
      await plan.conflicts.resolve(path, what, hunk);
      record = await attendance.waitUntilIdle();
    }
    if (record.state === 'conflicted' && isActor(take) && record.error !== null)
      throw TroupeError.deserialize(record.error);
    if (record.state === 'conflicted') return openConflictsResult(record, context);
    return await planCommandResult({ context, plan, record, attendance, aim: 'execute' });
  } finally {
    attendance.close();
  }
};

function openConflictsResult(record: PlanRecord, { paint }: Pick<CommandContext, 'paint'>): CommandOutcome {
  const open = record.conflicts.map(({ path }) => path);
  const next = nextCommands(record);
  return {
    data: { plan: planData(record), open, next },
    text: [
      `Resolved; ${pluralize(open.length, 'conflict')} left: ${open.map(sanitizeLine).join(', ')}`,
      ...nextLines(next, paint),
    ].join('\n'),
  };
}

async function selectPaths({ args }: CommandContext, plan: Plan): Promise<string[]> {
  const path = args.text('path');
  if (path !== undefined && !args.has('all')) return [path];
  if (path === undefined && args.text('attempt') !== undefined) return [attemptsPath];
  if (path === undefined && args.has('all')) {
    return (await plan.conflicts.list()).filter(({ resolution }) => resolution === null).map(conflict => conflict.path);
  }
  throw new TroupeError('USAGE', 'Say which conflict: one path, or --all', { hints: [commandHint('plan conflicts')] });
}

/** Returns the commands that resolve the same path in each way, for the named plan. */
function resolveCommands({ args }: Pick<CommandContext, 'args'>, ...ways: CommandHint['options'][]): Hint[] {
  const [path, plan] = [args.text('path'), args.text('plan')];
  const about = omitUndefined({ planId: plan });
  const resolving =
    path === undefined ? [] : ways.map(options => commandHint('plan resolve', { ...about, args: [path], options }));
  return [...resolving, commandHint('plan conflicts')];
}

/** Returns the requested resolution, except for `--edit`. Exactly one is allowed. */
async function parseResolution(context: CommandContext): Promise<ResolutionChoice | 'edit'> {
  const { args, globals } = context;
  const side = args.text('take');
  const file = args.text('with');
  const actor = args.text('actor');
  const attempt = args.text('attempt');
  if (attempt !== undefined && side === undefined && file === undefined && actor === undefined && !args.has('edit')) {
    return { attempt: parseAttempt(attempt, { command: 'plan resolve', flag: '--attempt' }) };
  }
  const asked = [side, file, actor, attempt].filter(each => each !== undefined).length + Number(args.has('edit'));
  if (asked !== 1)
    throw new TroupeError('USAGE', 'Say what to take, in one way: a side, a file, --edit or --actor', {
      hints: resolveCommands(context, { take: 'ours' }, { take: 'theirs' }),
    });
  if (args.has('edit')) return 'edit';
  if (actor !== undefined) return { actor };
  if (file === undefined) return side as ResolutionChoice;
  const path = resolve(globals.directory, file);
  const content = await readFile(path).catch(cause => {
    throw new TroupeError('FILE_NOT_FOUND', 'This file cannot be read', { where: path, hints: ['ls'], cause });
  });
  return { content };
}

function isActor(take: ResolutionChoice | 'edit'): boolean {
  return typeof take === 'object' && 'actor' in take;
}

function parseHunk(context: CommandContext): { hunk?: number } {
  const { args } = context;
  const hunk = args.text('hunk');
  if (hunk === undefined) return {};
  if (/^[1-9]\d*$/.test(hunk) && !args.has('all') && !args.has('edit')) return { hunk: Number(hunk) };
  throw new TroupeError('USAGE', '--hunk is the number of one hunk of one path, and is not edited alone', {
    hints: resolveCommands(context, { hunk: 1, take: 'both' }).toReversed(),
  });
}
