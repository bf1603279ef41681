/** Behaviour of git that must not block an unattended plan. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTestProject, spawnSubplan } from './test-project.ts';

const edit = (replace: string) => ({ kind: 'steps', steps: [{ edit: { path: 'a.txt', find: 'three', replace } }] });

test(
  'No editor opens for a conflicting merge or for the commit of an apply, whatever git is configured to do [R128]',
  { timeout: 120_000 },
  async () => {
    const testProject = await createTestProject();
    const opened = join(testProject.folder, '../opened');
    const editor = join(testProject.folder, '../editor');
    writeFileSync(editor, `#!/bin/sh\necho "$*" >> ${opened}\n`, { mode: 0o755 });
    for (const key of ['core.editor', 'sequence.editor', 'mergetool.mine.cmd']) testProject.git('config', key, editor);
    for (const [key, value] of Object.entries({ 'merge.tool': 'mine', 'commit.verbose': 'true', 'merge.edit': 'true' }))
      testProject.git('config', key, value);
    await testProject.reopen({
      env: {
        PATH: process.env.PATH ?? '',
        GIT_EDITOR: editor,
        GIT_MERGE_AUTOEDIT: 'yes',
        EDITOR: editor,
        VISUAL: editor,
      },
    });
    const { plan, record } = await testProject.run(async task => {
      for (const colour of ['blue', 'red']) await spawnSubplan(task, colour, { executionActor: edit(colour) });
    });
    expect(record.state).toBe('conflicted');
    await plan.conflicts.resolve('a.txt', 'theirs');
    await plan.waitUntilIdle();
    await plan.apply();
    expect((await plan.waitUntilIdle()).state).toBe('applied');
    expect(testProject.git('show', 'HEAD:a.txt')).toContain('red');
    expect(existsSync(opened)).toBe(false);
  },
);
