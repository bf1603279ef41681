import { describe, expect, test } from 'vitest';
import type { ReconciliationInput } from '../../machines/index.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { type Answers, stage } from './effects.ts';
import { play, turns as until } from './play.ts';
import { decisionOf, idOf, specOf } from './spec.ts';

const rule = (text: string) => ({
  invariantId: idOf(text),
  text,
  scope: 'plan' as const,
  origin: 'plan' as const,
  check: null,
  nonOverridable: false,
  each: 'phase' as const,
});

async function reconcile(spec: Partial<PlanSpec>, phase: ReconciliationInput['phase'], answers: Partial<Answers> = {}) {
  const asked: string[] = [];
  const { reconciliation } = stage({
    ...answers,
    collect: (input, signal) => {
      asked.push('collect');
      return answers.collect?.(input, signal) ?? { effective: input.spec.invariants, conflictCount: 0, decisions: [] };
    },
    check: (input, signal) => {
      asked.push(`check ${input.invariants.length}`);
      return answers.check?.(input, signal) ?? { violations: [] };
    },
  });
  const played = play(reconciliation, { spec: specOf(spec), phase, fromTree: null, toTree: null, sandbox: null });
  await until(() => played.actor.getSnapshot().status === 'done');
  return { ...played, asked, output: played.actor.getSnapshot().output };
}

describe('Reconciliation', () => {
  test('collects, tells what is in force, then checks it', async () => {
    const { asked, output, told } = await reconcile({ invariants: [rule('A')] }, 'execute', {
      collect: () => ({ effective: [rule('A'), rule('B')], conflictCount: 1, decisions: [decisionOf('1')] }),
    });
    expect(asked).toEqual(['collect', 'check 2']);
    expect(output).toEqual({ outcome: 'reconciled', invariants: [rule('A'), rule('B')] });
    expect(told('invariant.reconciled')).toEqual([
      {
        type: 'invariant.reconciled',
        planId: idOf('P'),
        phase: 'execute',
        effectiveCount: 2,
        conflictCount: 1,
        decisionIds: [idOf('1')],
      },
    ]);
    expect(told('decision.recorded')).toHaveLength(1);
  });

  test('names what is violated, where, and what to do', async () => {
    const { output, told } = await reconcile({ invariants: [rule('A')] }, 'apply', {
      check: () => ({
        violations: [
          { invariantId: idOf('A'), text: 'A', files: ['x', 'y'], message: 'changed' },
          { invariantId: idOf('A'), text: 'A', files: [], message: 'too many' },
        ],
      }),
    });
    expect(output).toMatchObject({
      outcome: 'violated',
      fault: {
        code: 'INVARIANT_VIOLATED',
        message: 'An invariant does not hold before or after apply: "A" (x, y): changed; "A": too many',
      },
    });
    expect(told('invariant.violated')).toHaveLength(2);
  });

  test('is off for a plan without an invariant actor', async () => {
    const { asked, output } = await reconcile(
      { actors: { ...specOf().actors, invariant: null }, invariants: [rule('A')] },
      'execute',
    );
    expect([asked, output]).toEqual([[], { outcome: 'reconciled', invariants: [] }]);
  });

  test("of a child takes its parent's invariants, records them once and checks them at every boundary [R74]", async () => {
    const inherited = { depth: 1, invariants: [rule('A')] };
    const collect: Answers['collect'] = () => ({
      effective: [rule('B')],
      conflictCount: 0,
      decisions: [decisionOf('1')],
    });
    const first = await reconcile(inherited, 'strategize', { collect });
    expect([first.asked, first.output]).toEqual([
      ['collect', 'check 1'],
      { outcome: 'reconciled', invariants: [rule('A')] },
    ]);
    const second = await reconcile(inherited, 'execute', { collect });
    expect([second.asked, second.told('decision.recorded')]).toEqual([['check 1'], []]);
    const none = await reconcile({ depth: 1 }, 'strategize', { collect });
    expect(none.asked).toEqual([]);
  });

  test.each(['collect', 'check'] as const)('that cannot %s ends with the fault, and is no pass', async effect => {
    const { output } = await reconcile({ invariants: [rule('A')] }, 'execute', {
      [effect]: () => Promise.reject(new Error('no')),
    });
    expect(output).toMatchObject({ outcome: 'failed', fault: { message: 'no' } });
  });
});
