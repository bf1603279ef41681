import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { proveAgents } from '../../../src/adapters/queue/worker/prove-agents.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'troupe-agents-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function install(script: string) {
  const path = join(folder, 'claude');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}
const prove = (wanted: string[] | null) => proveAgents(wanted, { env: { PATH: folder }, agentEnv: {} });

test('a worker has the agents that are installed, and those without a program', async () => {
  install('echo "2.1.3 (Claude Code)"');
  expect(await prove(null)).toEqual({ steps: null, claude: '2.1.3' });
  expect(await prove(['llm'])).toEqual({ llm: null });
});

test.each([
  ['prints it as an error', 'echo 1.2.0-beta >&2', '1.2.0-beta'],
  ['prints none', 'echo hello', null],
  ['fails', 'exit 3', null],
])('the version of a program that %s', async (_, script, version) => {
  install(script);
  expect(await prove(['claude'])).toEqual({ claude: version });
});

test('an agent that is wanted and not installed is refused with its program', async () => {
  await expect(prove(['claude'])).rejects.toMatchObject({
    code: 'AGENT_UNAVAILABLE',
    message: 'The agent claude is not installed: there is no program claude',
  });
});

test('an unknown agent is refused with the known ones', async () => {
  await expect(prove(['unknown'])).rejects.toMatchObject({
    code: 'UNKNOWN_AGENT',
    message: expect.stringContaining('known: steps, llm, '),
    hints: [{ command: 'agent list' }],
  });
});
