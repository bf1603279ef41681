/** Contract tests of the port `Dispatcher`: every adapter runs them. */
import { realpathSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runProcess } from '../../../src/adapters/process/run.ts';
import type { Agent, Agents } from '../../../src/ports/agent.ts';
import type { Dispatcher, ValidationWork } from '../../../src/ports/dispatcher.ts';
import type { RunProcess } from '../../../src/ports/process.ts';
import { taggedPids } from '../tagged-pids.ts';
import { tempDirectories } from '../temp-directories.ts';
import { createToolHarness } from '../tool-harness.ts';

const checked = { check: async () => {}, account: 'trial' };

/** Registers the tests of a dispatcher that `open` makes of agents and of what runs programs. */
export function dispatcherSuite(name: string, open: (worker: { agents: Agents; run: RunProcess }) => Dispatcher): void {
  const temporary = tempDirectories();
  const dispatcherOf = (agent: Pick<Agent, 'run' | 'usesDirectory'>) =>
    open({ agents: () => ({ ...checked, ...agent }), run: runProcess });
  const idle = dispatcherOf({ run: async () => ({ decisions: [], summary: 'idle' }) });
  const validation = (argv: string[], changes: Partial<ValidationWork> = {}): ValidationWork => ({
    argv,
    env: { PATH: process.env.PATH ?? '' },
    watchdogs: { totalSeconds: 20, idleSeconds: 20, graceSeconds: 0.3 },
    signal: new AbortController().signal,
    processTag: 'suite/validation',
    place: async () => ({ directory: temporary(), variables: {} }),
    onStart() {},
    onLine() {},
    ...changes,
  });

  describe(name, () => {
    test('gives the task and the variables of its folder to the agent, and returns its answer', async () => {
      await using harness = await createToolHarness();
      const { runAgent } = dispatcherOf({
        run: async ({ key, variables, log }) => {
          log('working');
          return { decisions: [], summary: `${key} ${variables.PORT}` };
        },
      });
      const task = harness.task();
      const place = async () => ({ directory: task.directory, variables: { PORT: '4100' } });
      const answer = await runAgent({ agent: 'trial', actionDir: '/', task, place });
      expect(answer).toEqual({ decisions: [], summary: `${task.key} 4100` });
      expect(harness.lines).toEqual(['working']);
    });

    test('sets up no folder for an agent that uses none', async () => {
      await using harness = await createToolHarness();
      const { runAgent } = dispatcherOf({
        usesDirectory: false,
        run: async ({ variables }) => ({ decisions: [], summary: JSON.stringify(variables) }),
      });
      const place = () => Promise.reject(new Error('no folder is needed'));
      const task = harness.task();
      const work = { agent: 'trial', actionDir: '/', task, place } as const;
      expect((await runAgent(work)).summary).toBe('{}');
    });

    test('rejects with the error of the agent, and with that of the folder', async () => {
      await using harness = await createToolHarness();
      const { runAgent } = dispatcherOf({ run: () => Promise.reject(new Error('the agent failed')) });
      const task = harness.task();
      const work = { agent: 'trial', actionDir: '/', task } as const;
      const place = async () => ({ directory: task.directory, variables: {} });
      await expect(runAgent({ ...work, place })).rejects.toThrow('the agent failed');
      const broken = () => Promise.reject(new Error('the set-up failed'));
      await expect(runAgent({ ...work, place: broken })).rejects.toThrow('the set-up failed');
      await expect(idle.runValidation(validation(['true'], { place: broken }))).rejects.toThrow('the set-up failed');
    });

    test('runs a validation in its folder, whose variables override those of the plan', async () => {
      const directory = realpathSync(temporary());
      await mkdir(join(directory, 'api'));
      const printed: string[] = [];
      const work = validation(['sh', '-c', 'pwd; echo "$PORT"; exit 3'], {
        folder: 'api',
        env: { PATH: process.env.PATH ?? '', PORT: '1' },
        place: async () => {
          printed.push('placed');
          return { directory, variables: { PORT: '4100' } };
        },
        onStart: () => printed.push('started'),
        onLine: line => printed.push(line),
      });
      const { outcome, exitCode, tail } = await idle.runValidation(work);
      expect({ outcome, exitCode }).toEqual({ outcome: 'exited', exitCode: 3 });
      expect(printed).toEqual(['placed', 'started', join(directory, 'api'), '4100']);
      expect(tail).toContain('4100');
    });

    test('stops a validation by its signal, and none of its processes is left', async () => {
      const stop = new AbortController();
      const tag = `suite-${process.pid}/stopped`;
      const { outcome } = await idle.runValidation(
        validation(['sh', '-c', 'echo ready; sleep 60 & wait'], {
          signal: stop.signal,
          processTag: tag,
          onLine: () => stop.abort(),
        }),
      );
      expect(outcome).not.toBe('exited');
      expect(await taggedPids(tag)).toEqual([]);
    });
  });
}
