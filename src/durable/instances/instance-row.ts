/** The row by which an instance is found and listed. It is written in the batch of each change of state. */
import type { AnyMachineSnapshot, StateValue } from 'xstate';
import { type SerializedError, TroupeError } from '../../model/errors.ts';
import { key, prefix } from '../keys.ts';
import { versionOf } from '../xstate-internals.ts';
import type { InstanceInfo, InstanceStatus } from './instances-api.ts';
import type { AttributeReader } from './search-attributes.ts';
import { fromStoredValue, type StoredValue } from './search-value.ts';

/** By which an application knows an instance. */
export interface InstanceName {
  machine: string;
  id: string;
}

export const keyOf = ({ machine, id }: InstanceName): string => key.instance(machine, id);

export interface InstanceRow {
  uid: string;
  state: StateValue;
  tags?: string[];
  version?: string;
  attributes?: Record<string, StoredValue>;
  /** Absent while it runs. */
  status?: 'done' | 'stopped' | 'quarantined';
  startedAt: number;
  endedAt?: number;
  output?: unknown;
  error?: SerializedError;
  /**
   * When it must be in memory, in milliseconds since the epoch: at its first deadline, and at 0 when it has something to do as
   * soon as the store is open. Absent when only an event can change it.
   */
  wakeAt?: number;
  /** Events wait for it, which it gets before any other. */
  hasQueue?: true;
}

/** What the row says of the machine's snapshot. */
export type Description = Pick<InstanceRow, 'state' | 'tags' | 'status' | 'output' | 'version' | 'attributes'>;

export function describeSnapshot(snapshot: AnyMachineSnapshot, readAttributes: AttributeReader): Description {
  const version = versionOf(snapshot.machine);
  const attributes = readAttributes(snapshot);
  return {
    state: snapshot.value,
    ...(version === undefined ? {} : { version }),
    ...(attributes === undefined ? {} : { attributes }),
    ...(snapshot.tags.size === 0 ? {} : { tags: [...snapshot.tags] }),
    ...(snapshot.status === 'done' ? { status: 'done' as const, output: snapshot.output } : {}),
  };
}

/** The machine and the id in the key of an instance. */
export function parseInstanceKey(at: string): InstanceName {
  const [machine = '', id = ''] = at.slice(prefix.instance.length).split('/').map(decodeURIComponent);
  return { machine, id };
}

/** Says whether the application gave a machine of this name. */
export type KnowsMachine = (machine: string) => boolean;

/** An instance whose machine is not given is not loaded; its rows stay as they are. */
export const shownStatus = ({ status }: Pick<InstanceRow, 'status'>, isKnown: boolean): InstanceStatus =>
  status ?? (isKnown ? 'running' : 'unknown-machine');

export function toInfo(at: string, row: InstanceRow, knows: KnowsMachine): InstanceInfo {
  const { state, tags = [], startedAt, endedAt, error, version } = row;
  const attributes = Object.entries(row.attributes ?? {}).map(([key, value]) => [key, fromStoredValue(value)]);
  const name = parseInstanceKey(at);
  return {
    ...{ ...name, status: shownStatus(row, knows(name.machine)), state, tags, startedAt },
    attributes: Object.fromEntries(attributes),
    ...(version === undefined ? {} : { version }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(error === undefined ? {} : { error }),
  };
}

/** Why an instance takes no events: the error that stopped it, or how it ended. */
export function notRunningError(
  name: InstanceName,
  { status, error }: Pick<InstanceRow, 'status' | 'error'>,
): TroupeError {
  const where = `${name.machine}/${name.id}`;
  if (error !== undefined) return TroupeError.deserialize(error);
  const ending = status === 'done' ? 'is done' : 'was stopped';
  return new TroupeError('INSTANCE_ENDED', `The instance "${where}" ${ending}.`, { where });
}
