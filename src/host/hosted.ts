/**
 * One Troupe for every process on a store: whoever comes first owns the store and lets the others in; whoever comes later
 * asks the owner. Owns who that is at present, and how one owner follows another.
 *
 * 1. The store's own lock decides who owns it, so there is never more than one, and a dead owner's place is free.
 * 2. Nobody waits for ever: for a place or an answer at most `waitMs`, then STORE_LOCKED says who has the store.
 * 3. When an owner ends, those who were attached find the next one, or become it and take up what was at work.
 * 4. An owner that leaves while others have put plans to work leaves them to a background owner.
 */
import { Fault } from '../model/fault.ts';
import { shellWord } from '../model/shell-word.ts';
import type { StoreOpener } from '../ports/store.ts';
import type { Troupe } from '../runtime/api.ts';
import type { Surroundings } from './address.ts';
import { type Attachment, attach } from './attach.ts';
import { idle, plansAtWork } from './idle.ts';
import { limits as allLimits, type Limits } from './limits.ts';
import type { Line } from './line.ts';
import type { Outputs } from './outputs.ts';
import { ownLine } from './own-line.ts';
import { type Owner, ownedStore, ownerNow, ownerOf, signOwner } from './owner.ts';
import { ownerLost } from './owner-lost.ts';
import type { Farewell } from './protocol.ts';
import { troupeOver } from './proxy.ts';
import { type Serving, serve } from './serve.ts';
import { steady } from './steady.ts';

export interface HostOptions {
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
  surroundings: Surroundings;
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * `look`: owns for a moment and lets nobody in; `work`: owns and lets others in; `attach`: never owns, and has `start`
   * make an owner where there is none. @default 'work'
   */
  mode?: 'look' | 'work' | 'attach';
  /** Starts a background owner; it need not be up when this resolves. @default none: what is at work is left as it is */
  start?(): Promise<void>;
  /** Has no window of its own; as an owner it takes up what is unfinished at once. @default false */
  background?: boolean;
  /** How long to wait for somebody else's store. @default 5000 */
  waitMs?: number;
  limits?: Partial<Limits>;
  /** What this process prints to; as an owner it learns here what those attached print to. @default not looked at */
  outputs?: Outputs;
}

export interface Hosted extends AsyncDisposable {
  troupe: Troupe;
  role(): 'owner' | 'attached';
  /** Who owns the store at present. */
  owner(): Pick<Owner, 'pid' | 'command' | 'started'>;
  /** Until nothing is left to do for an owner, and nobody has been attached for so long; at once for others. */
  idle(options: { idleMs: number; signal: AbortSignal }): Promise<void>;
  /** Lets go. `stopped` says to all that nobody is to go on. @default 'left' */
  close(reason?: Farewell): Promise<void>;
}

interface Seat {
  role: 'owner' | 'attached';
  owner: Pick<Owner, 'pid' | 'command' | 'started'>;
  line: Line;
  /** How the owner left; null while it is there. */
  lost(): { farewell: Farewell | null } | null;
  idle: Hosted['idle'];
  leave(reason: Farewell): Promise<void>;
}

const pauseMs = { first: 10, most: 200 };

/** @throws {Fault} STORE_LOCKED, VERSION_MISMATCH, and what opening a store throws */
export async function openOrAttach(options: HostOptions): Promise<Hosted> {
  let seat = await takeSeat(options, { inherits: false });
  let moving: Promise<void> | null = null;
  let closed = false;
  const move = async () => {
    const farewell = seat.lost()?.farewell ?? null;
    const looks = options.mode === 'look';
    // Looking does no harm to what was stopped on purpose.
    if (closed || (farewell === 'stopped' && !looks)) throw ownerLost(farewell);
    seat = await takeSeat(options, { inherits: !looks });
  };
  const current = async (): Promise<Line> => {
    if (seat.lost() !== null) {
      // All who ask meanwhile go to the same next owner.
      moving ??= move().finally(() => {
        moving = null;
      });
      await moving;
    }
    return seat.line;
  };
  const close = async (reason: Farewell = 'left') => {
    if (closed) return;
    closed = true;
    await moving?.catch(() => undefined);
    await seat.leave(reason);
  };
  return {
    troupe: troupeOver(steady(current), close),
    role: () => seat.role,
    owner: () => seat.owner,
    idle: given => seat.idle(given),
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}

/** @throws {Fault} STORE_LOCKED */
async function takeSeat(options: HostOptions, { inherits }: { inherits: boolean }): Promise<Seat> {
  const { mode = 'work', waitMs = 5_000, start } = options;
  const deadline = performance.now() + waitMs;
  let begun = false;
  for (let restMs = pauseMs.first; ; restMs = Math.min(2 * restMs, pauseMs.most)) {
    const attached = await attachTo(options);
    if (attached !== null) return attached;
    let locked: unknown;
    try {
      if (mode !== 'attach' || start === undefined) return await own(options, inherits);
      if (!begun) await start();
      begun = true;
    } catch (thrown) {
      if (!Fault.is(thrown) || thrown.code !== 'STORE_LOCKED') throw thrown;
      locked = thrown;
    }
    if (performance.now() > deadline) throw locked ?? nobodyCame(options);
    await new Promise(resolve => setTimeout(resolve, restMs));
  }
}

/** null when nobody who owns the store answers. @throws {Fault} VERSION_MISMATCH, STORE_LOCKED for another project */
async function attachTo(options: HostOptions): Promise<Seat | null> {
  const owner = await ownerOf(options.file);
  if (owner === null || owner.socket === null) return null;
  const limits = { ...allLimits, ...options.limits };
  let line: Attachment;
  try {
    line = await attach(owner.socket, { version: options.version, limits, outputs: options.outputs?.own ?? [] });
  } catch (thrown) {
    if (Fault.is(thrown) && thrown.code === 'OWNER_LOST') return null;
    throw thrown;
  }
  if (line.owner.root !== options.root) {
    line.close();
    throw elsewhere(line.owner, options.root);
  }
  return {
    role: 'attached',
    owner: line.owner,
    line,
    lost: () => line.lost(),
    idle: async () => undefined,
    leave: async () => line.close(),
  };
}

async function own(options: HostOptions, inherits: boolean): Promise<Seat> {
  const { mode = 'work', background = false, file, home, root, version, surroundings, limits } = options;
  const name = ownerNow(options);
  const troupe = await options.open(ownedStore(options.store, options));
  let serving: Serving | null = null;
  try {
    if (mode !== 'look') {
      const { socket: _, ...named } = name;
      const welcome = { ...named, root, version, background };
      const { outputs } = options;
      serving = await serve({ home, surroundings, troupe, welcome, outputs, ...(limits && { limits }) });
      if (serving !== null) await signOwner(file, { ...name, socket: serving.path });
    }
    if (inherits || background) await troupe.resume();
  } catch (thrown) {
    await serving?.close('left');
    await troupe.close();
    throw thrown;
  }
  return {
    role: 'owner',
    owner: name,
    line: ownLine(troupe),
    lost: () => null,
    idle: async given => {
      if (serving !== null) await idle({ troupe, serving, ...given });
    },
    leave: reason => leave({ troupe, serving, inherits, reason, options }),
  };
}

async function leave(ending: {
  troupe: Troupe;
  serving: Serving | null;
  inherits: boolean;
  reason: Farewell;
  options: HostOptions;
}): Promise<void> {
  const { troupe, serving, inherits, reason, options } = ending;
  const shared = serving !== null && (inherits || serving.commanded() || serving.clients() > 0);
  const left = reason === 'left' && shared && options.start !== undefined && (await plansAtWork(troupe)).length > 0;
  await serving?.close(reason);
  await troupe.close();
  if (left) await options.start?.();
}

function elsewhere({ pid, command, root }: Attachment['owner'], here: string): Fault {
  return new Fault(
    'STORE_LOCKED',
    `The store is in use by process ${pid} ("${command}") for another checkout, ${root}`,
    {
      where: here,
      hints: [`troupe -C ${shellWord(root)} plan status`, 'troupe owner status'],
      details: { pid, command },
    },
  );
}

function nobodyCame({ home }: HostOptions): Fault {
  return new Fault('OWNER_LOST', 'A background owner was started and did not come up', {
    where: home,
    hints: ['troupe owner serve  # shows why'],
  });
}
