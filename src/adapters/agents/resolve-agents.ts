import type { AgentSpec } from '../../model/agent.ts';
import { closest } from '../../model/closest.ts';
import { TroupeError } from '../../model/errors.ts';
import { nameKey } from '../../model/name.ts';
import type { Agent, Agents } from '../../ports/agent.ts';
import type { Clock } from '../../ports/clock.ts';
import { systemClock } from '../clocks/system-clock.ts';
import { runProcess } from '../process/run.ts';
import { killTaggedProcesses } from '../process/tagged-processes.ts';
import { commandAgent } from './command.ts';
import { scriptAgent } from './script.ts';
import { stepsAgent } from './steps.ts';

/** Options of {@link resolveAgents}. */
export interface AgentsOptions {
  /** Agents of the host, by name. */
  registered: Record<string, Agent>;
  /** What programs may see of the host's environment. */
  env: Record<string, string>;
  /** @default the system's */
  clock?: Clock;
  /** @default runProcess */
  run?: typeof runProcess;
}

/** Finds the agent behind a name, or makes the one that is described in place. */
export function resolveAgents(options: AgentsOptions): Agents {
  const { registered, env, clock = systemClock(), run = runProcess } = options;
  const byKey = new Map(Object.entries(registered).map(([name, agent]) => [nameKey(name), agent]));

  return (ref, actionDir) => {
    if (typeof ref === 'string') {
      const agent = byKey.get(nameKey(ref));
      if (agent === undefined) throw unknownAgentError(ref, Object.keys(registered));
      return withExclusiveUse(agent);
    }
    return withExclusiveUse(createDescribedAgent(ref, { actionDir, env, clock, run }));
  };
}

interface AgentContext {
  actionDir: string;
  env: Record<string, string>;
  clock: Clock;
  run: typeof runProcess;
}

function createDescribedAgent(spec: AgentSpec, { actionDir, env, clock, run }: AgentContext): Agent {
  switch (spec.kind) {
    case 'steps':
      return stepsAgent(spec.steps);
    case 'script':
      return scriptAgent({ module: spec.module, actionDir });
    case 'command':
      return commandAgent({
        argv: spec.argv,
        env: spec.env,
        watchdogs: spec.watchdogs,
        actionDir,
        hostEnv: env,
        clock,
        run,
      });
  }
}

/** What a run before a crash left behind must not work in the sandbox beside the new one. */
function withExclusiveUse(agent: Agent): Agent {
  return {
    usesDirectory: agent.usesDirectory ?? true,
    check: () => agent.check(),
    async run(task) {
      await killTaggedProcesses(task.key);
      return agent.run(task);
    },
  };
}

function unknownAgentError(name: string, known: string[]): TroupeError {
  const meant = closest(name, known);
  const list = known.length === 0 ? 'none is registered' : `known: ${known.join(', ')}`;
  return new TroupeError(
    'UNKNOWN_AGENT',
    `There is no agent ${name}; ${list}${meant === null ? '' : ` (did you mean ${meant}?)`}. An action may also describe one in place: kind steps, script or command`,
    { where: name, hints: ['troupe help action', 'troupe doctor'], details: { known } },
  );
}
