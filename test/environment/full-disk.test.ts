/** A disk that fills while a plan runs: the command reports it within seconds; with room the plan continues. */
import { cpSync, existsSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson } from '../cli/run-command.ts';
import { spawnTroupe } from '../cli/spawn-troupe.ts';
import { createRepository, type TestRepository } from '../cli/test-repository.ts';
import { type Disk, disk, mayMount } from './mounts.ts';

/** From the last byte written until the end of the command, with a margin for a busy machine. */
const secondsMax = 30;

describe.skipIf(!mayMount)(
  'a disk that fills while a plan is working (needs root and mount; skipped elsewhere)',
  { timeout: 180_000 },
  () => {
    let project: TestRepository;
    let made: Disk[];
    beforeEach(() => {
      project = createRepository();
      made = [];
    });
    afterEach(() => {
      for (const each of made.reverse()) each.remove();
      project.remove();
    });

    const home = (name: string) => join(project.folder, '..', name);
    const mounted = (folder: string, megabytes: number) => {
      const found = disk(folder, megabytes);
      made.push(found);
      return found;
    };
    /** A program of the plan that fills the disk once, after the command `first` succeeds. */
    const hog = ({ folder }: Disk, first = 'true') =>
      `[sh, -c, "test -e ${home('filled')} || { until ${first}; do sleep 0.1; done; dd if=/dev/zero of=${join(folder, 'filler')} bs=4k 2> /dev/null; touch ${home('filled')}; }"]`;
    const steps = (between: string) => `executionActor:
  kind: steps
  steps:
    - write: { path: one.txt, content: "1\\n" }
${between}    - write: { path: two.txt, content: "2\\n" }
`;
    const inExecute = (on: Disk, first?: string) => steps(`    - run: { argv: ${hog(on, first)} }\n`);
    const inStrategize = (on: Disk) => `strategyActor: { kind: command, argv: ${hog(on)} }\n${steps('')}`;
    const free = ({ folder }: Disk) => rmSync(join(folder, 'filler'));

    const store = () => ({ on: mounted(home('keep'), 12), words: ['--store', home('keep')] });
    const sandboxes = () => ({ on: mounted(home('state'), 80), words: [] });
    const git = () => {
      const folder = join(project.folder, '.git');
      cpSync(folder, home('kept.git'), { recursive: true });
      const on = mounted(folder, 12);
      cpSync(home('kept.git'), folder, { recursive: true });
      return { on, words: [] };
    };

    test.each([
      ['the store is, in Execute', store, inExecute],
      ['the store is, in Strategize', store, inStrategize],
      ['sandboxes are, in Execute', sandboxes, inExecute],
      ['the repository is, in Execute', git, inExecute],
      ['the repository is, in Strategize', git, inStrategize],
    ])('where %s, ends troupe run with DISK_FULL; with room plan execute completes the plan [R190]', async (_, place, when) => {
      const { on, words } = place();
      project.write('work.yaml', `name: local/work\ndescription: Work\n${when(on)}`);
      const { exited, output } = spawnTroupe(project, [...words, 'run', '-f', 'work.yaml']);
      expect(await exited, output()).toBe(1);
      expect(output()).toMatch(/error\[DISK_FULL\].*the disk is full/);
      expect(output()).toContain('try: df -h');
      expect(Date.now() - statSync(home('filled')).mtimeMs).toBeLessThan(secondsMax * 1000);
      free(on);
      expect((await runTroupeJson(project, [...words, 'plan', 'execute'])).data.plan).toMatchObject({
        state: 'complete',
      });
      expect((await runTroupe(project, [...words, 'plan', 'diff'])).out.match(/^\+(?!\+).*/gm)).toEqual(['+1', '+2']);
    });

    test('ends a plan in the background: its owner exits, and with room plan execute completes it [R190]', async () => {
      const { on, words } = store();
      // The owner must answer this command before the disk is full: after that, its answer would be the full disk.
      const whenDetached = `test -e ${home('detached')}`;
      project.write('work.yaml', `name: local/work\ndescription: Work\n${inExecute(on, whenDetached)}`);
      expect((await runTroupeJson(project, [...words, 'plan', 'use', '-f', 'work.yaml'])).status).toBe('ok');
      const { exited, output } = spawnTroupe(project, [...words, 'plan', 'execute', '--detach']);
      expect(await exited, output()).toBe(0);
      writeFileSync(home('detached'), '');
      await expect.poll(() => existsSync(home('filled')), { timeout: 60_000 }).toBe(true);
      await expect
        .poll(async () => (await runTroupe(project, [...words, 'owner', 'status'])).out, { timeout: secondsMax * 1000 })
        .toContain('No process is using the store');
      free(on);
      expect((await runTroupeJson(project, [...words, 'plan', 'execute'])).data.plan).toMatchObject({
        state: 'complete',
      });
    });

    test('prevents an apply, and every other command reports it too; with room it is applied once [R190]', async () => {
      const { on } = git();
      project.write('work.yaml', `name: local/work\ndescription: Work\n${steps('')}`);
      expect((await runTroupeJson(project, ['run', '-f', 'work.yaml'])).data.plan).toMatchObject({ state: 'complete' });
      const { bavail, bsize } = statfsSync(on.folder);
      writeFileSync(join(on.folder, 'filler'), Buffer.alloc(bavail * bsize));
      for (const words of [
        ['plan', 'apply', '--yes'],
        ['plan', 'status'],
      ]) {
        const { messages } = await runTroupeJson(project, words);
        expect(messages.filter(({ level }) => level === 'error')).toMatchObject([{ code: 'DISK_FULL' }]);
      }
      expect(project.git('rev-list', '--count', 'main').trim()).toBe('1');
      free(on);
      expect((await runTroupeJson(project, ['plan', 'apply', '--yes'])).data.plan).toMatchObject({ state: 'applied' });
      expect(project.git('rev-list', '--count', 'main').trim()).toBe('2');
    });
  },
);
