/** An agent that is a program and asks a person with the tool of its task: it stops waiting, or leaves, before the answer. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Plan } from '../../src/index.ts';
import { createTestProject, type TestProject } from '../runtime/test-project.ts';

/** Gives its first call up when the file `asked` appears, and waits for the file `go` before it asks once more, or leaves. */
const asker = `
import { existsSync, writeFileSync } from 'node:fs';
const { TROUPE_MCP_URL: url, TROUPE_MCP_TOKEN: token } = process.env;
const [, , folder, mode] = process.argv;
async function ask(signal) {
  const accept = 'application/json, text/event-stream';
  const params = { name: 'ask_person', arguments: { question: 'Which store?' } };
  const response = await fetch(url, {
    method: 'POST', signal,
    headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json', accept },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
  });
  const text = await response.text();
  return JSON.parse(text.slice(text.indexOf('data: ') + 6)).result.structuredContent.answer;
}
const appears = async name => {
  while (existsSync(folder) && !existsSync(folder + '/' + name)) await new Promise(resolve => setTimeout(resolve, 20));
};
const stop = new AbortController();
const first = ask(stop.signal).catch(error => error.name);
await appears('asked');
stop.abort();
writeFileSync(folder + '/gave-up', await first);
await appears('go');
if (mode === 'again') writeFileSync('answer.txt', await ask());
`;

async function start(mode: string): Promise<{ plan: Plan; testProject: TestProject; go(): void }> {
  const testProject = await createTestProject({}, { files: { 'asker.mjs': asker } });
  const home = join(testProject.folder, '..');
  const argv = ['node', 'asker.mjs', home, mode];
  await testProject.troupe.actions.create({
    name: 'ask',
    description: 'Choose',
    executionActor: { kind: 'command', argv },
  });
  const plan = await testProject.troupe.use({ action: 'ask' });
  await plan.execute();
  await expect.poll(async () => (await plan.approvals()).length, { timeout: 20_000 }).toBe(1);
  writeFileSync(join(home, 'asked'), '');
  await expect.poll(() => existsSync(join(home, 'gave-up')), { timeout: 20_000 }).toBe(true);
  return { plan, testProject, go: () => writeFileSync(join(home, 'go'), '') };
}

async function completed(plan: Plan): Promise<void> {
  for await (const event of plan.events({ rests: true })) {
    if (event.type === 'plan.phase_changed' && event.to.phase === 'execute' && event.to.state === 'complete') return;
  }
}

test('[R345] an agent that stopped waiting gets the answer that came meanwhile, when it asks again', async () => {
  const { plan, testProject, go } = await start('again');
  expect((await plan.approvals()).map(({ words, answer }) => [words, answer])).toEqual([['Which store?', null]]);
  await plan.answer('LevelDB');
  go();
  await completed(plan);
  expect(await plan.approvals()).toHaveLength(1);
  expect(testProject.git('show', `${(await plan.record()).resultTree}:answer.txt`)).toBe('LevelDB');
});

test('[R345] an agent that ended without its answer leaves no question behind', async () => {
  const { plan, go } = await start('leave');
  expect((await plan.record()).approvals).toHaveLength(1);
  go();
  await completed(plan);
  expect((await plan.record()).approvals).toEqual([]);
  expect(await plan.approvals()).toMatchObject([{ answer: { verdict: 'withdrawn' } }]);
});
