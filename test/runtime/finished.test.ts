/** Parts of a plan brought home before the rest: while children work, in a conflict, after a failure, of a reviewed result. */
import { describe, expect, test } from 'vitest';
import { begin, changedBy, completed, states, subjects, threeChildren } from './parts.ts';
import { playhouse } from './playhouse.ts';

describe('What finished subplans made', () => {
  test('lands while others work; the plan goes on from there, and at the end only the rest lands [R144]', async () => {
    const { held, began, play, child } = threeChildren();
    const house = await playhouse({ child });
    const { plan, rested } = await begin(house, play);
    await completed(plan, 1);
    const preview = await plan.preview({ finished: true });
    expect(preview).toMatchObject({ goesOn: true, left: [], moved: null, obstacle: null });
    expect(preview.files.map(({ path }) => path)).toEqual(['first.txt', 'own.txt']);
    await plan.apply({ finished: true });
    expect(changedBy(house)).toEqual(['first.txt', 'own.txt']);
    const going = await plan.record();
    const head = house.git('rev-parse', 'HEAD').trim();
    expect(states(going)).toBe('execute.processing');
    expect(going.projectLinks).toMatchObject([
      { baseCommit: head, baseTree: house.git('rev-parse', 'HEAD^{tree}').trim() },
    ]);
    expect(going.landings).toMatchObject([
      { commits: [head], files: ['first.txt', 'own.txt'], subplans: preview.subplans },
    ]);
    held.open();
    const record = await rested();
    expect(states(record)).toBe('execute.complete');
    expect(record.changeSet?.files.map(({ path }) => path)).toEqual(['second.txt', 'third.txt']);
    expect(began).toMatchObject({ second: ['own.txt'], third: ['own.txt', 'first.txt'] });
    await plan.apply();
    expect(states(await plan.settled())).toBe('apply.applied');
    expect(changedBy(house)).toEqual(['second.txt', 'third.txt']);
    expect(subjects(house)).toEqual(['Play', 'Play', 'Begin']);
    expect(house.git('status', '--porcelain')).toBe('');
  });
});
