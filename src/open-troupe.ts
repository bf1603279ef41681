/** Connects the runtime to the adapters. In a file of its own, so that a command which opens plans loads nothing else of `index.ts`. */
import { systemClock } from './adapters/clocks/system-clock.ts';
import { inProcessDispatcher } from './adapters/dispatch/in-process.ts';
import { type FileLogsOptions, fileLogs } from './adapters/logs/file-logs.ts';
import { memoryLogs } from './adapters/logs/memory-logs.ts';
import { withRedaction } from './adapters/logs/redacted-logs.ts';
import { locateProgram } from './adapters/process/locate.ts';
import { filesBelow, outputsAmong, ownOutputs } from './adapters/process/own-outputs.ts';
import { guardWork } from './adapters/process/uncaught-errors.ts';
import { omitUndefined } from './model/optional-keys.ts';
import { createRedactor, type Redactor } from './model/redactor.ts';
import type { Clock } from './ports/clock.ts';
import type { ProcessResult, RunProcess } from './ports/process.ts';
import type { Troupe } from './runtime/api.ts';
import { assertTroupeOptions } from './runtime/assert-options.ts';
import type { WorkDependencies } from './runtime/dependencies.ts';
import type { TroupeOptions } from './runtime/options.ts';

/**
 * Opens Troupe on a store and a project. Unfinished plans resume at once, exactly at their last commit.
 *
 * @example
 * await using troupe = await openTroupe({ store: levelStore('.git/troupe/store'), project: gitProject('.') });
 * const plan = await troupe.use({ action: 'local/rename' });
 * @throws {TroupeError} STORE_LOCKED, STORE_DAMAGED, STORE_FORMAT, RESTORE_FAILED, INVALID_NAME
 * @throws {TypeError} for a missing store or project, an agent that is none, and a limit below its least value
 */
export async function openTroupe(options: TroupeOptions): Promise<Troupe> {
  assertTroupeOptions(options);
  // Load nothing here that a process which attaches to an owner, or only reads plans, does not need.
  const { openRuntime } = await import('./runtime/troupe.ts');
  const clock = options.clock ?? systemClock();
  const ticks = { now: () => clock.now() };
  const redactor = createRedactor(options.secrets);
  let work: Promise<WorkDependencies> | undefined;
  return openRuntime(options, {
    clock,
    redactor,
    logs: withRedaction(
      options.logs === undefined ? memoryLogs(ticks) : fileLogs(options.logs, { ...ticks, ...bytesMaxOf(options) }),
      redactor,
    ),
    loadWork() {
      work ??= loadWork(options, { clock, redactor });
      return work;
    },
  });
}

/** Loads what running plans work with: agents, tools, programs, slots. */
async function loadWork(
  options: TroupeOptions,
  { clock, redactor }: { clock: Clock; redactor: Redactor },
): Promise<WorkDependencies> {
  const [
    { describeAgents, resolveAgents },
    { builtinTools },
    { matchesGlob },
    { openProcessRegistry },
    { createFileWriters },
    { findSecrets },
    { runInvariantModule },
    { openMachineSlots },
    { redactOutput },
  ] = await Promise.all([
    import('./adapters/agents/resolve-agents.ts'),
    import('./adapters/tools/builtin.ts'),
    import('./adapters/fs/glob.ts'),
    import('./adapters/process/process-registry.ts'),
    import('./adapters/process/file-writers.ts'),
    import('./adapters/secrets/secret-scan.ts'),
    import('./adapters/modules/run-invariant-module.ts'),
    import('./adapters/slots/machine-slots.ts'),
    import('./runtime/secrets/redaction.ts'),
  ]);
  const env = options.env ?? {};
  const roll = openProcessRegistry();
  const seen = createFileWriters();
  const run: typeof roll.run = options => seen.while(() => roll.run(options));
  const { folders, outputs } = options.ownFiles ?? { folders: [], outputs: ownOutputs };
  const agents = resolveAgents({
    registered: options.agents ?? {},
    env,
    agentEnv: options.agentEnv ?? {},
    prices: options.prices ?? {},
    run: redactOutput(run, redactor),
  });
  const runWithClock = redactOutput<Parameters<RunProcess>[0], ProcessResult>(
    options => run({ ...options, clock }),
    redactor,
  );
  const local = inProcessDispatcher({ agents, run: runWithClock });
  const describe = describeAgents(options.agents ?? {});
  const shared = options.workers?.({ local, agents, describe, root: options.project.root }) ?? null;
  return {
    agents,
    dispatcher: shared ?? local,
    tools: [...builtinTools({ env, clock, run }), ...(options.tools ?? [])],
    run: runWithClock,
    checkouts: {
      watch: seen.watch,
      ownFiles: async paths =>
        new Set([...(await filesBelow(paths, folders)), ...(await outputsAmong(paths, outputs()))]),
    },
    locate: (program, env) => locateProgram(program, '/', env),
    guard: guardWork,
    waitForExit: roll.waitForExit,
    async killOrphans(isOurs) {
      void shared?.sweep(isOurs).catch(() => undefined);
      return roll.killOrphans(isOurs);
    },
    matches: matchesGlob,
    secrets: findSecrets,
    askModule: runInvariantModule,
    machine:
      options.machine === undefined
        ? null
        : openMachineSlots({ most: options.machine.agentLimit, folder: options.machine.folder }),
  };
}

function bytesMaxOf({ logBytesMax }: TroupeOptions): FileLogsOptions {
  return omitUndefined({ bytesMax: logBytesMax });
}
