import type { EffectContext } from '../../src/durable/effect.ts';
import {
  type CommitTrailers,
  formatCommitMessage,
  nothingToApplyError,
  type PostApplyHook,
  type PostApplyHookResult,
} from '../../src/model/apply.ts';
import { commandHint, type Hint } from '../../src/model/command-hint.ts';
import type { SandboxRef } from '../../src/model/effects.ts';
import { TroupeError } from '../../src/model/errors.ts';
import type { PlanEventPayload } from '../../src/model/event.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { hookProcessTag } from '../../src/model/process-tag.ts';
import { blockingFindings, type CommitMessage, type Finding, formatFinding } from '../../src/model/review.ts';
import type { ApplyTarget } from '../../src/model/target.ts';
import { targetCheckouts } from '../../src/model/target-checkout.ts';
import type { ValidationResult } from '../../src/model/validation.ts';
import type { ApplyResult } from '../../src/ports/project.ts';
import { runReview } from '../phases/review-result.ts';
import { runValidations } from '../phases/validate.ts';
import { resolveProject } from '../resolve-project.ts';
import { openSandboxEnvironment } from '../sandbox/sandbox-environment.ts';
import type { EffectServices } from '../services.ts';
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

/**
 * Applies exactly the requested tree, as one commit, once. If the target moved, merges onto its new head in the
 * sandbox and validates again; if that fails, nothing is applied.
 */
export async function applyTree(
  services: EffectServices,
  context: EffectContext<unknown>,
  {
    spec,
    attempt,
    sandbox,
    treeOid: wanted,
    isPart,
    isReviewed,
    target,
    applyId,
    written,
    note,
    after,
  }: ApplyTreeRequest,
): Promise<ApplyTreeOutcome> {
  const { step, signal, key } = context;
  const { project, link } = resolveProject(services, spec);
  const checked = async (name: string, treeOid: string) => {
    const reset = () => project.restore({ key: sandbox.key, tree: treeOid });
    await reset();
    const found = await runValidations(services, spec, {
      place: async () => {
        await reset();
        return openSandboxEnvironment(services, spec, sandbox, { signal, key });
      },
      tree: treeOid,
      signal,
      marker: `${key}-${name}`,
      step: (check, act) => step(`validate/${name}/${check}`, act),
    });
    await reset();
    return found;
  };
  let results: ValidationResult[] = [];
  const waysOn = isReviewed ? nextCommandsForResult(spec) : nextCommandsForPart(spec);
  const constrainedBy = (error: TroupeError): ApplyTreeOutcome => ({ outcome: 'constrained', error, results });
  if (isPart) {
    results = await checked('chosen', wanted);
    const failed = failedIn(results);
    if (failed.length > 0) return constrainedBy(partFailedError(spec, failed, waysOn));
    const blocking = await blockingInPart(services, context, { spec, attempt, tree: wanted, applyId });
    if (blocking.length > 0) return constrainedBy(partBlockedError(spec, blocking, waysOn));
  }
  let base = link.baseCommit;
  let tree = wanted;
  const { tree: there } = await project.head(base);
  // A part was applied while others worked: the base contains their work, too.
  const beyond: ApplyResult | null = there === link.baseTree ? null : { outcome: 'moved', commit: base, tree: there };
  const message = formatCommitMessage({ goal: spec.description, planId: spec.planId, written }, note ?? spec.commit);
  const then = after ?? spec.afterApply ?? null;
  const places = targetCheckouts(target, spec.projectLinks);
  for (let follow = beyond === null ? 0 : -1; follow <= retriesMax; follow += 1) {
    const applyKey = `${applyId}-${follow}`;
    const processTag = hookProcessTag(spec.planId, applyKey);
    const what = { base, tree, target, places, message, key: applyKey, processTag };
    const apply = () =>
      services.withdrawable({ planId: spec.planId, signal }, until => project.apply({ ...what, signal: until }));
    const applied = follow < 0 && beyond ? beyond : await step<ApplyResult>(`land/${follow}`, apply);
    if (applied.outcome === 'applied') {
      const { commits, files, head, uncommitted } = applied;
      const last = commits.at(-1) ?? null;
      const postApply =
        then && (await runPostApplyHook(services, context, { spec, link, after: then, target, applied }));
      return {
        outcome: 'applied',
        commits,
        files,
        results,
        after: postApply,
        uncommitted,
        commit: head ?? last ?? base,
        tree,
      };
    }
    const merged = await project.mergeTrees({
      base: link.baseTree,
      ours: applied.tree,
      theirs: wanted,
      alias: link.alias,
      theirsPlanId: spec.planId,
    });
    if (merged.clean && merged.treeOid === applied.tree) {
      if (!spec.allowEmpty) return constrainedBy(nothingToApplyError(spec.planId, target));
      const { commit, tree: here } = applied;
      return { outcome: 'applied', commits: [], files: [], results, after: null, commit, tree: here };
    }
    if (!merged.clean) {
      const files = merged.conflicts.map(conflict => conflict.path);
      const conflicts = `The target moved, and its changes conflict with the result in ${files.join(', ')}`;
      return constrainedBy(baseMovedError(spec, conflicts, { files }, waysOn));
    }
    results = await checked(String(follow), merged.treeOid);
    const failed = failedIn(results);
    if (failed.length > 0) {
      const message = `The target moved, and on its new head these checks fail: ${namesOf(failed)}`;
      return constrainedBy(baseMovedError(spec, message, { files: [], ...detailsOf(failed) }, waysOn));
    }
    base = applied.commit;
    tree = merged.treeOid;
  }
  return constrainedBy(
    baseMovedError(
      spec,
      `The target moved ${retriesMax + 1} times while the result was being applied`,
      { files: [] },
      waysOn,
    ),
  );
}

/** Returns the reviewer's blocking findings about a part. Records all findings, once. */
async function blockingInPart(
  services: EffectServices,
  context: EffectContext<unknown>,
  { spec, attempt, tree, applyId }: Pick<ApplyTreeRequest, 'spec' | 'attempt' | 'applyId'> & { tree: string },
): Promise<Finding[]> {
  if (spec.actors.review === null) return [];
  const part = { spec, attempt, tree, at: `review-${applyId}`, round: 0, guidance: [] };
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

const namesOf = (failed: readonly ValidationResult[]) => failed.map(({ name }) => name).join(', ');

/** The next commands when nothing was applied: after the target moved, and after validations failed for a part alone. */
interface NextCommands {
  moved: Hint[];
  failing: Hint[];
}

function nextCommandsForResult({ planId }: PlanSpec): NextCommands {
  return {
    moved: [commandHint('plan apply', { planId, options: { branch: `troupe/${planId.slice(-6).toLowerCase()}` } })],
    failing: [commandHint('plan review', { planId }), commandHint('plan apply', { planId })],
  };
}

/** The plan is running, in conflict or failed: there is no complete result to view or apply. */
function nextCommandsForPart({ planId }: PlanSpec): NextCommands {
  const ways = [commandHint('plan tree', { planId }), commandHint('plan explain', { planId })];
  return {
    moved: [commandHint('plan apply', { planId, options: { finished: true, dryRun: true } }), ...ways],
    failing: ways,
  };
}

function baseMovedError(
  { planId }: PlanSpec,
  message: string,
  details: Record<string, unknown>,
  { moved }: NextCommands,
): TroupeError {
  return new TroupeError('BASE_MOVED', message, { where: `plan ${planId}`, hints: moved, details });
}

function detailsOf(failed: readonly ValidationResult[]): Record<string, unknown> {
  return {
    validations: failed.map(({ name, outcome, exitCode, outputTail }) => ({ name, outcome, exitCode, outputTail })),
  };
}

function partBlockedError({ planId }: PlanSpec, blocking: readonly Finding[], { failing }: NextCommands): TroupeError {
  const lines = blocking.map(finding => formatFinding(finding).replace(/^blocking /, '')).join('; ');
  const message = `The review of only what was chosen found what must be fixed first: ${lines}`;
  return new TroupeError('REVIEW_BLOCKED', message, {
    where: `plan ${planId}`,
    hints: failing,
    details: { findings: blocking },
  });
}

function partFailedError(spec: PlanSpec, failed: readonly ValidationResult[], { failing }: NextCommands): TroupeError {
  return new TroupeError('VALIDATION_FAILED', `With only what was chosen these checks fail: ${namesOf(failed)}`, {
    where: `plan ${spec.planId}`,
    hints: failing,
    details: detailsOf(failed),
  });
}
