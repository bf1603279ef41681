import { describe, expect, test } from 'vitest';
import type { ValidationInput } from '../../machines/validation-context.ts';
import type { Bisection } from '../../src/model/bisection.ts';
import { commandHint } from '../../src/model/command-hint.ts';
import type { Finding } from '../../src/model/review.ts';
import type { Validation } from '../../src/model/validation.ts';
import { sampleDecision, sampleProfile, sampleResult, sampleSpec } from './fixtures.ts';
import { runMachine, waitUntil as until } from './run-machine.ts';
import { type EffectAnswers, scriptedMachines } from './scripted-effects.ts';

const check = { name: 'check', argv: ['true'], required: true, timeoutSeconds: 1 };
const broken = sampleResult('check', { passed: false });

const remark: Finding = { severity: 'warning', path: 'f', line: 3, text: 'a long line' };
const blocker: Finding = { severity: 'blocking', path: 'f', line: null, text: 'it forgets the empty list' };
const review = (...findings: Finding[]) => ({
  findings,
  decisions: findings.map(({ text }) => sampleDecision(text)),
  toolCalls: 1,
});

const child = (planId: string) => ({ planId, goal: `write ${planId}`, baseTree: 'base', treeOid: planId });
const twoMerged = { ours: 'base', children: [child('a'), child('b')], strategy: 'threeWay' as const };
const bisection = (validation: string, children: { planId: string; goal: string }[]): Bisection => ({
  validation,
  outcome: 'found',
  subplans: children.map(({ planId, goal }) => ({ planId, goal })),
  runs: 3,
});

async function validate(
  answers: Partial<EffectAnswers>,
  {
    fixesMax = 3,
    fixValidations = 0,
    validations = [check] as Validation[],
    reviewer = null as string | null,
    merged = undefined as ValidationInput['merged'],
  } = {},
) {
  const profileSnapshot = { ...sampleProfile({ fixValidations }), fixesMax };
  const played = runMachine(scriptedMachines(answers).validation, {
    spec: sampleSpec({ validations, profileSnapshot, actors: { ...sampleSpec().actors, review: reviewer } }),
    attempt: 1,
    sandbox: { key: 'k', path: '/s' },
    guidance: ['mind'],
    ...(merged === undefined ? {} : { merged }),
  });
  await until(() => played.actor.getSnapshot().status === 'done');
  const { output } = played.actor.getSnapshot();
  if (output === undefined) throw new TypeError('it ended without an output');
  return { ...played, output };
}

describe('Validation', () => {
  test('passes when every required check does; an informational failure is recorded and never blocks', async () => {
    const results = [sampleResult('check'), sampleResult('note', { passed: false, required: false })];
    const { output, emitted } = await validate({ validate: () => ({ results, tree: 't' }) });
    expect(output).toMatchObject({ outcome: 'passed', results, bisection: null, fixes: 0, toolCalls: 0, error: null });
    expect(emitted('validation.finished').map(({ round }) => round)).toEqual([1]);
  });

  test.each([
    ['nothing', []],
    ['the others only', [sampleResult('other')]],
  ])('does not pass when a required check left no result, but %s, and names it [R198]', async (_, results) => {
    const { output } = await validate({ validate: () => ({ results, tree: 't' }) }, { fixesMax: 0 });
    expect(output).toMatchObject({
      outcome: 'failed',
      error: { code: 'VALIDATION_FAILED', message: 'A required validation failed: check (no result)' },
    });
  });

  test('hands no result with a required check missing to the reviewer', async () => {
    const { output } = await validate(
      {
        validate: () => ({ results: [], tree: 't' }),
        reviewResult: () => Promise.reject(new Error('not asked')),
      },
      { fixesMax: 0, reviewer: 'local/reviewer' },
    );
    expect(output.error).toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  test('hands a failure back for fixing and checks again', async () => {
    const rounds: number[] = [];
    const { output, emitted } = await validate({
      validate: ({ round }) => ({ results: [sampleResult('check', { passed: round === 3 })], tree: `t${round}` }),
      fix: ({ round, results, guidance, tree }) => {
        expect([results[0]?.passed, guidance, tree]).toEqual([false, ['mind'], `t${round}`]);
        rounds.push(round);
        return { decisions: [sampleDecision(String(round))], tree: 't', toolCalls: 2 };
      },
    });
    expect(rounds).toEqual([1, 2]);
    expect(output).toMatchObject({ outcome: 'passed', fixes: 2, toolCalls: 4 });
    expect(emitted('decision.recorded')).toHaveLength(2);
  });

  test('of merged subplans searches which of them breaks it, and then has that fixed [R241]', async () => {
    const searched: unknown[] = [];
    const { output, emitted } = await validate(
      {
        validate: ({ round }) => ({ results: [sampleResult('check', { passed: round === 3 })], tree: `t${round}` }),
        bisect: ({ tree, validation, merged: { children }, fixes, suspects }) => {
          searched.push({ tree, fixes, suspects });
          return { bisection: bisection(validation.name, children.slice(1)), decisions: [sampleDecision('b')] };
        },
        fix: ({ round, bisection }) => {
          expect(bisection?.subplans).toEqual([{ planId: 'b', goal: 'write b' }]);
          return { decisions: [], tree: `fixed ${round}`, toolCalls: 0 };
        },
      },
      { merged: twoMerged },
    );
    expect(output).toMatchObject({ outcome: 'passed', fixes: 2, bisection: null });
    const fix = { before: 't1', after: 'fixed 1', planIds: ['b'] };
    expect(searched).toEqual([
      { tree: 't1', fixes: [], suspects: [] },
      { tree: 't2', fixes: [fix], suspects: ['b'] },
    ]);
    expect(emitted('bisection.started')).toMatchObject([{ round: 1, validation: 'check', subplans: 2 }, { round: 2 }]);
    expect(emitted('bisection.finished')).toMatchObject([{ bisection: { outcome: 'found' } }, { round: 2 }]);
    expect(emitted('decision.recorded')).toHaveLength(2);
  });

  test('names in its error what breaks it, and how to apply the rest', async () => {
    const { output } = await validate(
      { validate: () => ({ results: [broken], tree: 't' }) },
      { merged: twoMerged, fixesMax: 0 },
    );
    expect(output).toMatchObject({ bisection: { outcome: 'found' }, error: { code: 'VALIDATION_FAILED' } });
    expect(output.error?.message).toBe(
      'A required validation failed: check (exit 1); subplan "write b" breaks "check"',
    );
    expect(output.error?.hints).toContainEqual(commandHint('plan apply', { options: { finished: true } }));
    expect(output.error?.details).toMatchObject({ bisection: { subplans: [{ planId: 'b' }] } });
  });

  test.each([
    ['the validation turned it off', { validations: [{ ...check, bisect: 0 }], merged: twoMerged }],
    ['there are no subplans', { merged: { ...twoMerged, children: [] } }],
  ])('searches nothing when %s', async (_, options) => {
    const { output, emitted } = await validate(
      {
        validate: () => ({ results: [broken], tree: 't' }),
        bisect: () => Promise.reject(new Error('not asked')),
      },
      { ...options, fixesMax: 1 },
    );
    expect(output).toMatchObject({ outcome: 'failed', fixes: 1, bisection: null });
    expect([...emitted('bisection.started'), ...emitted('plan.warned')]).toEqual([]);
  });

  test('goes on without a cause when the search fails, and warns', async () => {
    const { output, emitted } = await validate(
      {
        validate: () => ({ results: [broken], tree: 't' }),
        bisect: () => Promise.reject(new Error('no space')),
      },
      { merged: twoMerged, fixesMax: 1 },
    );
    expect(output).toMatchObject({ outcome: 'failed', fixes: 1, error: { code: 'VALIDATION_FAILED' } });
    expect(emitted('plan.warned').map(({ message }) => message)).toEqual([
      'Which subplans break "check" could not be searched: no space',
      'Which subplans break "check" could not be searched: no space',
    ]);
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
    expect(output).toMatchObject({ outcome: 'failed', fixes: fixesMax, error: { code: 'VALIDATION_FAILED', message } });
  });

  test('is not fixed by itself where the profile asks a person', async () => {
    const { output } = await validate(
      { validate: () => ({ results: [{ ...broken, exitCode: null }], tree: 't' }) },
      { fixValidations: 1 },
    );
    expect(output).toMatchObject({
      outcome: 'failed',
      fixes: 0,
      error: { message: 'A required validation failed: check (killed)' },
    });
  });

  test('of nothing passes without running anything', async () => {
    const { output } = await validate({ validate: () => Promise.reject(new Error('not asked')) }, { validations: [] });
    expect(output).toMatchObject({ outcome: 'passed', results: [] });
  });

  test.each(['validate', 'fix'] as const)('that cannot %s fails with the error as it was', async effect => {
    const { output } = await validate({
      validate: () => ({ results: [broken], tree: 't' }),
      [effect]: () => Promise.reject(new Error('no')),
    });
    expect(output).toMatchObject({ outcome: 'failed', error: { code: 'INTERNAL', message: 'no' } });
  });
});

describe('A review [R177]', () => {
  const good = { validate: () => ({ results: [sampleResult('check')], tree: 't' }) };
  const reviewer = 'local/reviewer';

  test('is asked for once the checks passed; what does not block is recorded and passes', async () => {
    const { output, emitted } = await validate(
      {
        ...good,
        reviewResult: ({ tree, round, guidance }) => {
          expect([tree, round, guidance]).toEqual(['t', 1, ['mind']]);
          return review(remark);
        },
      },
      { reviewer },
    );
    expect(output).toMatchObject({ outcome: 'passed', findings: [remark], fixes: 0, toolCalls: 1 });
    expect(emitted('decision.recorded').map(({ decision }) => decision.chosenOption)).toEqual([remark.text]);
    expect(emitted('review.finished')).toMatchObject([{ round: 1, findings: [remark] }]);
  });

  test('is asked for where there are no checks', async () => {
    const { output } = await validate({ reviewResult: () => review(remark) }, { reviewer, validations: [] });
    expect(output).toMatchObject({ outcome: 'passed', findings: [remark] });
  });

  test('is not requested where no reviewer is named, nor for a result that fails its checks', async () => {
    const judge = () => Promise.reject(new Error('not asked'));
    expect((await validate({ ...good, reviewResult: judge })).output).toMatchObject({
      outcome: 'passed',
      findings: [],
    });
    const failing = { validate: () => ({ results: [broken], tree: 't' }), reviewResult: judge };
    expect((await validate(failing, { reviewer, fixesMax: 0 })).output).toMatchObject({
      outcome: 'failed',
      error: { code: 'VALIDATION_FAILED' },
    });
  });

  test('that blocks is handed back for fixing, checked and reviewed again', async () => {
    const { output, emitted } = await validate(
      {
        ...good,
        reviewResult: ({ round }) => review(...(round < 3 ? [blocker, remark] : [remark])),
        fix: ({ findings, results }) => {
          expect([findings, results[0]?.passed]).toEqual([[blocker, remark], true]);
          return { decisions: [], tree: 't', toolCalls: 2 };
        },
      },
      { reviewer },
    );
    expect(output).toMatchObject({ outcome: 'passed', findings: [remark], fixes: 2, toolCalls: 7 });
    expect(emitted('review.finished').map(({ round, findings }) => [round, findings.length])).toEqual([
      [1, 2],
      [2, 2],
      [3, 1],
    ]);
  });

  test('of before is not handed on with a check that fails after its fix', async () => {
    const problems: number[] = [];
    await validate(
      {
        validate: ({ round }) => ({ results: [sampleResult('check', { passed: round === 1 })], tree: 't' }),
        reviewResult: () => review(blocker),
        fix: ({ findings }) => {
          problems.push(findings.length);
          return { decisions: [], tree: 't', toolCalls: 0 };
        },
      },
      { reviewer, fixesMax: 2 },
    );
    expect(problems).toEqual([1, 0]);
  });

  test.each([
    [0, 'The review found what must be fixed first: f: it forgets the empty list'],
    [1, 'The review found what must be fixed first after 1 fix: f: it forgets the empty list'],
  ])('that blocks after %i fixes, as many as the profile says, fails by name', async (fixesMax, message) => {
    const { output } = await validate({ ...good, reviewResult: () => review(blocker, remark) }, { reviewer, fixesMax });
    expect(output).toMatchObject({ outcome: 'failed', fixes: fixesMax, findings: [blocker, remark] });
    expect(output.error).toMatchObject({ code: 'REVIEW_BLOCKED', message, details: { findings: [blocker] } });
  });

  test('that cannot be had fails with the error as it was', async () => {
    const { output } = await validate({ ...good, reviewResult: () => Promise.reject(new Error('no')) }, { reviewer });
    expect(output).toMatchObject({ outcome: 'failed', error: { code: 'INTERNAL', message: 'no' } });
  });
});
