/** What must hold of a validation: nothing passes that was not checked. */
import type { SnapshotFrom } from 'xstate';
import { validationMachine } from '../../machines/index.ts';
import { missingResults, validationToBisect } from '../../src/model/validation.ts';
import { sampleProfile, sampleResult, sampleSpec } from '../machines/fixtures.ts';
import type { World } from './explore.ts';
import type { Model, SeededMutation } from './property.ts';
import { claim, emitted, invokeInputOf, isAnswerOf, isInit } from './steps.ts';
import { withAnswers } from './with-answers.ts';

type Validation = typeof validationMachine;
type Spec = ReturnType<typeof sampleSpec>;

const passed = sampleResult('check');
const failed = sampleResult('check', { passed: false });
const noted = sampleResult('note', { passed: false, required: false });
const blocker = { severity: 'blocking' as const, path: 'f', line: 1, text: 'it is wrong' };
const remark = { ...blocker, severity: 'note' as const };
const checks: Spec['validations'] = [
  { name: 'check', argv: ['true'], required: true, timeoutSeconds: 1 },
  { name: 'note', argv: ['true'], required: false, timeoutSeconds: 1 },
];

const child = { planId: 'P', goal: 'write', baseTree: 'base', treeOid: 't' };

/** `confidence` is behind a plan whose profile wants 0.5 before it mends by itself. */
function validating(
  { validations = checks, review = null as string | null, confidence = 1, subplans = 0 } = {},
  reports: string[] = [],
): World<Validation> {
  return withAnswers(
    {
      spec: sampleSpec({
        validations,
        profileSnapshot: sampleProfile({ fixValidations: 0.5 }),
        actors: { ...sampleSpec().actors, review },
      }),
      ...{ attempt: 1, sandbox: { key: 'k', path: '/s' }, guidance: [], confidence },
      merged: { ours: 'base', children: Array.from({ length: subplans }, () => child), strategy: 'threeWay' },
    },
    {
      validate: [[passed], [failed], [passed, noted], [noted], []].map(results => ({ results, tree: 't' })),
      reviewResult: [[], [blocker, remark]].map(findings => ({ findings, decisions: [], toolCalls: 1 })),
      bisect: (['found', 'base'] as const).map(outcome => ({
        bisection: { validation: 'check', outcome, subplans: outcome === 'found' ? [child] : [], runs: 3 },
        decisions: [],
      })),
      fix: [{ decisions: [], tree: 't', toolCalls: 1 }],
    },
    { events: reports.map(type => ({ type })) },
  );
}

const effectReports = ['attempt.delayed', 'attempt.resumed', 'approval.requested', 'agent.queued', 'agent.admitted'];
const plain = validating();
const reviewer = 'local/reviewer';
const reviewed = validating({ review: reviewer });
const reviewedOnly = validating({ review: reviewer, validations: [] });
const unsure = validating({ confidence: 0.4 });
const split = validating({ subplans: 2 });

const withGuard = (
  guard: string,
  lie: (args: { context: SnapshotFrom<Validation>['context'] }) => boolean,
  world = plain,
): SeededMutation<Validation> => ({ guard, machine: validationMachine.provide({ guards: { [guard]: lie } }), world });

const holds = ({ context: { spec, results } }: SnapshotFrom<Validation>) =>
  missingResults(spec.validations, results).length === 0 && results.every(result => result.passed || !result.required);
const blocks = ({ context }: SnapshotFrom<Validation>) =>
  context.findings.some(({ severity }) => severity === 'blocking');
const isSearched = ({ context: { merged, spec, results } }: SnapshotFrom<Validation>) =>
  (merged?.children.length ?? 0) > 0 && validationToBisect(spec.validations, results) !== null;
const isFixable = ({ context: { round, spec, confidence = 1 } }: SnapshotFrom<Validation>) =>
  round <= spec.profileSnapshot.fixesMax && confidence >= 0.5;
const isReviewed = ({ context }: SnapshotFrom<Validation>) => context.spec.actors.review !== null;

export const validationModel: Model<Validation> = {
  machine: validationMachine,
  worlds: [
    plain,
    reviewed,
    reviewedOnly,
    validating({ validations: [] }),
    unsure,
    split,
    validating({}, effectReports),
  ],
  properties: [
    {
      property: 'Validation passes only when every required check ran and passed, and else it says why not',
      claims: [
        claim(
          ({ to }) => to.value === 'passed',
          ({ to }) => holds(to) && to.context.error === null && to.output?.outcome === 'passed',
        ),
        claim(
          ({ to }) => to.value === 'failed',
          ({ to }) => to.context.error !== null && to.output?.outcome === 'failed',
        ),
        claim(
          ({ from, to }) => from.value === 'validating' && !isReviewed(to) && holds(to) && to.status === 'done',
          ({ event, to }) => event.type.startsWith('xstate.error') || to.value === 'passed',
        ),
      ],
      mutations: [
        withGuard('allRequiredPassed', () => true),
        withGuard('allRequiredPassed', ({ context }) =>
          context.results.every(({ passed: isGood, required }) => isGood || !required),
        ),
        withGuard('allRequiredPassed', () => false, unsure),
        withGuard('hasNothingToCheck', () => true),
        {
          guard: 'a failure without a reason',
          machine: validationMachine.provide({ actions: { setFailure: () => {} } }),
          world: unsure,
        },
      ],
    },
    {
      property: 'A plan without checks and without a reviewer passes at once, and no other',
      claims: [
        claim(
          step => isInit(step) && step.to.value === 'passed',
          ({ to }) => to.context.spec.validations.length === 0 && !isReviewed(to),
        ),
        claim(
          step => isInit(step) && step.to.context.spec.validations.length === 0 && !isReviewed(step.to),
          ({ to }) => to.value === 'passed',
        ),
      ],
      mutations: [
        withGuard('hasNothingToCheck', () => true),
        withGuard('hasNothingToCheck', ({ context }) => context.spec.validations.length === 0, reviewedOnly),
        withGuard('hasNothingToCheck', () => false, validating({ validations: [] })),
      ],
    },
    {
      property: 'Where a plan has a reviewer nothing passes that was not reviewed, or in which something blocks',
      claims: [
        claim(
          ({ to }) => to.value === 'passed' && isReviewed(to),
          ({ from, to }) => from.value === 'reviewing' && !blocks(to),
        ),
        claim(
          step => isAnswerOf(step, 'reviewResult') && !blocks(step.to),
          ({ to }) => to.value === 'passed',
        ),
        claim(
          ({ to }) => to.value === 'reviewing',
          ({ to }) => isReviewed(to) && holds(to),
        ),
      ],
      mutations: [
        withGuard('needsReview', () => false, reviewed),
        withGuard('needsReview', () => true, reviewed),
        withGuard('needsReview', ({ context }) => isReviewed({ context } as never), reviewed),
        withGuard('isNotBlocked', () => true, reviewedOnly),
        withGuard('isNotBlocked', () => false, reviewedOnly),
      ],
    },
    {
      property: 'What a check or a review says is of what was checked last: findings of before are forgotten',
      claims: [
        claim(
          step => isAnswerOf(step, 'validate') && step.from.context.findings.length > 0,
          ({ event, to }) => to.context.findings.length === 0 && to.context.results === event.output.results,
        ),
        claim(
          step => isAnswerOf(step, 'validate'),
          step => emitted(step, 'validation.finished').length === 1,
        ),
        claim(
          step => isAnswerOf(step, 'reviewResult'),
          step => emitted(step, 'review.finished').length === 1,
        ),
      ],
      mutations: [
        {
          guard: 'unreported checks',
          machine: validationMachine.provide({ actions: { emitResults: () => {} } }),
          world: plain,
        },
      ],
    },
    {
      property: 'What failed is handed back at most as often as the profile says, and only where it may mend by itself',
      claims: [
        claim(
          step => invokeInputOf(step, 'fix') !== null,
          ({ to }) => isFixable(to),
        ),
        claim(
          step => isAnswerOf(step, 'validate') && !holds(step.to) && step.from.context.round === 1,
          ({ to }) => isSearched(to) || to.value === ((to.context.confidence ?? 1) >= 0.5 ? 'fixing' : 'failed'),
        ),
        claim(
          step => isAnswerOf(step, 'fix'),
          ({ from, to }) => to.value === 'validating' && to.context.round === from.context.round + 1,
        ),
      ],
      mutations: [
        withGuard('mayFix', () => true),
        withGuard('mayFix', () => true, reviewedOnly),
        withGuard('mayFix', () => true, unsure),
        withGuard('mayFix', () => false),
      ],
    },
    {
      property: 'What breaks merged subplans is searched before it is fixed, and what was found goes to the fix',
      claims: [
        claim(
          ({ from, event, to }) => from.value === 'validating' && event.type.startsWith('xstate.done') && !holds(to),
          ({ to }) => (to.value === 'bisecting') === isSearched(to),
        ),
        claim(
          ({ to }) => to.value === 'bisecting',
          ({ to }) => to.context.bisection === null && isSearched(to),
        ),
        claim(
          step => isAnswerOf(step, 'bisect'),
          step =>
            emitted(step, 'bisection.finished').length === 1 &&
            step.to.context.bisection === step.event.output.bisection,
        ),
        claim(
          ({ from, to }) => from.value === 'bisecting' && to.value !== 'bisecting',
          ({ to }) => to.value === (isFixable(to) ? 'fixing' : 'failed'),
        ),
      ],
      mutations: [
        withGuard('mayBisect', () => false, split),
        withGuard('mayBisect', () => true),
        {
          guard: 'a search whose result is forgotten',
          machine: validationMachine.provide({ actions: { setBisection: () => {} } }),
          world: split,
        },
      ],
    },
    {
      property: 'What agents say while they mend or review reaches the plan',
      claims: effectReports.map(type =>
        claim<Validation>(
          ({ event }) => event.type === type,
          ({ effects, event }) => effects.some(({ params }) => params.event === event),
        ),
      ),
      mutations: [
        {
          guard: 'a report that is not forwarded',
          machine: validationMachine.provide({ actions: { forward: () => {} } }),
          world: validating({}, effectReports),
        },
      ],
    },
  ],
};
