import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { createOutputRegistry, openOrAttach, type SharedTroupe } from '../../host.ts';
import {
  commandHint,
  globalInvariantFolder,
  openTroupe,
  ownOutputs,
  type Plan,
  type Troupe,
  TroupeError,
  type TroupeOptions,
} from '../../index.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import type { CommandContext } from '../command.ts';
import { parseAgentLimits } from './agent-limits.ts';
import { loadSettings, type OwnAgents, type ProjectSettings, userConfigDir } from './config.ts';
import { commandLineWithoutSecrets, environmentFlags, inheritedEnvironment, secretValues } from './environment.ts';
import type { NotifyOptions, NotifySettings } from './notify.ts';
import { isDatabase, locateProject, type ProjectLocation } from './project-location.ts';
import { projectStore } from './project-store.ts';
import { findQueue, type QueueSettings } from './queue-flags.ts';

export interface OpenedProject extends AsyncDisposable {
  troupe: Troupe;
  location: ProjectLocation;
  /** The agent for goals, as the configuration names it. */
  configuredAgent: string | undefined;
  /** The agents that you describe in your configuration, by name. */
  ownAgents: OwnAgents;
  sharedTroupe: SharedTroupe;
}

export interface OpenProjectOptions {
  /** Never own the store: start a background owner when there is none. */
  attach?: boolean;
  /** How long a background owner stays without work and clients, in milliseconds. @default 10 s */
  idleMs?: number;
  /** Serves other processes only: resumes unfinished plans. @default false */
  serves?: boolean;
  /** The flags of the command reach programs through a process that it has started. @default false */
  passesFlags?: boolean;
}

/**
 * Opens the project's plans for one command: in this process if no other process has the store open, else through the
 * owner. Does not resume unfinished plans: each command resumes its own.
 * @throws {TroupeError} STORE_LOCKED naming the process that has the store and does not accept connections;
 * VERSION_MISMATCH
 */
export async function openProject(
  context: CommandContext,
  { attach = false, idleMs = 10_000, serves = false, passesFlags = false }: OpenProjectOptions = {},
): Promise<OpenedProject> {
  const { io, globals, interrupts } = context;
  const place = await locateProject({ ...globals, env: io.env });
  const env = environment(context);
  const { notify, hookTimeoutMs, agent, workers, ...settings } = await loadSettings(place, io.env);
  const hosted = await openShared(context, { place, env, settings, workers, hookTimeoutMs, attach, serves });
  context.attached = hosted.role() === 'attached';
  context.ownsStore = () => hosted.role() === 'owner';
  // A read-only command causes nothing to notify about.
  const notices =
    notify === null || context.readOnly
      ? null
      : await (await import('./notify.ts')).startNotifications(notifyOptions(context, hosted, notify));
  const close = async () => {
    if (io.parentProcess !== null && !serves && !interrupts.terminated.aborted) {
      const letGo = interrupts.handle(() => undefined);
      await hosted.waitUntilIdle({ idleMs, signal: interrupts.terminated });
      letGo();
    }
    await notices?.[Symbol.asyncDispose]();
    await hosted.close(interrupts.terminated.aborted ? 'stopped' : 'released');
  };
  if (context.attached && !passesFlags) {
    const flag = ['env', 'workers', 'exchange', 'namespace', 'worker-labels'].find(name => isGiven(context, name));
    if (flag !== undefined) {
      await close();
      throw notSharedError(hosted, flag);
    }
  }
  return {
    troupe: hosted.troupe,
    location: place,
    configuredAgent: agent,
    ownAgents: settings.agents ?? {},
    sharedTroupe: hosted,
    [Symbol.asyncDispose]: close,
  };
}

function notifyOptions(context: CommandContext, hosted: SharedTroupe, notify: NotifySettings): NotifyOptions {
  return {
    troupe: hosted.troupe,
    notify,
    io: context.io,
    owns: () => hosted.role() === 'owner',
    warn: text => context.log(text, 'warning'),
    signal: context.interrupts.terminated,
  };
}

interface ShareOptions {
  place: ProjectLocation;
  env: Record<string, string>;
  settings: Omit<ProjectSettings, 'notify' | 'hookTimeoutMs' | 'agent' | 'workers'>;
  workers: QueueSettings;
  hookTimeoutMs: number | undefined;
  attach: boolean;
  serves: boolean;
}

async function openShared(context: CommandContext, wish: ShareOptions): Promise<SharedTroupe> {
  const { place, env, settings, workers, hookTimeoutMs, attach, serves } = wish;
  const { io, globals } = context;
  const linked = context.args.list('project');
  if (linked.length > 0) {
    const { saveLinkedProjects } = await import('./linked-projects.ts');
    await saveLinkedProjects(place, globals.directory, linked);
  }
  const outputs = createOutputRegistry(ownOutputs());
  const start = async () => {
    // A configured address may contain a password, which must not be among the arguments of a process.
    const named = isDatabase(place.store)
      ? globals.store === undefined
        ? []
        : ['--store', globals.store]
      : ['--store', place.home];
    const words = ['-C', globals.directory, ...named, 'owner', 'serve'];
    const { message } = io.spawnDetached(words, place.backgroundLog);
    const ended = message.then(first => (first.type === 'failed' ? TroupeError.deserialize(first.error) : null));
    return { ended };
  };
  return openOrAttach({
    home: place.shared,
    file: place.owner,
    root: place.root,
    store: projectStore(place),
    open: async store => {
      const [{ agentVariables }, { loadProject }] = await Promise.all([
        import('./agent-variables.ts'),
        import('./load-project.ts'),
      ]);
      const { agentEnv, secrets } = agentVariables(io.env, settings.agents);
      return openTroupe({
        store,
        project: await loadProject(place, io.env, omitUndefined({ hookTimeoutMs })),
        env,
        agentEnv,
        secrets: { ...secrets, ...secretValues(context) },
        logs: place.logs,
        ...parseAgentLimits(io.env),
        resume: false,
        ownFiles: { folders: [place.home], outputs: outputs.all },
        globalInvariants: globalInvariantFolder(userConfigDir(io.env)),
        ...settings,
        ...(await workersOf(context, place, workers)),
      });
    },
    command: commandLineWithoutSecrets(context.argv),
    pid: io.pid,
    now: () => io.now(),
    env: io.env,
    mode: attach ? 'attach' : context.readOnly ? 'exclusive' : 'shared',
    background: serves || io.parentProcess !== null,
    waitMs: globals.lockMs,
    outputs,
    start,
  });
}

/** Returns where the work of this owner goes. */
async function workersOf(
  context: CommandContext,
  { home }: ProjectLocation,
  settings: QueueSettings,
): Promise<Pick<TroupeOptions, 'workers'>> {
  const { queue, exchange, namespace, labels } = findQueue(context, settings, 'workers');
  if (queue === undefined) return {};
  const { workerQueue } = await import('../../worker.ts');
  const owner = createHash('sha256').update(`${hostname()} ${home}`).digest('hex').slice(0, 16);
  return { workers: workerQueue({ queue, exchange, namespace, labels, owner, env: context.io.env }) };
}

function isGiven({ args }: CommandContext, flag: string): boolean {
  return args.list(flag).length > 0 || args.text(flag) !== undefined;
}

/** Programs of a plan get the environment of the owner, not of a client, and its work goes where the owner sends it. */
function notSharedError(hosted: SharedTroupe, flag: string): TroupeError {
  const { pid, command } = hosted.owner();
  const what = flag === 'env' ? 'programs that' : 'work that';
  return new TroupeError(
    'USAGE',
    `--${flag} cannot reach ${what} process ${pid} ("${command}") starts, because it has the store open`,
    { where: `--${flag}`, hints: [commandHint('owner status'), commandHint('owner stop')] },
  );
}

/** Returns the plan of a command. */
export function requirePlan(context: CommandContext, troupe: Troupe): Promise<Plan> {
  return troupe.get(context.args.text('plan'));
}

function environment(context: CommandContext): Record<string, string> {
  return { ...inheritedEnvironment(context.io.env), ...Object.fromEntries(environmentFlags(context)) };
}
