import { PlanSpec, type PlanSpecInput } from '../model/plan.ts';
import { SubplanConfig } from '../model/subplan.ts';

type RequiredFields = Pick<PlanSpecInput, 'planId' | 'decisionRootId' | 'profileSnapshot'> & Partial<PlanSpecInput>;

/** Returns a complete root plan for tests. */
export function completePlanSpec(given: RequiredFields): PlanSpec {
  return PlanSpec.parse({
    parentPlanId: null,
    rootPlanId: given.planId,
    depth: 0,
    description: 'Do it',
    definitionOfDone: '',
    actionName: 'local/do-it',
    arguments: {},
    projectLinks: [{ alias: 'main', root: '/project', kind: 'git', baseCommit: 'c0', baseTree: 't0', branch: 'main' }],
    automationProfile: 'supervised',
    actors: {
      strategy: null,
      execution: { kind: 'steps', steps: [] },
      estimation: null,
      conflict: null,
      review: null,
      apply: null,
      invariant: 'builtin',
    },
    actionDir: '/project',
    invariants: [],
    validations: [],
    subplanConfig: SubplanConfig.parse({}),
    resourceScopes: [],
    readOnly: false,
    reusable: true,
    allowEmpty: false,
    budget: {},
    executionEnvironment: {},
    executionEnvPriority: 'fallback',
    depthMax: 5,
    spawnDecisionId: null,
    skeleton: [],
    checkpoints: { autoCreateOn: [], limit: 200 },
    startsWith: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    ...given,
  });
}
