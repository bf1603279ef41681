import type { SubplanSpec } from '../../machines/effects.ts';
import type { Conflict } from '../../src/model/conflict.ts';
import type { DecisionDraft } from '../../src/model/decision.ts';
import { type ErrorCode, type SerializedError, TroupeError } from '../../src/model/errors.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { type Profile, type ThresholdName, thresholdNames } from '../../src/model/profile.ts';
import { SubplanConfig } from '../../src/model/subplan.ts';
import type { ValidationResult } from '../../src/model/validation.ts';
import { completePlanSpec } from '../../src/testing/plan-spec.ts';

/** A ULID that says which of several it is. */
export const ulidOf = (name: string | number) =>
  `01${String(name).toUpperCase().padStart(24, '0')}`.replace(/[ILOU]/g, 'X');

export function sampleProfile(thresholds: Partial<Record<ThresholdName, number>> = {}, name = 'supervised'): Profile {
  return {
    name,
    thresholds: Object.fromEntries(thresholdNames.map(key => [key, thresholds[key] ?? 1])) as Profile['thresholds'],
    guards: { denyTools: [], allowTools: [], callsPerStepMax: 500 },
    retriesMax: 2,
    questions: 'ask',
    fixesMax: 3,
  };
}

/** A plan that asks a person before each next step, unless `overrides` says differently. */
export function sampleSpec(overrides: Partial<PlanSpec> = {}): PlanSpec {
  return completePlanSpec({
    planId: ulidOf('P'),
    decisionRootId: ulidOf('R'),
    description: 'Say hello',
    actionName: 'local/hello',
    projectLinks: [{ alias: 'main', root: '/p', kind: 'git', baseCommit: 'c0', baseTree: 't0', branch: 'main' }],
    profileSnapshot: sampleProfile({ fixValidations: 0, recoverErrors: 0, resolveConflicts: 0 }, 'manual'),
    actors: {
      strategy: 'local/think',
      execution: 'local/work',
      estimation: null,
      conflict: null,
      review: null,
      apply: null,
      invariant: 'builtin',
    },
    actionDir: '/p',
    subplanConfig: sampleConfig(),
    ...overrides,
    rootPlanId: overrides.rootPlanId ?? ulidOf('P'),
  });
}

export const sampleConfig = (overrides: Partial<SubplanConfig> = {}): SubplanConfig =>
  SubplanConfig.parse({ retryDelayMs: 1000, ...overrides });

export function subplanOf(
  name: string | number,
  { spec = {}, dependsOn = [] }: { spec?: Partial<PlanSpec>; dependsOn?: (string | number)[] } = {},
): SubplanSpec {
  const planId = ulidOf(name);
  return {
    spec: sampleSpec({ planId, parentPlanId: ulidOf('P'), depth: 1, description: `goal ${name}`, ...spec }),
    decisionId: ulidOf(`D${name}`),
    goal: `goal ${name}`,
    reusedTree: null,
    dependsOn: dependsOn.map(ulidOf),
  };
}

export function sampleError(
  code: ErrorCode = 'AGENT_FAILED',
  message = 'it broke',
  retriable?: boolean,
): SerializedError {
  return new TroupeError(code, message, retriable === undefined ? {} : { retriable }).toJSON();
}

export function sampleDecision(name: string): DecisionDraft {
  return {
    decisionId: ulidOf(name),
    planId: ulidOf('P'),
    parentDecisionId: ulidOf('R'),
    type: 'strategy_choice',
    question: 'How?',
    chosenOption: name,
    alternatives: [],
    confidence: 1,
    rationale: 'because',
    payload: {},
    dependsOn: [],
    contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
    artifacts: [],
    supersededBy: null,
  };
}

export function sampleConflict(name: string): Conflict {
  const side = { oid: null, mode: null, planIds: [], goals: [] };
  return {
    conflictId: `${ulidOf('A')}:${name}`,
    alias: 'main',
    path: name,
    kind: 'content',
    base: side,
    ours: side,
    theirs: side,
    markedOid: null,
    hunks: [],
    message: 'both changed it',
  };
}

export function sampleResult(name: string, { passed = true, required = true } = {}): ValidationResult {
  return {
    name,
    required,
    passed,
    outcome: 'exited',
    exitCode: passed ? 0 : 1,
    outputDigest: '',
    outputTail: '',
    durationMs: 1,
    treeOid: 't',
  };
}
