/** How a result is brought home: all of it or part, what its commit says beside the goal, and what is done after. */
import * as z from 'zod';
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

/** Trailers of the commit that lands; none unless asked for. Author and committer are the user's in any case. */
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

/** A program that runs in the project once a result has landed. Its failure is told, and takes nothing back. */
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

/** How that program ended; `interrupted` when a crash left it untold, for it is never run twice. */
export const PostApplyHookResult = z.strictObject({
  argv: z.array(z.string()),
  outcome: z.union([RunOutcome, z.literal('interrupted')]),
  exitCode: z.number().int().nullable(),
  outputTail: z.string(),
});
export type PostApplyHookResult = z.infer<typeof PostApplyHookResult>;

/** What a person said with `apply` beside where to. What is null is as the plan's action has it. */
export interface ApplyInstructions {
  /** Part of the result, as a tree; `left` are the parts that stay behind. */
  selection: { treeOid: string; left: string[] } | null;
  commit: CommitTrailers | null;
  after: PostApplyHook | null;
}

/** A part of a plan's work on its way home, after which the plan goes on. */
export interface PartialApplyRequest {
  applyId: string;
  /** Counted in one attempt, on one base: where either is another by now, the part is not what was shown. */
  attempt: number;
  baseTree: string;
  /** What lands, with all that landed before. */
  treeOid: string;
  target: ApplyTarget;
  /** Subplans whose work is in it. */
  subplans: string[];
  /** Parts of a reviewed result that stay behind, as they are typed. */
  left: string[];
  commit: CommitTrailers | null;
  after: PostApplyHook | null;
  /** Of the checkpoint that is made once it has landed. */
  checkpointId: string;
}

/** A part that landed: what of the plan is home, and where. */
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

/** The message of the commit that lands: what was written for it or else the goal, then the trailers that were asked for. */
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

/** Why a result is not applied that its target holds already. */
export function nothingToApplyError(planId: string, target: ApplyTarget): TroupeError {
  const where = target.kind === 'branch' ? `The branch ${target.branch}` : 'The checkout';
  return new TroupeError('NOTHING_TO_APPLY', `${where} holds this result already: applying it would change nothing`, {
    where: `plan ${planId}`,
    hints: [`troupe plan diff --plan ${planId}`, `troupe plan cancel ${planId}`, `troupe plan explain ${planId}`],
  });
}

/** Where the patch of one of several projects goes: its alias stands before the ending of the file's name. */
export function patchPath(file: string, alias: string): string {
  return file.replace(/(\.[^./\\]+)?$/, `.${alias}$1`);
}
