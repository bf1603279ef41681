/**
 * Contract tests of the port `Agent`, for any test runner.
 */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TroupeError } from '../model/errors.ts';
import type { Agent, AgentAnswer, AgentTask } from '../ports/agent.ts';

/** An agent under test, with its own sandbox. */
export interface AgentUnderTest {
  agent: Agent;
  /** The sandbox, with at least one file. */
  directory: string;
  /** Returns a task in that sandbox whose tools respect the signal. Its key is the same on every call. */
  task(role: 'strategy' | 'execution', signal: AbortSignal): AgentTask;
  /** Files that the agent creates or changes in the role `execution`. */
  work: readonly string[];
  /** Returns the number of running processes that the agent started; 0 for one that starts none. */
  remaining(): Promise<number>;
  dispose(): Promise<void>;
}

/** Options of {@link agentSuite}. */
export interface AgentSuiteOptions {
  test(title: string, body: () => Promise<void>): void;
  /** Opens a new agent and sandbox. In the role `strategy` it must answer without changing anything. */
  open(): Promise<AgentUnderTest>;
}

/**
 * Registers the contract tests of an agent.
 *
 * @example
 * agentSuite({ test, open: async () => ({ agent, directory, task, work: ['made.txt'], remaining, dispose }) });
 */
export function agentSuite({ test, open }: AgentSuiteOptions): void {
  const promise = (title: string, body: (trial: AgentUnderTest) => Promise<void>) =>
    test(title, async () => {
      const trial = await open();
      try {
        await body(trial);
        assert.equal(await trial.remaining(), 0, 'no process of the agent remains');
      } finally {
        await trial.dispose();
      }
    });
  testResult(promise);
  testRepetition(promise);
}

type TestAgent = (title: string, body: (trial: AgentUnderTest) => Promise<void>) => void;

const live = () => new AbortController().signal;

/** What it leaves in the sandbox, and what it answers. */
function testResult(test: TestAgent): void {
  test('its check may be asked again and again, and changes nothing', async ({ agent, directory }) => {
    const before = await filesIn(directory);
    await agent.check();
    await agent.check();
    assert.deepEqual(await filesIn(directory), before);
  });

  test('what it did is in the sandbox, and what it answers is plain data', async ({ agent, directory, task, work }) => {
    const before = await filesIn(directory);
    const answer = await agent.run(task('execution', live()));
    assertPlain(answer);
    const after = await filesIn(directory);
    const changed = [...after].filter(([path, content]) => before.get(path) !== content).map(([path]) => path);
    assert.deepEqual(changed.sort(), [...work].sort());
  });

  test('asked for a strategy it changes no file', async ({ agent, directory, task }) => {
    const before = await filesIn(directory);
    const ask = task('strategy', live());
    const answer = await agent.run(ask);
    assertPlain(answer);
    assert.deepEqual(await filesIn(directory), before);
    for (const { planId } of answer.decisions) assert.equal(planId, ask.plan.planId);
  });
}

/** What happens when its work is asked for again, or stopped. */
function testRepetition(test: TestAgent): void {
  test('asked again under the same key, as after a crash, it does the same', async ({ agent, directory, task }) => {
    await agent.run(task('execution', live()));
    const once = await filesIn(directory);
    await agent.run(task('execution', live()));
    assert.deepEqual(await filesIn(directory), once);
  });

  test('work that was stopped before it began is not done', async ({ agent, directory, task }) => {
    const before = await filesIn(directory);
    await assert.rejects(
      agent.run(task('execution', AbortSignal.abort())),
      (error: unknown) => TroupeError.is(error) && error.code === 'CANCELLED',
    );
    assert.deepEqual(await filesIn(directory), before);
  });

  test('work that is stopped in the middle ends', async ({ agent, task }) => {
    const abort = new AbortController();
    const ask = task('execution', abort.signal);
    const stopAnd =
      <Given extends unknown[], Answer>(go: (...given: Given) => Answer) =>
      (...given: Given): Answer => {
        abort.abort();
        return go(...given);
      };
    const asked = agent.run({ ...ask, call: stopAnd(ask.call), log: stopAnd(ask.log) });
    const ended = await asked.then(
      () => true,
      (error: unknown) => TroupeError.is(error) && error.code === 'CANCELLED',
    );
    assert.equal(ended, true, 'it either managed to finish, or says that it was stopped');
  });
}

/** Returns every file below the folder with its content, except git's own. */
async function filesIn(directory: string): Promise<Map<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .filter(path => !/^\.git([/\\]|$)/.test(path))
    .sort();
  const read = async (path: string): Promise<[string, string]> => [
    path,
    await readFile(join(directory, path), 'base64'),
  ];
  return new Map(await Promise.all(paths.map(read)));
}

/** An answer is stored, so it must survive a JSON round trip. */
function assertPlain(answer: AgentAnswer): void {
  assert.deepEqual(JSON.parse(JSON.stringify(answer)), answer);
  assert.equal(typeof answer.summary, 'string');
  assert.ok(Array.isArray(answer.decisions));
}
