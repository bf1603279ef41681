/** What must hold of a reconciliation: no invariant that is in force goes unchecked. */
import { assign, type SnapshotFrom } from 'xstate';
import { reconciliationMachine } from '../../machines/index.ts';
import { sampleSpec, ulidOf } from '../machines/fixtures.ts';
import type { World } from './explore.ts';
import type { Model, SeededMutation } from './property.ts';
import { claim, emitted, invokeInputOf, isAnswerOf, isInit, outputOf } from './steps.ts';
import { withAnswers } from './with-answers.ts';

type Reconciliation = typeof reconciliationMachine;

const rule = {
  invariantId: ulidOf('I'),
  text: 'keep out',
  scope: 'plan' as const,
  origin: 'plan' as const,
  check: null,
  nonOverridable: false,
  each: 'phase' as const,
};
const collected = { ...rule, invariantId: ulidOf('S'), scope: 'project' as const, origin: 'project' as const };
const violation = { invariantId: rule.invariantId, text: rule.text, files: ['f'], message: 'changed' };

function reconciling(spec: Partial<ReturnType<typeof sampleSpec>>, phase: string): World<Reconciliation> {
  return withAnswers(
    { spec: sampleSpec({ invariants: [rule], ...spec }), phase, fromTree: 't0', toTree: 't1', sandbox: null },
    {
      collectInvariants: [
        { effective: [rule, collected], conflictCount: 0, decisions: [] },
        { effective: [], conflictCount: 0, decisions: [] },
      ],
      check: [{ violations: [] }, { violations: [violation] }],
    },
  );
}

const off = { actors: { ...sampleSpec().actors, invariant: null } };
const root = reconciling({}, 'execute');
const child = reconciling({ depth: 1 }, 'execute');

const withGuard = (
  guard: string,
  lie: (args: { context: SnapshotFrom<Reconciliation>['context'] }) => boolean,
  world = root,
): SeededMutation<Reconciliation> => ({
  guard,
  machine: reconciliationMachine.provide({ guards: { [guard]: lie } as never }),
  world,
});

const isOff = ({ context }: SnapshotFrom<Reconciliation>) => context.spec.actors.invariant === null;
const violationsIn = (step: Parameters<typeof outputOf>[0]) => outputOf<{ violations: unknown[] }>(step).violations;

export const reconciliationModel: Model<Reconciliation> = {
  machine: reconciliationMachine,
  worlds: [
    reconciling({}, 'strategize'),
    root,
    reconciling({ depth: 1 }, 'strategize'),
    reconciling({ depth: 1, invariants: [] }, 'strategize'),
    child,
    reconciling({ ...off }, 'execute'),
  ],
  properties: [
    {
      property: 'Reconciled means that every invariant in force was checked and none was violated',
      claims: [
        claim(
          ({ to }) => to.value === 'reconciled' && !isOff(to) && to.context.invariants.length > 0,
          step => isAnswerOf(step, 'check') && violationsIn(step)?.length === 0,
        ),
        claim(
          step => invokeInputOf(step, 'check') !== null,
          step => {
            const { invariants, phase, fromTree, toTree } = step.to.context;
            const wanted = JSON.stringify({ invariants, phase, fromTree, toTree });
            const { spec: _, sandbox: __, ...asked } = invokeInputOf(step, 'check') ?? {};
            const { invariants: checked, phase: at, fromTree: before, toTree: after } = asked;
            return JSON.stringify({ invariants: checked, phase: at, fromTree: before, toTree: after }) === wanted;
          },
        ),
        claim(
          step => isAnswerOf(step, 'collectInvariants') && step.to.context.spec.depth === 0,
          ({ event, to }) => to.context.invariants === event.output.effective,
        ),
      ],
      mutations: [
        withGuard('isViolated', () => false),
        withGuard('hasNothingToCheck', () => true),
        {
          guard: 'what was collected is not kept',
          machine: reconciliationMachine.provide({ actions: { setEffective: assign({ conflictCount: 0 }) } }),
          world: root,
        },
      ],
    },
    {
      property: 'Each violation is emitted, and so are the invariants in force',
      claims: [
        claim(
          step => isAnswerOf(step, 'check') && violationsIn(step)?.length === 0,
          ({ to }) => to.value === 'reconciled',
        ),
        claim(
          step => isAnswerOf(step, 'collectInvariants'),
          step => emitted(step, 'invariant.reconciled').length === 1,
        ),
        claim(
          step => isAnswerOf(step, 'check') && violationsIn(step)?.length !== 0,
          step =>
            step.to.value === 'violated' &&
            emitted(step, 'invariant.violated').length === violationsIn(step)?.length &&
            step.to.output?.outcome === 'violated',
        ),
      ],
      mutations: [
        withGuard('isViolated', () => false),
        withGuard('isViolated', () => true),
        {
          guard: 'unreported invariants',
          machine: reconciliationMachine.provide({ actions: { emitReconciled: () => {} } }),
          world: root,
        },
        {
          guard: 'an unreported violation',
          machine: reconciliationMachine.provide({ actions: { emitViolated: () => {} } }),
          world: root,
        },
      ],
    },
    {
      property: 'A child has the invariants of its parent, whatever its scopes say, and no others',
      claims: [
        claim(
          ({ to }) => to.context.spec.depth > 0 && to.value === 'collecting',
          ({ to }) => to.context.phase === 'strategize',
        ),
        claim(
          step =>
            isInit(step) &&
            step.to.context.spec.depth > 0 &&
            step.to.context.phase !== 'strategize' &&
            step.to.context.spec.invariants.length > 0,
          ({ to }) => to.value === 'checking',
        ),
        claim(
          ({ from, to }) => to.context.spec.depth > 0 && (to.value === 'checking' || from.value === 'checking'),
          ({ to: { context } }) => context.invariants === context.spec.invariants,
        ),
      ],
      mutations: [
        withGuard('inherits', () => false, child),
        {
          guard: 'a child that inherits nothing',
          machine: reconciliationMachine.provide({ actions: { inherit: () => {} } }),
          world: child,
        },
        {
          guard: 'a child that begins without what it inherits',
          machine: reconciliationMachine.provide({ actions: { inherit: assign({ invariants: [rule] }) } }),
          world: child,
        },
      ],
    },
    {
      property: 'Reconciliation is left out where the plan says so, and only there; a root collects its scopes',
      claims: [
        claim(
          step => isInit(step) && isOff(step.to),
          ({ to }) => to.value === 'reconciled',
        ),
        claim(
          step => isInit(step) && !isOff(step.to),
          ({ to }) => to.value !== 'reconciled' || (to.context.spec.depth > 0 && to.context.invariants.length === 0),
        ),
        claim(
          step => isInit(step) && !isOff(step.to) && step.to.context.spec.depth === 0,
          ({ to }) => to.value === 'collecting',
        ),
        claim(
          ({ to }) => to.value === 'checking',
          ({ to }) => to.context.invariants.length > 0,
        ),
      ],
      mutations: [
        withGuard('isOff', () => true),
        withGuard('isOff', () => false, reconciling({ ...off }, 'execute')),
        withGuard('inherits', () => true),
      ],
    },
    {
      property: 'A reconciliation that cannot be made has failed, with an error',
      claims: [
        claim(
          ({ event }) => event.type.startsWith('xstate.error.actor.'),
          ({ to }) => to.value === 'failed' && to.output?.outcome === 'failed' && to.context.error !== null,
        ),
      ],
      mutations: [
        {
          guard: 'a check that failed and counts as passed',
          machine: reconciliationMachine.provide({ actions: { setError: () => {} } }),
          world: root,
        },
      ],
    },
  ],
};
