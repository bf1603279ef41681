/** Contract tests of the port `Dispatcher`: every adapter runs them. */
import { realpathSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runProcess } from '../../../src/adapters/process/run.ts';
import { listTaggedProcesses } from '../../../src/adapters/process/tagged-processes.ts';
import type { Agent, Agents } from '../../../src/ports/agent.ts';
import type { AgentWork, Dispatcher, ValidationProgram, ValidationWork } from '../../../src/ports/dispatcher.ts';
import type { RunProcess } from '../../../src/ports/process.ts';
import type { SandboxEnvironment } from '../../../src/ports/tool.ts';
import { planSpec } from '../../fixtures.ts';
import { tempDirectories } from '../temp-directories.ts';
import { createToolHarness, type ToolHarness } from '../tool-harness.ts';

const checked = { check: async () => {}, account: 'trial' };

/** What work is done with, wherever that is. */
export interface WorkPlace {
  agents: Agents;
  run: RunProcess;
  /** Returns the folder of all work. */
  place(): Promise<SandboxEnvironment>;
}

type OpenDispatcher = (place: WorkPlace) => Promise<Dispatcher>;

/** Registers the tests of a dispatcher. The work that is given to it has the same `place`. */
export function dispatcherSuite(name: string, open: OpenDispatcher): void {
  const temporary = tempDirectories();
  const idle: Pick<Agent, 'run'> = { run: async () => ({ decisions: [], summary: 'idle' }) };
  const anywhere = async () => ({ directory: realpathSync(temporary()), variables: {} });

  const dispatch = async (
    { agent = idle, place = anywhere }: { agent?: Pick<Agent, 'run' | 'usesDirectory'>; place?: WorkPlace['place'] },
    act: (dispatcher: Dispatcher) => Promise<void>,
  ) => {
    const dispatcher = await open({ agents: () => ({ ...checked, ...agent }), run: runProcess, place });
    try {
      await act(dispatcher);
    } finally {
      await dispatcher.close();
    }
  };

  const agentWork = (harness: ToolHarness, place: WorkPlace['place'], changes: Partial<AgentWork['task']> = {}) => ({
    agent: 'trial',
    actionDir: '/',
    task: harness.task(changes),
    onlyLooking: false,
    files: { capture: async () => 'tree', restore: async () => {} },
    place,
    record: (act: () => ReturnType<AgentWork['record']>) => act(),
    onWait: () => {},
  });

  let works = 0;
  const validation = (
    programs: (Pick<ValidationProgram, 'argv'> & Partial<ValidationProgram>)[],
    changes: Partial<ValidationWork> = {},
  ): ValidationWork => ({
    key: `suite-${process.pid}/${works++}`,
    plan: planSpec(),
    programs: programs.map(program => ({
      env: { PATH: process.env.PATH ?? '' },
      watchdogs: { totalSeconds: 20, idleSeconds: 20, graceSeconds: 0.3 },
      processTag: 'suite/validation',
      onStart() {},
      onLine() {},
      ...program,
    })),
    tree: 'tree',
    signal: new AbortController().signal,
    place: anywhere,
    onWait: () => {},
    ...changes,
  });

  describe(name, () => {
    test('gives the task and the variables of its folder to the agent, and returns its answer [R271]', async () => {
      await using harness = await createToolHarness();
      const place = async () => ({ directory: harness.directory, variables: { PORT: '4100' } });
      const agent: Pick<Agent, 'run'> = {
        run: async ({ role, variables, log }) => {
          log('working');
          return { decisions: [], summary: `${role} ${variables.PORT}` };
        },
      };
      await dispatch({ agent, place }, async ({ runAgent }) => {
        const answer = await runAgent(agentWork(harness, place));
        expect(answer).toEqual({ decisions: [], summary: 'execution 4100' });
        expect(harness.lines).toEqual(['working']);
      });
    });

    test('calls tools, records what is done once, asks for permission and reports usage [R271] [R275]', async () => {
      await using harness = await createToolHarness({ 'a.txt': 'before' });
      const reported: unknown[] = [];
      const names: string[] = [];
      const agent: Pick<Agent, 'run'> = {
        async run({ call, once, permit, ask, reportUsage }) {
          await call('builtin/write', { path: 'b.txt', content: 'after' });
          const refused = await call('builtin/read', { path: 'missing.txt' }).catch(error => error.code);
          const forbidden = await permit('builtin/none', {}).catch(error => error.code);
          const sum = await once('sum', async () => 1 + 1);
          const message = await ask('say', async () => ({ result: 'hello', usage: { tokens: 3 } }));
          reportUsage({ tokens: 5 });
          return { decisions: [], summary: JSON.stringify({ refused, forbidden, sum, message }) };
        },
      };
      await dispatch({ agent }, async ({ runAgent }) => {
        const work = agentWork(harness, anywhere, {
          reportUsage: usage => reported.push(usage),
          once: (name, act) => {
            names.push(name);
            return act();
          },
        });
        const { summary } = await runAgent(work);
        expect(JSON.parse(summary)).toEqual({
          refused: 'TOOL_FAILED',
          forbidden: 'UNKNOWN_TOOL',
          sum: 2,
          message: 'hello',
        });
      });
      expect(await harness.read('b.txt')).toBe('after');
      expect(harness.calls.map(({ tool }) => tool)).toEqual(['builtin/write', 'builtin/read']);
      expect([names, reported]).toEqual([['sum'], [{ tokens: 5 }]]);
    });

    test('sets up no folder for an agent that uses none [R271]', async () => {
      await using harness = await createToolHarness();
      const agent: Pick<Agent, 'run' | 'usesDirectory'> = {
        usesDirectory: false,
        run: async ({ variables }) => ({ decisions: [], summary: JSON.stringify(variables) }),
      };
      const place = () => Promise.reject(new Error('no folder is needed'));
      await dispatch({ agent, place }, async ({ runAgent }) => {
        expect((await runAgent(agentWork(harness, place))).summary).toBe('{}');
      });
    });

    test('rejects with the error of the agent [R271]', async () => {
      await using harness = await createToolHarness();
      const agent = { run: () => Promise.reject(new Error('the agent failed')) };
      await dispatch({ agent }, async ({ runAgent }) => {
        await expect(runAgent(agentWork(harness, anywhere))).rejects.toThrow('the agent failed');
      });
    });

    test('rejects with the error of the folder [R271]', async () => {
      await using harness = await createToolHarness();
      const broken = () => Promise.reject(new Error('the set-up failed'));
      await dispatch({ place: broken }, async dispatcher => {
        await expect(dispatcher.runAgent(agentWork(harness, broken))).rejects.toThrow('the set-up failed');
        const running = dispatcher.runValidations(validation([{ argv: ['true'] }], { place: broken }));
        await expect(running.result(0)).rejects.toThrow('the set-up failed');
        await running.close();
      });
    });

    test('stops an agent by the signal of its task [R271] [R275]', async () => {
      await using harness = await createToolHarness();
      const stop = new AbortController();
      const agent: Pick<Agent, 'run'> = {
        run: ({ signal, log }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(new Error('stopped')));
            log('waiting');
          }),
      };
      await dispatch({ agent }, async dispatcher => {
        const work = agentWork(harness, anywhere, { signal: stop.signal, log: () => stop.abort() });
        await expect(dispatcher.runAgent(work)).rejects.toThrow();
        await dispatcher.stopped(harness.plan.planId);
      });
    });

    test('runs the validations of a round in one folder, whose variables override those of the plan [R271]', async () => {
      const directory = realpathSync(temporary());
      await mkdir(join(directory, 'api'));
      const place = async () => ({ directory, variables: { PORT: '4100' } });
      const printed: string[] = [];
      const events = { onStart: () => printed.push('started'), onLine: (line: string) => printed.push(line) };
      const env = { PATH: process.env.PATH ?? '', PORT: '1' };
      await dispatch({ place }, async dispatcher => {
        const first = { argv: ['sh', '-c', 'pwd; echo "$PORT" > port; exit 3'], folder: 'api', env, ...events };
        const second = { argv: ['cat', 'api/port'], ...events };
        const running = dispatcher.runValidations(validation([first, second], { place }));
        const { outcome, exitCode, tail } = await running.result(0);
        expect({ outcome, exitCode }).toEqual({ outcome: 'exited', exitCode: 3 });
        expect(tail).toContain(join(directory, 'api'));
        expect(await running.result(1)).toMatchObject({ outcome: 'exited', exitCode: 0 });
        expect(printed).toEqual(['started', join(directory, 'api'), 'started', '4100']);
        await running.close();
      });
    });

    test('stops a validation by its signal, and none of its processes is left [R271]', async () => {
      const stop = new AbortController();
      const tag = `suite-${process.pid}/stopped`;
      await dispatch({}, async dispatcher => {
        const argv = ['sh', '-c', 'echo ready; sleep 60 & wait'];
        const program = { argv, processTag: tag, onLine: () => stop.abort() };
        const running = dispatcher.runValidations(validation([program], { signal: stop.signal }));
        const { outcome } = await running.result(0);
        expect(outcome).not.toBe('exited');
        await dispatcher.stopped(planSpec().planId);
        await running.close();
      });
      const left = (await listTaggedProcesses()).filter(found => found.tag.endsWith(tag));
      expect(left).toEqual([]);
    });
  });
}
