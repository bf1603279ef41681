import type { Member } from '../../machines/contract.ts';
import type { Conflict } from '../../src/model/conflict.ts';
import type { DecisionDraft } from '../../src/model/decision.ts';
import { Fault, type FaultCode, type StoredFault } from '../../src/model/fault.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { type Profile, type ThresholdName, thresholdNames } from '../../src/model/profile.ts';
import { SubplanConfig } from '../../src/model/subplan.ts';
import type { ValidationResult } from '../../src/model/validation.ts';
import { wholePlan } from '../../src/testing/whole-plan.ts';

/** A ULID that says which of several it is. */
export const idOf = (name: string | number) =>
  `01${String(name).toUpperCase().padStart(24, '0')}`.replace(/[ILOU]/g, 'X');

export function profileOf(thresholds: Partial<Record<ThresholdName, number>> = {}, name = 'supervised'): Profile {
  return {
    name,
    thresholds: Object.fromEntries(thresholdNames.map(key => [key, thresholds[key] ?? 1])) as Profile['thresholds'],
    guards: { denyTools: [], allowTools: [], callsPerStepMax: 500 },
    retriesMax: 2,
    fixesMax: 3,
  };
}

/** A plan in which every step that leads on is asked of a person, unless `overrides` says otherwise. */
export function specOf(overrides: Partial<PlanSpec> = {}): PlanSpec {
  return wholePlan({
    planId: idOf('P'),
    decisionRootId: idOf('R'),
    description: 'Say hello',
    actionName: 'local/hello',
    projectLinks: [{ alias: 'main', root: '/p', kind: 'git', baseCommit: 'c0', baseTree: 't0', branch: 'main' }],
    profileSnapshot: profileOf({ fixValidations: 0, recoverErrors: 0, resolveConflicts: 0 }, 'manual'),
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
    subplanConfig: configOf(),
    ...overrides,
    rootPlanId: overrides.rootPlanId ?? idOf('P'),
  });
}

export const configOf = (overrides: Partial<SubplanConfig> = {}): SubplanConfig =>
  SubplanConfig.parse({ retryDelayMs: 1000, ...overrides });

export function memberOf(
  name: string | number,
  { spec = {}, dependsOn = [] }: { spec?: Partial<PlanSpec>; dependsOn?: (string | number)[] } = {},
): Member {
  const planId = idOf(name);
  return {
    spec: specOf({ planId, parentPlanId: idOf('P'), depth: 1, description: `goal ${name}`, ...spec }),
    decisionId: idOf(`D${name}`),
    goal: `goal ${name}`,
    made: null,
    dependsOn: dependsOn.map(idOf),
  };
}

export function faultOf(code: FaultCode = 'AGENT_FAILED', message = 'it broke', retriable?: boolean): StoredFault {
  return new Fault(code, message, retriable === undefined ? {} : { retriable }).toJSON();
}

export function decisionOf(name: string): DecisionDraft {
  return {
    decisionId: idOf(name),
    planId: idOf('P'),
    parentDecisionId: idOf('R'),
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

export function conflictOf(name: string): Conflict {
  const side = { oid: null, mode: null, planIds: [], goals: [] };
  return {
    conflictId: `${idOf('A')}:${name}`,
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

export function resultOf(name: string, { passed = true, required = true } = {}): ValidationResult {
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
