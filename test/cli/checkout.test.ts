/** Changes that a user makes in the repository while `troupe run` works there, with real processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { troupeProgram } from './own-process.ts';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

const action = `name: local/made
description: Make a file
executionActor: { kind: steps, steps: [{ write: { path: made.txt, content: made } }] }
`;

describe('troupe run', () => {
  let project: TestRepository;
  beforeEach(() => {
    project = createRepository({ 'a.txt': 'one\n', 'made.yaml': action });
  });
  afterEach(() => project.remove());

  // In CI every change of the checkout fails the plan.
  const strict = () => ({ ...project.env, CI: 'true' });

  test('does not count a file of the repository that its output is redirected to as a change of the checkout', async () => {
    const file = join(project.folder, 'out.txt');
    const out = openSync(file, 'w');
    const child = spawn(process.execPath, [...troupeProgram(), 'run', '-v', '-f', 'made.yaml'], {
      cwd: project.folder,
      env: strict(),
      stdio: ['ignore', out, out],
    });
    closeSync(out);
    const [code] = await once(child, 'exit');
    expect([code, readFileSync(file, 'utf8')]).toEqual([0, expect.stringContaining('execute complete')]);
    expect(await runTroupeJson(project, ['plan', 'status'])).toMatchObject({
      data: { plan: { state: 'complete', checkout_changes: [] } },
    });
  }, 120_000);

  test.skipIf(process.platform !== 'linux')(
    'does not count a file that a program in its pipe writes either',
    async () => {
      const words = [process.execPath, ...troupeProgram()].map(word => `'${word}'`);
      const line = `${words.join(' ')} run -v -f made.yaml 2>&1 | tee out.txt`;
      const child = spawn('sh', ['-c', line], { cwd: project.folder, env: strict(), stdio: 'ignore' });
      await once(child, 'exit');
      expect(readFileSync(join(project.folder, 'out.txt'), 'utf8')).toContain('execute complete');
    },
    120_000,
  );

  test('shows files that changed for unknown reasons during the run, in its output, in status and in explain', async () => {
    // A program that leaves no trace of the folder it writes to: what a person does looks the same.
    project.write(
      'touch.mjs',
      `import { writeFileSync } from 'node:fs';
export default task => { writeFileSync(new URL('notes.txt', import.meta.url), 'mine'); return { summary: '' }; };
`,
    );
    project.write(
      'touch.yaml',
      `name: local/touch
description: Touch
executionActor: { kind: script, module: ./touch.mjs }
`,
    );
    project.git('add', '-A');
    project.git('commit', '-q', '-m', 'More');
    const line =
      'Files of your checkout changed while an agent worked, and nothing shows that the agent did it: notes.txt';
    const { code, out } = await runTroupe(project, ['run', '-f', 'touch.yaml']);
    expect([code, out]).toEqual([0, expect.stringContaining(line)]);
    for (const verb of ['status', 'explain']) expect((await runTroupe(project, ['plan', verb])).out).toContain(line);
  }, 60_000);

  test('asks at a terminal whether the user made the change, and fails when the answer is no', async () => {
    project.write('.git/troupe/config.yaml', 'checkoutGuard: ask\n');
    project.write(
      'touch.mjs',
      `import { writeFileSync } from 'node:fs';
export default task => { writeFileSync(new URL('notes.txt', import.meta.url), 'mine'); return { summary: '' }; };
`,
    );
    project.write(
      'touch.yaml',
      `name: local/touch
description: Touch
executionActor: { kind: script, module: ./touch.mjs }
`,
    );
    const stopped = await runTroupe(project, ['run', '-f', 'touch.yaml']);
    expect([stopped.code, stopped.err]).toEqual([
      6,
      expect.stringContaining('nothing shows that the agent did it: notes.txt'),
    ]);
    await runTroupe(project, ['plan', 'deny', '--reason', 'not mine']);
    expect(await runTroupeJson(project, ['plan', 'status'])).toMatchObject({
      data: { plan: { state: 'errored', error: { code: 'CHECKOUT_TOUCHED' } } },
    });
  }, 60_000);
});
