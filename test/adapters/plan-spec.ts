import type { PlanSpec } from '../../src/model/plan.ts';
import { Profile, thresholdNames } from '../../src/model/profile.ts';
import { SubplanConfig } from '../../src/model/subplan.ts';

export const planId = '01KAH0000000000000000000P1';
export const rootDecisionId = '01KAH0000000000000000000D0';

/** A profile whose every threshold is the given height, apart from those named. */
export function profileAt(height: number, others: Partial<Profile['thresholds']> = {}, name = 'test'): Profile {
  const level = Object.fromEntries(thresholdNames.map(threshold => [threshold, height]));
  return Profile.parse({ name, thresholds: { ...level, ...others } });
}

/** A plan that is complete enough to run agents and tools for it. */
export function planSpec(changes: Partial<PlanSpec> = {}): PlanSpec {
  return {
    planId,
    parentPlanId: null,
    rootPlanId: planId,
    depth: 0,
    description: 'Rename the greeting',
    definitionOfDone: 'The greeting has its new name',
    actionName: 'local/rename',
    arguments: {},
    projectLinks: [
      { alias: 'main', root: '/project', kind: 'git', baseCommit: 'a'.repeat(40), baseTree: 'b'.repeat(40), branch: 'main' },
    ],
    automationProfile: 'test',
    profileSnapshot: profileAt(0),
    actors: {
      strategy: null,
      execution: { kind: 'steps', steps: [] },
      estimation: null,
      review: null,
      apply: null,
      invariant: null,
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
    decisionRootId: rootDecisionId,
    spawnDecisionId: null,
    skeleton: [],
    startsWith: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    ...changes,
  };
}
