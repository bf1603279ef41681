/** The command line on Bun, where it is installed. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRepository, type TestRepository } from './test-repository.ts';

const program = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const hasBun = spawnSync('bun', ['--version']).error === undefined;

let project: TestRepository;
beforeAll(() => {
  project = createRepository();
});
afterAll(() => project.remove());

const bun = (...words: string[]) =>
  spawn('bun', [program, ...words], { cwd: project.folder, env: project.env, stdio: ['ignore', 'ignore', 'pipe'] });
const exitCode = async (...words: string[]) => {
  const child = bun(...words);
  child.stderr.resume();
  return (await once(child, 'close'))[0];
};

test.skipIf(!hasBun)(
  'a plan is killed, resumed and applied on Bun (skipped where it is not installed)',
  async () => {
    const wait = 'test -e "$HOME/go" || sleep 600; echo done > b.txt';
    const agent = JSON.stringify({ kind: 'command', argv: ['sh', '-c', wait] });
    project.write('../wait.yaml', `name: local/wait\ndescription: Write b.txt\nexecutionActor: ${agent}\n`);
    const first = bun('run', '-f', '../wait.yaml');
    for await (const text of first.stderr) if (String(text).includes('execute processing')) break;
    first.kill('SIGKILL');

    project.write('../go', '');
    expect(await exitCode('plan', 'resume')).toBe(0);
    expect(await exitCode('plan', 'apply', '--yes')).toBe(0);
    expect(project.git('show', 'HEAD:b.txt')).toBe('done\n');
  },
  120_000,
);
