import { describe, expect, test } from 'vitest';
import { standing } from '../../../machines/index.ts';
import { Fault } from '../../../src/model/fault.ts';
import { type Answers, checkpointOf, goingWell } from '../effects.ts';
import { playPlan, turns as until } from '../play.ts';
import { decisionOf, faultOf, idOf } from '../spec.ts';

async function executed(answers: Partial<Answers>, spec: Parameters<typeof playPlan>[1] = {}) {
  const played = playPlan(answers, spec);
  played.actor.send({ type: 'execute' });
  await until(() => played.here() === 'execute.queued');
  played.actor.send({ type: 'start' });
  await played.rested();
  return played;
}

const applyIt = { type: 'apply' as const, target: { kind: 'checkout' as const }, approved: true };

describe('A failure', () => {
  test.each([
    'prepare',
    'execute',
    'enlist',
    'review',
  ] as const)('of %s rests the plan in execute.errored', async effect => {
    const { actor, here, told } = await executed({
      [effect]: () => Promise.reject(new Fault('TOOL_FAILED', `${effect} broke`)),
    });
    expect(here()).toBe('execute.errored');
    expect(actor.getSnapshot().context.error).toMatchObject({ code: 'TOOL_FAILED', message: `${effect} broke` });
    expect(told('error.recorded')).toMatchObject([
      {
        phase: 'execute',
        fault: { code: 'TOOL_FAILED' },
        details: { recovered: true, code: 'TOOL_FAILED', category: 'transient', phase: 'execute', attempt: 1 },
      },
    ]);
  });

  test('is made sense of: the decision, the checkpoint and the details are kept [R3, R54]', async () => {
    const { actor, told } = await executed({
      execute: () => Promise.reject(new Error('boom')),
      recover: ({ fault }) => ({
        fault: { ...fault, hints: ['troupe plan execute'] },
        decisions: [{ ...decisionOf('E'), type: 'error_recovery' }],
        details: { phase: 'execute', first: true },
        checkpoint: checkpointOf('onError'),
      }),
    });
    const { context } = actor.getSnapshot();
    expect(context).toMatchObject({
      errorMessage: 'boom',
      errorDetails: { first: true },
      lastCheckpointId: idOf('onError'),
    });
    expect(context.error?.hints).toEqual(['troupe plan execute']);
    expect(told('decision.recorded').at(-1)?.decision.type).toBe('error_recovery');
  });

  test('of the recovery itself does not hide the first one', async () => {
    const { actor, here } = await executed({
      execute: () => Promise.reject(new Error('first')),
      recover: () => Promise.reject(new Error('second')),
    });
    expect(here()).toBe('execute.errored');
    expect(actor.getSnapshot().context).toMatchObject({
      errorMessage: 'first',
      errorDetails: { recovery: { message: 'second' } },
    });
  });

  test('is over with the next execute: details stay, the error goes, and everything is prepared anew [R54, R93]', async () => {
    let runs = 0;
    const { actor, rested, here } = await executed({
      execute: input => {
        runs += 1;
        return runs === 1 ? Promise.reject(new Error('once')) : goingWell.execute(input, new AbortController().signal);
      },
    });
    expect(standing(actor.getSnapshot()).ways).toContain('execute');
    actor.send({ type: 'execute' });
    expect(here()).toBe('execute.queued');
    actor.send({ type: 'start' });
    await rested();
    expect(here()).toBe('execute.complete');
    expect(actor.getSnapshot().context).toMatchObject({
      error: null,
      errorMessage: null,
      errorDetails: { recovered: true },
      attempt: 1,
    });
  });

  test('of Strategize is tried again by execute, which then goes on', async () => {
    let runs = 0;
    const { actor, rested, here } = playPlan({
      strategize: () => {
        runs += 1;
        return runs === 1 ? Promise.reject(new Error('once')) : { decisions: [], confidence: 1 };
      },
    });
    actor.send({ type: 'start' });
    await rested();
    expect(here()).toBe('strategize.errored');
    actor.send({ type: 'execute' });
    await until(() => here() === 'execute.queued');
  });

  test('of preflight leaves the plan where it was and says why', async () => {
    const fault = faultOf('PREFLIGHT_FAILED', 'no agent');
    const { actor, rested, here, told, ways } = playPlan({ preflight: () => Promise.reject(Fault.revive(fault)) });
    actor.send({ type: 'execute' });
    await rested();
    await until(() => told('error.recorded').length === 1);
    expect([here(), ways(), actor.getSnapshot().context.hurried]).toEqual(['strategize.queued', [], false]);
    expect(actor.getSnapshot().context.error).toMatchObject({
      code: 'PREFLIGHT_FAILED',
      hints: expect.arrayContaining([`troupe plan execute ${idOf('P')}`]),
    });
    expect(actor.getSnapshot().context.errorDetails).toMatchObject({ code: 'PREFLIGHT_FAILED', phase: 'strategize' });
  });
});

describe('An invariant that is violated', () => {
  const rule = {
    invariantId: idOf('I'),
    text: 'keep out',
    scope: 'plan' as const,
    origin: 'plan' as const,
    check: null,
    nonOverridable: false,
    each: 'phase' as const,
  };
  const violation = { invariantId: rule.invariantId, text: rule.text, files: ['x.ts'], message: 'changed' };
  const violatedIn = (wanted: string, count = Number.POSITIVE_INFINITY): Partial<Answers> => {
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
    const { actor, here, told } = playPlan(violatedIn('strategize'), { invariants: [rule] });
    actor.send({ type: 'start' });
    await until(() => told('error.recorded').length === 1);
    expect([here(), actor.getSnapshot().context.error?.code]).toEqual(['strategize.queued', 'INVARIANT_VIOLATED']);
    expect(told('invariant.violated')).toMatchObject([{ phase: 'strategize', files: ['x.ts'], text: 'keep out' }]);
  });

  test('before Execute keeps it at strategize.complete, and asking again checks again', async () => {
    const { actor, rested, here, told } = playPlan(violatedIn('execute', 1), { invariants: [rule] });
    actor.send({ type: 'start' });
    await rested();
    actor.send({ type: 'execute' });
    await until(() => told('error.recorded').length === 1);
    expect(here()).toBe('strategize.complete');
    actor.send({ type: 'execute' });
    await until(() => here() === 'execute.queued');
    expect(actor.getSnapshot().context.error).toBeNull();
  });

  test('by the result makes Execute an error', async () => {
    const { here, actor } = await executed(violatedIn('result'), { invariants: [rule] });
    expect([here(), actor.getSnapshot().context.error?.code]).toEqual(['execute.errored', 'INVARIANT_VIOLATED']);
  });

  test.each([
    { from: 'execute.complete', answers: {} },
    {
      from: 'apply.constrained',
      answers: {
        apply: () => ({
          outcome: 'constrained' as const,
          fault: faultOf('BASE_MOVED', 'moved'),
          results: [],
          checkpoint: checkpointOf('preApply'),
        }),
      },
    },
    { from: 'apply.errored', answers: { apply: () => Promise.reject(new Error('no')) } },
  ])('before Apply keeps it at $from', async ({ from, answers }) => {
    let asked = 0;
    const { actor, rested, here, told } = await executed(
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
      await rested();
      expect(here()).toBe(from);
    }
    actor.send(applyIt);
    await until(() => told('invariant.violated').length === 1);
    await rested();
    expect(here()).toBe(from);
    expect(actor.getSnapshot().context.error?.code).toBe('INVARIANT_VIOLATED');
  });
});
