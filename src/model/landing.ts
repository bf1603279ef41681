/** How a result is brought home: all of it or part, what its commit says beside the goal, and what is done after. */
import * as z from 'zod';
import { Fault } from './fault.ts';
import type { CommitMessage } from './review.ts';
import { ApplyTarget } from './target.ts';
import { RunOutcome } from './validation.ts';

/** One line of a trailer. */
const line = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\r\n]*$/, 'a trailer is one line');

/** Trailers of the commit that lands; none unless asked for. Author and committer are the user's in any case. */
export const CommitNote = z.strictObject({
  assistedBy: line.optional().meta({ description: 'Value of an `Assisted-by` trailer.', examples: ['an agent'] }),
  coAuthoredBy: line
    .regex(/^[^<>]+ <[^<>\s]+>$/, 'a co-author is given as Name <mail>')
    .optional()
    .meta({ description: 'Value of a `Co-authored-by` trailer: `Name <mail>`.', examples: ['Ada <ada@example.com>'] }),
  planId: z
    .boolean()
    .optional()
    .meta({ description: 'Whether to add the trailer `Troupe-Plan: ID`.', examples: [true] }),
});
export type CommitNote = z.infer<typeof CommitNote>;

/** A program that runs in the project once a result has landed. Its failure is told, and takes nothing back. */
export const AfterLanding = z.strictObject({
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
export type AfterLanding = z.infer<typeof AfterLanding>;

/** How that program ended; `interrupted` when a crash left it untold, for it is never run twice. */
export const AfterLandingResult = z.strictObject({
  argv: z.array(z.string()),
  outcome: z.union([RunOutcome, z.literal('interrupted')]),
  exitCode: z.number().int().nullable(),
  outputTail: z.string(),
});
export type AfterLandingResult = z.infer<typeof AfterLandingResult>;

/** What a person said with `apply` beside where to. What is null is as the plan's action has it. */
export interface LandingOrder {
  /** Part of the result, as a tree; `left` are the parts that stay behind. */
  chosen: { treeOid: string; left: string[] } | null;
  commit: CommitNote | null;
  after: AfterLanding | null;
}

/** A part of a plan's work on its way home, after which the plan goes on. */
export interface PartOrder {
  landingId: string;
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
  commit: CommitNote | null;
  after: AfterLanding | null;
  /** Of the checkpoint that is made once it has landed. */
  checkpointId: string;
}

/** A part that landed: what of the plan is home, and where. */
export const LandedPart = z.strictObject({
  landingId: z.string(),
  target: ApplyTarget,
  commits: z.array(z.string()),
  files: z.array(z.string()),
  subplans: z.array(z.string()),
  left: z.array(z.string()),
  after: AfterLandingResult.optional(),
});
export type LandedPart = z.infer<typeof LandedPart>;

/** The message of the commit that lands: what was written for it or else the goal, then the trailers that were asked for. */
export function messageOf(
  { goal, planId, written = null }: { goal: string; planId: string; written?: CommitMessage | null },
  note: CommitNote | null | undefined,
): string {
  const text = written === null ? goal : [written.subject, written.body].filter(part => part !== '').join('\n\n');
  const trailers = [
    ...(note?.assistedBy === undefined ? [] : [`Assisted-by: ${note.assistedBy}`]),
    ...(note?.coAuthoredBy === undefined ? [] : [`Co-authored-by: ${note.coAuthoredBy}`]),
    ...(note?.planId === true ? [`Troupe-Plan: ${planId}`] : []),
  ];
  return trailers.length === 0 ? text : `${text.trimEnd()}\n\n${trailers.join('\n')}\n`;
}

/** Why a result is not applied that its target holds already. */
export function nothingToApply(planId: string, target: ApplyTarget): Fault {
  const where = target.kind === 'branch' ? `The branch ${target.branch}` : 'The checkout';
  return new Fault('NOTHING_TO_APPLY', `${where} holds this result already: applying it would change nothing`, {
    where: `plan ${planId}`,
    hints: [`troupe plan diff --plan ${planId}`, `troupe plan cancel ${planId}`, `troupe plan explain ${planId}`],
  });
}

/** Where the patch of one of several projects goes: its alias stands before the ending of the file's name. */
export function patchOf(file: string, alias: string): string {
  return file.replace(/(\.[^./\\]+)?$/, `.${alias}$1`);
}
