/** What must hold of a part of a plan that lands before the rest: judged first, landed only when its checks passed. */
import type { SnapshotFrom } from 'xstate';
import { type LandingInput, landingMachine } from '../../machines/index.ts';
import { mainLink } from '../../src/model/link.ts';
import { requiredHold, type ValidationResult } from '../../src/model/validation.ts';
import { checkpointOf } from '../machines/effects.ts';
import { faultOf, resultOf, specOf } from '../machines/spec.ts';
import { altered } from './altered.ts';
import { answering } from './answering.ts';
import { begins, begunWith, claim, isAnswerOf, outcomeOf, outputOf } from './steps.ts';
import type { SeededFault, Theory } from './theorem.ts';

type Landing = typeof landingMachine;

const spec = specOf();
const fault = faultOf();
const order: LandingInput['order'] = {
  ...{ landingId: 'l', attempt: 1, baseTree: mainLink(spec).baseTree, treeOid: 't1', left: [], subplans: [] },
  ...{ target: { kind: 'checkout' as const }, commit: null, after: null, checkpointId: 'c' },
};
const landed = {
  ...{ outcome: 'landed', commits: ['c'], files: ['f'], results: [] as ValidationResult[] },
  ...{ links: spec.projectLinks, changeSet: null, checkpoint: checkpointOf('postApply'), after: null },
};
const world = answering<Landing>(
  { spec, attempt: 1, order, sandbox: { key: 'k', path: '/s' }, resultTree: null, rebases: false },
  {
    reconciliation: [
      { outcome: 'reconciled', invariants: [] },
      { outcome: 'violated', invariants: [], violations: [], fault },
      { outcome: 'failed', fault },
    ],
    land: [
      landed,
      { ...landed, results: [resultOf('check')] },
      { ...landed, results: [resultOf('check', { passed: false })] },
      { outcome: 'constrained', fault, results: [], checkpoint: checkpointOf('preApply') },
    ],
  },
);

const lying = (guard: string, lie: (args: unknown, params: never) => boolean): SeededFault<Landing> => ({
  guard,
  machine: landingMachine.provide({ guards: { [guard]: lie } as never }),
  world,
});
const isIn = (snapshot: SnapshotFrom<Landing>, state: string) => snapshot.value === state;
const resultsOf = (step: Parameters<typeof outputOf>[0]) =>
  outputOf<{ results: ValidationResult[] }>(step).results ?? [];

export const landingTheory: Theory<Landing> = {
  machine: landingMachine,
  worlds: [world],
  theorems: [
    {
      theorem: 'Nothing lands before the rules were held against the part itself, and held',
      claims: [
        claim(begins, step => {
          const { fromTree, toTree, phase } = begunWith(step, 'reconciliation') ?? {};
          return fromTree === order.baseTree && toTree === order.treeOid && phase === 'apply';
        }),
        claim(
          step => begunWith(step, 'land') !== null,
          step => isAnswerOf(step, 'reconciliation') && outcomeOf(step) === 'reconciled',
        ),
        claim(
          step => isAnswerOf(step, 'reconciliation') && outcomeOf(step) === 'reconciled',
          ({ to }) => isIn(to, 'landing'),
        ),
      ],
      faults: [
        lying('isReconciled', () => true),
        lying('isReconciled', () => false),
        {
          guard: 'landing at once',
          machine: altered(landingMachine, config => ({ ...config, initial: 'landing' })),
          world,
        },
      ],
    },
    {
      theorem: 'Landed means that it landed and every required check of the part passed',
      claims: [
        claim(
          ({ to }) => isIn(to, 'landed'),
          step =>
            isAnswerOf(step, 'land') &&
            outcomeOf(step) === 'landed' &&
            requiredHold(resultsOf(step)) &&
            step.to.output?.outcome === 'landed',
        ),
        claim(
          step => isAnswerOf(step, 'land') && outcomeOf(step) === 'landed' && requiredHold(resultsOf(step)),
          ({ to }) => isIn(to, 'landed'),
        ),
      ],
      faults: [
        lying('isLanded', () => true),
        lying('isLanded', () => false),
        lying('isLanded', (_, { outcome }: { outcome: string }) => outcome === 'landed'),
        lying('isLanded', (_, { results }: { results: ValidationResult[] }) => requiredHold(results)),
      ],
    },
    {
      theorem: 'A part that did not land says why, and by what it was refused',
      claims: [
        claim(
          ({ to }) => isIn(to, 'refused'),
          ({ to }) => to.output?.outcome === 'refused' && to.output.fault.message !== 'The landing never ended',
        ),
      ],
      faults: [
        {
          guard: 'a refusal without its reason',
          machine: landingMachine.provide({ actions: { keepFault: () => {} } }),
          world,
        },
        {
          guard: 'a constraint without its reason',
          machine: landingMachine.provide({ actions: { keepConstraint: () => {} } }),
          world,
        },
      ],
    },
  ],
};
