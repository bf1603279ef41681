import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { troupeProgram } from './own-process.ts';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

/** Never ends the first time it is asked, and succeeds at once the second time. */
const second = `name: local/second
description: Succeed at the second try
executionActor:
  kind: steps
  steps:
    - write: { path: first.txt, content: first }
    - run:
        argv:
          - node
          - -e
          - "const fs = require('fs'), sign = process.env.HOME + '/begun'; fs.appendFileSync('hello.txt', 'hello'); if (!fs.existsSync(sign)) { fs.writeFileSync(sign, ''); setTimeout(() => {}, 120_000); }"
`;

describe('a command whose process is killed', () => {
  let project: TestRepository;
  beforeEach(() => {
    project = createRepository();
    project.write('second.yaml', second);
  });
  afterEach(() => project.remove());

  const kill = async () => {
    const child = spawn(process.execPath, [...troupeProgram(), 'run', '-f', 'second.yaml'], {
      cwd: project.folder,
      env: project.env,
      stdio: 'ignore',
    });
    await expect.poll(() => existsSync(join(project.env.HOME ?? '', 'begun')), { timeout: 20_000 }).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    return child.pid;
  };

  test.each([
    'execute',
    'resume',
  ])('leaves a plan that reports its progress, and that %s continues from there; its work is done once [R95, R123]', async verb => {
    const pid = await kill();
    const owner = JSON.parse(readFileSync(join(project.folder, '.git/troupe/owner.json'), 'utf8'));
    expect(owner).toMatchObject({ pid, command: 'troupe run -f second.yaml' });
    const status = await runTroupe(project, ['plan', 'status']);
    expect(status).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /Its process ended while it was at work \(execute, after step 1\)(?:.|\n)*next: .*troupe plan resume/,
      ),
    });
    expect(await runTroupeJson(project, ['plan', 'status'])).toMatchObject({
      data: { plan: { last_completed_step: 0 } },
    });
    const takenUp = await runTroupe(project, ['plan', verb]);
    expect(takenUp.err).toContain(
      'Taking up "Succeed at the second try" where its process ended: execute, after step 1\n',
    );
    // What happened before the crash is not printed again.
    expect(takenUp.err).toContain('execute complete');
    expect(takenUp.err).not.toContain('strategize complete');
    expect(await runTroupeJson(project, ['plan', 'status'])).toMatchObject({ data: { plan: { state: 'complete' } } });
    expect((await runTroupe(project, ['plan', 'diff'])).out.match(/^\+(?!\+).*/gm)).toEqual(['+first', '+hello']);
    rmSync(join(project.env.HOME ?? '', 'begun'));
  });
});
