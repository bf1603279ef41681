/** Requests that the model of Cline 3.0.65 refused, as its process prints them with the file that Bun loads before it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { readers } from '../../../../src/adapters/agents/formats/index.ts';
import { refusedRequestsSource } from '../../../../src/adapters/agents/formats/refused-requests.ts';
import { tempDirectories } from '../../temp-directories.ts';
import { startModelStub } from '../llm/model-stub.ts';

const tempDirectory = tempDirectories();
const recorded = {
  type: 'troupe_refused',
  seconds: 20,
  text: '{"error":{"message":"Rate limit reached. Please try again in 20s.","type":"error","code":"429"}}',
};
const read = readers.cline({ directory: '/project' }).readError;

it('are retries of a rate limit, with the wait of the service', () => {
  const message = 'Rate limit reached. Please try again in 20s.';
  expect(read?.(JSON.stringify(recorded))).toEqual([
    { kind: 'retry', cause: 'rate_limit', attempt: 1, afterSeconds: 20, message },
  ]);
  expect(read?.('{"type":"troupe_refused","seconds":null,"text":"busy"}')).toMatchObject([
    { kind: 'retry', cause: 'rate_limit', attempt: 2, afterSeconds: null },
  ]);
  expect(read?.('{"type":"error","message":"Rate limit reached"}')).toBeNull();
});

it('are printed for those of a model only, without their headers, and programs of the agent do not load the file', async () => {
  const headers = { 'retry-after': '20' };
  await using stub = await startModelStub(() => ({ status: 429, message: 'Slow down', headers }));
  const path = join(tempDirectory(), 'preload.cjs');
  writeFileSync(path, refusedRequestsSource);
  const address = JSON.stringify(`${stub.url('openai-compatible')}/chat/completions`);
  const ask = (agent: string) =>
    `await fetch(${address}, { method: 'POST', headers: { 'user-agent': '${agent}', authorization: 'Bearer secret' }, body: '{"messages":[]}' }).then(each => each.text());`;
  const program = `${ask('ai-sdk/openai-compatible/3.0.37 runtime/bun/1.3.13')} ${ask('other')} console.log(process.env.BUN_OPTIONS);`;
  const child = spawn(process.execPath, ['--require', path, '--input-type=module', '-e', program], {
    env: { BUN_OPTIONS: 'set' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  expect(out.trim()).toBe('undefined');
  expect(stub.requests).toHaveLength(2);
  const lines = err.trim().split('\n');
  expect(lines.map(line => JSON.parse(line))).toEqual([
    { type: 'troupe_refused', seconds: 20, text: expect.stringContaining('Slow down') },
  ]);
});
