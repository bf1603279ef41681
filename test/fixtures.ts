import { PlanSpec } from '../src/model/plan.ts';
import { SubplanConfig } from '../src/model/subplan.ts';
import { profileOf } from '../src/runtime/profiles.ts';

/** A well-formed id that ends in the given letters. */
export function idOf(ending: string): string {
  return ending
    .toUpperCase()
    .replace(/[ILOU]/g, '0')
    .padStart(26, '0');
}

/** A root plan that is whole, to be varied. */
export function planSpec(more: Partial<PlanSpec> = {}): PlanSpec {
  const planId = more.planId ?? idOf('P1');
  return PlanSpec.parse({
    planId,
    parentPlanId: null,
    rootPlanId: planId,
    depth: 0,
    description: 'Do it',
    definitionOfDone: '',
    actionName: 'local/do-it',
    arguments: {},
    projectLinks: [{ alias: 'main', root: '/project', kind: 'git', baseCommit: 'c0', baseTree: 't0', branch: 'main' }],
    automationProfile: 'supervised',
    profileSnapshot: profileOf('supervised'),
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
    decisionRootId: idOf('R1'),
    spawnDecisionId: null,
    skeleton: [],
    checkpoints: { autoCreateOn: [], limit: 200 },
    startsWith: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    ...more,
  });
}
