import type { EffectContext } from '../../src/durable/effect.ts';
import {
  type CommitTrailers,
  formatCommitMessage,
  nothingToApplyError,
  type PostApplyHook,
  type PostApplyHookResult,
} from '../../src/model/apply.ts';
import type { SandboxRef } from '../../src/model/effects.ts';
import type { TroupeError } from '../../src/model/errors.ts';
import type { PlanEventPayload } from '../../src/model/event.ts';
import type { PlanSpec, ProjectLink } from '../../src/model/plan.ts';
import { hookProcessTag } from '../../src/model/process-tag.ts';
import { blockingFindings, type CommitMessage, type Finding } from '../../src/model/review.ts';
import type { ApplyTarget } from '../../src/model/target.ts';
import { targetCheckouts } from '../../src/model/target-checkout.ts';
import type { ValidationResult } from '../../src/model/validation.ts';
import type { ApplyResult, Project } from '../../src/ports/project.ts';
import { runReview } from '../phases/review-result.ts';
import { runValidations } from '../phases/validate.ts';
import { resolveProject } from '../resolve-project.ts';
import { openSandboxEnvironment } from '../sandbox/sandbox-environment.ts';
import type { EffectServices } from '../services.ts';
import { sendWorkerWait } from '../worker-wait.ts';
import {
  baseMovedError,
  type NextCommands,
  namesOf,
  nextCommandsForPart,
  nextCommandsForResult,
  partBlockedError,
  partFailedError,
} from './apply-errors.ts';
import { runPostApplyHook } from './post-apply-hook.ts';

/** How many times a moving target is merged before a person has to decide. */
const retriesMax = 3;

export interface ApplyTreeRequest {
  spec: PlanSpec;
  attempt: number;
  /** The sandbox for the merge and the validations. */
  sandbox: Pick<SandboxRef, 'key'>;
  /** The tree to apply: the plan's work, including its base. */
  treeOid: string;
  /** It was never validated alone: its validations and its review run first. */
  isPart: boolean;
  /** Whether it is part of a reviewed result, or of a plan that is still running. */
  isReviewed: boolean;
  target: ApplyTarget;
  /** Identifies this apply, also when it runs again after a crash. */
  applyId: string;
  /** Message of the commit. @default the goal */
  written?: CommitMessage | null;
  note: CommitTrailers | null | undefined;
  after: PostApplyHook | null | undefined;
}

export type ApplyTreeOutcome =
  | {
      outcome: 'applied';
      commits: string[];
      files: string[];
      results: ValidationResult[];
      after: PostApplyHookResult | null;
      uncommitted?: string[] | undefined;
      /** The target's current commit and tree. */
      commit: string;
      tree: string;
    }
  | { outcome: 'constrained'; error: TroupeError; results: ValidationResult[] };

/** What the steps of one apply share. */
interface ApplyRun {
  services: EffectServices;
  context: EffectContext<unknown>;
  request: ApplyTreeRequest;
  project: Project;
  link: ProjectLink;
  /** The next commands when nothing is applied. */
  ways: NextCommands;
}

/** A tree to apply, and the commit of the target that it was made for. */
interface Candidate {
  base: string;
  tree: string;
  /** Its validations; none when they ran earlier. */
  results: ValidationResult[];
}

type Applied = Extract<ApplyResult, { outcome: 'applied' }>;
type Moved = Extract<ApplyResult, { outcome: 'moved' }>;

const constrained = (error: TroupeError, results: ValidationResult[]): ApplyTreeOutcome => ({
  outcome: 'constrained',
  error,
  results,
});

/**
 * Applies exactly the requested tree, as one commit, once. If the target moved, merges onto its new head in the
 * sandbox and validates again; if that fails, nothing is applied.
 */
export async function applyTree(
  services: EffectServices,
  context: EffectContext<unknown>,
  request: ApplyTreeRequest,
): Promise<ApplyTreeOutcome> {
  const { spec, isPart, isReviewed, treeOid } = request;
  const { project, link } = resolveProject(services, spec);
  const ways = isReviewed ? nextCommandsForResult(spec) : nextCommandsForPart(spec);
  const run: ApplyRun = { services, context, request, project, link, ways };
  const { results, error } = isPart ? await checkPart(run) : { results: [], error: null };
  if (error !== null) return constrained(error, results);
  return applyToMovingTarget(run, { base: link.baseCommit, tree: treeOid, results });
}

async function applyToMovingTarget(run: ApplyRun, first: Candidate): Promise<ApplyTreeOutcome> {
  const { link, project, request, ways } = run;
  let candidate = first;
  const { tree } = await project.head(link.baseCommit);
  // A part was applied while others worked: the base contains their work, too.
  const beyond: Moved | null = tree === link.baseTree ? null : { outcome: 'moved', commit: link.baseCommit, tree };
  for (let follow = beyond === null ? 0 : -1; follow <= retriesMax; follow += 1) {
    const applied = (follow < 0 ? beyond : null) ?? (await applyCandidate(run, candidate, follow));
    if (applied.outcome === 'applied') return finish(run, candidate, applied);
    const next = await followTarget(run, candidate, { moved: applied, follow });
    if ('outcome' in next) return next;
    candidate = next;
  }
  const message = `The target moved ${retriesMax + 1} times while the result was being applied`;
  return constrained(baseMovedError(request.spec, message, ways), candidate.results);
}

async function applyCandidate(
  { services, context, request, project }: ApplyRun,
  { base, tree }: Candidate,
  follow: number,
): Promise<ApplyResult> {
  const { spec, target, applyId, written, note } = request;
  const { planId } = spec;
  const key = `${applyId}-${follow}`;
  const input = {
    base,
    tree,
    target,
    key,
    places: targetCheckouts(target, spec.projectLinks),
    message: formatCommitMessage({ goal: spec.description, planId, written }, note ?? spec.commit),
    processTag: hookProcessTag(planId, key),
  };
  return context.step<ApplyResult>(`land/${follow}`, () =>
    services.withdrawable({ planId, signal: context.signal }, signal => project.apply({ ...input, signal })),
  );
}

async function finish(run: ApplyRun, { base, tree, results }: Candidate, applied: Applied): Promise<ApplyTreeOutcome> {
  const { services, context, link } = run;
  const { spec, target, after } = run.request;
  const { commits, files, head, uncommitted } = applied;
  const hook = after ?? spec.afterApply ?? null;
  return {
    outcome: 'applied',
    commits,
    files,
    results,
    after: hook && (await runPostApplyHook(services, context, { spec, link, after: hook, target, applied })),
    uncommitted,
    commit: head ?? commits.at(-1) ?? base,
    tree,
  };
}

/** Merges the requested tree onto the target's new head: returns what to apply next, or why the apply ends here. */
async function followTarget(
  run: ApplyRun,
  { results }: Candidate,
  { moved, follow }: { moved: Moved; follow: number },
): Promise<Candidate | ApplyTreeOutcome> {
  const { link, project, ways } = run;
  const { spec, target, treeOid } = run.request;
  const merged = await project.mergeTrees({
    base: link.baseTree,
    ours: moved.tree,
    theirs: treeOid,
    alias: link.alias,
    theirsPlanId: spec.planId,
  });
  if (!merged.clean) {
    const files = merged.conflicts.map(conflict => conflict.path);
    const message = `The target moved, and its changes conflict with the result in ${files.join(', ')}`;
    return constrained(baseMovedError(spec, message, ways, { files }), results);
  }
  if (merged.treeOid === moved.tree) {
    if (!spec.allowEmpty) return constrained(nothingToApplyError(spec.planId, target), results);
    const { commit, tree } = moved;
    return { outcome: 'applied', commits: [], files: [], results, after: null, commit, tree };
  }
  const validated = await validateTree(run, String(follow), merged.treeOid);
  const failed = failedIn(validated);
  if (failed.length > 0) {
    const message = `The target moved, and on its new head these checks fail: ${namesOf(failed)}`;
    return constrained(baseMovedError(spec, message, ways, { results: failed }), validated);
  }
  return { base: moved.commit, tree: merged.treeOid, results: validated };
}

/** Runs the validations and the review of a part, which were never run for it alone. */
async function checkPart(run: ApplyRun): Promise<{ results: ValidationResult[]; error: TroupeError | null }> {
  const { request, ways } = run;
  const results = await validateTree(run, 'chosen', request.treeOid);
  const failed = failedIn(results);
  if (failed.length > 0) return { results, error: partFailedError(request.spec, failed, ways) };
  const blocking = await blockingInPart(run);
  return { results, error: blocking.length > 0 ? partBlockedError(request.spec, blocking, ways) : null };
}

async function validateTree({ services, context, request, project }: ApplyRun, name: string, treeOid: string) {
  const { spec, sandbox } = request;
  const { step, signal, key } = context;
  const reset = () => project.restore({ key: sandbox.key, tree: treeOid });
  await reset();
  const results = await runValidations(services, spec, {
    place: async () => {
      await reset();
      return openSandboxEnvironment(services, spec, sandbox, { signal, key });
    },
    tree: treeOid,
    signal,
    marker: `${key}-${name}`,
    step: (check, act) => step(`validate/${name}/${check}`, act),
    onWait: (check, reason) => sendWorkerWait(context, check, reason),
  });
  await reset();
  return results;
}

/** Returns the reviewer's blocking findings about a part. Records all findings, once. */
async function blockingInPart({ services, context, request }: ApplyRun): Promise<Finding[]> {
  const { spec, attempt, treeOid, applyId } = request;
  if (spec.actors.review === null) return [];
  const part = { spec, attempt, tree: treeOid, at: `review-${applyId}`, round: 0, guidance: [] };
  const { findings, decisions } = await runReview(services, context, part);
  const kept = await context.step('review/findings', async () => ({ findings, decisions }), {
    emit: found =>
      found.decisions.map(
        (decision): PlanEventPayload => ({ type: 'decision.recorded', planId: spec.planId, decision }),
      ),
  });
  return blockingFindings(kept.findings);
}

function failedIn(results: readonly ValidationResult[]): ValidationResult[] {
  return results.filter(({ required, passed }) => required && !passed);
}
