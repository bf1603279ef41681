import { describe, expect, test } from 'vitest';
import { turns as until } from '../play.ts';
import { idOf, memberOf, specOf } from '../spec.ts';
import { fails, group, named, never } from './group.ts';

describe('A group', () => {
  test('of nobody is complete at once', async () => {
    expect(await group([], {}, () => 't').ended()).toEqual({ outcome: 'complete', children: [], statuses: [] });
  });

  test('creates every plan before any runs [R13, R71]', async () => {
    const { facts, ended } = group(named('A', 'B', 'C'), { maxParallel: 1 }, () => 't');
    await ended();
    expect(facts.slice(0, 6).map(({ type }) => type)).toEqual([
      'plan.created',
      'subplan.changed',
      'plan.created',
      'subplan.changed',
      'plan.created',
      'subplan.changed',
    ]);
  });

  test('never runs more than the cap, and the rest wait [R26, R73]', async () => {
    const { peak, ended, actor, started } = group(named(1, 2, 3, 4, 5), { maxParallel: 2 }, async () => {
      await new Promise(resolve => setImmediate(resolve));
      return 't';
    });
    await until(() => started.length === 2);
    expect(actor.getSnapshot().context.wanting).toEqual([0]);
    expect((await ended()).outcome).toBe('complete');
    expect(peak()).toBe(2);
  });

  test('gives its results in recorded order, whoever finished first', async () => {
    let release = () => {};
    const first = new Promise<string>(resolve => {
      release = () => resolve('t');
    });
    const { ended, told } = group(named('A', 'B'), {}, planId => (planId === idOf('A') ? first : 't'));
    await until(() => told('subplan.changed').some(({ status }) => status.state === 'complete'));
    release();
    const output = await ended();
    expect(output.children).toEqual([
      { planId: idOf('A'), goal: 'goal A', baseTree: 't0', treeOid: 't0+A' },
      { planId: idOf('B'), goal: 'goal B', baseTree: 't0', treeOid: 't0+B' },
    ]);
    expect(output.statuses.map(({ treeOid }) => treeOid)).toEqual(['t0+A', 't0+B']);
  });

  test('in sequence starts the next only after the one before is complete', async () => {
    const { peak, ended, started } = group(
      named('A', 'B', 'C'),
      { executionMode: 'sequential', maxParallel: 5 },
      () => 't',
    );
    expect((await ended()).outcome).toBe('complete');
    expect([peak(), started]).toEqual([1, [idOf('A'), idOf('B'), idOf('C')]]);
  });

  test('in sequence does not start what comes after a failure', async () => {
    const { ended, started, states } = group(
      named('A', 'B', 'C'),
      { executionMode: 'sequential', retryFailed: false },
      planId => (planId === idOf('B') ? fails() : 't'),
    );
    expect((await ended()).outcome).toBe('failed');
    expect(started).toEqual([idOf('A'), idOf('B')]);
    expect(states()).toEqual({ [idOf('A')]: 'complete', [idOf('B')]: 'failed', [idOf('C')]: 'cancelled' });
  });

  test('with sequentialApply starts each child from the result of the one before [R80]', async () => {
    const { ended, bases } = group(named('A', 'B', 'C'), { mergeStrategy: 'sequentialApply' }, () => 't');
    const output = await ended();
    expect(bases).toEqual({ [idOf('A')]: 't0', [idOf('B')]: 't0+A', [idOf('C')]: 't0+A+B' });
    expect(output.children.at(-1)?.treeOid).toBe('t0+A+B+C');
  });

  test('of more members than one supervisor holds is spread over teams that share the cap', async () => {
    const count = 130;
    const { peak, ended, actor, told } = group(
      named(...Array.from({ length: count }, (_, index) => index)),
      { maxParallel: 7 },
      () => 't',
    );
    expect(Object.keys(actor.getSnapshot().children)).toEqual(['team-0', 'team-1', 'team-2']);
    const output = await ended();
    expect([output.outcome, output.children.length, output.statuses.length]).toEqual(['complete', count, count]);
    expect(output.children.map(({ planId }) => planId)).toEqual(
      Array.from({ length: count }, (_, index) => idOf(index)),
    );
    expect(peak()).toBe(7);
    expect(new Set(told('plan.created').map(({ planId }) => planId)).size).toBe(count);
  });

  test('keeps its own state small however many members and however large their specs [R24]', async () => {
    const skeleton = ['x'.repeat(5_000)];
    const members = Array.from({ length: 200 }, (_, index) => memberOf(index, { spec: { skeleton } }));
    const { actor } = group(members, { maxParallel: 3 }, never);
    const bytesOf = (context: unknown) => JSON.stringify(context).length;
    expect(bytesOf(actor.getSnapshot().context)).toBeLessThan(1_000);
    const team = actor.getSnapshot().children['team-0'];
    expect(bytesOf(team?.getSnapshot().context)).toBeLessThan(10_000);
    actor.stop();
  });

  test('whose team has nobody to start gets its slot back', async () => {
    const { actor, started } = group(named('A'), { maxParallel: 1 }, never);
    await until(() => started.length === 1);
    actor.getSnapshot().children['team-0']?.send({ type: 'slot.granted', planId: null });
    expect(actor.getSnapshot().context.atWork).toBe(0);
    actor.stop();
  });

  test('puts its base tree on the first project of a child and leaves the others as they are', async () => {
    const seen: string[] = [];
    const projectLinks = ['old', 'other'].flatMap(baseTree =>
      specOf().projectLinks.map(link => ({ ...link, alias: baseTree, baseTree })),
    );
    const members = [memberOf('A', { spec: { projectLinks } })];
    const { ended } = group(members, {}, () => 't', {
      preflight: ({ spec }) => {
        seen.push(...spec.projectLinks.map(({ baseTree }) => baseTree));
        return { checked: [] };
      },
    });
    await ended();
    expect(seen).toEqual(['t0', 'other']);
  });

  test('too large to be a group is refused', async () => {
    const output = await group(named(...Array.from({ length: 4097 }, (_, index) => index)), {}, () => 't').ended();
    expect(output).toMatchObject({ outcome: 'failed', fault: { code: 'INVALID_DECISION' }, statuses: [] });
  });
});

describe('failFast', () => {
  test('cancels who waits, stops who runs, and merges nothing that comes later [R78]', async () => {
    let aborted = 0;
    const { ended, states, actor } = group(
      named('A', 'B', 'C'),
      { failFast: true, maxParallel: 2, retryFailed: false },
      (planId, _, signal) => {
        if (planId === idOf('A')) return fails();
        signal.addEventListener('abort', () => {
          aborted += 1;
        });
        return never();
      },
    );
    const output = await ended();
    expect(aborted).toBe(1);
    expect(states()).toEqual({ [idOf('A')]: 'failed', [idOf('B')]: 'cancelled', [idOf('C')]: 'cancelled' });
    expect(output).toMatchObject({ outcome: 'failed', children: [] });
    expect(Object.keys(actor.getSnapshot().children)).toEqual([]);
  });

  test('switched off lets the others finish, and lists every failure [R79]', async () => {
    const { ended } = group(named('A', 'B', 'C'), { retryFailed: false }, planId =>
      planId === idOf('C') ? 't' : fails(),
    );
    const output = await ended();
    expect(output.children.map(({ planId }) => planId)).toEqual([idOf('C')]);
    expect(output).toMatchObject({
      fault: { message: expect.stringMatching(/2 of 3.*goal A.*goal B/), retriable: true },
    });
  });

  test('names at most ten of those that failed, and counts the rest', async () => {
    const output = await group(
      named(...Array.from({ length: 12 }, (_, index) => index)),
      { retryFailed: false, maxParallel: 12 },
      fails,
    ).ended();
    expect(output).toMatchObject({
      fault: { message: expect.stringContaining('goal 9" (INTERNAL: it broke) and 2 more') },
    });
  });
});
