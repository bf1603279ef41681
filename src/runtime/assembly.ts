import type { World } from '../../actors/index.ts';
import type { PlanSpec } from '../model/plan.ts';
import type { Redactor } from '../model/redactor.ts';
import type { Agents } from '../ports/agent.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logs } from '../ports/logs.ts';
import type { Matches } from '../ports/matches.ts';
import type { RunProcess } from '../ports/process.ts';
import type { Project } from '../ports/project.ts';
import type { Purse } from '../ports/purse.ts';
import type { Resource } from '../ports/resource.ts';
import type { Tool } from '../ports/tool.ts';
import type { MachineTurns } from '../ports/turns.ts';
import type { PlanLedger } from './ledger.ts';
import { lastLines } from './plan-logs.ts';
import { redactedAgents, redactedModule } from './redaction.ts';
import type { SecretArguments } from './secret-arguments.ts';
import { createToolRunner } from './tool-runner.ts';
import { turnsOf } from './turns.ts';

/** The adapters a door puts together for the runtime. */
export interface Assembly {
  clock: Clock;
  agents: Agents;
  tools: Tool[];
  /** What it answers is redacted. */
  run: RunProcess;
  checkouts: World['checkouts'];
  locate: World['locate'];
  guard: World['guard'];
  /** Until nothing is left of stopped programs whose marker begins so. */
  ended(markerPrefix: string): Promise<void>;
  /** Begins to end what a dead process had started for plans that are ours; how many programs, by plan. */
  takeOver(isOurs: (planId: string) => Promise<boolean>): Promise<Map<string, number>>;
  matches: Matches;
  secrets: World['secrets'];
  askModule: World['askModule'];
  logs: Logs;
  redactor: Redactor;
  /** Limits all processes of the machine; null: nothing does. */
  machine: MachineTurns | null;
}

/** The triggers around tool calls that a plan wants. */
const aroundCalls = ({ checkpoints }: PlanSpec) =>
  (['beforeToolExecute', 'afterToolExecute'] as const).filter(trigger => checkpoints.autoCreateOn.includes(trigger));

/** Makes of adapters, one project and its ledger the world that effects act in. */
export function worldOf(
  assembly: Assembly,
  {
    project,
    ledger,
    purse,
    mintId,
    env,
    resources,
    consent,
    slots,
    caps,
    withdrawable,
    secrets: secretArguments,
  }: {
    project: Project;
    ledger: PlanLedger;
    purse: Purse;
    mintId: () => string;
    env: Record<string, string>;
    resources: readonly Resource[];
    consent: World['consent'];
    slots: World['slots'];
    caps: Readonly<Record<string, number>>;
    withdrawable: World['withdrawable'];
    secrets: SecretArguments;
  },
): World {
  const {
    clock,
    agents,
    tools,
    run,
    checkouts,
    locate,
    guard,
    ended,
    matches,
    secrets,
    askModule,
    logs,
    machine,
    redactor,
  } = assembly;
  return {
    project: () => project,
    agents: redactedAgents(agents, redactor),
    ledger,
    purse,
    turns: turnsOf({ caps, machine, clock }),
    slots,
    clock,
    mintId,
    matches,
    secrets,
    resources,
    run,
    checkouts,
    guard,
    withdrawable,
    stopped: planId => ended(`${planId}/`),
    env,
    secretVariables: secretArguments.variables,
    locate,
    toolNames: tools.flatMap(tool => [tool.name, ...(tool.aliases ?? [])]),
    tools: bench =>
      createToolRunner({
        tools,
        plan: bench.spec,
        phase: bench.phase,
        agentRole: bench.role,
        files: bench.files,
        workplace: bench.workplace,
        signal: bench.signal,
        key: bench.key,
        clock,
        mintId,
        confidence: bench.confidence,
        spawns: bench.spawns,
        account: bench.account,
        approve: bench.approve,
        checkpoint: bench.checkpoint,
        checkpointOn: bench.phase === 'execute' ? aroundCalls(bench.spec) : [],
        log: bench.log,
        redactor,
        async around(index, writes, perform) {
          const { tree: _, ...done } = await bench.around(index, writes, perform);
          return done;
        },
      }),
    askModule: redactedModule(askModule, redactor),
    redactor,
    consent,
    log: logs.append,
    lastLines: (planId, most) => lastLines({ logs, ledger }, planId, most),
  };
}
