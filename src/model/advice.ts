/**
 * What to type next, made whole. Whoever raises a fault knows what would help, but seldom which plan it is about; here
 * its hints get the plan's id and lose their doubles, and the commands that lead on from where the plan rests join them.
 */
import type { PlanCommand } from './contract.ts';
import { Fault, hintsMax, type StoredFault } from './fault.ts';

type Way = PlanCommand['type'];

/** What a person types for each command, about one plan; the best way on comes first. */
const lines: Readonly<Record<Way, string>> = {
  answer: 'troupe plan approve',
  resolve: 'troupe plan conflicts',
  start: 'troupe plan execute',
  execute: 'troupe plan execute',
  resume: 'troupe plan resume',
  apply: 'troupe plan apply',
  approve: 'troupe plan apply --yes',
  land: 'troupe plan apply --finished',
  revert: 'troupe plan revert',
  correct: 'troupe plan explain',
  rollback: 'troupe plan checkpoint list',
  edit: 'troupe plan edit --print',
  checkpoint: 'troupe plan checkpoint create',
  forget: 'troupe plan checkpoint list',
  constrain: 'troupe invariant list',
  release: 'troupe invariant list',
  pause: 'troupe plan pause',
  cancel: 'troupe plan cancel',
  prompt: 'troupe plan prompt "what to mind"',
};
const byUse = Object.keys(lines);

/** Of these ways the ones that help most, each as a person types it. */
export function onward(ways: readonly string[], planId: string): string[] {
  const sorted = [...ways].sort((left, right) => byUse.indexOf(left) - byUse.indexOf(right));
  const known = sorted.flatMap(way => (way in lines ? [lines[way as Way]] : []));
  return [...new Set(known)].map(line => about(line, planId));
}

/** A fault as it is told of a plan: what its maker proposed first, then what leads on, then where to look. */
export function advise(fault: StoredFault, planId: string, ways: readonly Way[]): StoredFault {
  const proposed = fault.hints.filter(hint => isObeyed(hint, ways));
  // What is proposed already in a way of its own would fail again without it.
  const others = ways.map(way => lines[way]).filter(line => !proposed.some(hint => hint.startsWith(`${line} `)));
  const hints = [...proposed, ...others, 'troupe plan explain', 'troupe plan logs'];
  return { ...fault, hints: [...new Set(hints.map(hint => about(hint, planId)))].slice(0, hintsMax) };
}

/** The same hints, each with the plan's id. */
export function forPlan<Told extends Pick<StoredFault, 'hints'>>(fault: Told, planId: string): Told {
  return { ...fault, hints: fault.hints.map(hint => about(hint, planId)) };
}

/** Whether the plan does what a hint of its own says. Parts that are finished are applied from elsewhere, too. */
function isObeyed(hint: string, ways: readonly Way[]): boolean {
  const [, way] = /^troupe plan (execute|apply|revert|resume|resolve)\b(?!.* --(?:finished|part)\b)/.exec(hint) ?? [];
  return way === undefined || ways.some(known => known === way);
}

/** Commands that are about no plan in particular. */
const general = /^troupe plan (list|use)\b/;
/** Commands that say already which plan they are about. */
const named = / --plan |\b[0-9A-HJKMNP-TV-Z]{26}\b/;
/** Commands that take the plan by its place; all others by `--plan`. */
const placed =
  /^(troupe plan (?:status|tree|explain|conflicts|logs|execute|apply|approve|deny|pause|resume|cancel|edit|revert|corrections|fork|checkpoint (?:create|list)))(?=$| )/;

/** A command about one plan, or several commands in a row, with the plan's id in them. */
function about(hint: string, planId: string): string {
  return hint
    .split(' && ')
    .map(command => aboutOne(command, planId))
    .join(' && ');
}

function aboutOne(hint: string, planId: string): string {
  if (!hint.startsWith('troupe plan ')) return hint;
  const whole = withNames(hint, planId);
  if (general.test(whole) || named.test(whole)) return whole;
  if (placed.test(whole)) return whole.replace(placed, `$1 ${planId}`);
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
export function revertsOf(commits: readonly string[]): string[] {
  // Those of several projects have the project's name before them, and belong to other repositories.
  const own = commits.filter(commit => /^[0-9a-f]{40,64}$/.test(commit));
  return own.length === 0 ? [] : [`git revert --no-edit ${own.toReversed().join(' ')}`];
}

/**
 * Work in a sandbox that may be lost, with what goes on without it: a plan of its own from a checkpoint, or this one from
 * its beginning.
 * @throws {Fault} SANDBOX_LOST, and whatever the work throws
 */
export async function orWithoutSandbox<Result>(
  work: Promise<Result>,
  { planId, checkpointId }: { planId: string; checkpointId?: string },
): Promise<Result> {
  return await work.catch((thrown: unknown) => {
    if (!Fault.is(thrown) || thrown.code !== 'SANDBOX_LOST') throw thrown;
    const { code, message, where, details } = thrown;
    const fork = `troupe plan fork ${planId}`;
    const hints = [
      checkpointId === undefined ? fork : `${fork} --checkpoint ${checkpointId}`,
      `troupe plan revert ${planId}`,
    ];
    throw new Fault(code, message, { where, hints, details, cause: thrown });
  });
}
