/** An agent that is a program with a command line of yours. */

import { basename, resolve } from 'node:path';
import type { AgentFormat } from '../../model/agent-format.ts';
import { mergeEnvironment } from '../../model/environment.ts';
import { interpolate } from '../../model/interpolate.ts';
import type { Watchdogs } from '../../model/watchdogs.ts';
import type { Agent, AgentTask } from '../../ports/agent.ts';
import type { Clock } from '../../ports/clock.ts';
import { buildEnvironment } from '../process/environment.ts';
import { locateProgram } from '../process/locate.ts';
import type { runProcess } from '../process/run.ts';
import { missingProgram } from './agent-failures.ts';
import type { AgentPreset } from './presets/agent-preset.ts';
import { presets } from './presets/index.ts';
import { withSession } from './presets/preset-command.ts';
import { runAgentProgram } from './run-agent-program.ts';
import { assertArgumentsFit, taskVariables } from './task-variables.ts';

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
  const known = presetOf(options);
  return {
    // A command of yours names no file for its usage.
    ...(known && { reports: known.usageArgs === undefined ? known.reports : { tokens: false, usd: false } }),
    repeatsUsage: false,
    ...(known !== undefined && known.resume !== null && { sessions: known.name }),
    async check() {
      const env = buildEnvironment(options.hostEnv, options.env);
      if ((await locateProgram(program, options.actionDir, env)) === null) throw missingProgram(program);
    },
    run: async task =>
      runAgentProgram(
        {
          name: program,
          command: (prompt, { session }) => buildArgv(options, task, { known, prompt, session }),
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
          retriesMax: known?.retriesMax,
        },
        task,
      ),
  };
}

/** The agent that a command runs, by its name, else by the format of its output, which more than one agent may print. */
function presetOf({ argv: [program = ''], reads = 'lines' }: CommandOptions): AgentPreset | undefined {
  if (reads === 'lines') return undefined;
  const named = presets[basename(program)];
  return named?.reads === reads ? named : presets[reads];
}

/** Returns the command line: paths are relative to the action, `{prompt}` is replaced. */
function buildArgv(
  { argv, actionDir }: CommandOptions,
  task: AgentTask,
  { known, prompt, session }: { known: AgentPreset | undefined; prompt: string; session: string | null },
): { argv: string[]; stdin: string | null } {
  const values = { ...task.plan.arguments, prompt, goal: task.plan.description, actionDir };
  const filled = argv.map(word => interpolateArgument(word, values));
  const promptAt = argv.findIndex(word => /^\{\{?\s*prompt\s*\}\}?$/.test(word));
  const words = session === null || known === undefined ? filled : withSession(filled, known, { session, promptAt });
  const inWords = argv.some(word => /\{\{?\s*prompt\s*\}/.test(word));
  assertArgumentsFit(words, 'leave {prompt} out');
  const [program = '', ...rest] = words;
  return {
    argv: [program.includes('/') ? resolve(actionDir, program) : program, ...rest],
    stdin: inWords ? null : prompt,
  };
}

/** Fills the placeholders of a word of a command, `{prompt}` and `{goal}` included. Placeholders in values are not filled. */
function interpolateArgument(word: string, values: { prompt: string; goal: string; [name: string]: unknown }): string {
  return word
    .split(/(\{\{[^{}]*\}\}|\{(?:prompt|goal)\})/)
    .map(part => (part === '{prompt}' ? values.prompt : part === '{goal}' ? values.goal : interpolate(part, values)))
    .join('');
}
