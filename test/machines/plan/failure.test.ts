import { describe, expect, test } from 'vitest';
import { planStatus } from '../../../machines/index.ts';
import { commandHint } from '../../../src/index.ts';
import { TroupeError } from '../../../src/model/errors.ts';
import { hintLine } from '../../hint-line.ts';
import { sampleDecision, sampleError, ulidOf } from '../fixtures.ts';
import { runPlan, waitUntil as until } from '../run-machine.ts';
import { type EffectAnswers, sampleCheckpoint, successfulEffects } from '../scripted-effects.ts';

async function executed(answers: Partial<EffectAnswers>, spec: Parameters<typeof runPlan>[1] = {}) {
  const played = runPlan(answers, spec);
  played.actor.send({ type: 'execute' });
  await until(() => played.position() === 'execute.queued');
  played.actor.send({ type: 'start' });
  await played.untilResting();
  return played;
}

const applyIt = { type: 'apply' as const, target: { kind: 'checkout' as const }, approved: true };

describe('A failure', () => {
  test.each([
    'prepare',
    'execute',
    'createSubplans',
    'review',
  ] as const)('of %s rests the plan in execute.errored', async effect => {
    const { actor, position, emitted } = await executed({
      [effect]: () => Promise.reject(new TroupeError('TOOL_FAILED', `${effect} broke`)),
    });
    expect(position()).toBe('execute.errored');
    expect(actor.getSnapshot().context.error).toMatchObject({ code: 'TOOL_FAILED', message: `${effect} broke` });
    expect(emitted('error.recorded')).toMatchObject([
      {
        phase: 'execute',
        error: { code: 'TOOL_FAILED' },
        details: { recovered: true, code: 'TOOL_FAILED', category: 'transient', phase: 'execute', attempt: 1 },
      },
    ]);
  });

  test('is made sense of: the decision, the checkpoint and the details are kept [R3, R54]', async () => {
    const { actor, emitted } = await executed({
      execute: () => Promise.reject(new Error('boom')),
      recover: ({ error }) => ({
        error: { ...error, hints: [commandHint('plan execute')] },
        decisions: [{ ...sampleDecision('E'), type: 'error_recovery' }],
        details: { phase: 'execute', first: true },
        checkpoint: sampleCheckpoint('onError'),
      }),
    });
    const { context } = actor.getSnapshot();
    expect(context).toMatchObject({
      errorMessage: 'boom',
      errorDetails: { first: true },
      lastCheckpointId: ulidOf('onError'),
    });
    expect(context.error?.hints).toEqual([hintLine('troupe plan execute')]);
    expect(emitted('decision.recorded').at(-1)?.decision.type).toBe('error_recovery');
  });

  test('of the recovery itself does not hide the first one', async () => {
    const { actor, position } = await executed({
      execute: () => Promise.reject(new Error('first')),
      recover: () => Promise.reject(new Error('second')),
    });
    expect(position()).toBe('execute.errored');
    expect(actor.getSnapshot().context).toMatchObject({
      errorMessage: 'first',
      errorDetails: { recovery: { message: 'second' } },
    });
  });

  test('ends with the next execute: details stay, the error is cleared, and everything is prepared again [R54, R93]', async () => {
    let runs = 0;
    const { actor, untilResting, position } = await executed({
      execute: input => {
        runs += 1;
        return runs === 1
          ? Promise.reject(new Error('once'))
          : successfulEffects.execute(input, new AbortController().signal);
      },
    });
    expect(planStatus(actor.getSnapshot()).availableCommands).toContain('execute');
    actor.send({ type: 'execute' });
    expect(position()).toBe('execute.queued');
    actor.send({ type: 'start' });
    await untilResting();
    expect(position()).toBe('execute.complete');
    expect(actor.getSnapshot().context).toMatchObject({
      error: null,
      errorMessage: null,
      errorDetails: { recovered: true },
      attempt: 1,
    });
  });

  test('of Strategize is tried again by execute, which then goes on', async () => {
    let runs = 0;
    const { actor, untilResting, position } = runPlan({
      strategize: () => {
        runs += 1;
        return runs === 1 ? Promise.reject(new Error('once')) : { decisions: [], confidence: 1 };
      },
    });
    actor.send({ type: 'start' });
    await untilResting();
    expect(position()).toBe('strategize.errored');
    actor.send({ type: 'execute' });
    await until(() => position() === 'execute.queued');
  });

  test('of preflight leaves the plan where it was and says why', async () => {
    const error = sampleError('PREFLIGHT_FAILED', 'no agent');
    const { actor, untilResting, position, emitted, positions } = runPlan({
      preflight: () => Promise.reject(TroupeError.deserialize(error)),
    });
    actor.send({ type: 'execute' });
    await untilResting();
    await until(() => emitted('error.recorded').length === 1);
    expect([position(), positions(), actor.getSnapshot().context.autoExecute]).toEqual([
      'strategize.queued',
      [],
      false,
    ]);
    expect(actor.getSnapshot().context.error).toMatchObject({
      code: 'PREFLIGHT_FAILED',
      hints: expect.arrayContaining([hintLine(`troupe plan execute ${ulidOf('P')}`)]),
    });
    expect(actor.getSnapshot().context.errorDetails).toMatchObject({ code: 'PREFLIGHT_FAILED', phase: 'strategize' });
  });
});

describe('An invariant that is violated', () => {
  const rule = {
    invariantId: ulidOf('I'),
    text: 'keep out',
    scope: 'plan' as const,
    origin: 'plan' as const,
    check: null,
    nonOverridable: false,
    each: 'phase' as const,
  };
  const violation = { invariantId: rule.invariantId, text: rule.text, files: ['x.ts'], message: 'changed' };
  const violatedIn = (wanted: string, count = Number.POSITIVE_INFINITY): Partial<EffectAnswers> => {
    let seen = 0;
    return {
      check: ({ phase, toTree }) => {
        const here = phase === 'execute' && toTree !== null ? 'result' : phase;
        if (here !== wanted) return { violations: [] };
        seen += 1;
        return { violations: seen <= count ? [violation] : [] };
      },
    };
  };

  test('before Strategize keeps the plan queued', async () => {
    const { actor, position, emitted } = runPlan(violatedIn('strategize'), { invariants: [rule] });
    actor.send({ type: 'start' });
    await until(() => emitted('error.recorded').length === 1);
    expect([position(), actor.getSnapshot().context.error?.code]).toEqual(['strategize.queued', 'INVARIANT_VIOLATED']);
    expect(emitted('invariant.violated')).toMatchObject([{ phase: 'strategize', files: ['x.ts'], text: 'keep out' }]);
  });

  test('before Execute keeps it at strategize.complete, and asking again checks again', async () => {
    const { actor, untilResting, position, emitted } = runPlan(violatedIn('execute', 1), { invariants: [rule] });
    actor.send({ type: 'start' });
    await untilResting();
    actor.send({ type: 'execute' });
    await until(() => emitted('error.recorded').length === 1);
    expect(position()).toBe('strategize.complete');
    actor.send({ type: 'execute' });
    await until(() => position() === 'execute.queued');
    expect(actor.getSnapshot().context.error).toBeNull();
  });

  test('by the result makes Execute an error', async () => {
    const { position, actor } = await executed(violatedIn('result'), { invariants: [rule] });
    expect([position(), actor.getSnapshot().context.error?.code]).toEqual(['execute.errored', 'INVARIANT_VIOLATED']);
  });

  test.each([
    { from: 'execute.complete', answers: {} },
    {
      from: 'apply.constrained',
      answers: {
        apply: () => ({
          outcome: 'constrained' as const,
          error: sampleError('BASE_MOVED', 'moved'),
          results: [],
          checkpoint: sampleCheckpoint('preApply'),
        }),
      },
    },
    { from: 'apply.errored', answers: { apply: () => Promise.reject(new Error('no')) } },
  ])('before Apply keeps it at $from', async ({ from, answers }) => {
    let asked = 0;
    const { actor, untilResting, position, emitted } = await executed(
      {
        ...answers,
        check: ({ phase }) => {
          if (phase === 'apply') asked += 1;
          return { violations: phase === 'apply' && asked >= (from === 'execute.complete' ? 1 : 2) ? [violation] : [] };
        },
      },
      { invariants: [rule] },
    );
    if (from !== 'execute.complete') {
      actor.send(applyIt);
      await untilResting();
      expect(position()).toBe(from);
    }
    actor.send(applyIt);
    await until(() => emitted('invariant.violated').length === 1);
    await untilResting();
    expect(position()).toBe(from);
    expect(actor.getSnapshot().context.error?.code).toBe('INVARIANT_VIOLATED');
  });
});
