import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CommandOptions, commandAgent } from '../../../src/adapters/agents/command.ts';
import { systemClock } from '../../../src/adapters/clocks/system-clock.ts';
import { runProcess } from '../../../src/adapters/process/run.ts';
import { Watchdogs } from '../../../src/model/watchdogs.ts';
import { planSpec } from '../../fixtures.ts';
import { hintLine } from '../../hint-line.ts';
import { taggedPids } from '../tagged-pids.ts';
import { createToolHarness } from '../tool-harness.ts';

const agentOf = (argv: string[], changes: Partial<CommandOptions> = {}) =>
  commandAgent({
    argv,
    env: {},
    watchdogs: Watchdogs.parse({ totalSeconds: 20, graceSeconds: 0.3 }),
    actionDir: '/',
    hostEnv: { PATH: process.env.PATH ?? '' },
    clock: systemClock(),
    run: runProcess,
    ...changes,
  });
const sh = (program: string, changes?: Partial<CommandOptions>) => agentOf(['sh', '-c', program], changes);

describe('A command agent', () => {
  test('runs a program in the sandbox, and its output is the log [R160]', async () => {
    await using harness = await createToolHarness({ 'a.txt': 'old' });
    const answer = await sh('echo working; echo new > a.txt; echo done >&2').run(harness.task());
    expect(answer).toEqual({ decisions: [], summary: 'sh finished' });
    expect(await harness.read('a.txt')).toBe('new\n');
    expect(harness.lines.toSorted()).toEqual(['done', 'working']);
  });

  test('gets the prompt on standard input, which is then closed [R125]', async () => {
    await using harness = await createToolHarness();
    await sh('cat > prompt.txt').run(harness.task({ guidance: ['Be brief'] }));
    const prompt = await harness.read('prompt.txt');
    expect(prompt).toContain('# Goal\nDo it\n');
    expect(prompt).toContain('# Guidance\n- Be brief\n');
  });

  test('gets the prompt in its arguments if they ask for it, and then an empty standard input', async () => {
    const plan = planSpec({ description: 'Greet', arguments: { name: 'you' }, actionDir: '/actions' });
    await using harness = await createToolHarness({}, { plan });
    const words = ['sh', '-c', 'cat; for word in "$@"; do echo "[$word]"; done', 'sh'];
    await agentOf([...words, '{goal}', '{{name}}', '{prompt}', '{other}'], { actionDir: '/actions' }).run(
      harness.task(),
    );
    const output = harness.lines.join('\n');
    expect(output.startsWith('[Greet]\n[you]\n[# Goal\nGreet\n')).toBe(true);
    expect(output.endsWith('\n[{other}]')).toBe(true);
    const sly = planSpec({ description: 'Explain {prompt} and {{name}}', arguments: { name: '{goal}' } });
    await using other = await createToolHarness({}, { plan: sly });
    await agentOf(['printf', '[%s]\n', '{goal}', '{{name}}:{{goal}}']).run(other.task());
    expect(other.lines).toEqual(['[Explain {prompt} and {{name}}]', '[{goal}:Explain {prompt} and {{name}}]']);
    await agentOf(['sh', '-c', 'cat; echo "$1"', 'sh', '{{ prompt }}']).run(harness.task());
    expect(harness.lines.filter(line => line === '# Goal')).toHaveLength(1);
  });

  test('fails if its arguments exceed the limit of the system', async () => {
    await using harness = await createToolHarness();
    const task = harness.task({ role: 'fix', problem: 'x'.repeat(200_000) });
    await expect(agentOf(['echo', '{prompt}']).run(task)).rejects.toMatchObject({
      code: 'AGENT_FAILED',
      retriable: false,
      message: expect.stringContaining('leave {prompt} out'),
    });
    await sh('wc -c > size').run(task);
    expect(Number(await harness.read('size'))).toBeGreaterThan(200_000);
  });

  test('gets its task in environment variables, and only the allowed variables of the host [R147]', async () => {
    const plan = planSpec({ arguments: { a: 1 }, executionEnvironment: { OWN: 'plan' } });
    await using harness = await createToolHarness({}, { plan });
    await sh('env > env.txt', { env: { EXTRA: '1' } }).run(harness.task({ attempt: 2 }));
    const lines = (await harness.read('env.txt')).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        `TROUPE_PLAN_ID=${plan.planId}`,
        `TROUPE_ROOT_PLAN_ID=${plan.rootPlanId}`,
        'TROUPE_ROLE=execution',
        'TROUPE_GOAL=Do it',
        `TROUPE_DIRECTORY=${harness.directory}`,
        'TROUPE_ATTEMPT=2',
        'TROUPE_DEPTH=0',
        'TROUPE_ARGUMENTS={"a":1}',
        'OWN=plan',
        'EXTRA=1',
        `TROUPE_PROCESS_TAG=${harness.task().key}`,
      ]),
    );
    expect(lines.some(line => line.startsWith('VITEST'))).toBe(false);
  });

  test('given as a path is resolved relative to the action', async () => {
    await using home = await createToolHarness({ 'tool.sh': '#!/bin/sh\npwd > where\n' });
    await using harness = await createToolHarness();
    await chmod(join(home.directory, 'tool.sh'), 0o755);
    const agent = agentOf(['./tool.sh'], { actionDir: home.directory });
    await agent.check();
    await agent.run(harness.task());
    expect((await harness.read('where')).trim()).toMatch(new RegExp(`${harness.directory}$`));
  });

  test('may exit with 0 without doing anything', async () => {
    await using harness = await createToolHarness();
    expect(await agentOf(['true']).run(harness.task())).toEqual({ decisions: [], summary: 'true finished' });
  });
});

describe('The output of a program', () => {
  test('is recorded as decisions and subplans, and other lines are ignored [R5, R160]', async () => {
    await using harness = await createToolHarness({}, { phase: 'strategize', agentRole: 'strategy' });
    const agentLines = [
      'Thinking… {not json',
      '{"unrelated": true}',
      '  {"decision": {"question": "Split?", "choose": "Yes", "confidence": 0.6}}',
      '{"subplan": {"key": "a", "goal": "First", "resourceScopes": ["a"]}}',
      '{"type": "progress"}',
      '{"subplan": {"goal": "Second", "resourceScopes": ["b"], "dependsOn": ["a"]}}',
      '{"type": "result", "result": "Two parts"}',
    ];
    await writeFile(join(harness.directory, 'agentOutput'), agentLines.join('\n'));
    const answer = await sh('cat agentOutput; echo \'{"decision": {}}\' >&2').run(harness.task({ role: 'strategy' }));
    expect(answer.summary).toBe('Two parts');
    expect(harness.decisions).toMatchObject([
      { type: 'strategy_choice', chosenOption: 'Yes', confidence: 0.6 },
      { type: 'subplan_parallel_spawn', chosenOption: 'First' },
      { type: 'subplan_parallel_spawn', chosenOption: 'Second', dependsOn: [harness.decisions[1]?.decisionId] },
    ]);
  });

  test.each([
    ['{"decision": {"question": "q"}}', 'decision.choose'],
    ['{"subplan": {"goal": ""}}', 'subplan.goal'],
    ['{"decision": {"question": "q", ', 'is not JSON'],
  ])('with %j fails, so that no decision is lost', async (line, message) => {
    await using harness = await createToolHarness({ agentOutput: line });
    await expect(sh('cat agentOutput').run(harness.task())).rejects.toMatchObject({
      code: 'INVALID_DECISION',
      message: expect.stringContaining(message),
    });
  });

  test('is recorded only if the program succeeds', async () => {
    await using harness = await createToolHarness({ agentOutput: '{"subplan": {"goal": "g"}}\n' });
    await expect(sh('cat agentOutput; exit 1').run(harness.task())).rejects.toMatchObject({ code: 'AGENT_FAILED' });
    expect(harness.decisions).toEqual([]);
  });

  test('records no decisions in the roles fix and estimation', async () => {
    await using harness = await createToolHarness({ agentOutput: '{"subplan": {"goal": "g"}}\n' });
    await sh('cat agentOutput').run(harness.task({ role: 'fix', problem: 'p' }));
    expect(harness.decisions).toEqual([]);
  });
});

describe('A program that fails', () => {
  test('ends in an error with its exit code, its last line and the end of its output', async () => {
    await using harness = await createToolHarness();
    await expect(sh('echo trying; echo cannot >&2; exit 7').run(harness.task())).rejects.toMatchObject({
      code: 'AGENT_FAILED',
      retriable: true,
      message: expect.stringMatching(/^sh exited with 7: (cannot|trying)$/),
      details: { exitCode: 7, output: expect.stringContaining('cannot') },
    });
    await expect(agentOf(['false']).run(harness.task())).rejects.toThrow(/^false exited with 1$/);
    await expect(sh('kill -9 $$').run(harness.task())).rejects.toThrow('sh was ended by SIGKILL');
  });

  test.each([
    ['Error: 429 Too Many Requests, retry after 30 seconds', 'RATE_LIMITED', { retryAfterSeconds: 30 }],
    ['rate limit reached. Try again in 5 min.', 'RATE_LIMITED', { retryAfterSeconds: 300 }],
    ['Usage limit reached, try again in 3 hours', 'RATE_LIMITED', { retryAfterSeconds: 10_800 }],
    ['usage limit reached|1767225600', 'RATE_LIMITED', { resetAt: 1_767_225_600 }],
    ['quota exceeded, resets at 2026-01-01T00:00:00Z', 'RATE_LIMITED', { resetAt: '2026-01-01T00:00:00Z' }],
    ['The model is overloaded', 'RATE_LIMITED', {}],
    ['You are not logged in', 'AGENT_UNAVAILABLE', {}],
    ['invalid API key; try again in 5 minutes', 'AGENT_UNAVAILABLE', {}],
    ['authentication_error: invalid x-api-key', 'AGENT_UNAVAILABLE', {}],
    ['HTTP 401 Unauthorized', 'AGENT_UNAVAILABLE', {}],
    ['expected 1 to be 2', 'AGENT_FAILED', {}],
  ])('with %j ends in %s [R135]', async (words, code, details) => {
    await using harness = await createToolHarness({ words });
    await expect(sh('cat words >&2; exit 1').run(harness.task())).rejects.toMatchObject({ code, details });
  });

  test('is classified by its last lines only, because its task may be about limits as well [R135]', async () => {
    await using harness = await createToolHarness({ words: `rate limit\n${'work\n'.repeat(2_000)}` });
    const error: unknown = await sh('cat words; exit 1')
      .run(harness.task())
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'AGENT_FAILED' });
    expect(error).not.toHaveProperty('details.retryAfterSeconds');
  });

  test('by taking too long is ended with all its child processes [R135, R45]', async () => {
    await using harness = await createToolHarness();
    const slow = (watchdogs: object) =>
      sh('sleep 100 & sleep 100', { watchdogs: Watchdogs.parse({ graceSeconds: 0.3, ...watchdogs }) });
    await expect(slow({ totalSeconds: 0.1 }).run(harness.task())).rejects.toMatchObject({
      code: 'TIMED_OUT',
      message: 'sh did not end within 0.1 s',
    });
    expect(await taggedPids(harness.task().key)).toEqual([]);
  });

  test('by not exiting after its result has done its work anyway [R135]', async () => {
    await using harness = await createToolHarness({ agentOutput: '{"type": "result", "summary": "all done"}\n' });
    const agent = sh('cat agentOutput; sleep 100', { watchdogs: Watchdogs.parse({ graceSeconds: 0.05 }) });
    expect((await agent.run(harness.task())).summary).toBe('all done');
  });

  test('because it was cancelled reports CANCELLED, and leaves no processes [R136]', async () => {
    await using harness = await createToolHarness();
    const abort = new AbortController();
    const task = harness.task({ signal: abort.signal, log: () => abort.abort() });
    await expect(sh('sleep 100 & echo up; wait').run(task)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await taggedPids(task.key)).toEqual([]);
  });
});

describe('A missing program', () => {
  test('is reported by the check with its name and what to do', async () => {
    await agentOf(['sh']).check();
    await expect(agentOf(['no-such-agent']).check()).rejects.toMatchObject({
      code: 'AGENT_UNAVAILABLE',
      where: 'no-such-agent',
      message: 'The program no-such-agent is not on the PATH; install it, or name another in the action',
      hints: [hintLine('troupe doctor'), hintLine('troupe help action')],
    });
    await expect(agentOf(['./none.sh']).check()).rejects.toThrow('./none.sh is not an executable file');
  });

  test('is looked up where the agent itself would run', async () => {
    await using home = await createToolHarness({ 'bin/own': '#!/bin/sh\n' });
    await chmod(join(home.directory, 'bin/own'), 0o755);
    await agentOf(['own'], { env: { PATH: join(home.directory, 'bin') } }).check();
  });

  test('fails the run with the same message', async () => {
    await using harness = await createToolHarness();
    await expect(agentOf(['no-such-agent']).run(harness.task())).rejects.toMatchObject({ code: 'AGENT_UNAVAILABLE' });
  });
});
