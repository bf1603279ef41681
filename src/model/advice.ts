/**
 * What to type next, made whole. Whoever raises a fault knows what would help, but seldom which plan it is about; here
 * its hints get the plan's id and lose their doubles, and the commands that lead on from where the plan rests join them.
 */
import type { PlanCommand } from './contract.ts';
import { Fault, type StoredFault } from './fault.ts';

/** What a person types for each command, about one plan. */
const lines: Readonly<Record<PlanCommand['type'], string>> = {
  start: 'troupe plan execute',
  execute: 'troupe plan execute',
  apply: 'troupe plan apply',
  land: 'troupe plan apply --finished',
  approve: 'troupe plan apply --yes',
  answer: 'troupe plan approve',
  constrain: 'troupe invariant list',
  release: 'troupe invariant list',
  pause: 'troupe plan pause',
  resume: 'troupe plan resume',
  cancel: 'troupe plan cancel',
  revert: 'troupe plan revert',
  prompt: 'troupe plan prompt "what to mind"',
  resolve: 'troupe plan conflicts',
  checkpoint: 'troupe plan checkpoint create',
  forget: 'troupe plan checkpoint list',
  correct: 'troupe plan explain',
  edit: 'troupe plan edit',
  rollback: 'troupe plan checkpoint list',
};

export function typed(command: PlanCommand['type'], planId: string): string {
  return about(lines[command], planId);
}

/** A fault as it is told of a plan: what its maker proposed first, then what leads on, then where to look. */
export function advise(fault: StoredFault, planId: string, ways: readonly PlanCommand['type'][]): StoredFault {
  const onward = ways.map(command => lines[command]);
  const hints = [...fault.hints, ...onward, 'troupe plan explain', 'troupe plan logs'];
  return { ...fault, hints: [...new Set(hints.map(hint => about(hint, planId)))] };
}

/** Commands that are about no plan in particular. */
const general = /^troupe plan (list|use)\b/;
/** Commands that say already which plan they are about. */
const named = / --plan |\b[0-9A-HJKMNP-TV-Z]{26}\b/;
/** Commands that take the plan by its place; all others by `--plan`. */
const placed =
  /^(troupe plan (?:status|tree|explain|conflicts|logs|execute|apply|approve|deny|pause|resume|cancel|edit|revert|checkpoint (?:create|list)))(?=$| -)/;

/** A command about one plan, or several commands in a row, with the plan's id in them. */
function about(hint: string, planId: string): string {
  return hint
    .split(' && ')
    .map(command => aboutOne(command, planId))
    .join(' && ');
}

function aboutOne(hint: string, planId: string): string {
  if (!hint.startsWith('troupe plan ') || general.test(hint) || named.test(hint)) return hint;
  if (placed.test(hint)) return hint.replace(placed, `$1 ${planId}`);
  const [command = '', ...remark] = hint.split(/(?=\s+# )/);
  return [`${command} --plan ${planId}`, ...remark].join('');
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
