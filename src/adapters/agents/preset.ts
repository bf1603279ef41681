/** The agent of a preset: a program that the user installed, started for its role. */

import { commandHint } from '../../model/command-hint.ts';
import { mergeEnvironment } from '../../model/environment.ts';
import { TroupeError } from '../../model/errors.ts';
import { calculateCost, findPrice, type PriceTable } from '../../model/price.ts';
import { isReadOnlyRole } from '../../model/read-only-role.ts';
import { Watchdogs } from '../../model/watchdogs.ts';
import type { Agent } from '../../ports/agent.ts';
import type { Clock } from '../../ports/clock.ts';
import { hasTaskTools } from '../mcp/task-tools.ts';
import { buildEnvironment } from '../process/environment.ts';
import { locateProgram } from '../process/locate.ts';
import type { runProcess } from '../process/run.ts';
import { missingProgram } from './agent-failures.ts';
import type { PriceTokens } from './formats/agent-reader.ts';
import type { AgentPreset } from './presets/agent-preset.ts';
import { presetCommand, presetVariables } from './presets/preset-command.ts';
import { runAgentProgram } from './run-agent-program.ts';
import { assertArgumentsFit, taskVariables } from './task-variables.ts';

export interface PresetOptions {
  preset: AgentPreset;
  model?: string | undefined;
  effort?: string | undefined;
  /** Prices of models, for an agent that does not report its cost. */
  prices: PriceTable;
  args: readonly string[];
  env: Record<string, string>;
  watchdogs?: Watchdogs | undefined;
  actionDir: string;
  hostEnv: Record<string, string>;
  /** The user's variables; the agent gets those that its preset names. */
  personEnv: Record<string, string>;
  clock: Clock;
  run: typeof runProcess;
  /** Whether it has to use tools of the user's MCP servers. */
  needsTools: boolean;
}

export function presetAgent(options: PresetOptions): Agent {
  const { preset, model, effort, args, clock, run } = options;
  const { name, program } = preset;
  const own = { ...presetVariables(preset, options.personEnv), ...preset.environment };
  return {
    reports: { ...preset.reports, usd: preset.reports.usd || isPriced(options) },
    repeatsUsage: false,
    ...(preset.resume !== null && { sessions: name }),
    async check() {
      const env = buildEnvironment(options.hostEnv, own, options.env);
      if ((await locateProgram(program, options.actionDir, env)) === null) {
        throw missingProgram(
          program,
          preset.npmPackage === null ? preset.homepage : `npm install -g ${preset.npmPackage}`,
        );
      }
      const takesTools = (preset.toolArgs ?? preset.toolEnvironment) !== undefined;
      if (options.needsTools && !takesTools) throw withoutTools(preset);
      if (effort !== undefined && preset.effortArgs === null) throw withoutEffort(preset);
    },
    async run(task) {
      const { role } = task;
      return runAgentProgram(
        {
          name,
          takes: { newSession: preset.newSessionArgs !== undefined, usageFile: preset.usageArgs !== undefined },
          command(prompt, { session, newSession, toolUrl, usageFile }) {
            const command = presetCommand(preset, {
              ...{ role, prompt, model, effort, args, toolUrl: toolUrl ?? undefined },
              ...{ session: session ?? undefined, newSession: newSession ?? undefined },
              usageFile: usageFile ?? undefined,
            });
            assertArgumentsFit(command.argv, 'it takes the prompt no other way');
            return command;
          },
          env: buildEnvironment(
            mergeEnvironment(task.plan, options.hostEnv),
            (hasTaskTools(role) ? preset.toolEnvironment : undefined) ?? {},
            own,
            (isReadOnlyRole(role) ? preset.lookEnvironment : undefined) ?? {},
            options.env,
            task.variables,
            taskVariables(task),
          ),
          watchdogs: options.watchdogs ?? Watchdogs.parse(preset.watchdogs ?? {}),
          reads: preset.reads,
          clock,
          run,
          signIn: preset.signIn.command,
          permissions: preset.permissions,
          retriesMax: preset.retriesMax,
          bunPreload: preset.bunPreload,
          price: preset.reports.usd ? undefined : priceTokens(options),
        },
        task,
      );
    },
  };
}

/** Whether the model is named and has a price, so that a budget in US dollars limits the work. */
function isPriced({ preset, model, prices }: PresetOptions): boolean {
  return preset.reports.tokens && findPrice(prices, model) !== undefined;
}

function priceTokens({ model, prices }: PresetOptions): PriceTokens {
  return (tokens, used) => {
    const price = findPrice(prices, used) ?? findPrice(prices, model);
    return price === undefined ? null : calculateCost(tokens, price);
  };
}

function withoutTools({ name, title }: AgentPreset): TroupeError {
  return new TroupeError(
    'INVALID_ACTION',
    `${title} gets no tools as a preset: leave mcpServers out, or run it as kind acp if it speaks that protocol`,
    { where: `mcpServers of ${name}`, hints: [commandHint('help action')] },
  );
}

function withoutEffort({ name, title }: AgentPreset): TroupeError {
  return new TroupeError('INVALID_ACTION', `${title} takes no effort: leave it out, or choose a model`, {
    where: `effort of ${name}`,
    hints: [commandHint('help action')],
  });
}
