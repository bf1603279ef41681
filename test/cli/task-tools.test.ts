/** A plan whose agent, a program, plans subplans with the tools of its task. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { spawnTroupe } from './spawn-troupe.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

/** Milliseconds for a test that starts several processes, also on a busy machine. */
const timeout = 120_000;

/** Asks for two subplans; between them it waits for a file `go` in its home. */
const strategist = `
import { existsSync, writeFileSync } from 'node:fs';
const { TROUPE_MCP_URL: url, TROUPE_MCP_TOKEN: token, HOME: home } = process.env;
async function call(name, input) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } }),
  });
  const { result } = await response.json();
  console.log(result.content[0].text);
}
await call('decide', { question: 'Split?', choose: 'In two' });
await call('plan_subplan', { key: 'left', goal: 'write left', resourceScopes: ['left.txt'] });
writeFileSync(home + '/halfway', '');
while (existsSync(home) && !existsSync(home + '/go')) await new Promise(resolve => setTimeout(resolve, 20));
await call('plan_subplan', { goal: 'write nothing', resourceScopes: ['../right.txt'] });
await call('plan_subplan', { goal: 'write right', resourceScopes: ['right.txt'], dependsOn: ['left'] });
`;

const splitAction = `name: local/split
description: write whole
strategyActor: { kind: command, argv: [node, strategist.mjs] }
executionActor: { kind: command, argv: [sh, -c, 'echo "$TROUPE_GOAL" > "\${TROUPE_GOAL#write }.txt"'] }
`;

describe('an agent that is a program', () => {
  let project: TestRepository;
  beforeEach(() => {
    project = createRepository({ 'a.txt': 'one\n', 'strategist.mjs': strategist });
    project.write('split.yaml', splitAction);
  });
  afterEach(() => project.remove());
  const inHome = (name: string) => join(project.env.HOME ?? '', name);
  const go = () => writeFileSync(inHome('go'), '');

  const decided = async () => {
    const { data } = await runTroupeJson(project, ['plan', 'explain']);
    const { decisions } = data as { decisions: { type: string; chosen_option: string }[] };
    const chosen = decisions.filter(({ type }) => /choice|spawn/.test(type));
    return chosen.map(({ chosen_option }) => chosen_option);
  };

  const filesOf = async (...words: string[]) => {
    const { exit_code, data } = await runTroupeJson(project, words);
    const { plan } = data as { plan: { files: { path: string }[] } };
    return [exit_code, ...plan.files.map(({ path }) => path).sort()];
  };

  test('[R238] plans subplans with the tools of its task; a refused one is answered and leaves nothing', async () => {
    go();
    expect(await filesOf('run', '-f', 'split.yaml')).toEqual([0, 'left.txt', 'right.txt', 'whole.txt']);
    expect(await decided()).toEqual(['In two', 'write left', 'write right']);
    expect((await runTroupe(project, ['plan', 'logs'])).out).toMatch(/INVALID_DECISION: .*"write nothing".*scope/);
  });

  test('[R238] that is killed with its plan between two subplans plans each of them once', { timeout }, async () => {
    const first = spawnTroupe(project, ['run', '-f', 'split.yaml']);
    await expect.poll(() => existsSync(inHome('halfway')), { timeout }).toBe(true);
    first.child.kill('SIGKILL');
    await first.exited;
    go();
    expect(await filesOf('plan', 'execute')).toEqual([0, 'left.txt', 'right.txt', 'whole.txt']);
    expect(await decided()).toEqual(['In two', 'write left', 'write right']);
  });
});

/** Saves its work under a label, asks, and writes the answer to a file. */
const asker = `
import { writeFileSync } from 'node:fs';
const { TROUPE_MCP_URL: url, TROUPE_MCP_TOKEN: token } = process.env;
async function call(name, input) {
  const accept = 'application/json, text/event-stream';
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json', accept },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } }),
  });
  const text = await response.text();
  const data = text.split('\\n').findLast(line => line.startsWith('data: '));
  return JSON.parse(data === undefined ? text : data.slice(6)).result;
}
writeFileSync('half.txt', 'half');
console.log(JSON.stringify(await call('checkpoint', { label: 'half way' })));
const question = { question: 'Which store?', choices: ['LevelDB', 'PostgreSQL'] };
const { structuredContent: given } = await call('ask_person', question);
writeFileSync('answer.txt', given.answer);
`;

describe('an agent that is a program and asks', () => {
  let project: TestRepository;
  beforeEach(() => {
    project = createRepository({ 'a.txt': 'one\n', 'asker.mjs': asker });
  });
  afterEach(() => project.remove());
  const action = (more = '') =>
    project.write(
      'ask.yaml',
      `name: local/ask\ndescription: Choose\n${more}executionActor: { kind: command, argv: [node, asker.mjs] }\n`,
    );
  const open = async () => {
    const { data } = await runTroupeJson(project, ['plan', 'status']);
    const { asks } = data as { asks: { goal: string; words: string; question: { choices: string[] } | null }[] };
    return asks.map(({ goal, words, question }) => [goal, words, question?.choices.length]);
  };
  const question = ['Choose', 'Which store? (LevelDB, PostgreSQL)', 2];

  test('[R345] waits for `plan answer`, with exit code 6, and gets the choice', async () => {
    action();
    const run = await runTroupe(project, ['run', '-f', 'ask.yaml', '--no-input']);
    expect(run.code).toBe(6);
    expect(run.err).toContain('"Choose" asks: Which store? (LevelDB, PostgreSQL)');
    expect(run.err).toMatch(/troupe plan answer 1 --approval \w{8} --plan \w{8}/);
    expect(await open()).toEqual([question]);
    const status = await runTroupe(project, ['plan', 'status']);
    expect(status.out).toMatch(/1 {2}LevelDB\n.*2 {2}PostgreSQL\n.*troupe plan answer 1 --approval/);
    expect((await runTroupe(project, ['plan', 'list'])).out).toContain('asks: Which store?');
    const { exit_code } = await runTroupeJson(project, ['plan', 'answer', '2']);
    expect(exit_code).toBe(0);
    expect((await runTroupe(project, ['plan', 'diff'])).out).toContain('+PostgreSQL');
  });

  const killed = 'keeps its question and its checkpoint when the process is killed, and is answered once';
  test(`[R345] ${killed}`, { timeout }, async () => {
    action();
    const first = spawnTroupe(project, ['run', '-f', 'ask.yaml', '--no-input']);
    await expect.poll(async () => (await open()).length, { timeout }).toBe(1);
    first.child.kill('SIGKILL');
    await first.exited;
    expect(await open()).toEqual([question]);
    expect((await runTroupeJson(project, ['plan', 'answer', 'something else'])).exit_code).toBe(0);
    expect((await runTroupe(project, ['plan', 'diff'])).out).toContain('+something else');
    const { data } = await runTroupeJson(project, ['plan', 'checkpoint', 'list']);
    const { checkpoints } = data as { checkpoints: { label: string | null }[] };
    expect(checkpoints.filter(({ label }) => label === 'half way')).toHaveLength(1);
  });

  test('[R345] under the profile ci decides itself', async () => {
    action('automationProfile: ci\n');
    expect((await runTroupeJson(project, ['run', '-f', 'ask.yaml'])).exit_code).toBe(0);
    expect((await runTroupe(project, ['plan', 'diff'])).out).toContain('+No person is here to answer. Decide yourself');
  });
});
