/** A disk that fills while the terminal UI is open: the UI says so and ends, and with room the plan continues. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson } from '../cli/run-command.ts';
import { createRepository, type TestRepository } from '../cli/test-repository.ts';
import { hasTmux, type Tmux, tmux } from '../tui/tmux.ts';
import { type Disk, disk, mayMount } from './mounts.ts';

describe.skipIf(!mayMount || !hasTmux)(
  'a disk that fills while the terminal UI is open (needs root, mount and tmux; skipped elsewhere)',
  { timeout: 180_000 },
  () => {
    let project: TestRepository;
    let full: Disk;
    let screen: Tmux;
    beforeEach(() => {
      project = createRepository();
      full = disk(join(project.folder, '..', 'keep'), 12);
    });
    afterEach(async () => {
      screen.close();
      // Running work continues in an owner when the UI is left.
      await runTroupe(project, ['--store', full.folder, 'owner', 'stop']);
      full.remove();
      project.remove();
    });

    test('is reported on the screen, the terminal is restored, and with room the plan is completed [R190]', async () => {
      const filled = join(project.folder, '..', 'filled');
      const fill = `test -e ${filled} || { dd if=/dev/zero of=${join(full.folder, 'filler')} bs=4k 2> /dev/null; touch ${filled}; }`;
      project.write(
        'work.yaml',
        `name: local/work
description: Work
executionActor:
  kind: steps
  steps:
    - write: { path: one.txt, content: "1\\n" }
    - run: { argv: [sh, -c, "${fill}"] }
    - write: { path: two.txt, content: "2\\n" }
`,
      );
      const words = ['--store', full.folder];
      expect((await runTroupeJson(project, [...words, 'plan', 'use', '-f', 'work.yaml'])).status).toBe('ok');
      screen = tmux(project, `${words.join(' ')} ui`, { columns: 130, rows: 36 });
      await screen.waitForText('strategize complete');
      screen.keys('a');
      await screen.waitForText('DISK_FULL');
      rmSync(join(full.folder, 'filler'));
      screen.keys('q');
      await screen.waitForText('Left;');
      screen.type('echo back again');
      await screen.waitForText('echo back again');
      expect(screen.format('alternate_on')).toBe('0');
      // Leaving started an owner, which continues the plan.
      const state = async () => (await runTroupeJson(project, [...words, 'plan', 'status'])).data.plan;
      await expect.poll(state, { timeout: 60_000 }).toMatchObject({ phase: 'execute', state: 'complete' });
    });
  },
);
