/**
 * What the store holds, read at opening and checked against the counters of the last commits.
 * A batch that LevelDB lost without a word (a damaged log) shows as a gap between commit numbers or as a wrong
 * number of actors.
 */
import { Fault } from '../model/fault.ts';
import type { Store } from '../ports/store.ts';
import type { EmittedFact } from './api.ts';
import type { CommandRow } from './commands.ts';
import { commitsKept, key, prefix, split, storeFormat } from './keys.ts';
import type { ActorRow, ActorState } from './record.ts';
import type { SleeperRow } from './sleep.ts';
import type { StoredTimer, TimerRow } from './timers.ts';
import { type Branch, newBranch, repairHint } from './tree.ts';

/** One per batch: its number, the highest id given out, the number of live actors; its time, while stopwatches run. */
export type CommitRow = [commit: number, counter: number, actors: number, at?: number];

export interface StoredStep {
  uid: string;
  name: string;
  result: unknown;
}

export interface Image {
  format: number | undefined;
  commits: CommitRow[];
  branches: Map<string, Branch>;
  /** Uids with a state row but no born row. */
  stray: string[];
  timers: StoredTimer[];
  steps: StoredStep[];
  commands: CommandRow[];
  outbox: EmittedFact[];
  sleepers: Map<string, SleeperRow>;
}

export async function readImage(store: Store): Promise<Image> {
  const image: Image = {
    format: (await store.get(key.format)) as number | undefined,
    commits: [],
    branches: new Map(),
    stray: [],
    timers: [],
    steps: [],
    commands: [],
    outbox: [],
    sleepers: new Map(),
  };
  for await (const [, value] of store.entries(prefix.commit)) image.commits.push(value as CommitRow);
  image.commits.sort((a, b) => a[0] - b[0]);
  for await (const [at, value] of store.entries(prefix.actor)) addActor(image, at.slice(prefix.actor.length), value);
  for await (const [at, value] of store.entries(prefix.timer)) image.timers.push(timerOf(at, value));
  for await (const [at, value] of store.entries(prefix.step)) image.steps.push(stepOf(at, value));
  for await (const [, value] of store.entries(prefix.command)) image.commands.push(value as CommandRow);
  for await (const [, value] of store.entries(prefix.outbox)) image.outbox.push(value as EmittedFact);
  for await (const [at, value] of store.entries(prefix.sleeper)) {
    image.sleepers.set(at.slice(prefix.sleeper.length), value as SleeperRow);
  }
  return image;
}

export function timerOf(at: string, value: unknown): StoredTimer {
  const { uid, rest } = split(at.slice(prefix.timer.length));
  return { uid, id: rest, row: value as TimerRow };
}

export function stepOf(at: string, value: unknown): StoredStep {
  const { uid, rest } = split(at.slice(prefix.step.length));
  return { uid, name: rest, result: (value as { result?: unknown }).result };
}

/** The newest commit, or the beginning. */
export const lastCommit = (image: Image): CommitRow => image.commits.at(-1) ?? [0, 0, 0];

/** True for a store no durable system has written to. */
export const isNew = (image: Image): boolean =>
  image.format === undefined && image.commits.length === 0 && image.branches.size === 0;

/** @throws {Fault} STORE_FORMAT, STORE_DAMAGED */
export function checkImage(image: Image): void {
  if (image.format !== undefined && image.format !== storeFormat) {
    throw new Fault('STORE_FORMAT', `The store has format ${image.format}; this version reads format ${storeFormat}.`, {
      where: key.format,
      hints: ['troupe --version'],
    });
  }
  const damage = damageOf(image);
  if (damage === undefined) return;
  throw new Fault('STORE_DAMAGED', `The store lost data: ${damage}.`, { hints: [repairHint] });
}

function damageOf(image: Image): string | undefined {
  if (image.format === undefined) return 'its format is missing';
  const [newest, , actors] = lastCommit(image);
  const expected = Math.min(newest, commitsKept);
  if (newest === 0) return 'its commit counter is missing';
  if (image.commits.length < expected)
    return `${expected - image.commits.length} of the last ${expected} commits are missing`;
  if (image.commits.some(([commit], place) => commit !== newest - expected + 1 + place)) {
    return `the last ${expected} commits have a gap`;
  }
  if (image.stray.length > 0) return `${image.stray.length} actors have a state but no identity`;
  if (image.branches.size !== actors) return `${image.branches.size} actors are stored where ${actors} were written`;
  return undefined;
}

function addActor(image: Image, tail: string, value: unknown): void {
  const { uid, rest } = split(tail);
  if (rest === '') {
    image.branches.set(uid, newBranch(uid, value as ActorRow));
    return;
  }
  const branch = image.branches.get(uid);
  if (branch === undefined) {
    image.stray.push(uid);
    return;
  }
  branch.row = { ...branch.row, state: value as ActorState };
  branch.moved = true;
}
