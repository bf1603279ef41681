import { describe, expect, test } from 'vitest';
import type { EffectInput } from '../../../machines/contract.ts';
import { checkpointOf } from '../effects.ts';
import { playPlan, turns as until } from '../play.ts';
import { decisionOf, idOf, profileOf, resultOf, specOf } from '../spec.ts';

const validations = [{ name: 'check', argv: ['true'], required: true, timeoutSeconds: 1 }];

describe('A plan', () => {
  test('goes through every phase and tells each move', async () => {
    const { actor, rested, here, ways, told } = playPlan();
    expect(here()).toBe('strategize.queued');
    actor.send({ type: 'start' });
    await rested();
    expect(here()).toBe('strategize.complete');
    actor.send({ type: 'execute' });
    await until(() => here() === 'execute.queued');
    actor.send({ type: 'start' });
    await rested();
    expect(here()).toBe('execute.complete');
    actor.send({ type: 'apply', target: { kind: 'branch', branch: 'b' }, approved: true });
    await rested();

    expect(actor.getSnapshot().output).toEqual({ outcome: 'applied', planId: idOf('P') });
    expect(ways()).toEqual([
      'strategize.processing',
      'strategize.complete',
      'execute.queued',
      'execute.processing',
      'execute.complete',
      'apply.queued',
      'apply.processing',
      'apply.applied',
    ]);
    expect(told('plan.applied')).toEqual([
      {
        type: 'plan.applied',
        planId: idOf('P'),
        target: { kind: 'branch', branch: 'b' },
        commits: ['c1'],
        files: ['f'],
      },
    ]);
    expect(told('checkpoint.created').map(({ checkpoint }) => checkpoint.trigger)).toEqual([
      'preExecute',
      'postExecute',
      'preApply',
    ]);
  });

  test('records one prompt_definition, first and only once, even over a reversion [R82]', async () => {
    const { actor, rested, told } = playPlan({ strategize: () => ({ decisions: [decisionOf('1')], confidence: 1 }) });
    actor.send({ type: 'execute' });
    await until(() => actor.getSnapshot().can({ type: 'start' }));
    actor.send({ type: 'revert', decision: { ...decisionOf('2'), type: 'reversion' }, guidance: 'otherwise' });
    actor.send({ type: 'start' });
    await rested();
    const types = told('decision.recorded').map(({ decision }) => decision.type);
    expect(types).toEqual(['prompt_definition', 'strategy_choice', 'reversion', 'strategy_choice']);
    expect(told('decision.recorded')[0]?.decision.decisionId).toBe(specOf().decisionRootId);
  });

  test('hurries on when it is told to execute while it still thinks', async () => {
    const { actor, here, at } = playPlan();
    actor.send({ type: 'start' });
    await at({ strategize: { processing: 'working' } });
    actor.send({ type: 'execute' });
    await until(() => here() === 'execute.queued');
  });

  test('does not ask an agent for a strategy when it has none', async () => {
    const asked: string[] = [];
    const { actor, rested, here } = playPlan(
      {
        strategize: () => {
          asked.push('strategize');
          return { decisions: [], confidence: 0 };
        },
      },
      { actors: { ...specOf().actors, strategy: null } },
    );
    actor.send({ type: 'start' });
    await rested();
    expect([here(), asked, actor.getSnapshot().context.confidence]).toEqual(['strategize.complete', [], 1]);
  });

  test('is estimated once after Strategize, and a failing estimate does not stop it [R115]', async () => {
    const actors = { ...specOf().actors, estimation: 'local/estimate' };
    let asked = 0;
    const well = playPlan(
      {
        estimate: () => {
          asked += 1;
          return { estimate: { minutes: 3 } };
        },
      },
      { actors },
    );
    well.actor.send({ type: 'start' });
    await well.rested();
    expect([well.here(), asked, well.actor.getSnapshot().context.estimate]).toEqual([
      'strategize.complete',
      1,
      { minutes: 3 },
    ]);

    const badly = playPlan({ estimate: () => Promise.reject(new Error('no idea')) }, { actors });
    badly.actor.send({ type: 'start' });
    await badly.rested();
    expect([badly.here(), badly.actor.getSnapshot().context.error]).toEqual(['strategize.complete', null]);
  });

  test.each([
    { confidence: 0.6, stops: true },
    { confidence: 0.8, stops: false },
  ])('with confidence $confidence against a threshold of 0.7 stops: $stops [R108]', async ({ confidence, stops }) => {
    const { actor, rested, here } = playPlan(
      { strategize: () => ({ decisions: [], confidence }) },
      { profileSnapshot: profileOf({ startExecute: 0.7 }) },
    );
    actor.send({ type: 'start' });
    if (stops) await rested();
    else await until(() => here() === 'execute.queued');
    expect(here()).toBe(stops ? 'strategize.complete' : 'execute.queued');
  });

  test('of a manual profile never goes on by itself, however sure it is [R108]', async () => {
    const { actor, rested, here } = playPlan(
      { strategize: () => ({ decisions: [], confidence: 1 }) },
      { profileSnapshot: profileOf({}, 'manual') },
    );
    actor.send({ type: 'start' });
    await rested();
    expect(here()).toBe('strategize.complete');
  });

  test('of a profile that trusts it goes all the way to applied, and rests when nothing changed', async () => {
    const profileSnapshot = profileOf({ startExecute: 0.1, startApply: 0.1 }, 'full-auto');
    const { actor, rested, here } = playPlan({}, { profileSnapshot });
    actor.send({ type: 'start' });
    await until(() => here() === 'execute.queued');
    actor.send({ type: 'start' });
    await rested();
    expect(here()).toBe('apply.applied');
    expect(actor.getSnapshot().context.applySummary?.target).toEqual({ kind: 'checkout' });

    const empty = playPlan(
      { review: input => ({ ...review(input), changeSet: { ...review(input).changeSet, files: [] } }) },
      { profileSnapshot },
    );
    empty.actor.send({ type: 'start' });
    await until(() => empty.here() === 'execute.queued');
    empty.actor.send({ type: 'start' });
    await empty.rested();
    expect(empty.here()).toBe('execute.complete');
  });

  test('gives effects the invariants that are in force, not those it was made with', async () => {
    const rule = {
      invariantId: idOf('I'),
      text: 'keep out',
      scope: 'global' as const,
      origin: 'global' as const,
      check: null,
      nonOverridable: true,
      each: 'phase' as const,
    };
    const seen: EffectInput<'enlist'>[] = [];
    const { actor, rested } = playPlan({
      collect: () => ({ effective: [rule], conflictCount: 0, decisions: [] }),
      enlist: input => {
        seen.push(input);
        return { members: [], config: input.spec.subplanConfig, checkpoint: null };
      },
    });
    actor.send({ type: 'execute' });
    await until(() => actor.getSnapshot().can({ type: 'start' }));
    actor.send({ type: 'start' });
    await rested();
    expect(seen[0]?.spec.invariants.map(({ text }) => text)).toEqual(['keep out']);
  });

  test('keeps the validations of its result, and rests with the failure when they fail', async () => {
    const failing = resultOf('check', { passed: false });
    const { actor, rested, here, told } = playPlan(
      { validate: () => ({ results: [failing], tree: 't' }) },
      { validations, profileSnapshot: { ...specOf().profileSnapshot, fixesMax: 0 } },
    );
    actor.send({ type: 'execute' });
    await until(() => actor.getSnapshot().can({ type: 'start' }));
    actor.send({ type: 'start' });
    await rested();
    expect(here()).toBe('execute.errored');
    expect(actor.getSnapshot().context.error?.code).toBe('VALIDATION_FAILED');
    expect(actor.getSnapshot().context.validationResults).toEqual([failing]);
    expect(told('validation.finished')).toHaveLength(1);
  });

  test('remembers the last step that was completed, and never goes back in it [R95]', async () => {
    const { actor } = playPlan();
    actor.send({ type: 'step.completed', step: 2 });
    actor.send({ type: 'step.completed', step: 1 });
    expect(actor.getSnapshot().context.lastCompletedStep).toBe(2);
  });

  test('survives being written down and read back between any two turns [R23]', async () => {
    const { actor, rested } = playPlan();
    actor.send({ type: 'start' });
    await rested();
    const { context } = actor.getSnapshot();
    expect(JSON.parse(JSON.stringify(context))).toEqual(context);
  });
});

const review = (input: EffectInput<'review'>) => {
  const changeSet = {
    alias: 'main',
    baseTree: 't0',
    resultTree: 'r',
    files: [{ path: 'f', operation: 'added' as const, before: null, after: 'b', mode: '100644' }],
  };
  return { resultTree: `${input.startTree}=x`, changeSet, checkpoint: checkpointOf('postExecute') };
};
