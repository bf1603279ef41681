/**
 * Completes the hints of errors. The code that raises an error knows what would help, but rarely the plan; here the
 * hints get the plan's id, lose duplicates, and are joined by the commands that are available in the plan's state.
 */
import type { PlanCommand } from './effects.ts';
import { hintsMax, type SerializedError, TroupeError } from './errors.ts';

type CommandType = PlanCommand['type'];

/** What you type for each command of a plan; best first. */
const commandLines: Readonly<Record<CommandType, string>> = {
  answerApproval: 'troupe plan approve',
  resolve: 'troupe plan conflicts',
  start: 'troupe plan execute',
  execute: 'troupe plan execute',
  resume: 'troupe plan resume',
  apply: 'troupe plan apply',
  approve: 'troupe plan apply --yes',
  applyPart: 'troupe plan apply --finished',
  revert: 'troupe plan revert',
  correct: 'troupe plan explain',
  rollback: 'troupe plan checkpoint list',
  edit: 'troupe plan edit --print',
  checkpoint: 'troupe plan checkpoint create',
  deleteCheckpoint: 'troupe plan checkpoint list',
  addInvariant: 'troupe invariant list',
  removeInvariant: 'troupe invariant list',
  pause: 'troupe plan pause',
  cancel: 'troupe plan cancel',
  prompt: 'troupe plan prompt "what to mind"',
};
const preference = Object.keys(commandLines);

/** Returns the most helpful of these commands, as you type them. */
export function commandHints(commands: readonly string[], planId: string): string[] {
  const sorted = [...commands].sort((left, right) => preference.indexOf(left) - preference.indexOf(right));
  const known = sorted.flatMap(way => (way in commandLines ? [commandLines[way as CommandType]] : []));
  return [...new Set(known)].map(line => withId(line, planId));
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
    .map(way => commandLines[way])
    .filter(line => !proposed.some(hint => hint.startsWith(`${line} `)));
  const hints = [...proposed, ...others, 'troupe plan explain', 'troupe plan logs'];
  return { ...error, hints: [...new Set(hints.map(hint => withId(hint, planId)))].slice(0, hintsMax) };
}

/** Returns the same hints, each with the plan's id. */
export function withPlanId<WithHints extends Pick<SerializedError, 'hints'>>(
  error: WithHints,
  planId: string,
): WithHints {
  return { ...error, hints: error.hints.map(hint => withId(hint, planId)) };
}

/** Returns whether the plan's state allows a hint. Finished parts are applied with another command. */
function isAllowed(hint: string, commands: readonly CommandType[]): boolean {
  const [, way] = /^troupe plan (execute|apply|revert|resume|resolve)\b(?!.* --(?:finished|part)\b)/.exec(hint) ?? [];
  return way === undefined || commands.some(known => known === way);
}

/** Commands that do not concern one plan. */
const needsNoPlan = /^troupe plan (list|use)\b/;
/** Commands that already name their plan. */
const namesPlan = / --plan |\b[0-9A-HJKMNP-TV-Z]{26}\b/;
/** Commands that take the plan as an argument; all others use `--plan`. */
const takesPositionalPlan =
  /^(troupe plan (?:status|tree|explain|conflicts|logs|execute|apply|approve|deny|pause|resume|cancel|edit|revert|corrections|fork|checkpoint (?:create|list)))(?=$| )/;

/** Adds the plan's id to a command, or to several commands in a row. */
function withId(hint: string, planId: string): string {
  return hint
    .split(' && ')
    .map(command => withIdInOne(command, planId))
    .join(' && ');
}

function withIdInOne(hint: string, planId: string): string {
  if (!hint.startsWith('troupe plan ')) return hint;
  const whole = withNames(hint, planId);
  if (needsNoPlan.test(whole) || namesPlan.test(whole)) return whole;
  if (takesPositionalPlan.test(whole)) return whole.replace(takesPositionalPlan, `$1 ${planId}`);
  // After ` -- ` there are only operands, after ` # ` a remark.
  const [command = '', ...rest] = whole.split(/(?=\s+# | -- )/);
  return [`${command} --plan ${planId}`, ...rest].join('');
}

/** Fills in a branch or file named after the plan, where a hint leaves the name open. */
function withNames(hint: string, planId: string): string {
  const end = planId.slice(-6).toLowerCase();
  return hint
    .replace(/--branch NAME\b/, `--branch troupe/${end}`)
    .replace(/--patch FILE\b/, `--patch troupe-${end}.patch`);
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
    if (!TroupeError.is(thrown) || thrown.code !== 'SANDBOX_LOST') throw thrown;
    const { code, message, where, details } = thrown;
    const fork = `troupe plan fork ${planId}`;
    const hints = [
      checkpointId === undefined ? fork : `${fork} --checkpoint ${checkpointId}`,
      `troupe plan revert ${planId}`,
    ];
    throw new TroupeError(code, message, { where, hints, details, cause: thrown });
  });
}
