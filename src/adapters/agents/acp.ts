/** An agent that speaks the Agent Client Protocol, with a command line of yours. */
import { basename, resolve } from 'node:path';
import { mergeEnvironment } from '../../model/environment.ts';
import type { Watchdogs } from '../../model/watchdogs.ts';
import type { Agent } from '../../ports/agent.ts';
import type { Clock } from '../../ports/clock.ts';
import { buildEnvironment } from '../process/environment.ts';
import { locateProgram } from '../process/locate.ts';
import type { runProcess } from '../process/run.ts';
import { runAcpAgent } from './acp/run-acp-agent.ts';
import { missingProgram } from './agent-failures.ts';
import { taskVariables } from './task-variables.ts';

export interface AcpOptions {
  argv: readonly string[];
  /** Added to the environment of the host and the plan. */
  env: Record<string, string>;
  /** @default the agent's own */
  model?: string | undefined;
  watchdogs: Watchdogs;
  actionDir: string;
  hostEnv: Record<string, string>;
  clock: Clock;
  run: typeof runProcess;
}

/** Agents that cannot write a new file through their client: they take the answer that it is not there yet for a failure. */
const failsOnMissingFiles = new Set(['gemini']);

export function acpAgent(options: AcpOptions): Agent {
  const { actionDir, model, watchdogs, clock, run } = options;
  const [program = '', ...rest] = options.argv;
  const path = program.includes('/') ? resolve(actionDir, program) : program;
  return {
    repeatsUsage: false,
    sessions: [basename(program), ...rest].join(' '),
    async check() {
      const env = buildEnvironment(options.hostEnv, options.env);
      if ((await locateProgram(program, actionDir, env)) === null) throw missingProgram(program);
    },
    run: async task =>
      runAcpAgent(
        {
          name: basename(program),
          argv: [path, ...rest],
          env: buildEnvironment(
            mergeEnvironment(task.plan, options.hostEnv),
            options.env,
            task.variables,
            taskVariables(task),
          ),
          model,
          offersFiles: !failsOnMissingFiles.has(basename(program)),
          watchdogs,
          clock,
          run,
          signIn: null,
        },
        task,
      ),
  };
}
