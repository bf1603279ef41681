import { describe, expect, test } from 'vitest';
import type { EffectOutput } from '../../../machines/contract.ts';
import { refusal, standing } from '../../../machines/index.ts';
import { Fault } from '../../../src/model/fault.ts';
import { type Answers, checkpointOf, goingWell } from '../effects.ts';
import { deferred, playPlan, turns as until } from '../play.ts';
import { decisionOf, faultOf, idOf, profileOf, resultOf, specOf } from '../spec.ts';

async function executed(answers: Partial<Answers>, spec: Parameters<typeof playPlan>[1] = {}) {
  const played = playPlan(answers, spec);
  played.actor.send({ type: 'execute' });
  await until(() => played.here() === 'execute.queued');
  played.actor.send({ type: 'start' });
  await played.rested();
  return played;
}

const landed: EffectOutput<'apply'> = {
  outcome: 'landed',
  commits: ['c1'],
  files: ['f'],
  results: [],
  checkpoint: checkpointOf('preApply'),
};
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
      { phase: 'execute', fault: { code: 'TOOL_FAILED' }, details: { recovered: true } },
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
    expect(actor.getSnapshot().context.error).toMatchObject({ code: 'PREFLIGHT_FAILED' });
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

describe('Apply', () => {
  test('waits for approval unless the command brings it', async () => {
    const { actor, here, rested } = await executed({});
    actor.send({ ...applyIt, approved: false });
    await until(() => here() === 'apply.queued');
    expect(standing(actor.getSnapshot())).toMatchObject({
      resting: true,
      ways: ['apply', 'approve', 'pause', 'revert', 'prompt', 'cancel'],
    });
    actor.send({ type: 'approve' });
    await rested();
    expect(here()).toBe('apply.applied');
  });

  test('takes the target that was named last', async () => {
    const { actor, here, rested, told } = await executed({});
    actor.send({ ...applyIt, approved: false });
    await until(() => here() === 'apply.queued');
    actor.send({ ...applyIt, target: { kind: 'patch', file: 'p' } });
    await rested();
    expect(told('plan.applied')[0]?.target).toEqual({ kind: 'patch', file: 'p' });
  });

  test('is refused when nothing changed, unless that is allowed', async () => {
    const review: Answers['review'] = ({ startTree }) => ({
      resultTree: startTree,
      changeSet: { alias: 'main', baseTree: startTree, resultTree: startTree, files: [] },
      checkpoint: checkpointOf('postExecute'),
    });
    const refused = await executed({ review });
    expect(refusal(refused.actor.getSnapshot(), applyIt)).toMatchObject({ code: 'NOTHING_TO_APPLY' });
    const allowed = await executed({ review }, { allowEmpty: true });
    allowed.actor.send(applyIt);
    await allowed.rested();
    expect(allowed.here()).toBe('apply.applied');
  });

  test('that is constrained rests with its reason; failed checks refuse another apply, others do not [R103]', async () => {
    const broken = resultOf('check', { passed: false });
    let results = [resultOf('check')];
    const { actor, rested, here } = await executed({
      apply: () => ({
        outcome: 'constrained',
        fault: faultOf('BASE_MOVED', 'moved'),
        results,
        checkpoint: checkpointOf('preApply'),
      }),
    });
    actor.send(applyIt);
    await rested();
    expect([here(), actor.getSnapshot().context.errorMessage]).toEqual(['apply.constrained', 'moved']);
    expect(refusal(actor.getSnapshot(), applyIt)).toBeNull();
    results = [broken];
    actor.send(applyIt);
    await until(() => actor.getSnapshot().context.validationResults.includes(broken));
    expect(refusal(actor.getSnapshot(), applyIt)).toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  test('that fails rests in apply.errored, is not tried again by itself, and can be tried again by command', async () => {
    let tries = 0;
    const { actor, rested, here } = await executed({
      apply: input => {
        tries += 1;
        return tries === 1 ? Promise.reject(new Error('hook')) : goingWell.apply(input, new AbortController().signal);
      },
    });
    actor.send(applyIt);
    await rested();
    expect([here(), tries]).toEqual(['apply.errored', 1]);
    actor.send(applyIt);
    await rested();
    expect([here(), tries]).toEqual(['apply.applied', 2]);
  });

  test('is not paused while it lands, and a cancel then counts only if nothing landed', async () => {
    for (const lands of [true, false]) {
      const landing = deferred<EffectOutput<'apply'>>();
      let isAsked = false;
      const { actor, rested, here } = await executed({
        apply: () => {
          isAsked = true;
          return landing.promise;
        },
      });
      actor.send(applyIt);
      await until(() => isAsked);
      expect(refusal(actor.getSnapshot(), { type: 'pause' })).toMatchObject({ code: 'LOCK_CONFLICT' });
      actor.send({ type: 'cancel', reason: 'stop' });
      expect(here()).toBe('apply.processing');
      if (lands) landing.resolve(landed);
      else landing.reject(new Error('no'));
      await rested();
      expect(here()).toBe(lands ? 'apply.applied' : 'apply.cancelled');
    }
  });

  test('that was cancelled while it was found constrained is cancelled', async () => {
    const landing = deferred<EffectOutput<'apply'>>();
    const { actor, rested, here, at } = await executed({ apply: () => landing.promise });
    actor.send(applyIt);
    await at({ apply: { processing: 'landing' } });
    actor.send({ type: 'cancel', reason: 'stop' });
    landing.resolve({ outcome: 'constrained', fault: faultOf(), results: [], checkpoint: checkpointOf('preApply') });
    await rested();
    expect(here()).toBe('apply.cancelled');
  });

  test('that landed against its own checks says what landed and is never called applied', async () => {
    const { actor, rested, here } = await executed({
      apply: () => ({
        outcome: 'landed',
        commits: ['c9'],
        files: [],
        results: [resultOf('check', { passed: false })],
        checkpoint: checkpointOf('preApply'),
      }),
    });
    actor.send(applyIt);
    await rested();
    expect(here()).toBe('apply.constrained');
    expect(actor.getSnapshot().context.errorMessage).toContain('c9');
  });

  test('can be taken back from where it rests', async () => {
    const { actor, here, rested } = await executed(
      { apply: () => Promise.reject(new Error('no')) },
      { profileSnapshot: profileOf({}, 'manual') },
    );
    actor.send(applyIt);
    await rested();
    actor.send({ type: 'revert', decision: decisionOf('V'), guidance: '' });
    expect(here()).toBe('strategize.queued');
    expect(actor.getSnapshot().context.approved).toBe(false);
    expect(specOf().planId).toBe(idOf('P'));
  });
});
