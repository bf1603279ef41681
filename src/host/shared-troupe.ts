/**
 * One Troupe for every process on a store: whoever comes first owns the store and lets the others in; whoever comes later
 * asks the owner. Owns who that is at present, and how one owner follows another.
 *
 * 1. The store's own lock decides who owns it, so there is never more than one, and a dead owner's place is free.
 * 2. Nobody waits for ever: for a place or an answer at most `waitMs`, then STORE_LOCKED says who has the store.
 * 3. When an owner ends, those who were attached find the next one, or become it and take up what was at work.
 * 4. An owner that leaves while others have put plans to work leaves them to a background owner.
 */
import { TroupeError } from '../model/errors.ts';
import { shellQuote } from '../model/shell-quote.ts';
import type { StoreOpener } from '../ports/store.ts';
import type { Troupe } from '../runtime/api.ts';
import type { SocketEnvironment } from './address.ts';
import { limits as allLimits, type Limits } from './limits.ts';
import { createLocalTransport } from './local-transport.ts';
import type { OutputRegistry } from './output-registry.ts';
import { describeOwner, type Owner, ownedStore, readOwner, writeOwnerFile } from './owner-file.ts';
import { ownerLostError } from './owner-lost-error.ts';
import type { CloseReason } from './protocol.ts';
import { withReconnect } from './reconnect.ts';
import { createTroupeClient } from './rpc-client.ts';
import { type OwnerServer, serve } from './server.ts';
import { attach, type OwnerConnection } from './socket-transport.ts';
import type { Transport } from './transport.ts';
import { runningPlans, waitUntilOwnerIdle } from './wait-until-idle.ts';

export interface SharedTroupeOptions {
  /** Folder of the store and of what belongs to it. */
  home: string;
  /** Where the owner's name is written. */
  file: string;
  store: StoreOpener;
  /** Opens a Troupe on the store without taking up unfinished plans. */
  open(store: StoreOpener): Promise<Troupe>;
  /** The project's folder; an owner that works on another one is not asked. */
  root: string;
  /** What this process runs, as a person would type it. */
  command: string;
  pid: number;
  version: string;
  surroundings: SocketEnvironment;
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * `exclusive`: owns for a moment and lets nobody in; `shared`: owns and lets others in; `attach`: never owns, and has `start`
   * make an owner where there is none. @default 'work'
   */
  mode?: 'exclusive' | 'shared' | 'attach';
  /** Starts a background owner; it need not be up when this resolves. @default none: what is at work is left as it is */
  start?(): Promise<void>;
  /** Has no window of its own; as an owner it takes up what is unfinished at once. @default false */
  background?: boolean;
  /** How long to wait for somebody else's store. @default 5000 */
  waitMs?: number;
  limits?: Partial<Limits>;
  /** What this process prints to; as an owner it learns here what those attached print to. @default not looked at */
  outputs?: OutputRegistry;
}

export interface SharedTroupe extends AsyncDisposable {
  troupe: Troupe;
  role(): 'owner' | 'attached';
  /** Who owns the store at present. */
  owner(): Pick<Owner, 'pid' | 'command' | 'started'>;
  /** Until nothing is left to do for an owner, and nobody has been attached for so long; at once for others. */
  waitUntilIdle(options: { idleMs: number; signal: AbortSignal }): Promise<void>;
  /** Lets go. `stopped` says to all that nobody is to go on. @default 'released' */
  close(reason?: CloseReason): Promise<void>;
}

interface RoleHandle {
  role: 'owner' | 'attached';
  owner: Pick<Owner, 'pid' | 'command' | 'started'>;
  transport: Transport;
  /** How the owner left; null while it is there. */
  lost(): { closeReason: CloseReason | null } | null;
  waitUntilIdle: SharedTroupe['waitUntilIdle'];
  release(reason: CloseReason): Promise<void>;
}

const pauseMs = { first: 10, most: 200 };

/** @throws {TroupeError} STORE_LOCKED, VERSION_MISMATCH, and what opening a store throws */
export async function openOrAttach(options: SharedTroupeOptions): Promise<SharedTroupe> {
  let current = await acquireRole(options, { inherits: false });
  let switching: Promise<void> | null = null;
  let closed = false;
  const switchRole = async () => {
    const closeReason = current.lost()?.closeReason ?? null;
    const looks = options.mode === 'exclusive';
    // Looking does no harm to what was stopped on purpose.
    if (closed || (closeReason === 'stopped' && !looks)) throw ownerLostError(closeReason);
    current = await acquireRole(options, { inherits: !looks });
  };
  const currentTransport = async (): Promise<Transport> => {
    if (current.lost() !== null) {
      // All who ask meanwhile go to the same next owner.
      switching ??= switchRole().finally(() => {
        switching = null;
      });
      await switching;
    }
    return current.transport;
  };
  const close = async (reason: CloseReason = 'released') => {
    if (closed) return;
    closed = true;
    await switching?.catch(() => undefined);
    await current.release(reason);
  };
  return {
    troupe: createTroupeClient(withReconnect(currentTransport), close),
    role: () => current.role,
    owner: () => current.owner,
    waitUntilIdle: given => current.waitUntilIdle(given),
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}

/** @throws {TroupeError} STORE_LOCKED */
async function acquireRole(options: SharedTroupeOptions, { inherits }: { inherits: boolean }): Promise<RoleHandle> {
  const { mode = 'shared', waitMs = 5_000, start } = options;
  const deadline = performance.now() + waitMs;
  let started = false;
  for (let pause = pauseMs.first; ; pause = Math.min(2 * pause, pauseMs.most)) {
    const attached = await attachTo(options);
    if (attached !== null) return attached;
    let locked: unknown;
    try {
      if (mode !== 'attach' || start === undefined) return await becomeOwner(options, inherits);
      if (!started) await start();
      started = true;
    } catch (thrown) {
      if (!TroupeError.is(thrown) || thrown.code !== 'STORE_LOCKED') throw thrown;
      locked = thrown;
    }
    if (performance.now() > deadline) throw locked ?? ownerStartError(options);
    await new Promise(resolve => setTimeout(resolve, pause));
  }
}

/** null when nobody who owns the store answers. @throws {TroupeError} VERSION_MISMATCH, STORE_LOCKED for another project */
async function attachTo(options: SharedTroupeOptions): Promise<RoleHandle | null> {
  const owner = await readOwner(options.file);
  if (owner === null || owner.socket === null) return null;
  const limits = { ...allLimits, ...options.limits };
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
    transport: connection,
    lost: () => connection.lost(),
    waitUntilIdle: async () => undefined,
    release: async () => connection.close(),
  };
}

async function becomeOwner(options: SharedTroupeOptions, inherits: boolean): Promise<RoleHandle> {
  const { mode = 'shared', background = false, file, home, root, version, surroundings, limits } = options;
  const owner = describeOwner(options);
  const troupe = await options.open(ownedStore(options.store, options));
  let serving: OwnerServer | null = null;
  try {
    if (mode !== 'exclusive') {
      const { socket: _, ...identity } = owner;
      const hello = { ...identity, root, version, background };
      const { outputs } = options;
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
    transport: createLocalTransport(troupe),
    lost: () => null,
    waitUntilIdle: async given => {
      if (serving !== null) await waitUntilOwnerIdle({ troupe, serving, ...given });
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
      hints: [`troupe -C ${shellQuote(root)} plan status`, 'troupe owner status'],
      details: { pid, command },
    },
  );
}

function ownerStartError({ home }: SharedTroupeOptions): TroupeError {
  return new TroupeError('OWNER_LOST', 'A background owner was started and did not come up', {
    where: home,
    hints: ['troupe owner serve  # shows why'],
  });
}
