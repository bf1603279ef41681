/**
 * What to type next, made whole. Whoever raises an error knows what would help, but seldom which plan it is about; here
 * its hints get the plan's id and lose their doubles, and the commands that lead on from where the plan rests join them.
 */
import type { PlanCommand } from './effects.ts';
import { hintsMax, type SerializedError, TroupeError } from './errors.ts';

type CommandType = PlanCommand['type'];

/** What a person types for each command, about one plan; the best way on comes first. */
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

/** Of these ways the ones that help most, each as a person types it. */
export function commandHints(commands: readonly string[], planId: string): string[] {
  const sorted = [...commands].sort((left, right) => preference.indexOf(left) - preference.indexOf(right));
  const known = sorted.flatMap(way => (way in commandLines ? [commandLines[way as CommandType]] : []));
  return [...new Set(known)].map(line => withId(line, planId));
}

/** An error as it is told of a plan: what its maker proposed first, then what leads on, then where to look. */
export function withPlanHints(
  error: SerializedError,
  planId: string,
  commands: readonly CommandType[],
): SerializedError {
  const proposed = error.hints.filter(hint => isAllowed(hint, commands));
  // What is proposed already in a way of its own would fail again without it.
  const others = commands
    .map(way => commandLines[way])
    .filter(line => !proposed.some(hint => hint.startsWith(`${line} `)));
  const hints = [...proposed, ...others, 'troupe plan explain', 'troupe plan logs'];
  return { ...error, hints: [...new Set(hints.map(hint => withId(hint, planId)))].slice(0, hintsMax) };
}

/** The same hints, each with the plan's id. */
export function withPlanId<WithHints extends Pick<SerializedError, 'hints'>>(
  error: WithHints,
  planId: string,
): WithHints {
  return { ...error, hints: error.hints.map(hint => withId(hint, planId)) };
}

/** Whether the plan does what a hint of its own says. Parts that are finished are applied from elsewhere, too. */
function isAllowed(hint: string, commands: readonly CommandType[]): boolean {
  const [, way] = /^troupe plan (execute|apply|revert|resume|resolve)\b(?!.* --(?:finished|part)\b)/.exec(hint) ?? [];
  return way === undefined || commands.some(known => known === way);
}

/** Commands that are about no plan in particular. */
const needsNoPlan = /^troupe plan (list|use)\b/;
/** Commands that say already which plan they are about. */
const namesPlan = / --plan |\b[0-9A-HJKMNP-TV-Z]{26}\b/;
/** Commands that take the plan by its place; all others by `--plan`. */
const takesPositionalPlan =
  /^(troupe plan (?:status|tree|explain|conflicts|logs|execute|apply|approve|deny|pause|resume|cancel|edit|revert|corrections|fork|checkpoint (?:create|list)))(?=$| )/;

/** A command about one plan, or several commands in a row, with the plan's id in them. */
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
  // Behind ` -- ` there are operands only, behind ` # ` a remark.
  const [command = '', ...rest] = whole.split(/(?=\s+# | -- )/);
  return [`${command} --plan ${planId}`, ...rest].join('');
}

/** A branch or a file of its own for the result of each plan, where a hint leaves its name open. */
function withNames(hint: string, planId: string): string {
  const end = planId.slice(-6).toLowerCase();
  return hint
    .replace(/--branch NAME\b/, `--branch troupe/${end}`)
    .replace(/--patch FILE\b/, `--patch troupe-${end}.patch`);
}

/** The command that undoes commits in the project's own history, newest first; none where there are none. */
export function revertHints(commits: readonly string[]): string[] {
  // Those of several projects have the project's name before them, and belong to other repositories.
  const own = commits.filter(commit => /^[0-9a-f]{40,64}$/.test(commit));
  return own.length === 0 ? [] : [`git revert --no-edit ${own.toReversed().join(' ')}`];
}

/**
 * Work in a sandbox that may be lost, with what goes on without it: a plan of its own from a checkpoint, or this one from
 * its beginning.
 * @throws {TroupeError} SANDBOX_LOST, and whatever the work throws
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
