import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { listTaggedProcesses } from '../../src/agents.ts';
import { fakeAcpAgent } from '../adapters/agents/acp/try-acp-agent.ts';
import { troupeProgram } from './own-process.ts';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { createRepository } from './test-repository.ts';

test(
  'a process that is killed while an ACP agent works leaves a plan that does the work once, and no process [R232, R245]',
  {
    timeout: 120_000,
  },
  async () => {
    const project = createRepository();
    const startedFile = join(project.env.HOME ?? '', 'begun');
    const ask = { kind: 'edit', title: 'Edit', locations: [{ path: 'made.txt' }] };
    const steps = [
      { ask },
      { write: ['half.txt', 'x'] },
      { spawn: true },
      { tools: true },
      { hangOnce: startedFile },
      { write: ['made.txt', 'x'] },
    ];
    project.write(
      'acp.yaml',
      stringify({
        ...{ name: 'local/acp', description: 'Work after a crash' },
        executionActor: { kind: 'acp', argv: [fakeAcpAgent, JSON.stringify(steps)] },
      }),
    );
    const child = spawn(process.execPath, [...troupeProgram(), 'run', '-f', 'acp.yaml'], {
      ...{ cwd: project.folder, env: project.env, stdio: 'ignore' },
    });
    await expect.poll(() => existsSync(startedFile), { timeout: 60_000 }).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { plan } = (await runTroupeJson(project, ['plan', 'status'])).data as { plan: { plan_id: string } };
    const left = async () => (await listTaggedProcesses()).filter(({ tag }) => tag.includes(plan.plan_id));
    // The agent exits with its standard input; what it started in another session does not.
    expect((await left()).length).toBeGreaterThan(0);
    await runTroupe(project, ['plan', 'execute']);
    expect(await runTroupeJson(project, ['plan', 'status'])).toMatchObject({ data: { plan: { state: 'complete' } } });
    expect((await runTroupe(project, ['plan', 'diff'])).out.match(/^\+\+\+ .*/gm)).toEqual([
      '+++ b/half.txt',
      '+++ b/made.txt',
    ]);
    expect(await left()).toEqual([]);
    project.remove();
  },
);
