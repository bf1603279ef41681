import type { EffectServices } from '../../actors/index.ts';
import type { EffectName } from '../model/effects.ts';
import type { PlanSpec } from '../model/plan.ts';
import type { Redactor } from '../model/redactor.ts';
import type { GlobMatcher } from '../model/scope.ts';
import type { Agents } from '../ports/agent.ts';
import type { MachineSlots } from '../ports/agent-slots.ts';
import type { BudgetTracker } from '../ports/budget.ts';
import type { Clock } from '../ports/clock.ts';
import type { Dispatcher } from '../ports/dispatcher.ts';
import type { Logs } from '../ports/logs.ts';
import type { RunProcess } from '../ports/process.ts';
import type { Project } from '../ports/project.ts';
import type { Resource } from '../ports/resource.ts';
import type { Tool } from '../ports/tool.ts';
import { lastLines } from './plans/plan-logs.ts';
import type { PlanLedger } from './records/ledger.ts';
import { redactDispatcher, redactModule } from './secrets/redaction.ts';
import type { SecretArguments } from './secrets/secret-arguments.ts';
import { createAgentSlots } from './slots/agent-slots.ts';
import { createPermit } from './tools/create-permit.ts';
import { createToolRunner } from './tools/tool-runner.ts';

/** The adapters that an entry point passes to the runtime. */
export interface RuntimeDependencies {
  clock: Clock;
  logs: Logs;
  redactor: Redactor;
  /** Loads the rest, once. Reading plans needs none of it, and it takes longer to load than most commands take. */
  loadWork(): Promise<WorkDependencies>;
}

/** The adapters that only running plans need. */
export interface WorkDependencies {
  agents: Agents;
  /** The output of validations is redacted. */
  dispatcher: Dispatcher;
  tools: Tool[];
  /** Its output is redacted. */
  run: RunProcess;
  checkouts: EffectServices['checkouts'];
  locate: EffectServices['locate'];
  guard: EffectServices['guard'];
  /** Resolves when all stopped programs with this tag prefix have exited. */
  waitForExit(markerPrefix: string): Promise<void>;
  /** Starts killing programs that a crashed process had started for this store's plans; returns how many, by plan. */
  killOrphans(isOurs: (planId: string) => Promise<boolean>): Promise<Map<string, number>>;
  matches: GlobMatcher;
  secrets: EffectServices['secrets'];
  askModule: EffectServices['runInvariantModule'];
  /** Limits all processes of the machine; null: no limit. */
  machine: MachineSlots | null;
}

/** All adapters, of plans that run. */
export type LoadedDependencies = RuntimeDependencies & WorkDependencies;

/** The triggers for checkpoints around tool calls in this plan. */
const toolCheckpointTriggers = ({ checkpoints }: PlanSpec) =>
  (['beforeToolExecute', 'afterToolExecute'] as const).filter(trigger => checkpoints.autoCreateOn.includes(trigger));

/** What the runtime adds to the adapters: one project with its records and limits. */
export interface RuntimeServices {
  project: Project;
  ledger: PlanLedger;
  budgets: BudgetTracker;
  mintId: () => string;
  env: Record<string, string>;
  resources: readonly Resource[];
  waitForApproval: EffectServices['waitForApproval'];
  slots: EffectServices['slots'];
  caps: Readonly<Record<string, number>>;
  withdrawable: EffectServices['withdrawable'];
  secrets: SecretArguments;
  /** Resolves when the files of a plan are in this repository. */
  untilHere(planId: string, signal: AbortSignal): Promise<void>;
}

/** Effects of a plan that is being stopped: they do without its files. */
const endsPlans: readonly EffectName[] = ['archiveSandbox', 'removeSandbox'];

/** Creates the services of effects from the adapters, one project and its ledger. */
export function createEffectServices(dependencies: LoadedDependencies, runtime: RuntimeServices): EffectServices {
  const { clock, agents, dispatcher, tools, run, matches, logs, machine, redactor } = dependencies;
  const { project, ledger, budgets, mintId, env, resources, secrets } = runtime;
  return {
    project: () => project,
    agents,
    dispatcher: redactDispatcher(dispatcher, redactor),
    ledger,
    budgets,
    turns: createAgentSlots({ caps: runtime.caps, machine, clock }),
    slots: runtime.slots,
    clock,
    mintId,
    matches,
    secrets: dependencies.secrets,
    resources,
    run,
    checkouts: dependencies.checkouts,
    async guard(about, act) {
      if (!endsPlans.includes(about.effect)) await runtime.untilHere(about.planId, about.signal);
      return dependencies.guard(about, act);
    },
    withdrawable: runtime.withdrawable,
    async stopped(planId) {
      await Promise.all([dependencies.waitForExit(`${planId}/`), dependencies.dispatcher.stopped(planId)]);
    },
    env,
    secretVariables: secrets.variables,
    locate: dependencies.locate,
    toolNames: tools.flatMap(tool => [tool.name, ...(tool.aliases ?? [])]),
    ...toolServices(dependencies, mintId),
    runInvariantModule: redactModule(dependencies.askModule, redactor),
    redactor,
    waitForApproval: runtime.waitForApproval,
    log: logs.append,
    lastLines: (planId, most) => lastLines({ logs, ledger }, planId, most),
  };
}

/** The tools of a task, and the permission to use them. */
function toolServices(
  { clock, tools, redactor }: LoadedDependencies,
  mintId: () => string,
): Pick<EffectServices, 'tools' | 'permit'> {
  return {
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
        budget: bench.account,
        approve: bench.approve,
        askPerson: bench.askPerson,
        tree: bench.tree,
        checkpoint: bench.checkpoint,
        checkpointOn: bench.phase === 'execute' ? toolCheckpointTriggers(bench.spec) : [],
        log: bench.log,
        redactor,
        async around(at, writes, perform) {
          const { tree: _, ...done } = await bench.around(at, writes, perform);
          return done;
        },
      }),
    permit: bench =>
      createPermit({
        tools,
        plan: bench.spec,
        phase: bench.phase,
        agentRole: bench.role,
        signal: bench.signal,
        confidence: bench.confidence,
        budget: bench.account,
        approve: bench.approve,
        redactor,
      }),
  };
}
