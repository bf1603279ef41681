import { describe, expect, test } from 'vitest';
import { sampleSpec, subplanOf, ulidOf } from '../fixtures.ts';
import { waitUntil as until } from '../run-machine.ts';
import { endlessSubplan, failingSubplan, runSubplans, samplesNamed } from './run-subplans.ts';

describe('A group', () => {
  test('without children is complete at once', async () => {
    expect(await runSubplans([], {}, () => 't').ended()).toEqual({ outcome: 'complete', children: [], statuses: [] });
  });

  test('creates every plan before any runs [R13, R71]', async () => {
    const { events, ended } = runSubplans(samplesNamed('A', 'B', 'C'), { maxParallel: 1 }, () => 't');
    await ended();
    expect(events.slice(0, 6).map(({ type }) => type)).toEqual([
      'plan.created',
      'subplan.changed',
      'plan.created',
      'subplan.changed',
      'plan.created',
      'subplan.changed',
    ]);
  });

  test('never runs more than the cap, and the rest wait [R26, R73]', async () => {
    const { peak, ended, actor, started } = runSubplans(samplesNamed(1, 2, 3, 4, 5), { maxParallel: 2 }, async () => {
      await new Promise(resolve => setImmediate(resolve));
      return 't';
    });
    await until(() => started.length === 2);
    expect(actor.getSnapshot().context.waitingShards).toEqual([0]);
    expect((await ended()).outcome).toBe('complete');
    expect(peak()).toBe(2);
  });

  test('returns its results in recorded order, in whatever order they finished', async () => {
    let release = () => {};
    const first = new Promise<string>(resolve => {
      release = () => resolve('t');
    });
    const { ended, emitted } = runSubplans(samplesNamed('A', 'B'), {}, planId =>
      planId === ulidOf('A') ? first : 't',
    );
    await until(() => emitted('subplan.changed').some(({ status }) => status.state === 'complete'));
    release();
    const output = await ended();
    expect(output.children).toEqual([
      { planId: ulidOf('A'), goal: 'goal A', baseTree: 't0', treeOid: 't0+A' },
      { planId: ulidOf('B'), goal: 'goal B', baseTree: 't0', treeOid: 't0+B' },
    ]);
    expect(output.statuses.map(({ treeOid }) => treeOid)).toEqual(['t0+A', 't0+B']);
  });

  test('in sequence starts the next only after the one before is complete', async () => {
    const { peak, ended, started } = runSubplans(
      samplesNamed('A', 'B', 'C'),
      { executionMode: 'sequential', maxParallel: 5 },
      () => 't',
    );
    expect((await ended()).outcome).toBe('complete');
    expect([peak(), started]).toEqual([1, [ulidOf('A'), ulidOf('B'), ulidOf('C')]]);
  });

  test('in sequence does not start what comes after a failure', async () => {
    const { ended, started, states } = runSubplans(
      samplesNamed('A', 'B', 'C'),
      { executionMode: 'sequential', retryFailed: false },
      planId => (planId === ulidOf('B') ? failingSubplan() : 't'),
    );
    expect((await ended()).outcome).toBe('failed');
    expect(started).toEqual([ulidOf('A'), ulidOf('B')]);
    expect(states()).toEqual({ [ulidOf('A')]: 'complete', [ulidOf('B')]: 'failed', [ulidOf('C')]: 'cancelled' });
  });

  test('with sequentialApply starts each child from the result of the one before [R80]', async () => {
    const { ended, bases } = runSubplans(samplesNamed('A', 'B', 'C'), { mergeStrategy: 'sequentialApply' }, () => 't');
    const output = await ended();
    expect(bases).toEqual({ [ulidOf('A')]: 't0', [ulidOf('B')]: 't0+A', [ulidOf('C')]: 't0+A+B' });
    expect(output.children.at(-1)?.treeOid).toBe('t0+A+B+C');
  });

  test('of more members than one supervisor holds is spread over shards that share the cap', async () => {
    const count = 130;
    const { peak, ended, actor, emitted } = runSubplans(
      samplesNamed(...Array.from({ length: count }, (_, index) => index)),
      { maxParallel: 7 },
      () => 't',
    );
    expect(Object.keys(actor.getSnapshot().children)).toEqual(['shard-0', 'shard-1', 'shard-2']);
    const output = await ended();
    expect([output.outcome, output.children.length, output.statuses.length]).toEqual(['complete', count, count]);
    expect(output.children.map(({ planId }) => planId)).toEqual(
      Array.from({ length: count }, (_, index) => ulidOf(index)),
    );
    expect(peak()).toBe(7);
    expect(new Set(emitted('plan.created').map(({ planId }) => planId)).size).toBe(count);
  });

  test('keeps its own state small however many members and however large their specs [R24]', async () => {
    const skeleton = ['x'.repeat(5_000)];
    const members = Array.from({ length: 200 }, (_, index) => subplanOf(index, { spec: { skeleton } }));
    const { actor } = runSubplans(members, { maxParallel: 3 }, endlessSubplan);
    const bytesOf = (context: unknown) => JSON.stringify(context).length;
    expect(bytesOf(actor.getSnapshot().context)).toBeLessThan(1_000);
    const shard = actor.getSnapshot().children['shard-0'];
    expect(bytesOf(shard?.getSnapshot().context)).toBeLessThan(10_000);
    actor.stop();
  });

  test('whose shard has no child to start gets its slot back', async () => {
    const { actor, started } = runSubplans(samplesNamed('A'), { maxParallel: 1 }, endlessSubplan);
    await until(() => started.length === 1);
    actor.getSnapshot().children['shard-0']?.send({ type: 'slot.granted', planId: null });
    expect(actor.getSnapshot().context.running).toBe(0);
    actor.stop();
  });

  test('puts its base tree on the first project of a child and leaves the others as they are', async () => {
    const seen: string[] = [];
    const projectLinks = ['old', 'other'].flatMap(baseTree =>
      sampleSpec().projectLinks.map(link => ({ ...link, alias: baseTree, baseTree })),
    );
    const members = [subplanOf('A', { spec: { projectLinks } })];
    const { ended } = runSubplans(members, {}, () => 't', {
      preflight: ({ spec }) => {
        seen.push(...spec.projectLinks.map(({ baseTree }) => baseTree));
        return { checked: [] };
      },
    });
    await ended();
    expect(seen).toEqual(['t0', 'other']);
  });

  test('too large to be a group is refused', async () => {
    const output = await runSubplans(
      samplesNamed(...Array.from({ length: 4097 }, (_, index) => index)),
      {},
      () => 't',
    ).ended();
    expect(output).toMatchObject({ outcome: 'failed', error: { code: 'INVALID_DECISION' }, statuses: [] });
  });
});

describe('failFast', () => {
  test('cancels who waits, stops who runs, and merges nothing that comes later [R78]', async () => {
    let aborted = 0;
    const { ended, states, actor } = runSubplans(
      samplesNamed('A', 'B', 'C'),
      { failFast: true, maxParallel: 2, retryFailed: false },
      (planId, _, signal) => {
        if (planId === ulidOf('A')) return failingSubplan();
        signal.addEventListener('abort', () => {
          aborted += 1;
        });
        return endlessSubplan();
      },
    );
    const output = await ended();
    expect(aborted).toBe(1);
    expect(states()).toEqual({ [ulidOf('A')]: 'failed', [ulidOf('B')]: 'cancelled', [ulidOf('C')]: 'cancelled' });
    expect(output).toMatchObject({ outcome: 'failed', children: [] });
    expect(Object.keys(actor.getSnapshot().children)).toEqual([]);
  });

  test('switched off lets the others finish, and lists every failure [R79]', async () => {
    const { ended } = runSubplans(samplesNamed('A', 'B', 'C'), { retryFailed: false }, planId =>
      planId === ulidOf('C') ? 't' : failingSubplan(),
    );
    const output = await ended();
    expect(output.children.map(({ planId }) => planId)).toEqual([ulidOf('C')]);
    expect(output).toMatchObject({
      error: { message: expect.stringMatching(/2 of 3.*goal A.*goal B/), retriable: true },
    });
  });

  test('names at most ten of those that failed, and counts the rest', async () => {
    const output = await runSubplans(
      samplesNamed(...Array.from({ length: 12 }, (_, index) => index)),
      { retryFailed: false, maxParallel: 12 },
      failingSubplan,
    ).ended();
    expect(output).toMatchObject({
      error: { message: expect.stringContaining('goal 9" (INTERNAL: it broke) and 2 more') },
    });
  });
});
