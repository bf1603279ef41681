import { expect, test } from 'vitest';
import { trackInFlight } from '../../../../src/adapters/project/git/in-flight.ts';
import { withGitFixture } from './git-fixture.ts';

test('closing waits for running work, including failed work, and starts no more', async () => {
  const { track, drain } = trackInFlight('here');
  let finish: (found: string) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const slow = new Promise<string>(resolve => {
    finish = resolve;
  });
  const doomed = new Promise<string>((_, reject) => {
    fail = reject;
  });
  const working = track(() => slow)();
  const failing = track(() => doomed)().catch(String);
  let isOver = false;
  const over = drain().then(() => {
    isOver = true;
  });
  fail(new Error('it broke'));
  expect(await failing).toBe('Error: it broke');
  await expect(track(() => slow)()).rejects.toMatchObject({ code: 'SYSTEM_CLOSED', where: 'here' });
  expect(isOver).toBe(false);
  finish('done');
  expect(await working).toBe('done');
  await over;
});

test(
  'a closed project has no open files of its repository',
  withGitFixture(async fixture => {
    const project = fixture.project();
    const writing = project.writeBlob(Buffer.from('on its way'));
    await project.close();
    expect(await Promise.race([writing, 'still writing'])).toMatch(/^[0-9a-f]{40}$/);
    await expect(project.head()).rejects.toMatchObject({ code: 'SYSTEM_CLOSED' });
  }),
);
