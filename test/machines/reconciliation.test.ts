import { describe, expect, test } from 'vitest';
import type { ReconciliationInput } from '../../machines/index.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { sampleDecision, sampleSpec, ulidOf } from './fixtures.ts';
import { runMachine, waitUntil as until } from './run-machine.ts';
import { type EffectAnswers, scriptedMachines } from './scripted-effects.ts';

const rule = (text: string) => ({
  invariantId: ulidOf(text),
  text,
  scope: 'plan' as const,
  origin: 'plan' as const,
  check: null,
  nonOverridable: false,
  each: 'phase' as const,
});

async function reconcile(
  spec: Partial<PlanSpec>,
  phase: ReconciliationInput['phase'],
  answers: Partial<EffectAnswers> = {},
) {
  const asked: string[] = [];
  const { reconciliation } = scriptedMachines({
    ...answers,
    collectInvariants: (input, signal) => {
      asked.push('collectInvariants');
      return (
        answers.collectInvariants?.(input, signal) ?? {
          effective: input.spec.invariants,
          conflictCount: 0,
          decisions: [],
        }
      );
    },
    check: (input, signal) => {
      asked.push(`check ${input.invariants.length}`);
      return answers.check?.(input, signal) ?? { violations: [] };
    },
  });
  const played = runMachine(reconciliation, {
    spec: sampleSpec(spec),
    phase,
    fromTree: null,
    toTree: null,
    sandbox: null,
  });
  await until(() => played.actor.getSnapshot().status === 'done');
  return { ...played, asked, output: played.actor.getSnapshot().output };
}

describe('Reconciliation', () => {
  test('collects, tells what is in force, then checks it', async () => {
    const { asked, output, emitted } = await reconcile({ invariants: [rule('A')] }, 'execute', {
      collectInvariants: () => ({
        effective: [rule('A'), rule('B')],
        conflictCount: 1,
        decisions: [sampleDecision('1')],
      }),
    });
    expect(asked).toEqual(['collectInvariants', 'check 2']);
    expect(output).toEqual({ outcome: 'reconciled', invariants: [rule('A'), rule('B')] });
    expect(emitted('invariant.reconciled')).toEqual([
      {
        type: 'invariant.reconciled',
        planId: ulidOf('P'),
        phase: 'execute',
        effectiveCount: 2,
        conflictCount: 1,
        decisionIds: [ulidOf('1')],
      },
    ]);
    expect(emitted('decision.recorded')).toHaveLength(1);
  });

  test('names what is violated, where, and what to do', async () => {
    const { output, emitted } = await reconcile({ invariants: [rule('A')] }, 'apply', {
      check: () => ({
        violations: [
          { invariantId: ulidOf('A'), text: 'A', files: ['x', 'y'], message: 'changed' },
          { invariantId: ulidOf('A'), text: 'A', files: [], message: 'too many' },
        ],
      }),
    });
    expect(output).toMatchObject({
      outcome: 'violated',
      error: {
        code: 'INVARIANT_VIOLATED',
        message: 'An invariant does not hold before or after apply: "A" (x, y): changed; "A": too many',
      },
    });
    expect(emitted('invariant.violated')).toHaveLength(2);
  });

  test('is off for a plan without an invariant actor', async () => {
    const { asked, output } = await reconcile(
      { actors: { ...sampleSpec().actors, invariant: null }, invariants: [rule('A')] },
      'execute',
    );
    expect([asked, output]).toEqual([[], { outcome: 'reconciled', invariants: [] }]);
  });

  test("of a child takes its parent's invariants, records them once and checks them at every boundary [R74]", async () => {
    const inherited = { depth: 1, invariants: [rule('A')] };
    const collect: EffectAnswers['collectInvariants'] = () => ({
      effective: [rule('B')],
      conflictCount: 0,
      decisions: [sampleDecision('1')],
    });
    const first = await reconcile(inherited, 'strategize', { collectInvariants: collect });
    expect([first.asked, first.output]).toEqual([
      ['collectInvariants', 'check 1'],
      { outcome: 'reconciled', invariants: [rule('A')] },
    ]);
    const second = await reconcile(inherited, 'execute', { collectInvariants: collect });
    expect([second.asked, second.emitted('decision.recorded')]).toEqual([['check 1'], []]);
    const none = await reconcile({ depth: 1 }, 'strategize', { collectInvariants: collect });
    expect(none.asked).toEqual([]);
  });

  test.each([
    'collectInvariants',
    'check',
  ] as const)('that cannot %s ends with the error, and is no pass', async effect => {
    const { output } = await reconcile({ invariants: [rule('A')] }, 'execute', {
      [effect]: () => Promise.reject(new Error('no')),
    });
    expect(output).toMatchObject({ outcome: 'failed', error: { message: 'no' } });
  });
});
