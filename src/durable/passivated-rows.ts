/** Rows of a passivated actor and of the actors below it: under `s/` and `z/`, and their recorded steps under `r/`. */
import { commandHint } from '../model/command-hint.ts';
import { TroupeError } from '../model/errors.ts';
import { omitUndefined } from '../model/optional-keys.ts';
import type { Operation, Store } from '../ports/store.ts';
import type { ActorRow, PassivatedRow, StoredTimer } from './actor-row.ts';
import { type ActorNode, createNode, linkParents } from './actor-tree.ts';
import { key, prefix } from './keys.ts';
import type { SnapshotRows } from './snapshot.ts';
import type { StoredStep } from './steps.ts';
import { parseStep, parseTimer } from './stored-state.ts';

/** What the store holds of a passivated actor and of the actors below it. */
export interface PassivatedActorRows extends SnapshotRows {
  /** Keys under which it is stored. */
  keys: string[];
}

/** @throws {TroupeError} STORE_DAMAGED */
export async function readPassivatedActor(
  store: Store,
  actor: PassivatedRow & { uid: string },
): Promise<PassivatedActorRows> {
  const rows = new Map<string, ActorNode>();
  const timers: StoredTimer[] = [];
  const steps: StoredStep[] = [];
  const keys = [key.passivated(actor.uid)];
  const rowsPrefix = key.passivatedRow(actor.uid);
  for await (const [at, value] of store.entries(rowsPrefix)) {
    keys.push(at);
    const activeKey = at.slice(rowsPrefix.length);
    if (activeKey.startsWith(prefix.timer)) timers.push(parseTimer(activeKey, value));
    else addNode(rows, activeKey.slice(prefix.actor.length), value as ActorRow);
  }
  for (const uid of actor.effects ?? []) {
    for await (const [at, value] of store.entries(key.step(uid, ''))) steps.push(parseStep(at, value));
  }
  const { orphans } = linkParents(rows);
  const node = rows.get(actor.uid);
  if (node === undefined || orphans.some(orphan => orphan !== node)) {
    throw new TroupeError('STORE_DAMAGED', `Rows of the sleeping actor "${actor.id}" are missing.`, {
      where: key.passivatedRow(actor.uid),
      hints: [commandHint('doctor', { options: { repair: true } })],
    });
  }
  return { node, timers: timers.filter(({ uid }) => rows.has(uid)), steps, keys };
}

/** Writes the rows of a passivated actor; returns the one under `s/`. */
export function storePassivatedActor(rows: SnapshotRows, write: (operation: Operation) => void): PassivatedRow {
  const { node, timers, steps } = rows;
  const { uid: top } = node;
  const row = toPassivatedRow(rows);
  write({ type: 'put', key: key.passivated(top), value: row });
  const storeNode = ({ uid, row, children }: ActorNode): void => {
    write({ type: 'put', key: key.passivatedRow(top, key.actor(uid)), value: row });
    for (const child of children.values()) storeNode(child);
  };
  storeNode(node);
  for (const { uid, id, row } of timers) {
    write({ type: 'put', key: key.passivatedRow(top, key.timer(uid, id)), value: row });
  }
  for (const { uid, name, result } of steps) write({ type: 'put', key: key.step(uid, name), value: { result } });
  return row;
}

/** Returns the row by which a passivated actor is found and activated. */
function toPassivatedRow({ node, timers, steps }: SnapshotRows): PassivatedRow {
  const { id, src = '', systemId, machine, version } = node.row;
  const due = Math.min(...timers.filter(({ row }) => row.remainingMs === undefined).map(({ row }) => row.due));
  const effects = [...new Set(steps.map(({ uid }) => uid))];
  return {
    id,
    src,
    ...omitUndefined({
      ...{ systemId, machine, version },
      due: Number.isFinite(due) ? due : undefined,
      effects: effects.length === 0 ? undefined : effects,
    }),
  };
}

function addNode(rows: Map<string, ActorNode>, uid: string, row: ActorRow): void {
  rows.set(uid, createNode(uid, row));
}
