/** What must hold of the smaller charts: reconciliation, validation, merge, attempt. */
import type { SnapshotFrom } from 'xstate';
import { sameInARow } from '../../machines/breaker.ts';
import { attemptMachine, correctionMachine, reconciliationMachine, validationMachine } from '../../machines/index.ts';
import type { StoredFault } from '../../src/model/fault.ts';
import { checkpointOf } from '../machines/effects.ts';
import { faultOf, idOf, profileOf, resultOf, specOf } from '../machines/spec.ts';
import { altered, withState } from './altered.ts';
import { answering, lyingAtOnce } from './answering.ts';
import type { Theory } from './theorem.ts';

const fault = faultOf();
const limited = faultOf('RATE_LIMITED', 'later');
const never: StoredFault = { ...limited, details: { retryAfterSeconds: 30 * 86_400 } };
const permanent = faultOf('USAGE', 'it cannot be');

const rule = {
  invariantId: idOf('I'),
  text: 'keep out',
  scope: 'plan' as const,
  origin: 'plan' as const,
  check: null,
  nonOverridable: false,
  each: 'phase' as const,
};
const violation = { invariantId: rule.invariantId, text: rule.text, files: ['f'], message: 'changed' };
const reconciling = (spec: Partial<ReturnType<typeof specOf>>, phase: string) =>
  answering<typeof reconciliationMachine>(
    { spec: specOf({ invariants: [rule], ...spec }), phase, fromTree: null, toTree: null, sandbox: null },
    {
      collect: [
        { effective: [rule], conflictCount: 0, decisions: [] },
        { effective: [], conflictCount: 0, decisions: [] },
      ],
      check: [{ violations: [] }, { violations: [violation] }],
    },
  );
type Reconciliation = SnapshotFrom<typeof reconciliationMachine>;
const reconciledWith = ({ value }: Reconciliation) => value === 'reconciled';

export const reconciliationTheory: Theory<typeof reconciliationMachine> = {
  machine: reconciliationMachine,
  worlds: [
    reconciling({}, 'strategize'),
    reconciling({ depth: 1 }, 'strategize'),
    reconciling({ depth: 1 }, 'execute'),
    reconciling({ actors: { ...specOf().actors, invariant: null } }, 'execute'),
  ],
  theorems: [
    {
      theorem: 'Reconciled means that every invariant in force was checked and none was violated',
      broken: ({ from, event, to }) =>
        reconciledWith(to) &&
        to.context.spec.actors.invariant !== null &&
        to.context.invariants.length > 0 &&
        (from.value !== 'checking' || (event.output as { violations: unknown[] }).violations.length > 0),
      faults: [
        {
          guard: 'isViolated',
          machine: reconciliationMachine.provide({ guards: { isViolated: () => false } }),
          world: reconciling({}, 'execute'),
        },
        {
          guard: 'hasNothingToCheck',
          machine: reconciliationMachine.provide({ guards: { hasNothingToCheck: () => true } }),
          world: reconciling({}, 'execute'),
        },
      ],
    },
    {
      theorem: 'A child never takes over invariants from a scope of its own',
      broken: ({ to }) => to.context.spec.depth > 0 && to.value === 'collecting' && to.context.phase !== 'strategize',
      faults: [
        lyingAtOnce(
          'inherits',
          reconciliationMachine.provide({ guards: { inherits: () => false } }),
          reconciling({ depth: 1 }, 'execute'),
        ),
      ],
    },
    {
      theorem: 'Reconciliation is left out only where the plan says so',
      broken: ({ from, to }) =>
        from.matches('nowhere' as never) && reconciledWith(to) && to.context.spec.actors.invariant !== null,
      faults: [
        lyingAtOnce(
          'isOff',
          reconciliationMachine.provide({ guards: { isOff: () => true } }),
          reconciling({}, 'execute'),
        ),
      ],
    },
  ],
};

const passed = resultOf('check');
const failed = resultOf('check', { passed: false });
const noted = resultOf('note', { passed: false, required: false });
const validating = answering<typeof validationMachine>(
  {
    spec: specOf({
      validations: [{ name: 'check', argv: ['true'], required: true, timeoutSeconds: 1 }],
      profileSnapshot: profileOf({ fixValidations: 0 }),
    }),
    attempt: 1,
    sandbox: { key: 'k', path: '/s' },
    guidance: [],
  },
  {
    validate: [
      { results: [passed], tree: 't' },
      { results: [failed], tree: 't' },
      { results: [passed, noted], tree: 't' },
    ],
    fix: [{ decisions: [], tree: 't', toolCalls: 1 }],
  },
);

const blocker = { severity: 'blocking' as const, path: 'f', line: 1, text: 'it is wrong' };
const remark = { ...blocker, severity: 'note' as const };
const reviewing = (validations: ReturnType<typeof specOf>['validations']) =>
  answering<typeof validationMachine>(
    {
      spec: specOf({
        validations,
        profileSnapshot: profileOf({ fixValidations: 0 }),
        actors: { ...specOf().actors, review: 'local/reviewer' },
      }),
      attempt: 1,
      sandbox: { key: 'k', path: '/s' },
      guidance: [],
    },
    {
      validate: [
        { results: [passed], tree: 't' },
        { results: [failed], tree: 't' },
      ],
      judge: [
        { findings: [], decisions: [], toolCalls: 1 },
        { findings: [blocker, remark], decisions: [], toolCalls: 1 },
      ],
      fix: [{ decisions: [], tree: 't', toolCalls: 1 }],
    },
  );
const checks = [{ name: 'check', argv: ['true'], required: true, timeoutSeconds: 1 }];

export const validationTheory: Theory<typeof validationMachine> = {
  machine: validationMachine,
  worlds: [validating, reviewing(checks), reviewing([])],
  theorems: [
    {
      theorem: 'Validation passes only when every required check passed, and then always',
      broken: ({ to }) => {
        const { results, spec } = to.context;
        const holds =
          results.length >= spec.validations.length && results.every(result => result.passed || !result.required);
        return to.value === 'passed'
          ? !holds || to.context.fault !== null
          : to.value === 'failed' && to.context.fault === null;
      },
      faults: [
        { guard: 'holds', machine: validationMachine.provide({ guards: { holds: () => true } }), world: validating },
        lyingAtOnce(
          'hasNothingToCheck',
          validationMachine.provide({ guards: { hasNothingToCheck: () => true } }),
          validating,
        ),
      ],
    },
    {
      theorem: 'Where a plan has a reviewer nothing passes that was not reviewed, or in which something blocks',
      broken: ({ from, to }) =>
        to.value === 'passed' &&
        to.context.spec.actors.review !== null &&
        (from.value !== 'reviewing' || to.context.findings.some(({ severity }) => severity === 'blocking')),
      faults: [
        {
          guard: 'needsReview',
          machine: validationMachine.provide({ guards: { needsReview: () => false } }),
          world: reviewing(checks),
        },
        {
          guard: 'isCleared',
          machine: validationMachine.provide({ guards: { isCleared: () => true } }),
          world: reviewing([]),
        },
      ],
    },
    {
      theorem: 'What failed its checks is never handed to the reviewer',
      broken: ({ to }) =>
        to.value === 'reviewing' && to.context.results.some(({ required, passed }) => required && !passed),
      faults: [
        {
          guard: 'needsReview',
          machine: validationMachine.provide({ guards: { needsReview: () => true } }),
          world: reviewing(checks),
        },
      ],
    },
    {
      theorem: 'A failing check, and a finding that blocks, is handed back at most as often as the profile says',
      broken: ({ to }) => to.context.round > to.context.spec.profileSnapshot.fixesMax + 1,
      faults: [
        { guard: 'mayFix', machine: validationMachine.provide({ guards: { mayFix: () => true } }), world: validating },
        {
          guard: 'mayFix',
          machine: validationMachine.provide({ guards: { mayFix: () => true } }),
          world: reviewing([]),
        },
      ],
    },
  ],
};

/** The end of a failing attempt is an error by design, and would end the walk; what leads there is what is looked at. */
const lastOf = (failures: readonly StoredFault[]) => failures.at(-1) ?? fault;
const quietAttempt = altered(attemptMachine, ({ output: _thrown, ...config }) => config);
const asking = answering<typeof attemptMachine>(
  { patience: { triesMax: 4, sameMax: 3, parksMax: 2, seed: 's' }, question: null },
  { act: ['answer'] },
  {
    events: [
      { type: 'xstate.after.backoff.attempt.trying.waiting' },
      { type: 'time.over' },
      { type: 'xstate.after.reset.attempt.parked' },
    ],
    errors: [fault, faultOf('STALLED', 'it hung'), permanent, limited, never],
  },
);

export const attemptTheory: Theory<typeof attemptMachine> = {
  machine: quietAttempt,
  worlds: [asking],
  theorems: [
    {
      theorem:
        'A question is asked at most triesMax times, a permanent fault and the same fault again and again end it',
      broken: ({ from, to }) =>
        to.matches({ trying: 'waiting' }) &&
        !from.matches({ trying: 'waiting' }) &&
        (to.context.failures.length >= to.context.patience.triesMax ||
          sameInARow(to.context.failures.slice(0, -1), lastOf(to.context.failures)) >= to.context.patience.sameMax ||
          to.context.fault?.retriable !== true),
      faults: [
        {
          guard: 'mayTryAgain',
          machine: quietAttempt.provide({ guards: { mayTryAgain: () => true } }),
          world: asking,
        },
      ],
    },
    {
      theorem: 'A rate limit is no try, and is waited for only so often and so long',
      broken: ({ from, event, to }) =>
        (to.value === 'parked' && (to.context.parks > 2 || event.error === never)) ||
        ((event.error === limited || event.error === never) && to.context.failures !== from.context.failures) ||
        (to.matches({ trying: 'waiting' }) && to.context.fault?.category === 'rate_limited'),
      faults: [
        {
          guard: 'mayPark',
          machine: quietAttempt.provide({ guards: { mayPark: () => true } }),
          world: asking,
        },
        {
          guard: 'isLimited',
          machine: quietAttempt.provide({ guards: { isLimited: () => false } }),
          world: asking,
        },
      ],
    },
    {
      theorem: 'An attempt is answered or has a fault to tell',
      broken: ({ to }) => (to.value === 'answered') !== (to.status === 'done' && to.context.fault === null),
      faults: [
        {
          guard: 'a deadline without a reason',
          machine: quietAttempt.provide({ actions: { keepLateness: () => {} } }),
          world: asking,
        },
      ],
    },
  ],
};

const correcting = (treeOid: string | null, sandbox: { key: string; path: string } | null) =>
  answering<typeof correctionMachine>(
    {
      spec: specOf(),
      attempt: 1,
      sandbox,
      expected: null,
      order: {
        ...{ correctionId: idOf('K'), decisionId: idOf('D'), interventionId: idOf('N'), mode: 'revert', from: 'work' },
        ...{ guidance: 'otherwise', treeOid, sequence: null, mergedUpTo: null, force: false },
        ...{ decisions: [], superseded: [], childPlanIds: [], kept: [] },
      },
    },
    {
      keep: [{ present: checkpointOf('beforeCorrection') }],
      reopen: [{ sandbox: { key: 'next', path: '/n' } }],
      discard: [{ discarded: true }],
    },
  );
const before = { key: 'k', path: '/s' };
const opensNext = correcting('t1', before);

export const correctionTheory: Theory<typeof correctionMachine> = {
  machine: correctionMachine,
  worlds: [opensNext, correcting(null, before), correcting('t1', null), correcting(null, null)],
  theorems: [
    {
      theorem:
        'Corrected means that the present is kept, where there is one, and the next files are there, if any are wanted',
      broken: ({ to: { value, context } }) =>
        value === 'corrected' &&
        (context.fault !== null ||
          (context.sandbox !== null && context.present === null) ||
          (context.sandbox !== null && context.order.treeOid !== null && context.opened === null)),
      faults: [
        lyingAtOnce('hasNoFiles', correctionMachine.provide({ guards: { hasNoFiles: () => true } }), opensNext),
        {
          guard: 'beginsEmpty',
          machine: correctionMachine.provide({ guards: { beginsEmpty: () => true } }),
          world: opensNext,
        },
      ],
    },
    {
      theorem: 'Refused means that there is a reason, and that nothing which was opened is left',
      broken: ({ from, to }) =>
        to.value === 'refused' &&
        from.value !== 'refused' &&
        (to.context.fault === null || to.context.opened !== null || from.value === 'opening'),
      faults: [
        {
          guard: 'half a sandbox that is left',
          machine: altered(correctionMachine, config =>
            withState(config, 'opening', ({ invoke, ...state }) => ({
              ...state,
              invoke: { ...Object(invoke), onError: 'refused' },
            })),
          ),
          world: opensNext,
        },
      ],
    },
    {
      theorem: 'Nothing is opened before the present is kept',
      broken: ({ to }) => to.value === 'opening' && to.context.present === null,
      faults: [
        {
          guard: 'opening at once',
          machine: altered(correctionMachine, config =>
            withState(config, 'beginning', () => ({ always: { target: 'opening' } })),
          ),
          world: opensNext,
        },
      ],
    },
  ],
};
