import type { AgentRef } from '../../model/agent.ts';
import { attemptsPath } from '../../model/best-of.ts';
import { type CommandHint, commandHint } from '../../model/command-hint.ts';
import type { Conflict, Resolution } from '../../model/conflict.ts';
import type { Conflicts, ConflictWithResolution } from '../../model/conflict-history.ts';
import { TroupeError } from '../../model/errors.ts';
import { type Suggestion, suggestResolutions } from '../../model/suggestion.ts';
import type { Project } from '../../ports/project.ts';
import type { HunkText } from '../../ports/project-merges.ts';
import type { PlanLedger } from '../records/ledger.ts';

/** A person's resolution of a conflict or a hunk. An agent by name, or null for the plan's own. */
export type ResolutionChoice =
  | 'ours'
  | 'theirs'
  | 'base'
  | 'both'
  | { content: Buffer }
  | { actor: AgentRef | null }
  | { attempt: number };

/** A conflict with the text of its hunks. */
export interface ConflictTexts extends Conflict {
  resolution: Resolution | null;
  /** The text of each hunk, in the order of `hunks`. */
  texts: HunkText[];
  suggestions: Suggestion[];
}

/** A conflict with everything needed to resolve it. */
export interface ConflictDetails extends ConflictTexts {
  /** The current file: resolved hunks with their resolution, the others between markers. null when it is not text. */
  content: Buffer | null;
}

interface ConflictHost {
  ledger: PlanLedger;
  project: Project;
}

/** @throws {TroupeError} UNKNOWN_CONFLICT */
export async function loadConflictDetails(host: ConflictHost, planId: string, path: string): Promise<ConflictDetails> {
  const stored = await host.ledger.conflicts(planId);
  const matching = matchConflicts(stored, path).conflicts;
  const conflict = matching.find(({ resolution }) => resolution === null) ?? matching[0];
  if (conflict === undefined) throw unknownConflictError(planId, path, stored);
  return withDetails(host, conflict);
}

/** Reads what is stored once, however many conflicts there are. */
export async function loadConflictTexts(host: ConflictHost, planId: string): Promise<ConflictTexts[]> {
  const stored = await host.ledger.conflicts(planId);
  return Promise.all(
    stored.map(async conflict => {
      const { content: _, ...texts } = await withDetails(host, conflict);
      return texts;
    }),
  );
}

async function withDetails({ project }: ConflictHost, conflict: ConflictWithResolution): Promise<ConflictDetails> {
  const { content, hunks: texts } =
    conflict.attempts === undefined ? await project.inspectConflict(conflict) : { content: null, hunks: [] };
  return {
    ...conflict,
    content,
    texts,
    suggestions: isText(conflict) ? suggestResolutions(conflict, texts) : [],
  };
}

/** Items of a resource are not lines: similar text means nothing. */
function isText({ resolution, resource, attempts }: ConflictWithResolution): boolean {
  return resolution === null && resource === undefined && attempts === undefined;
}

/**
 * Returns the command that resolves a path, `path#hunk`, or a conflict id.
 * @throws {TroupeError} UNKNOWN_CONFLICT, CONFLICT_RESOLVED, USAGE
 */
export async function createResolveCommand(
  host: ConflictHost,
  planId: string,
  { path, take, hunk: requestedHunk }: { path: string; take: ResolutionChoice; hunk: number | undefined },
): Promise<{ type: 'resolve'; conflictId: string; resolution: Resolution }> {
  const stored = await host.ledger.conflicts(planId);
  const matches = matchConflicts(stored, path);
  const conflict = matches.conflicts.find(({ resolution }) => resolution === null);
  if (conflict === undefined)
    throw matches.conflicts.length > 0
      ? alreadyResolvedError(planId, matches.conflicts[0]?.path ?? path)
      : unknownConflictError(planId, path, stored);
  const hunk = requestedHunk ?? matches.hunk ?? (take === 'both' && conflict.hunks.length === 1 ? 1 : null);
  if (conflict.attempts !== undefined) assertChoice(planId, conflict, take);
  const { conflictId } = conflict;
  const retryCommand: RetryCommand = options => commandHint('plan resolve', { planId, args: [path], options });
  return {
    type: 'resolve',
    conflictId,
    resolution: await toResolution(host, conflict, { take, hunk, again: retryCommand }),
  };
}

/** The same command with other options. */
type RetryCommand = (options: NonNullable<CommandHint['options']>) => CommandHint;

async function toResolution(
  host: ConflictHost,
  { path, resource }: Conflict,
  { take, hunk, again }: { take: ResolutionChoice; hunk: number | null; again: RetryCommand },
): Promise<Resolution> {
  if (typeof take === 'object' && 'attempt' in take) return { take: 'attempt', attempt: take.attempt };
  if (hunk !== null && resource !== undefined && !['ours', 'theirs', 'base'].some(side => side === take)) {
    throw new TroupeError('USAGE', `A conflict that ${resource} merges takes one side: ours, theirs or base`, {
      where: path,
      hints: [again({ hunk, take: 'theirs' })],
    });
  }
  if (typeof take !== 'object') {
    if (hunk !== null) return { take: 'hunk', hunk, pick: take };
    if (take !== 'both') return { take };
    throw new TroupeError('USAGE', `Both sides can be taken of one hunk, not of the whole of ${path}`, {
      where: path,
      hints: [again({ hunk: 1, take: 'both' })],
    });
  }
  if ('content' in take) {
    const oid = await host.project.writeBlob(take.content);
    return hunk === null ? { take: 'content', oid, mode: null } : { take: 'hunk', hunk, pick: { oid } };
  }
  if (hunk === null) return { take: 'actor', actor: take.actor };
  throw new TroupeError('USAGE', `An agent resolves the whole of ${path}, not one hunk`, {
    where: path,
    hints: [again({ take: 'ours' }), again({ take: 'theirs' })],
  });
}

/** @throws {TroupeError} USAGE unless one of the attempts is chosen, by its number or by an agent */
function assertChoice(planId: string, { attempts = [] }: Conflict, take: ResolutionChoice): void {
  if (typeof take === 'object' && 'actor' in take) return;
  const numbers = attempts.map(({ attempt }) => attempt);
  if (typeof take === 'object' && 'attempt' in take && numbers.includes(take.attempt)) return;
  throw new TroupeError('USAGE', `Choose one of the attempts that can be chosen: ${numbers.join(', ')}`, {
    where: attemptsPath,
    hints: numbers.map(attempt => commandHint('plan resolve', { planId, options: { attempt } })),
  });
}

/** Returns the conflict of an id, or those of a path, and the hunk when the name is followed by `#` and a number. */
function matchConflicts(known: Conflicts, path: string): { conflicts: ConflictWithResolution[]; hunk: number | null } {
  const of = (name: string) => {
    const identified = known.filter(({ conflictId }) => conflictId === name);
    return identified.length > 0 ? identified : known.filter(conflict => conflict.path === name);
  };
  const whole = of(path);
  const [, file, number] = /^(.+)#(\d+)$/.exec(path) ?? [];
  if (whole.length > 0 || file === undefined) return { conflicts: whole, hunk: null };
  return { conflicts: of(file), hunk: Number(number) };
}

function alreadyResolvedError(planId: string, path: string): TroupeError {
  return new TroupeError('CONFLICT_RESOLVED', `The conflict in ${path} is resolved already`, {
    where: path,
    hints: [commandHint('plan conflicts', { planId })],
  });
}

function unknownConflictError(planId: string, path: string, stored: Conflicts): TroupeError {
  const paths = stored.filter(conflict => conflict.resolution === null).map(conflict => conflict.path);
  const open = paths.length > 0 ? `; open are ${paths.join(', ')}` : '';
  return new TroupeError('UNKNOWN_CONFLICT', `There is no conflict in ${path}${open}`, {
    where: path,
    hints: [commandHint('plan conflicts', { planId })],
  });
}
