import type { AgentRef } from '../model/agent.ts';
import type { Conflict, Resolution } from '../model/conflict.ts';
import { Fault } from '../model/fault.ts';
import { withOperand } from '../model/shell-word.ts';
import { type Suggestion, suggestionsOf } from '../model/suggestion.ts';
import type { HunkText, Project } from '../ports/project.ts';
import type { PlanLedger } from './ledger.ts';

/** What a person settles a conflict, or a hunk of it, with. An agent by name, or null for the plan's own. */
export type Take = 'ours' | 'theirs' | 'base' | 'both' | { content: Buffer } | { actor: AgentRef | null };

/** A conflict with all there is to decide it by. */
export interface ConflictView extends Conflict {
  resolution: Resolution | null;
  /** The file as it stands: with what is settled, and what is not between markers. null when it is not text. */
  content: Buffer | null;
  /** What each hunk says, in the order of `hunks`. */
  texts: HunkText[];
  suggestions: Suggestion[];
}

interface Host {
  ledger: PlanLedger;
  project: Project;
}

type Known = Conflict & { resolution: Resolution | null };

/** @throws {Fault} UNKNOWN_CONFLICT */
export async function viewConflict(host: Host, planId: string, path: string): Promise<ConflictView> {
  const known = await host.ledger.conflicts(planId);
  const [conflict] = named(known, path).conflicts;
  if (conflict === undefined) throw noConflict(planId, path, known);
  const { content, hunks: texts } = await host.project.examine(conflict);
  return {
    ...conflict,
    content,
    texts,
    suggestions: isText(conflict) ? suggestionsOf(conflict, texts) : [],
  };
}

/** Rows of a resource are not lines: what is alike in their words says nothing. */
function isText({ resolution, resource }: Known): boolean {
  return resolution === null && resource === undefined;
}

/**
 * The command that settles what was named: a path, `path#hunk`, or a conflict's id.
 * @throws {Fault} UNKNOWN_CONFLICT, CONFLICT_RESOLVED, USAGE
 */
export async function resolveCommand(
  host: Host,
  planId: string,
  { path, take, hunk: asked }: { path: string; take: Take; hunk: number | undefined },
): Promise<{ type: 'resolve'; conflictId: string; resolution: Resolution }> {
  const known = await host.ledger.conflicts(planId);
  const found = named(known, path);
  const conflict = found.conflicts.find(({ resolution }) => resolution === null);
  if (conflict === undefined)
    throw found.conflicts.length > 0 ? resolved(planId, path) : noConflict(planId, path, known);
  const hunk = asked ?? found.hunk ?? (take === 'both' && conflict.hunks.length === 1 ? 1 : null);
  const { conflictId } = conflict;
  const again = (flags: string) => withOperand('troupe plan resolve', path, `${flags} --plan ${planId}`);
  return { type: 'resolve', conflictId, resolution: await resolutionOf(host, conflict, { take, hunk, again }) };
}

async function resolutionOf(
  host: Host,
  { path, resource }: Conflict,
  { take, hunk, again }: { take: Take; hunk: number | null; again(flags: string): string },
): Promise<Resolution> {
  if (hunk !== null && resource !== undefined && !['ours', 'theirs', 'base'].some(side => side === take)) {
    throw new Fault('USAGE', `Of what ${resource} merges one side can be taken: ours, theirs or base`, {
      where: path,
      hints: [again(`--hunk ${hunk} --take theirs`)],
    });
  }
  if (typeof take !== 'object') {
    if (hunk !== null) return { take: 'hunk', hunk, pick: take };
    if (take !== 'both') return { take };
    throw new Fault('USAGE', `Both sides can be taken of one hunk, not of the whole of ${path}`, {
      where: path,
      hints: [again('--hunk 1 --take both')],
    });
  }
  if ('content' in take) {
    const oid = await host.project.writeBlob(take.content);
    return hunk === null ? { take: 'content', oid, mode: null } : { take: 'hunk', hunk, pick: { oid } };
  }
  if (hunk === null) return { take: 'actor', actor: take.actor };
  throw new Fault('USAGE', `An actor settles the whole of ${path}, not one hunk`, {
    where: path,
    hints: [again('--take ours'), again('--take theirs')],
  });
}

/** Conflicts of that name, and the hunk where the name is a path with `#` and a number behind it. */
function named(known: readonly Known[], path: string): { conflicts: Known[]; hunk: number | null } {
  const of = (name: string) => known.filter(conflict => conflict.path === name || conflict.conflictId === name);
  const whole = of(path);
  const [, file, number] = /^(.+)#(\d+)$/.exec(path) ?? [];
  if (whole.length > 0 || file === undefined) return { conflicts: whole, hunk: null };
  return { conflicts: of(file), hunk: Number(number) };
}

function resolved(planId: string, path: string): Fault {
  return new Fault('CONFLICT_RESOLVED', `The conflict in ${path} is resolved already`, {
    where: path,
    hints: [`troupe plan conflicts ${planId}`],
  });
}

function noConflict(planId: string, path: string, known: readonly Known[]): Fault {
  const paths = known.filter(conflict => conflict.resolution === null).map(conflict => conflict.path);
  const open = paths.length > 0 ? `; open are ${paths.join(', ')}` : '';
  return new Fault('UNKNOWN_CONFLICT', `There is no conflict in ${path}${open}`, {
    where: path,
    hints: [`troupe plan conflicts ${planId}`],
  });
}
