/** The edges of landing a part first: targets that moved, conflicts, pauses, ends, names, ways back. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../src/adapters/memory-store.ts';
import { gitProject } from '../../src/git.ts';
import type { Project } from '../../src/index.ts';
import { shared } from './mortal.ts';
import { begin, changedBy, completed, gate, states, subjects, threeChildren } from './parts.ts';
import { type Playhouse, playhouse } from './playhouse.ts';

function commit(house: Playhouse, path: string, content: string) {
  house.write(path, content);
  house.git('add', '.');
  house.git('commit', '--quiet', '--message=Meanwhile');
}

/** One subplan is complete, another waits for its gate, a third for the other's end. */
async function atWork(action: Record<string, unknown> = {}) {
  const { held, began, play, child } = threeChildren();
  const house = await playhouse({ child });
  const { plan, rested } = await begin(house, play, action);
  await completed(plan, 1);
  return { house, plan, rested, held, began };
}

describe('Where the target moved before a part lands', () => {
  test('both are there, the rest starts from both, and nobody meets it again [R144]', async () => {
    const { house, plan, rested, held, began } = await atWork();
    commit(house, 'c.txt', 'theirs\n');
    await plan.apply({ finished: true });
    expect(changedBy(house)).toEqual(['first.txt', 'own.txt']);
    commit(house, 'd.txt', 'later\n');
    held.open();
    const record = await rested();
    expect(record.changeSet?.files.map(({ path }) => path)).toEqual(['second.txt', 'third.txt']);
    expect(began).toMatchObject({ third: ['own.txt', 'first.txt', 'c.txt'] });
    await plan.apply();
    expect(states(await plan.settled())).toBe('apply.applied');
    expect(subjects(house)).toEqual(['Play', 'Meanwhile', 'Play', 'Meanwhile', 'Begin']);
    expect(house.git('show', 'HEAD:c.txt', 'HEAD:d.txt')).toBe('theirs\nlater\n');
  });

  test('what conflicts does not land, the plan works on, and once mended it lands [R144]', async () => {
    const { house, plan, rested, held } = await atWork();
    commit(house, 'first.txt', 'otherwise\n');
    expect((await plan.preview({ finished: true })).moved).toMatchObject({ conflicts: ['first.txt'] });
    await expect(plan.apply({ finished: true })).rejects.toMatchObject({
      code: 'BASE_MOVED',
      details: { files: ['first.txt'] },
      hints: expect.arrayContaining([`troupe plan apply ${plan.id} --finished --dry-run`]),
    });
    expect(subjects(house)).toEqual(['Meanwhile', 'Begin']);
    expect(states(await plan.record())).toBe('execute.processing');
    house.git('rm', '--quiet', 'first.txt');
    house.git('commit', '--quiet', '--message=Away');
    await plan.apply({ finished: true });
    expect(changedBy(house)).toEqual(['first.txt', 'own.txt']);
    held.open();
    expect(states(await rested())).toBe('execute.complete');
  });

  test('a file of yours that is not committed is not written over, and the plan works on [R144, R145]', async () => {
    const { house, plan, rested, held } = await atWork();
    writeFileSync(join(house.folder, 'first.txt'), 'mine\n');
    expect((await plan.preview({ finished: true })).obstacle).toMatchObject({ code: 'DIRTY_CHECKOUT' });
    await expect(plan.apply({ finished: true })).rejects.toMatchObject({ code: 'DIRTY_CHECKOUT' });
    expect([house.git('status', '--porcelain'), subjects(house)]).toEqual(['?? first.txt\n', ['Begin']]);
    await plan.apply({ finished: true, target: { kind: 'branch', branch: 'aside' } });
    expect(changedBy(house, 'aside')).toEqual(['first.txt', 'own.txt']);
    await expect(plan.apply({ finished: true, target: { kind: 'checkout' } })).rejects.toMatchObject({
      code: 'NOTHING_TO_APPLY',
    });
    held.open();
    await rested();
    await plan.apply();
    expect(states(await plan.settled())).toBe('apply.applied');
    expect(changedBy(house, 'aside')).toEqual(['second.txt', 'third.txt']);
    expect(house.git('status', '--porcelain')).toBe('?? first.txt\n');
  });
});

describe('A plan of which a part landed', () => {
  test('can be paused, lands another part so, and goes on [R144]', async () => {
    const { house, plan, rested, held } = await atWork();
    await plan.pause();
    await plan.settled();
    await plan.apply({ finished: true });
    expect(changedBy(house)).toEqual(['first.txt', 'own.txt']);
    expect((await plan.record()).state).toBe('paused');
    await rested();
    held.open();
    await plan.resume();
    const record = await plan.settled();
    expect(states(record)).toBe('execute.complete');
    expect(record.changeSet?.files.map(({ path }) => path)).toEqual(['second.txt', 'third.txt']);
  });

  test('can be cancelled: what landed stays, and that it did is said [R144]', async () => {
    const { house, plan, rested } = await atWork();
    await plan.apply({ finished: true });
    const head = house.git('rev-parse', 'HEAD');
    await plan.cancel('enough');
    const record = await rested();
    expect(record.state).toBe('cancelled');
    expect(record.landings).toMatchObject([{ commits: [head.trim()] }]);
    expect(house.git('rev-parse', 'HEAD')).toBe(head);
    expect(house.git('status', '--porcelain')).toBe('');
  });

  test('is cancelled while a part is applied, and nothing of the part is [R144]', async () => {
    const { play, child } = threeChildren();
    const house = await playhouse({ child });
    const [reached, free] = [gate(), gate()];
    const project = gitProject(house.folder, { sandboxes: join(house.folder, '../sandboxes') });
    const slow: Project = {
      ...project,
      async land(what) {
        reached.open();
        await free.opened;
        return project.land(what);
      },
    };
    await house.reopen({ project: slow });
    const { plan, rested } = await begin(house, play);
    await completed(plan, 1);
    const applied = plan.apply({ finished: true }).catch((thrown: unknown) => thrown);
    await reached.opened;
    await plan.cancel('enough');
    free.open();
    expect(await applied).toMatchObject({ code: 'CANCELLED' });
    const record = await rested();
    expect([record.state, record.landings?.length]).toEqual(['cancelled', 0]);
    expect(subjects(house)).toEqual(['Begin']);
    expect(house.git('status', '--porcelain')).toBe('');
  });
});

describe('While others work', () => {
  test('one that works, or is unknown, or is named beside paths, lands nothing, and why is said [R144]', async () => {
    const { house, plan, rested, held } = await atWork();
    const { subplanStatuses } = await plan.record();
    const idOf = (wanted: string) => subplanStatuses.find(({ goal }) => goal === wanted)?.planId ?? '';
    await expect(plan.apply({ subplans: [idOf('second')] })).rejects.toMatchObject({
      code: 'PHASE_GUARD',
      message: expect.stringMatching(/^The subplan "second" is /),
      hints: [`troupe plan tree ${plan.id}`],
    });
    await expect(plan.apply({ subplans: ['nobody'] })).rejects.toMatchObject({ code: 'UNKNOWN_PLAN' });
    await expect(plan.apply({ only: ['own.txt'], finished: true })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(plan.apply({ only: ['own.txt'] })).rejects.toMatchObject({
      code: 'PHASE_GUARD',
      hints: expect.arrayContaining([`troupe plan apply ${plan.id} --finished`]),
    });
    await expect(plan.apply({ finished: true, shown: 'another' })).rejects.toMatchObject({ code: 'LOCK_CONFLICT' });
    expect(subjects(house)).toEqual(['Begin']);
    await plan.apply({ subplans: [idOf('first')] });
    expect(changedBy(house)).toEqual(['first.txt', 'own.txt']);
    await expect(plan.apply({ finished: true })).rejects.toMatchObject({ code: 'NOTHING_TO_APPLY' });
    held.open();
    expect(states(await rested())).toBe('execute.complete');
  });

  test('a check that only the whole passes keeps the part out, and the plan works on [R144, R103]', async () => {
    const whole = { name: 'whole', argv: ['sh', '-c', 'test -f third.txt'], timeoutSeconds: 60 };
    const { house, plan, rested, held } = await atWork({ validations: [whole] });
    await expect(plan.apply({ finished: true })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      hints: [`troupe plan tree ${plan.id}`, `troupe plan explain ${plan.id}`],
    });
    expect([states(await plan.record()), subjects(house)]).toEqual(['execute.processing', ['Begin']]);
    held.open();
    expect(states(await rested())).toBe('execute.complete');
    await plan.apply();
    expect(states(await plan.settled())).toBe('apply.applied');
    expect(changedBy(house)).toEqual(['first.txt', 'own.txt', 'second.txt', 'third.txt']);
  });

  test('a process that dies between the commit and the new base lands it once, and the others go on [R27, R144]', async () => {
    const { held, play, child } = threeChildren();
    const rows = await memoryStore()();
    const [committed, never] = [gate(), new Promise<never>(() => {})];
    let dead = false;
    const house = await playhouse(
      {
        child: task => (task.plan.description === 'second' && !dead ? never : child(task)),
      },
      { store: shared(rows) },
    );
    const project = () => gitProject(house.folder, { sandboxes: join(house.folder, '../sandboxes') });
    const real = project();
    const mortal: Project = {
      ...real,
      async land(what) {
        await real.land(what);
        dead = true;
        committed.open();
        return never;
      },
    };
    await house.reopen({ store: shared(rows, () => dead), project: mortal });
    const { plan } = await begin(house, play);
    await completed(plan, 1);
    void plan.apply({ finished: true });
    await committed.opened;
    expect(subjects(house)).toEqual(['Play', 'Begin']);

    house.troupe = await house.another({ store: shared(rows), project: project() });
    const back = await house.troupe.plan(plan.id);
    held.open();
    const record = await back.settled();
    expect([states(record), record.landings?.length]).toEqual(['execute.complete', 1]);
    expect(record.changeSet?.files.map(({ path }) => path)).toEqual(['second.txt', 'third.txt']);
    await back.apply();
    expect(states(await back.settled())).toBe('apply.applied');
    expect([changedBy(house), subjects(house)]).toEqual([
      ['second.txt', 'third.txt'],
      ['Play', 'Play', 'Begin'],
    ]);
  });
});
