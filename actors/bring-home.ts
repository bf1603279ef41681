import type { EffectContext } from '../src/durable/effect.ts';
import type { SandboxHandle } from '../src/model/contract.ts';
import type { PlanFact } from '../src/model/event.ts';
import { Fault } from '../src/model/fault.ts';
import {
  type AfterLanding,
  type AfterLandingResult,
  type CommitNote,
  messageOf,
  nothingToApply,
} from '../src/model/landing.ts';
import { hookMarker } from '../src/model/marker.ts';
import { placesFor } from '../src/model/places.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import { blockingIn, type CommitMessage, type Finding, findingLine } from '../src/model/review.ts';
import type { ApplyTarget } from '../src/model/target.ts';
import type { ValidationResult } from '../src/model/validation.ts';
import type { Landing } from '../src/ports/project.ts';
import { runAfterLanding } from './after-landing.ts';
import { reviewed } from './judge.ts';
import { projectOf } from './project.ts';
import { runValidations } from './validate.ts';
import { workplaceOf } from './workplace.ts';
import type { World } from './world.ts';

/** How often a target that keeps moving is followed before a person is asked. */
const followsMax = 3;

export interface Homecoming {
  spec: PlanSpec;
  attempt: number;
  /** Where it is tried. */
  sandbox: Pick<SandboxHandle, 'key'>;
  /** What is to land: of the plan's own, with all that is in its base. */
  wanted: string;
  /** It was never judged alone: its checks run first, and the reviewer is asked. */
  isPart: boolean;
  /** Of a result that was reviewed; or else of what is finished while the rest is not. */
  isReviewed: boolean;
  target: ApplyTarget;
  /** Tells landings of the plan apart, and is the same when a crash makes one be made again. */
  mark: string;
  /** Message of the commit. @default the goal */
  written?: CommitMessage | null;
  note: CommitNote | null | undefined;
  after: AfterLanding | null | undefined;
}

export type Arrival =
  | {
      outcome: 'landed';
      commits: string[];
      files: string[];
      results: ValidationResult[];
      after: AfterLandingResult | null;
      uncommitted?: string[] | undefined;
      /** Where the target stands now, and all that is there. */
      commit: string;
      tree: string;
    }
  | { outcome: 'constrained'; fault: Fault; results: ValidationResult[] };

/**
 * Lands exactly what is wanted, as one commit, once. When the target moved since, it is merged onto its new head in the
 * sandbox and the validations run again; what then does not fit is not landed.
 */
export async function bringHome(
  world: World,
  context: EffectContext<unknown>,
  { spec, attempt, sandbox, wanted, isPart, isReviewed, target, mark, written, note, after }: Homecoming,
): Promise<Arrival> {
  const { step, signal, key } = context;
  const { project, link } = projectOf(world, spec);
  const checked = async (name: string, treeOid: string) => {
    const reset = () => project.restore({ key: sandbox.key, tree: treeOid });
    await reset();
    const found = await runValidations(world, spec, {
      place: () => workplaceOf(world, spec, sandbox, { signal, key }),
      tree: treeOid,
      signal,
      marker: `${key}-${name}`,
      step: (check, act) => step(`validate/${name}/${check}`, act),
      reset,
    });
    await reset();
    return found;
  };
  let results: ValidationResult[] = [];
  const waysOn = isReviewed ? waysOfResult(spec) : waysOfFinished(spec);
  const constrainedBy = (fault: Fault): Arrival => ({ outcome: 'constrained', fault, results });
  if (isPart) {
    results = await checked('chosen', wanted);
    const failed = failedIn(results);
    if (failed.length > 0) return constrainedBy(partFails(spec, failed, waysOn));
    const blocking = await blockingInPart(world, context, { spec, attempt, tree: wanted, mark });
    if (blocking.length > 0) return constrainedBy(partBlocked(spec, blocking, waysOn));
  }
  let base = link.baseCommit;
  let tree = wanted;
  const { tree: there } = await project.head(base);
  // A part landed where others were at work meanwhile: the base holds their work, too.
  const beyond: Landing | null = there === link.baseTree ? null : { outcome: 'moved', commit: base, tree: there };
  const message = messageOf({ goal: spec.description, planId: spec.planId, written }, note ?? spec.commit);
  const then = after ?? spec.afterApply ?? null;
  const places = placesFor(target, spec.projectLinks);
  for (let follow = beyond === null ? 0 : -1; follow <= followsMax; follow += 1) {
    const applyKey = `${mark}-${follow}`;
    const marker = hookMarker(spec.planId, applyKey);
    const what = { base, tree, target, places, message, key: applyKey, marker };
    const apply = () =>
      world.withdrawable({ planId: spec.planId, signal }, until => project.land({ ...what, signal: until }));
    const landing = follow < 0 && beyond ? beyond : await step<Landing>(`land/${follow}`, apply);
    if (landing.outcome === 'landed') {
      const { commits, files, at, uncommitted } = landing;
      const last = commits.at(-1) ?? null;
      const told =
        then && (await runAfterLanding(world, context, { spec, link, after: then, target, landed: landing }));
      return { outcome: 'landed', commits, files, results, after: told, uncommitted, commit: at ?? last ?? base, tree };
    }
    const merged = await project.mergeTrees({
      base: link.baseTree,
      ours: landing.tree,
      theirs: wanted,
      alias: link.alias,
      theirsPlanId: spec.planId,
    });
    if (merged.clean && merged.treeOid === landing.tree) {
      if (!spec.allowEmpty) return constrainedBy(nothingToApply(spec.planId, target));
      const { commit, tree: here } = landing;
      return { outcome: 'landed', commits: [], files: [], results, after: null, commit, tree: here };
    }
    if (!merged.clean) {
      const files = merged.conflicts.map(conflict => conflict.path);
      const conflicts = `The target moved, and its changes conflict with the result in ${files.join(', ')}`;
      return constrainedBy(baseMoved(spec, conflicts, { files }, waysOn));
    }
    results = await checked(String(follow), merged.treeOid);
    const failed = failedIn(results);
    if (failed.length > 0) {
      const message = `The target moved, and on its new head these checks fail: ${namesOf(failed)}`;
      return constrainedBy(baseMoved(spec, message, { files: [], ...detailsOf(failed) }, waysOn));
    }
    base = landing.commit;
    tree = merged.treeOid;
  }
  return constrainedBy(
    baseMoved(
      spec,
      `The target moved ${followsMax + 1} times while the result was being applied`,
      { files: [] },
      waysOn,
    ),
  );
}

/** What the reviewer says must be fixed in a part. All that it says is recorded, once. */
async function blockingInPart(
  world: World,
  context: EffectContext<unknown>,
  { spec, attempt, tree, mark }: Pick<Homecoming, 'spec' | 'attempt' | 'mark'> & { tree: string },
): Promise<Finding[]> {
  if (spec.actors.review === null) return [];
  const part = { spec, attempt, tree, at: `review-${mark}`, round: 0, guidance: [] };
  const { findings, decisions } = await reviewed(world, context, part);
  const kept = await context.step('review/findings', async () => ({ findings, decisions }), {
    facts: found =>
      found.decisions.map((decision): PlanFact => ({ type: 'decision.recorded', planId: spec.planId, decision })),
  });
  return blockingIn(kept.findings);
}

function failedIn(results: readonly ValidationResult[]): ValidationResult[] {
  return results.filter(({ required, passed }) => required && !passed);
}

const namesOf = (failed: readonly ValidationResult[]) => failed.map(({ name }) => name).join(', ');

/** Commands that lead on where something does not land: when the target moved, when checks fail for a part alone. */
interface WaysOn {
  moved: string[];
  failing: string[];
}

function waysOfResult({ planId }: PlanSpec): WaysOn {
  return {
    moved: [`troupe plan apply ${planId} --branch troupe/${planId.slice(-6).toLowerCase()}`],
    failing: [`troupe plan review --plan ${planId}`, `troupe plan apply ${planId}`],
  };
}

/** The plan is at work, in a conflict or failed: there is no result to look at or to apply whole. */
function waysOfFinished({ planId }: PlanSpec): WaysOn {
  const ways = [`troupe plan tree ${planId}`, `troupe plan explain ${planId}`];
  return { moved: [`troupe plan apply ${planId} --finished --dry-run`, ...ways], failing: ways };
}

function baseMoved({ planId }: PlanSpec, message: string, details: Record<string, unknown>, { moved }: WaysOn): Fault {
  return new Fault('BASE_MOVED', message, { where: `plan ${planId}`, hints: moved, details });
}

function detailsOf(failed: readonly ValidationResult[]): Record<string, unknown> {
  return {
    validations: failed.map(({ name, outcome, exitCode, outputTail }) => ({ name, outcome, exitCode, outputTail })),
  };
}

function partBlocked({ planId }: PlanSpec, blocking: readonly Finding[], { failing }: WaysOn): Fault {
  const lines = blocking.map(finding => findingLine(finding).replace(/^blocking /, '')).join('; ');
  const message = `The review of only what was chosen found what must be fixed first: ${lines}`;
  return new Fault('REVIEW_BLOCKED', message, {
    where: `plan ${planId}`,
    hints: failing,
    details: { findings: blocking },
  });
}

function partFails(spec: PlanSpec, failed: readonly ValidationResult[], { failing }: WaysOn): Fault {
  return new Fault('VALIDATION_FAILED', `With only what was chosen these checks fail: ${namesOf(failed)}`, {
    where: `plan ${spec.planId}`,
    hints: failing,
    details: detailsOf(failed),
  });
}
