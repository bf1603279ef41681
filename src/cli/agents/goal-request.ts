import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseAction, type Troupe, TroupeError } from '../../index.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import { type PlanRequest, planOptionsFromFlags } from '../action-input.ts';
import type { CommandContext, ParsedArgs } from '../command.ts';
import type { OpenedProject } from '../project/open-project.ts';
import { agentWithModel } from './agent-with-model.ts';
import { chooseAgent } from './choose-agent.ts';
import { type ActionDraft, goalAction } from './goal-action.ts';

/** Flags for goals; a stored action has its own settings for these. */
const goalFlags = ['agent', 'model', 'split', 'check'] as const;

export interface RunRequest {
  request: PlanRequest;
  /** The action as its file would hold it, if it was created for a goal. */
  draft: ActionDraft | null;
}

/** Whether the command line names an action. @throws {TroupeError} USAGE when flags for goals are given with it */
export function namesAction({ args }: Pick<CommandContext, 'args'>): boolean {
  const flag = ['file', 'action'].find(name => args.text(name) !== undefined);
  if (flag !== undefined) refuseGoalFlags(args, `--${flag}`);
  return flag !== undefined;
}

/**
 * Decides what `run` does without -f and --action: one word that is the name of a stored action runs that action; everything
 * else is a goal for an agent.
 * @throws {TroupeError} USAGE, UNKNOWN_AGENT, AGENT_UNAVAILABLE, CANCELLED
 */
export async function goalRequest(
  context: CommandContext,
  { troupe, configuredAgent, ownAgents, location }: Omit<OpenedProject, 'sharedTroupe'>,
): Promise<RunRequest> {
  const { args } = context;
  const goal = args.text('goal');
  if (goal === undefined) throw nothingToDoError();
  const options = await planOptionsFromFlags(context);
  const isWord = !/\s/.test(goal.trim());
  if (isWord && (await isStored(troupe, goal))) {
    refuseGoalFlags(args, `the stored action "${goal}"`);
    return { request: { ...options, action: goal }, draft: null };
  }
  const name = await chooseAgent(context, { configured: configuredAgent, own: ownAgents }).catch(thrown => {
    throw isWord && TroupeError.is(thrown) && args.text('agent') === undefined ? neitherError(goal, thrown) : thrown;
  });
  const draft = goalAction({
    goal,
    agent: agentWithModel(name, args.text('model'), ownAgents),
    split: args.has('split'),
    checks: args.list('check'),
  });
  if (args.list('check').length > 0 && existsSync(join(location.root, 'node_modules'))) {
    context.log(
      'Sandboxes have no node_modules, so a check that needs it fails: write the action with --save, add a set-up to it, and run it with -f',
      'warning',
    );
  }
  return { request: { ...options, action: parseAction(draft, 'troupe run'), goal: draft.description }, draft };
}

async function isStored(troupe: Troupe, name: string): Promise<boolean> {
  try {
    await troupe.actions.get(name);
    return true;
  } catch (thrown) {
    if (TroupeError.is(thrown) && (thrown.code === 'UNKNOWN_ACTION' || thrown.code === 'INVALID_NAME')) return false;
    throw thrown;
  }
}

function refuseGoalFlags(args: ParsedArgs, action: string): void {
  const flag = goalFlags.find(name => args.text(name) !== undefined || args.has(name) || args.list(name).length > 0);
  if (flag === undefined) return;
  throw new TroupeError('USAGE', `--${flag} is for a goal; ${action} says by itself how it is worked on`, {
    where: `--${flag}`,
    hints: ['troupe help run', 'troupe help action'],
  });
}

function nothingToDoError(): TroupeError {
  return new TroupeError(
    'USAGE',
    'Say what to do: a goal in quotes for an agent, or an action, with -f or by its name',
    {
      hints: ['troupe help run', 'troupe agent list', 'troupe action list'],
    },
  );
}

/** One word may be a goal or the misspelt name of an action. */
function neitherError(word: string, { code, message, where, hints, details }: TroupeError): TroupeError {
  return new TroupeError(code, `There is no stored action "${word}", and it cannot be a goal either: ${message}`, {
    ...omitUndefined({ where }),
    hints: ['troupe action list', ...hints],
    ...omitUndefined({ details }),
  });
}
