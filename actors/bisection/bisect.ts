import type { EffectContext } from '../../src/durable/effect.ts';
import { type Bisection, type BisectionVerdict, formatBisection } from '../../src/model/bisection.ts';
import type { BisectionRequest } from '../../src/model/bisection-request.ts';
import type { DecisionDraft } from '../../src/model/decision.ts';
import type { PlanEventPayload } from '../../src/model/event.ts';
import { bisectDefault, type ValidationResult } from '../../src/model/validation.ts';
import type { Project } from '../../src/ports/project.ts';
import { defineEffect } from '../define-effect.ts';
import { runValidations } from '../phases/validate.ts';
import { resolveProject } from '../resolve-project.ts';
import { openSandboxEnvironment } from '../sandbox/sandbox-environment.ts';
import { withTemporaryCheckout } from '../sandbox/temporary-checkout.ts';
import type { EffectServices } from '../services.ts';
import { mergeChild, mergeInOrder, type OrderedChild } from '../subplans/merge-in-order.ts';
import { sendWorkerWait } from '../worker-wait.ts';
import { findCulprits, type TestVerdict } from './find-culprits.ts';

/**
 * Finds the subplans that make a required validation fail, as `git bisect` finds a commit: merges the results of some of them
 * and validates that tree in a temporary checkout. A tree is validated once; after a crash, finished runs are not repeated.
 */
export const bisect = defineEffect('bisect', async (context, services) => {
  const { spec, attempt, round, tree, validation, merged, suspects } = context.input;
  const { children } = merged;
  const { project } = resolveProject(services, spec);
  const place = { spec, at: `bisect-${attempt}-${round}`, tree, kind: 'folder' } as const;
  return withTemporaryCheckout(project, place, async ({ key }) => {
    const tests = createTests(services, context, { project, key });
    const { outcome, members } = await findCulprits({
      count: children.length,
      suspects: children.flatMap(({ planId }, at) => (suspects.includes(planId) ? [at] : [])),
      test: tests.test,
    });
    const subplans = children.filter((_, at) => members.includes(at)).map(({ planId, goal }) => ({ planId, goal }));
    const bisection: Bisection = { validation: validation.name, outcome, subplans, runs: tests.runs() };
    const decisionId = await context.step('decision', async () => services.mintId());
    return { bisection, decisions: [bisectionDecision(context.input, bisection, decisionId)] };
  });
});

/** Returns the test of a search, and how often the validation ran. */
function createTests(
  services: EffectServices,
  context: EffectContext<BisectionRequest>,
  checkout: { project: Project; key: string },
): { test(members: readonly number[]): Promise<TestVerdict>; runs(): number } {
  const { spec, round, tree: whole, validation, merged } = context.input;
  const { children } = merged;
  const runsMax = validation.bisect ?? bisectDefault;
  const byTree = new Map<string, BisectionVerdict>();
  let runs = 0;

  const validateTree = async (tree: string): Promise<ValidationResult[] | 'exhausted'> => {
    if (runs >= runsMax) return 'exhausted';
    const results = await runOn(services, context, { ...checkout, tree });
    if (results.some(({ cached }) => cached !== true)) runs += 1;
    // It failed on this tree before: a pass now is no reason not to run it the next time.
    return tree === whole ? results.map(({ checked: _, ...result }) => result) : results;
  };

  return {
    runs: () => runs,
    async test(members) {
      const tree = members.length === children.length ? whole : await mergeMembers(services, context.input, members);
      const known = byTree.get(tree ?? `conflict of ${members}`);
      if (known !== undefined) return known;
      services.log(spec.planId, validation.name, `# with ${members.length} of ${children.length} subplans`);
      const results = tree === null ? [] : await validateTree(tree);
      if (results === 'exhausted') return 'exhausted';
      const verdict = tree === null ? 'untestable' : verdictOf(results, validation.name);
      byTree.set(tree ?? `conflict of ${members}`, verdict);
      const childPlanIds = children.filter((_, at) => members.includes(at)).map(({ planId }) => planId);
      const of = { planId: spec.planId, round, validation: validation.name };
      const tested: PlanEventPayload = {
        ...of,
        type: 'bisection.tested',
        childPlanIds,
        treeOid: tree,
        verdict,
        results,
      };
      return context.step(`tested/${members}`, async () => verdict, { emit: () => [tested] });
    },
  };
}

/** Runs the validation on a tree, after those before it, which may build what it needs. */
async function runOn(
  services: EffectServices,
  { input, key: marker, signal, step, sendToParent }: EffectContext<BisectionRequest>,
  { project, key, tree }: { project: Project; key: string; tree: string },
): Promise<ValidationResult[]> {
  const { spec, validation } = input;
  const last = spec.validations.findIndex(({ name }) => name === validation.name);
  const upTo = { ...spec, validations: spec.validations.slice(0, last + 1) };
  return runValidations(services, upTo, {
    place: async () => {
      await project.restore({ key, tree });
      return openSandboxEnvironment(services, spec, { key }, { signal, key: marker });
    },
    tree,
    signal,
    marker: `${marker}-${tree}`,
    step: (name, act) => step(`${tree}/${name}`, act),
    onWait: (name, reason) => sendWorkerWait({ sendToParent }, name, reason),
  });
}

/** A tree on which a required validation before it fails says nothing about this one. */
function verdictOf(results: readonly ValidationResult[], name: string): BisectionVerdict {
  const failed = results.find(({ required, passed }) => required && !passed);
  if (failed === undefined) return 'passed';
  return failed.name === name ? 'failed' : 'untestable';
}

/** Returns the plan's own work with the results of some subplans and their fixes; null when they conflict without the others. */
async function mergeMembers(
  services: EffectServices,
  { spec, merged, fixes }: BisectionRequest,
  members: readonly number[],
): Promise<string | null> {
  const { project, link } = resolveProject(services, spec);
  const { ours, strategy } = merged;
  const results = merged.children.filter((_, at) => members.includes(at));
  const children: OrderedChild[] = [
    ...results,
    ...fixes
      .filter(({ planIds }) => planIds.every(id => results.some(({ planId }) => planId === id)))
      .map(({ before, after }) => ({ planId: spec.planId, baseTree: before, treeOid: after })),
  ];
  const tree = await mergeInOrder(project, {
    ours,
    alias: link.alias,
    children,
    merge: trees => mergeChild(services, project, trees, strategy),
  });
  return tree.clean ? tree.treeOid : null;
}

function bisectionDecision(
  { spec, round, tree, merged }: BisectionRequest,
  bisection: Bisection,
  decisionId: string,
): DecisionDraft {
  const { validation, runs } = bisection;
  return {
    decisionId,
    planId: spec.planId,
    parentDecisionId: spec.decisionRootId,
    type: 'validation_response',
    question: `Which subplans break "${validation}"?`,
    chosenOption: formatBisection(bisection),
    alternatives: [],
    confidence: 1,
    rationale: `The validation ran ${runs} times on the merged results of some of ${merged.children.length} subplans.`,
    payload: { round, bisection },
    dependsOn: [],
    contextSnapshot: { treeOid: tree, checkpointId: null, actorStateRef: null },
    artifacts: [],
    supersededBy: null,
  };
}
