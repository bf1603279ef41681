/** An agent that is a program with a command line of yours. */

import { resolve } from 'node:path';
import type { AgentFormat } from '../../model/agent-format.ts';
import { mergeEnvironment } from '../../model/environment.ts';
import type { Watchdogs } from '../../model/watchdogs.ts';
import type { Agent, AgentTask } from '../../ports/agent.ts';
import type { Clock } from '../../ports/clock.ts';
import { buildEnvironment } from '../process/environment.ts';
import { locateProgram } from '../process/locate.ts';
import type { runProcess } from '../process/run.ts';
import { missingProgram } from './agent-failures.ts';
import { presets } from './presets/index.ts';
import { buildPrompt } from './prompt.ts';
import { runAgentProgram } from './run-agent-program.ts';
import { assertArgumentsFit, taskVariables } from './task-variables.ts';
import { interpolateArgument } from './template.ts';

export interface CommandOptions {
  argv: readonly string[];
  /** Added to the environment of the host and the plan. */
  env: Record<string, string>;
  watchdogs: Watchdogs;
  /** The format of its output. @default lines */
  reads?: AgentFormat;
  actionDir: string;
  hostEnv: Record<string, string>;
  clock: Clock;
  run: typeof runProcess;
}

export function commandAgent(options: CommandOptions): Agent {
  const { reads = 'lines', clock, run, watchdogs } = options;
  const [program = ''] = options.argv;
  const known = reads === 'lines' ? undefined : presets[reads];
  return {
    ...(known && { reports: known.reports }),
    repeatsUsage: false,
    async check() {
      const env = buildEnvironment(options.hostEnv, options.env);
      if ((await locateProgram(program, options.actionDir, env)) === null) throw missingProgram(program);
    },
    run: async task =>
      runAgentProgram(
        {
          name: program,
          ...buildArgv(options, task),
          env: buildEnvironment(
            mergeEnvironment(task.plan, options.hostEnv),
            options.env,
            task.variables,
            taskVariables(task),
          ),
          watchdogs,
          reads,
          clock,
          run,
          signIn: known?.signIn.command ?? null,
          permissions: known?.permissions ?? null,
        },
        task,
      ),
  };
}

/** Returns the command line: paths are relative to the action, `{prompt}` is replaced. */
function buildArgv({ argv, actionDir }: CommandOptions, task: AgentTask): { argv: string[]; stdin: string | null } {
  const prompt = buildPrompt(task);
  const values = { ...task.plan.arguments, prompt, goal: task.plan.description, actionDir };
  const words = argv.map(word => interpolateArgument(word, values));
  const inWords = argv.some(word => /\{\{?\s*prompt\s*\}/.test(word));
  assertArgumentsFit(words, 'leave {prompt} out');
  const [program = '', ...rest] = words;
  return {
    argv: [program.includes('/') ? resolve(actionDir, program) : program, ...rest],
    stdin: inWords ? null : prompt,
  };
}
