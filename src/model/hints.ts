/**
 * Completes the hints of errors. The code that raises an error knows what would help, but rarely the plan; here the
 * hints get the plan's id, lose duplicates, and are joined by the commands that are available in the plan's state.
 */
import { type CommandHint, commandHint, type Hint, uniqueHints } from './command-hint.ts';
import type { PlanCommand } from './effects.ts';
import { hintsMax, type SerializedError, TroupeError } from './errors.ts';

type CommandType = PlanCommand['type'];

/** What you type for each command of a plan; best first. */
const hintByCommand: Readonly<Record<CommandType, CommandHint>> = {
  answerApproval: commandHint('plan approve'),
  resolve: commandHint('plan conflicts'),
  start: commandHint('plan execute'),
  execute: commandHint('plan execute'),
  resume: commandHint('plan resume'),
  apply: commandHint('plan apply'),
  approve: commandHint('plan apply', { options: { yes: true } }),
  applyPart: commandHint('plan apply', { options: { finished: true } }),
  revert: commandHint('plan revert'),
  correct: commandHint('plan explain'),
  rollback: commandHint('plan checkpoint list'),
  edit: commandHint('plan edit', { options: { print: true } }),
  checkpoint: commandHint('plan checkpoint create'),
  deleteCheckpoint: commandHint('plan checkpoint list'),
  addInvariant: commandHint('invariant list'),
  removeInvariant: commandHint('invariant list'),
  pause: commandHint('plan pause'),
  cancel: commandHint('plan cancel'),
  prompt: commandHint('plan prompt', { args: ['what to mind'] }),
};
const preference = Object.keys(hintByCommand);

/** Returns the most helpful of these commands, as you type them. */
export function allowedCommandHints(commands: readonly string[], planId: string): Hint[] {
  const sorted = [...commands].sort((left, right) => preference.indexOf(left) - preference.indexOf(right));
  const known = sorted.flatMap(type => (type in hintByCommand ? [hintByCommand[type as CommandType]] : []));
  return uniqueHints(known.map(hint => withId(hint, planId)));
}

/** Returns an error with its hints for a plan: first those of the error, then the available commands, then where to look. */
export function withPlanHints(
  error: SerializedError,
  planId: string,
  commands: readonly CommandType[],
): SerializedError {
  const proposed = error.hints.filter(hint => isAllowed(hint, commands));
  // A hint that already runs this command with options: without them it would fail again.
  const others = commands
    .map(type => hintByCommand[type])
    .filter(hint => !proposed.some(other => typeof other !== 'string' && extendsHint(other, hint)));
  const hints = [...proposed, ...others, commandHint('plan explain'), commandHint('plan logs')];
  return { ...error, hints: uniqueHints(hints.map(hint => withId(hint, planId))).slice(0, hintsMax) };
}

/** Returns the same hints, each with the plan's id. */
export function withPlanId<WithHints extends Pick<SerializedError, 'hints'>>(
  error: WithHints,
  planId: string,
): WithHints {
  return { ...error, hints: error.hints.map(hint => withId(hint, planId)) };
}

/** Returns whether a hint is another one with more arguments or options. */
function extendsHint(hint: CommandHint, plain: CommandHint): boolean {
  const { args = [], options = {} } = plain;
  return (
    hint.command === plain.command &&
    args.every((argument, at) => hint.args?.[at] === argument) &&
    Object.entries(options).every(([name, value]) => hint.options?.[name] === value)
  );
}

const guardedCommands = ['execute', 'apply', 'revert', 'resume', 'resolve'] as const satisfies CommandType[];

/** Returns whether the plan's state allows a hint. Finished subplans can be applied in other states, too. */
function isAllowed(hint: Hint, commands: readonly CommandType[]): boolean {
  if (typeof hint === 'string') return true;
  const guarded = guardedCommands.find(type => hint.command === `plan ${type}`);
  if (guarded === undefined || hint.options?.finished !== undefined || hint.options?.subplan !== undefined) return true;
  return commands.includes(guarded);
}

/** Commands that do not concern one plan. */
const needsNoPlan: ReadonlySet<string> = new Set(['plan list', 'plan use']);

/** Adds the plan's id to a command of a plan that does not name one. */
function withId(hint: Hint, planId: string): Hint {
  if (typeof hint === 'string' || !hint.command.startsWith('plan ')) return hint;
  const named = withNewNames(hint, planId);
  return named.planId !== undefined || needsNoPlan.has(named.command) ? named : { ...named, planId };
}

/** Fills in a branch or file named after the plan, where a hint leaves the name open. */
function withNewNames(hint: CommandHint, planId: string): CommandHint {
  if (hint.options === undefined) return hint;
  const end = planId.slice(-6).toLowerCase();
  const entries = Object.entries(hint.options).map(([name, value]) => [
    name,
    value ?? (name === 'patch' ? `troupe-${end}.patch` : `troupe/${end}`),
  ]);
  return { ...hint, options: Object.fromEntries(entries) };
}

/** Returns the command that reverts commits in the project's own history, newest first; none without commits. */
export function revertHints(commits: readonly string[]): string[] {
  // Commits of several projects are prefixed by the project's name and belong to other repositories.
  const own = commits.filter(commit => /^[0-9a-f]{40,64}$/.test(commit));
  return own.length === 0 ? [] : [`git revert --no-edit ${own.toReversed().join(' ')}`];
}

/**
 * Runs work in a sandbox that may be lost, and adds hints for continuing without it: fork a new plan from a
 * checkpoint, or restart this one.
 * @throws {TroupeError} SANDBOX_LOST, and anything the work throws
 */
export async function withSandboxLostHints<Result>(
  work: Promise<Result>,
  { planId, checkpointId }: { planId: string; checkpointId?: string },
): Promise<Result> {
  return await work.catch((thrown: unknown) => {
    TroupeError.assert(thrown, 'SANDBOX_LOST');
    const { code, message, where, details } = thrown;
    const from = checkpointId === undefined ? {} : { options: { checkpoint: checkpointId } };
    const hints = [commandHint('plan fork', { planId, ...from }), commandHint('plan revert', { planId })];
    throw new TroupeError(code, message, { where, hints, details, cause: thrown });
  });
}
