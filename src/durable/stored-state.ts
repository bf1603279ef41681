/**
 * The content of the store, read on opening and checked against the counters of the last commits. A batch that
 * LevelDB lost silently (a damaged log) shows as a gap between commit numbers or as a wrong number of actors.
 */
import type { AnyEventObject } from 'xstate';
import { commandHint } from '../model/command-hint.ts';
import { TroupeError } from '../model/errors.ts';
import type { Operation, Store } from '../ports/store.ts';
import type { ActorRow, PassivatedRow, PersistedState, StoredTimer, TimerRow } from './actor-row.ts';
import { type ActorNode, createNode, repairHint } from './actor-tree.ts';
import type { EmittedEvent } from './api.ts';
import type { CommandRow, StoredCommand } from './command-rows.ts';
import type { CommitRow } from './commit-row.ts';
import { instancesFormat, key, prefix, retainedCommits, splitKey, storeFormat } from './keys.ts';
import type { WaitingEvent } from './sleepers.ts';
import type { StoredStep } from './steps.ts';

export interface StoredState {
  format: number | undefined;
  /** Identity of the store. */
  id: string | undefined;
  commits: CommitRow[];
  actors: Map<string, ActorNode>;
  /** Uids that have a row of a later state but none of the start. */
  orphanedStates: string[];
  timers: StoredTimer[];
  steps: StoredStep[];
  /** Oldest first. */
  commands: StoredCommand[];
  outbox: EmittedEvent[];
  passivated: Map<string, PassivatedRow>;
  /** Events that wait for a passivated actor, by its uid, oldest first. */
  waiting: Map<string, WaitingEvent[]>;
}

/** A store whose rows were read before; the others are read. */
interface LoadedStore extends Store {
  /** In the order of their keys. */
  readonly loaded?: Iterable<readonly [key: string, value: unknown]> | undefined;
}

/** The prefixes of the rows that opening reads. */
const readPrefixes = [
  prefix.commit,
  prefix.actor,
  prefix.timer,
  prefix.step,
  prefix.command,
  prefix.outbox,
  prefix.passivated,
  prefix.waitingEvent,
];

export async function readStoredState(store: LoadedStore): Promise<StoredState> {
  const stored: StoredState = {
    format: (await store.get(key.format)) as number | undefined,
    id: (await store.get(key.store)) as string | undefined,
    commits: [],
    actors: new Map(),
    orphanedStates: [],
    timers: [],
    steps: [],
    commands: [],
    outbox: [],
    passivated: new Map(),
    waiting: new Map(),
  };
  if (store.loaded !== undefined) for (const [at, value] of store.loaded) addRow(stored, at, value);
  else {
    for (const some of readPrefixes) for await (const [at, value] of store.entries(some)) addRow(stored, at, value);
  }
  stored.commits.sort((a, b) => a[0] - b[0]);
  for (const [commit, , , , rows = []] of stored.commits) {
    for (const row of rows) stored.commands.push({ row, commit });
  }
  stored.commands.sort((a, b) => a.row[0] - b.row[0]);
  return stored;
}

function addRow(stored: StoredState, at: string, value: unknown): void {
  if (at.startsWith(prefix.actor)) addActor(stored, at.slice(prefix.actor.length), value);
  else if (at.startsWith(prefix.timer)) stored.timers.push(parseTimer(at, value));
  else if (at.startsWith(prefix.commit)) stored.commits.push(value as CommitRow);
  else if (at.startsWith(prefix.step)) stored.steps.push(parseStep(at, value));
  else if (at.startsWith(prefix.command)) stored.commands.push({ row: value as CommandRow });
  else if (at.startsWith(prefix.outbox)) stored.outbox.push(value as EmittedEvent);
  else if (at.startsWith(prefix.passivated)) {
    stored.passivated.set(at.slice(prefix.passivated.length), value as PassivatedRow);
  } else if (at.startsWith(prefix.waitingEvent)) {
    const { uid } = splitKey(at.slice(prefix.waitingEvent.length));
    stored.waiting.set(uid, [...(stored.waiting.get(uid) ?? []), { at, event: value as AnyEventObject }]);
  }
}

/**
 * What the store holds, checked. A new store gets its format and its identity.
 * @throws {TroupeError} STORE_FORMAT, STORE_DAMAGED
 */
export async function openStoredState(
  store: Store,
  options: {
    write: (operation: Operation) => void;
    createStoreId: () => string;
    retainedCommits: number | undefined;
  },
): Promise<{ stored: StoredState; isNew: boolean; id: string }> {
  const { write, createStoreId } = options;
  const stored = await readStoredState(store);
  const isNew = isNewStore(stored);
  if (isNew) write({ type: 'put', key: key.format, value: storeFormat });
  else verifyStoredState(stored, options.retainedCommits);
  const id = stored.id ?? createStoreId();
  if (stored.id === undefined) write({ type: 'put', key: key.store, value: id });
  return { stored, isNew, id };
}

export function parseTimer(at: string, value: unknown): StoredTimer {
  const { uid, rest } = splitKey(at.slice(prefix.timer.length));
  return { uid, id: rest, row: value as TimerRow };
}

export function parseStep(at: string, value: unknown): StoredStep {
  const { uid, rest } = splitKey(at.slice(prefix.step.length));
  return { uid, name: rest, result: (value as { result?: unknown }).result };
}

/** The newest commit, or zeros for a new store. */
export const lastCommit = (stored: StoredState): CommitRow => stored.commits.at(-1) ?? [0, 0, 0];

/** Returns true for a store that no durable system has written to. */
export const isNewStore = (stored: StoredState): boolean =>
  stored.format === undefined && stored.commits.length === 0 && stored.actors.size === 0;

/** Checks the stored state for consistency. @throws {TroupeError} STORE_FORMAT, STORE_DAMAGED */
export function verifyStoredState(stored: StoredState, retained = retainedCommits): void {
  if (stored.format !== undefined && stored.format !== storeFormat) {
    const message =
      stored.format === instancesFormat
        ? 'The store has many instances: open it with `machines`, and not with `machine`.'
        : `The store has format ${stored.format}; this version reads format ${storeFormat}.`;
    throw new TroupeError('STORE_FORMAT', message, {
      where: key.format,
      hints: [commandHint('', { options: { version: true } })],
    });
  }
  const damage = describeDamage(stored, retained);
  if (damage === undefined) return;
  throw new TroupeError('STORE_DAMAGED', `The store lost data: ${damage}.`, { hints: [repairHint] });
}

function describeDamage(stored: StoredState, retained: number): string | undefined {
  if (stored.format === undefined) return 'its format is missing';
  const [newest, , actors] = lastCommit(stored);
  if (newest === 0) return 'its commit counter is missing';
  const gap = describeGap(stored.commits, retained);
  if (gap !== undefined) return gap;
  if (stored.orphanedStates.length > 0) return `${stored.orphanedStates.length} actors have a state but no identity`;
  if (stored.actors.size !== actors) return `${stored.actors.size} actors are stored where ${actors} were written`;
  return undefined;
}

/** Describes which of the last commits are missing; `commits` are those that have a row, oldest first. */
export function describeGap(commits: readonly (readonly [commit: number, ...unknown[]])[], retained: number) {
  const newest = commits.reduce((_, [commit]) => commit, 0);
  const expected = Math.min(newest, retained);
  if (commits.length < expected) return `${expected - commits.length} of the last ${expected} commits are missing`;
  const hasGap = commits.some(([commit], index) => commit !== newest - expected + 1 + index);
  return hasGap ? `the last ${expected} commits have a gap` : undefined;
}

function addActor(stored: StoredState, tail: string, value: unknown): void {
  const { uid, rest } = splitKey(tail);
  if (rest === '') {
    stored.actors.set(uid, createNode(uid, value as ActorRow));
    return;
  }
  const node = stored.actors.get(uid);
  if (node === undefined) {
    stored.orphanedStates.push(uid);
    return;
  }
  node.row = { ...node.row, state: value as PersistedState };
  node.hasStateRow = true;
}
