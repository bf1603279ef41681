/**
 * One Troupe for every process on a store: the first process owns the store and accepts the others as clients. Owns
 * the current role of this process, and the change from one owner to the next.
 *
 * 1. The store's own lock decides who owns it, so there is never more than one owner, and a dead owner's lock is
 *    free.
 * 2. No call waits longer than `waitMs` for a role or an answer; then STORE_LOCKED names the owner. A background owner that is
 *    starting is waited for as long as its process lives, at most a minute.
 * 3. When an owner ends, its clients attach to the next one, or become it and resume interrupted plans.
 * 4. An owner from which another machine took the store over ends at once; its clients look for the next one.
 * 5. An owner that closes while clients have started plans leaves them to a background owner.
 */
import { commandHint } from '../model/command-hint.ts';
import { TroupeError } from '../model/errors.ts';
import type { StoreOpener } from '../ports/store.ts';
import type { Troupe } from '../runtime/api.ts';
import type { SocketEnvironment } from './address.ts';
import { limits as allLimits, type Limits } from './limits.ts';
import type { OutputRegistry } from './output-registry.ts';
import { describeOwner, type Owner, ownedStore, readOwner, writeOwnerFile } from './owner-file.ts';
import { ownerLostError } from './owner-lost-error.ts';
import type { CloseReason } from './protocol.ts';
import type { OwnerServer } from './server.ts';
import type { OwnerConnection } from './socket-transport.ts';
import type { Transport } from './transport.ts';
import { runningPlans, waitUntilOwnerIdle } from './wait-until-idle.ts';

/** Options of {@link openOrAttach}. */
export interface SharedTroupeOptions {
  /** Folder of the store and its files. */
  home: string;
  /** The file with the owner's data. */
  file: string;
  store: StoreOpener;
  /** Opens a Troupe on the store without resuming unfinished plans. */
  open(store: StoreOpener): Promise<Troupe>;
  /** The project's folder; an owner of another project is not used. */
  root: string;
  /** The command of this process, as you would type it. */
  command: string;
  pid: number;
  version: string;
  surroundings: SocketEnvironment;
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * `exclusive`: owns briefly without accepting clients; `shared`: owns and accepts clients; `attach`: never owns,
   * and calls `start` when there is no owner.
   * @default 'shared'
   */
  mode?: 'exclusive' | 'shared' | 'attach';
  /**
   * Starts a background owner; it may still be starting when this resolves.
   * @default none: interrupted plans stay as they are
   */
  start?(): Promise<StartedOwner>;
  /** Without a user interface; as owner it resumes unfinished plans at once. @default false */
  background?: boolean;
  /** How long to wait for a store that is in use, in milliseconds. @default 5000 */
  waitMs?: number;
  limits?: Partial<Limits>;
  /** What this process prints to; as owner it also collects what clients print to. @default none */
  outputs?: OutputRegistry;
}

/** A background owner that is starting. */
export interface StartedOwner {
  /** Resolves when its process ends, with the error that ended it if there is one. */
  ended: Promise<TroupeError | null>;
}

/** A Troupe shared by all processes on a store. */
export interface SharedTroupe extends AsyncDisposable {
  troupe: Troupe;
  role(): 'owner' | 'attached';
  /** Returns the current owner of the store. */
  owner(): Pick<Owner, 'pid' | 'command' | 'started'>;
  /**
   * Resolves when this process owns the store, no plan is working and no client was connected for `idleMs`; at once
   * for a client.
   */
  waitUntilIdle(options: { idleMs: number; signal: AbortSignal }): Promise<void>;
  /** Closes it. `stopped` tells all clients not to take over. @default 'released' */
  close(reason?: CloseReason): Promise<void>;
}

interface RoleHandle {
  role: 'owner' | 'attached';
  owner: Pick<Owner, 'pid' | 'command' | 'started'>;
  /** The Troupe that this process has opened as owner; null for a client. */
  opened: Troupe | null;
  /** Reaches the owner, also when a client has become the owner. */
  transport(): Promise<Transport>;
  /** Why the owner closed; null while it is connected. */
  lost(): { closeReason: CloseReason | null } | null;
  waitUntilIdle: SharedTroupe['waitUntilIdle'];
  release(reason: CloseReason): Promise<void>;
}

const pauseMs = { first: 10, most: 200 };

/** How long a background owner may take to start: on a busy machine, loading the program takes several seconds. */
const startMs = 60_000;

/** @throws {TroupeError} STORE_LOCKED, VERSION_MISMATCH, and what opening a store throws */
export async function openOrAttach(options: SharedTroupeOptions): Promise<SharedTroupe> {
  let current = await acquireRole(options, { inherits: false });
  let switching: Promise<void> | null = null;
  let closed = false;
  const switchRole = async () => {
    const closeReason = current.lost()?.closeReason ?? null;
    const looks = options.mode === 'exclusive';
    // A read-only process may take over even after a deliberate stop.
    if (closed || (closeReason === 'stopped' && !looks)) throw ownerLostError(closeReason);
    current = await acquireRole(options, { inherits: !looks });
  };
  const currentTransport = async (): Promise<Transport> => {
    if (current.lost() !== null) {
      // Concurrent calls share the switch to the next owner.
      switching ??= switchRole().finally(() => {
        switching = null;
      });
      await switching;
    }
    return current.transport();
  };
  const close = async (reason: CloseReason = 'released') => {
    if (closed) return;
    closed = true;
    await switching?.catch(() => undefined);
    await current.release(reason);
  };
  // An owner never changes its role, so its calls need no transport; only closing is more than closing the Troupe.
  const troupe =
    current.opened === null
      ? await createClient(currentTransport, close)
      : { ...current.opened, close: () => close(), [Symbol.asyncDispose]: () => close() };
  return {
    troupe,
    role: () => current.role,
    owner: () => current.owner,
    waitUntilIdle: given => current.waitUntilIdle(given),
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}

/** Loads what only clients need: a process that owns the store calls its own Troupe. */
async function createClient(
  current: () => Promise<Transport>,
  close: (reason?: CloseReason) => Promise<void>,
): Promise<Troupe> {
  const [{ withReconnect }, { createTroupeClient }] = await Promise.all([
    import('./reconnect.ts'),
    import('./rpc-client.ts'),
  ]);
  return createTroupeClient(withReconnect(current), close);
}

/** @throws {TroupeError} STORE_LOCKED, OWNER_LOST, and the error that ended a background owner while it started */
async function acquireRole(options: SharedTroupeOptions, { inherits }: { inherits: boolean }): Promise<RoleHandle> {
  const { mode = 'shared', waitMs = 5_000, start } = options;
  const begin = performance.now();
  let starting: OwnerStart | null = null;
  for (let pause = pauseMs.first; ; pause = Math.min(2 * pause, pauseMs.most)) {
    const attached = await attachTo(options);
    if (attached !== null) return attached;
    let locked: unknown;
    try {
      if (mode !== 'attach' || start === undefined) return await becomeOwner(options, inherits);
      starting ??= watchStart(await start());
    } catch (thrown) {
      TroupeError.assert(thrown, 'STORE_LOCKED');
      locked = thrown;
    }
    const limitMs = starting?.isRunning() === true ? startMs : waitMs;
    if (performance.now() > begin + limitMs) throw locked ?? starting?.error() ?? ownerStartError(options);
    await new Promise(resolve => setTimeout(resolve, pause));
  }
}

interface OwnerStart {
  isRunning(): boolean;
  error(): TroupeError | null;
}

function watchStart({ ended }: StartedOwner): OwnerStart {
  let end: { error: TroupeError | null } | null = null;
  void ended.then(error => {
    end = { error };
  });
  return { isRunning: () => end === null, error: () => end?.error ?? null };
}

/** null when no owner answers. @throws {TroupeError} VERSION_MISMATCH, STORE_LOCKED for another project */
async function attachTo(options: SharedTroupeOptions): Promise<RoleHandle | null> {
  const owner = await readOwner(options.file);
  if (owner === null || owner.socket === null) return null;
  const limits = { ...allLimits, ...options.limits };
  const { attach } = await import('./socket-transport.ts');
  let connection: OwnerConnection;
  try {
    connection = await attach(owner.socket, { version: options.version, limits, outputs: options.outputs?.own ?? [] });
  } catch (thrown) {
    if (TroupeError.is(thrown) && thrown.code === 'OWNER_LOST') return null;
    throw thrown;
  }
  if (connection.owner.root !== options.root) {
    connection.close();
    throw otherProjectError(connection.owner, options.root);
  }
  return {
    role: 'attached',
    owner: connection.owner,
    opened: null,
    transport: async () => connection,
    lost: () => connection.lost(),
    waitUntilIdle: async () => undefined,
    release: async () => connection.close(),
  };
}

async function becomeOwner(options: SharedTroupeOptions, inherits: boolean): Promise<RoleHandle> {
  const { mode = 'shared', background = false, file, home, root, version, surroundings, limits } = options;
  const owner = describeOwner(options);
  let serving: OwnerServer | null = null;
  let failWaiting: (error: TroupeError) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => {
    failWaiting = reject;
  });
  lost.catch(() => undefined);
  const onLost = (error: TroupeError) => {
    failWaiting(error);
    // Clients look for the next owner.
    void serving?.close('released');
  };
  const troupe = await options.open(ownedStore(options.store, { ...options, onLost }));
  try {
    if (mode !== 'exclusive') {
      const { socket: _, ...identity } = owner;
      const hello = { ...identity, root, version, background };
      const { outputs } = options;
      const { serve } = await import('./server.ts');
      serving = await serve({ home, surroundings, troupe, welcome: hello, outputs, ...(limits && { limits }) });
      if (serving !== null) await writeOwnerFile(file, { ...owner, socket: serving.path });
    }
    if (inherits || background) await troupe.resume();
  } catch (thrown) {
    await serving?.close('released');
    await troupe.close();
    throw thrown;
  }
  return {
    role: 'owner',
    owner,
    opened: troupe,
    transport: async () => (await import('./local-transport.ts')).createLocalTransport(troupe),
    lost: () => null,
    waitUntilIdle: async given => {
      if (serving !== null) await Promise.race([lost, waitUntilOwnerIdle({ troupe, serving, ...given })]);
    },
    release: reason => release({ troupe, serving, inherits, reason, options }),
  };
}

async function release(ending: {
  troupe: Troupe;
  serving: OwnerServer | null;
  inherits: boolean;
  reason: CloseReason;
  options: SharedTroupeOptions;
}): Promise<void> {
  const { troupe, serving, inherits, reason, options } = ending;
  const shared = serving !== null && (inherits || serving.hasReceivedCommands() || serving.clients() > 0);
  const continues =
    reason === 'released' && shared && options.start !== undefined && (await runningPlans(troupe)).length > 0;
  await serving?.close(reason);
  await troupe.close();
  if (continues) await options.start?.();
}

function otherProjectError({ pid, command, root }: OwnerConnection['owner'], here: string): TroupeError {
  return new TroupeError(
    'STORE_LOCKED',
    `The store is in use by process ${pid} ("${command}") for another checkout, ${root}`,
    {
      where: here,
      hints: [commandHint('plan status', { directory: root }), commandHint('owner status')],
      details: { pid, command },
    },
  );
}

function ownerStartError({ home }: SharedTroupeOptions): TroupeError {
  return new TroupeError('OWNER_LOST', 'A background owner was started and did not come up', {
    where: home,
    hints: [commandHint('owner serve', { note: 'shows why' })],
  });
}
