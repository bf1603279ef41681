import { describe, expect, test } from 'vitest';
import { type Answers, stage } from './effects.ts';
import { play, turns as until } from './play.ts';
import { decisionOf, profileOf, resultOf, specOf } from './spec.ts';

const check = { name: 'check', argv: ['true'], required: true, timeoutSeconds: 1 };
const broken = resultOf('check', { passed: false });

async function validate(answers: Partial<Answers>, { fixesMax = 3, fixValidations = 0, validations = [check] } = {}) {
  const profileSnapshot = { ...profileOf({ fixValidations }), fixesMax };
  const played = play(stage(answers).validation, {
    spec: specOf({ validations, profileSnapshot }),
    attempt: 1,
    sandbox: { key: 'k', path: '/s' },
    guidance: ['mind'],
  });
  await until(() => played.actor.getSnapshot().status === 'done');
  const { output } = played.actor.getSnapshot();
  if (output === undefined) throw new TypeError('it ended without an output');
  return { ...played, output };
}

describe('Validation', () => {
  test('passes when every required check does; an informational failure is recorded and never blocks', async () => {
    const results = [resultOf('check'), resultOf('note', { passed: false, required: false })];
    const { output, told } = await validate({ validate: () => ({ results, tree: 't' }) });
    expect(output).toEqual({ outcome: 'passed', results, fixes: 0, toolCalls: 0, fault: null });
    expect(told('validation.finished').map(({ round }) => round)).toEqual([1]);
  });

  test('hands a failure back for fixing and checks again', async () => {
    const rounds: number[] = [];
    const { output, told } = await validate({
      validate: ({ round }) => ({ results: [resultOf('check', { passed: round === 3 })], tree: `t${round}` }),
      fix: ({ round, results, guidance, tree }) => {
        expect([results[0]?.passed, guidance, tree]).toEqual([false, ['mind'], `t${round}`]);
        rounds.push(round);
        return { decisions: [decisionOf(String(round))], tree: 't', toolCalls: 2 };
      },
    });
    expect(rounds).toEqual([1, 2]);
    expect(output).toMatchObject({ outcome: 'passed', fixes: 2, toolCalls: 4 });
    expect(told('decision.recorded')).toHaveLength(2);
  });

  test.each([
    [0, 'A required validation failed: check (exit 1)'],
    [1, 'A required validation failed after 1 fix: check (exit 1)'],
    [3, 'A required validation failed after 3 fixes: check (exit 1)'],
  ])('gives up after as many fixes as the profile says: %i [R106]', async (fixesMax, message) => {
    let fixes = 0;
    const { output } = await validate(
      {
        validate: () => ({ results: [broken], tree: 't' }),
        fix: () => {
          fixes += 1;
          return { decisions: [], tree: 't', toolCalls: 0 };
        },
      },
      { fixesMax },
    );
    expect(fixes).toBe(fixesMax);
    expect(output).toMatchObject({ outcome: 'failed', fixes: fixesMax, fault: { code: 'VALIDATION_FAILED', message } });
  });

  test('is not fixed by itself where the profile asks a person', async () => {
    const { output } = await validate(
      { validate: () => ({ results: [{ ...broken, exitCode: null }], tree: 't' }) },
      { fixValidations: 1 },
    );
    expect(output).toMatchObject({
      outcome: 'failed',
      fixes: 0,
      fault: { message: 'A required validation failed: check (killed)' },
    });
  });

  test('of nothing passes without running anything', async () => {
    const { output } = await validate({ validate: () => Promise.reject(new Error('not asked')) }, { validations: [] });
    expect(output).toMatchObject({ outcome: 'passed', results: [] });
  });

  test.each(['validate', 'fix'] as const)('that cannot %s fails with the fault as it was', async effect => {
    const { output } = await validate({
      validate: () => ({ results: [broken], tree: 't' }),
      [effect]: () => Promise.reject(new Error('no')),
    });
    expect(output).toMatchObject({ outcome: 'failed', fault: { code: 'INTERNAL', message: 'no' } });
  });
});
