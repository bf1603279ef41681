/** How a result is applied: completely or in part, its commit trailers, and the hook that runs afterwards. */
import * as z from 'zod';
import { commandHint } from './command-hint.ts';
import { TroupeError } from './errors.ts';
import type { CommitMessage } from './review.ts';
import { ApplyTarget } from './target.ts';
import { RunOutcome } from './validation.ts';

/** One line of a trailer. */
const trailerValue = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\r\n]*$/, 'a trailer is one line');

/** Trailers of the commit that apply creates; none by default. Author and committer are always you. */
export const CommitTrailers = z.strictObject({
  assistedBy: trailerValue
    .optional()
    .meta({ description: 'Value of an `Assisted-by` trailer.', examples: ['an agent'] }),
  coAuthoredBy: trailerValue
    .regex(/^[^<>]+ <[^<>\s]+>$/, 'a co-author is given as Name <mail>')
    .optional()
    .meta({ description: 'Value of a `Co-authored-by` trailer: `Name <mail>`.', examples: ['Ada <ada@example.com>'] }),
  planId: z
    .boolean()
    .optional()
    .meta({ description: 'Whether to add the trailer `Troupe-Plan: ID`.', examples: [true] }),
});
export type CommitTrailers = z.infer<typeof CommitTrailers>;

/** A program that runs in the project after a result was applied. Its failure is reported and undoes nothing. */
export const PostApplyHook = z.strictObject({
  argv: z
    .array(z.string())
    .min(1)
    .meta({ description: 'Program and arguments, without a shell.', examples: [['gh', 'pr', 'create', '--fill']] }),
  timeoutSeconds: z
    .number()
    .positive()
    .default(300)
    .meta({ description: 'Seconds it may run.', examples: [60] }),
});
export type PostApplyHook = z.infer<typeof PostApplyHook>;

/** How that program ended; `interrupted` when a crash lost its result, because it never runs twice. */
export const PostApplyHookResult = z.strictObject({
  argv: z.array(z.string()),
  outcome: z.union([RunOutcome, z.literal('interrupted')]),
  exitCode: z.number().int().nullable(),
  outputTail: z.string(),
});
export type PostApplyHookResult = z.infer<typeof PostApplyHookResult>;

/** The options of an `apply` command, besides the target. null means: as the plan's action says. */
export interface ApplyInstructions {
  /** The selected part of the result, as a tree; `left` are the parts that are not applied. */
  selection: { treeOid: string; left: string[] } | null;
  commit: CommitTrailers | null;
  after: PostApplyHook | null;
}

/** A request to apply a part of a plan's work, after which the plan continues. */
export interface PartialApplyRequest {
  applyId: string;
  /** The part was selected in this attempt, on this base: it is rejected when either has changed since. */
  attempt: number;
  baseTree: string;
  /** The tree to apply, with everything that was applied before. */
  treeOid: string;
  target: ApplyTarget;
  /** Subplans whose work it contains. */
  subplans: string[];
  /** Parts of a reviewed result that are not applied, as you type them. */
  left: string[];
  commit: CommitTrailers | null;
  after: PostApplyHook | null;
  /** The checkpoint to create after the apply. */
  checkpointId: string;
}

/** A part that was applied: which work of the plan, and where. */
export const AppliedPart = z.strictObject({
  applyId: z.string(),
  target: ApplyTarget,
  commits: z.array(z.string()),
  files: z.array(z.string()),
  subplans: z.array(z.string()),
  left: z.array(z.string()),
  after: PostApplyHookResult.optional(),
});
export type AppliedPart = z.infer<typeof AppliedPart>;

/** Formats the commit message: the message written for the result or else the goal, then the requested trailers. */
export function formatCommitMessage(
  { goal, planId, written = null }: { goal: string; planId: string; written?: CommitMessage | null },
  trailerOptions: CommitTrailers | null | undefined,
): string {
  const text = written === null ? goal : [written.subject, written.body].filter(part => part !== '').join('\n\n');
  const trailers = [
    ...(trailerOptions?.assistedBy === undefined ? [] : [`Assisted-by: ${trailerOptions.assistedBy}`]),
    ...(trailerOptions?.coAuthoredBy === undefined ? [] : [`Co-authored-by: ${trailerOptions.coAuthoredBy}`]),
    ...(trailerOptions?.planId === true ? [`Troupe-Plan: ${planId}`] : []),
  ];
  return trailers.length === 0 ? text : `${text.trimEnd()}\n\n${trailers.join('\n')}\n`;
}

/** Returns the error for a result that the target already contains. */
export function nothingToApplyError(planId: string, target: ApplyTarget): TroupeError {
  const where = target.kind === 'branch' ? `The branch ${target.branch}` : 'The checkout';
  return new TroupeError('NOTHING_TO_APPLY', `${where} holds this result already: applying it would change nothing`, {
    where: `plan ${planId}`,
    hints: [
      commandHint('plan diff', { planId }),
      commandHint('plan cancel', { planId }),
      commandHint('plan explain', { planId }),
    ],
  });
}

/** Returns the patch file of one of several projects: the alias goes before the extension. */
export function patchPath(file: string, alias: string): string {
  return file.replace(/(\.[^./\\]+)?$/, `.${alias}$1`);
}
