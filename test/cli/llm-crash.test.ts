import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { StubReply } from '../adapters/agents/llm/model-api.ts';
import { startModelStub } from '../adapters/agents/llm/model-stub.ts';
import { troupeProgram } from './own-process.ts';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { createRepository } from './test-repository.ts';

/** The answers of the model while it works. */
const replies: StubReply[] = [
  { thought: 'A file first.', calls: [{ name: 'write', input: { path: 'one.txt', content: '1\n' } }] },
  {
    calls: [
      { name: 'edit', input: { path: 'a.txt', find: 'one', replace: 'ONE' } },
      { name: 'write', input: { path: 'two.txt', content: '2\n' } },
    ],
  },
  { text: 'Done.' },
];
const tokensOfTurn = 1550;

test(
  'a process that is killed while a model answers asks again for that answer only, and counts usage once [R234, R245, R246]',
  { timeout: 120_000 },
  async () => {
    let kill = () => {};
    let isKilled = false;
    await using stub = await startModelStub(({ turn }) => {
      if (isKilled || turn < 1) return replies[turn] ?? { text: 'There is nothing more.' };
      isKilled = true;
      kill();
      return new Promise(() => {});
    });
    const project = createRepository();
    const config = join(project.env.HOME ?? '', '.config/troupe');
    mkdirSync(config, { recursive: true });
    const service = { provider: 'anthropic', model: 'stub', baseUrl: stub.url('anthropic'), keyEnv: 'STUB_KEY' };
    writeFileSync(join(config, 'config.yaml'), stringify({ agents: { stub: { kind: 'llm', ...service } } }));
    project.write(
      'work.yaml',
      stringify({ name: 'local/work', description: 'Work in spite of a crash', executionActor: 'stub' }),
    );
    const key = 'key-of-the-stub';
    const env = { ...project.env, STUB_KEY: key };
    const child = spawn(process.execPath, [...troupeProgram(), 'run', '-f', 'work.yaml'], {
      ...{ cwd: project.folder, env, stdio: 'ignore' },
    });
    kill = () => child.kill('SIGKILL');
    await once(child, 'exit');

    await runTroupe({ ...project, env }, ['plan', 'execute']);
    const { data } = await runTroupeJson(project, ['plan', 'status']);
    expect(data).toMatchObject({ plan: { state: 'complete', spent: { tokens: replies.length * tokensOfTurn } } });
    expect((await runTroupe(project, ['plan', 'diff'])).out.match(/^\+\+\+ .*/gm)).toEqual([
      '+++ b/a.txt',
      '+++ b/one.txt',
      '+++ b/two.txt',
    ]);
    expect(stub.requests.map(({ turn }) => turn)).toEqual([0, 1, 1, 2]);
    expect(stub.requests[0]?.headers['x-api-key']).toBe(key);
    // Thoughts go back as they came, also from the record.
    expect(JSON.stringify(stub.requests.at(-1)?.body)).toContain('"signature":"signed A file first."');
    expect(() => execFileSync('grep', ['-rl', key, project.env.HOME ?? '/'], { stdio: 'pipe' })).toThrow();
    project.remove();
  },
);
