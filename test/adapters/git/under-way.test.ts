import { expect, test } from 'vitest';
import { underWay } from '../../../src/adapters/git/under-way.ts';
import { onTrial } from './trial.ts';

test('the end waits for what is under way, failures included, and begins nothing more', async () => {
  const { counted, end } = underWay('here');
  let finish: (found: string) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const slow = new Promise<string>(resolve => {
    finish = resolve;
  });
  const doomed = new Promise<string>((_, reject) => {
    fail = reject;
  });
  const working = counted(() => slow)();
  const failing = counted(() => doomed)().catch(String);
  let isOver = false;
  const over = end().then(() => {
    isOver = true;
  });
  fail(new Error('it broke'));
  expect(await failing).toBe('Error: it broke');
  await expect(counted(() => slow)()).rejects.toMatchObject({ code: 'SYSTEM_CLOSED', where: 'here' });
  expect(isOver).toBe(false);
  finish('done');
  expect(await working).toBe('done');
  await over;
});

test(
  'a project that is closed has let go of its repository',
  onTrial(async trial => {
    const project = trial.project();
    const writing = project.writeBlob(Buffer.from('on its way'));
    await project.close();
    expect(await Promise.race([writing, 'still writing'])).toMatch(/^[0-9a-f]{40}$/);
    await expect(project.head()).rejects.toMatchObject({ code: 'SYSTEM_CLOSED' });
  }),
);
