/** What an application passes to run many instances of its machines in one store, and what it gets back. */
import type {
  AnyEventObject,
  AnyStateMachine,
  EventFrom,
  InputFrom,
  OutputFrom,
  SnapshotFrom,
  StateValue,
} from 'xstate';
import type { SerializedError, TroupeError } from '../../model/errors.ts';
import type { StoreOwner } from '../../ports/store.ts';
import type { DurableOptions } from '../api.ts';
import type { CommandRetention } from '../commands.ts';
import type { SystemSnapshot } from '../snapshot.ts';
import type { OpenTelemetry } from './open-telemetry.ts';
import type { MissedRuns } from './schedule.ts';

/** A machine, or several versions of it. */
export type MachineVersions = AnyStateMachine | readonly AnyStateMachine[];

/**
 * Machines by the name under which their instances are started. Of several versions of one, new instances start on the newest;
 * those that exist stay on theirs.
 */
export type MachineMap = Readonly<Record<string, MachineVersions>>;

/** A machine of a map; of several versions any of them. */
export type MachineOf<Given> = Given extends readonly (infer Version extends AnyStateMachine)[]
  ? Version
  : Given extends AnyStateMachine
    ? Given
    : never;

/** A value by which instances are found. */
export type SearchValue = string | number | boolean | Date;

/** A value that an instance must have, or limits between which it must be. */
export type SearchCondition =
  | SearchValue
  | { gt?: SearchValue; gte?: SearchValue; lt?: SearchValue; lte?: SearchValue };

/** By the name of a machine: search attributes, each a function that returns the value of an instance, or undefined for none. */
export type SearchAttributes<Machines extends MachineMap> = {
  readonly [Name in keyof Machines]?: Readonly<
    Record<string, (snapshot: SnapshotFrom<MachineOf<Machines[Name]>>) => SearchValue | undefined>
  >;
};

/** Options of `openDurable` for many instances in one store. */
export interface InstancesOptions<Machines extends MachineMap>
  extends Pick<DurableOptions<AnyStateMachine>, 'store' | 'clock' | 'createStoreId' | 'keepCommands' | 'onLargeState'> {
  machines: Machines;
  /**
   * By actor source, or by the name in `machines` for an instance: converts a state stored by another version to the
   * current version.
   */
  migrations?: DurableOptions<AnyStateMachine>['migrations'];
  /**
   * Values by which `list` finds instances. They change in the batch of the state that they are read from. If you change a
   * declaration, the next opening reads each running instance of that machine once.
   */
  search?: SearchAttributes<Machines>;
  /**
   * How long the results of finished and stopped instances are kept. Afterwards an id can be started again.
   * @default 'forever'
   */
  keepFinished?: CommandRetention;
  /**
   * After how many milliseconds without use an instance leaves the memory, if nothing runs in it. It wakes by itself when it
   * is used again, or one of its timers is due. `Infinity` keeps all in memory.
   * @default 60000
   */
  sleepAfterMs?: number;
  /** How many instances stay in memory; of more, those that rest leave it, least recently used first. @default 10000 */
  maxAwake?: number;
  /**
   * The API of OpenTelemetry, for traces and metrics: `import * as openTelemetry from '@opentelemetry/api'`.
   * @default none, and nothing is measured
   */
  openTelemetry?: OpenTelemetry;
  /** Called when an instance was quarantined. The other instances continue. */
  onQuarantine?: (instance: InstanceInfo) => void;
  /** Called when the system stops because the store rejected a batch. The last commit stays valid. */
  onFatal?: (error: TroupeError) => void;
}

/**
 * Whether an instance handles events, how it ended, or that an error stopped it. With `unknown-machine` it is kept as it is,
 * because `machines` has none of its name; it continues when the store is opened with that machine again.
 */
export type InstanceStatus = 'running' | 'done' | 'stopped' | 'quarantined' | 'unknown-machine';

/** An instance as the last commit left it. */
export interface InstanceInfo {
  machine: string;
  id: string;
  status: InstanceStatus;
  /** The machine's state; of a quarantined instance the last good one. */
  state: StateValue;
  tags: string[];
  /** The version of the machine that wrote it; absent for a machine without one. */
  version?: string;
  /** Its search attributes that have a value. */
  attributes: Record<string, SearchValue>;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** When it was done or stopped, in milliseconds since the epoch. */
  endedAt?: number;
  /** What stopped a quarantined instance. */
  error?: SerializedError;
}

/**
 * Which instances `list` returns; all conditions must hold. They come in the order of machine and id; if limits of search
 * attributes are the only conditions, in the order of machine, the first of these attributes, and id.
 */
export interface InstanceFilter<Name extends string = string> {
  machine?: Name;
  status?: InstanceStatus;
  /** A state that the instance is in, such as `paid` or `delivery.packed`; or `quarantined` or `unknown-machine`. */
  state?: string;
  /** A tag of its current state. */
  tag?: string;
  /** The version of its machine. */
  version?: string;
  /** By search attribute. */
  where?: Readonly<Record<string, SearchCondition>>;
  /** The last instance of the page before, as it was listed. */
  after?: Pick<InstanceInfo, 'machine' | 'id'> & Partial<Pick<InstanceInfo, 'attributes'>>;
  /** @default all */
  limit?: number;
}

/**
 * One instance. Every method except `resume` and `discard` rejects with `UNKNOWN_ACTOR` when there is no such instance,
 * with the error of the instance when it is quarantined, and, but for `result` and `info`, with `INSTANCE_ENDED` when it is done
 * or was stopped.
 */
export interface DurableInstance<Logic extends AnyStateMachine = AnyStateMachine> {
  readonly machine: string;
  readonly id: string;
  /**
   * Sends an event; resolves when everything it caused is on disk. For a quarantined instance it is stored, and sent when
   * the instance resumes.
   *
   * @throws {TypeError} for what is no object with a `type`; the instance does not change
   */
  send(event: EventFrom<Logic>): Promise<void>;
  /**
   * Sends an event once per key, which counts within the instance. Apart from that it is `send`.
   *
   * @throws {TypeError} also for a key that is no string, or empty
   */
  command(key: string, event: EventFrom<Logic>): Promise<{ duplicate: boolean }>;
  /** Returns what `read` finds in the current state, once that state is on disk. */
  query<T>(read: (snapshot: SnapshotFrom<Logic>) => T): Promise<T>;
  /** Resolves with the first state for which `isReached` returns true, once it is on disk. */
  waitFor(isReached: (snapshot: SnapshotFrom<Logic>) => boolean): Promise<SnapshotFrom<Logic>>;
  /** Resolves with the output when the instance is done. @throws {TroupeError} INSTANCE_ENDED when it was stopped */
  result(): Promise<OutputFrom<Logic>>;
  /** Returns the instance as the last commit left it, whatever its status. */
  info(): Promise<InstanceInfo>;
  /** Returns the state of the instance with all actors below it, as plain data. */
  snapshot(): Promise<SystemSnapshot>;
  /** Restores the instance from a snapshot, as `restore` of a durable system does. @throws {TroupeError} RESTORE_FAILED */
  restore(snapshot: SystemSnapshot): Promise<void>;
  /** Ends the instance: its effects are aborted, its timers removed. Does nothing when it has ended. */
  stop(): Promise<void>;
  /**
   * Continues a quarantined instance at its last good state and sends the events that waited. Does nothing for one that
   * runs. Rejects with the error when it is quarantined again.
   */
  resume(): Promise<void>;
  /** Removes an instance that is quarantined, or whose machine is unknown, with its last state and the events that waited. */
  discard(): Promise<void>;
}

/** What a schedule does at each due time: starts an instance, or sends an event to one. */
export type ScheduleOptions = {
  /** IANA name, such as `Europe/Berlin`. @default 'UTC' */
  timeZone?: string;
  /**
   * What becomes of the due times that passed while no process had the store open: none of them runs, the last one, or each
   * one, of which there may be 1,000. Of those that pass while the process is suspended, the last one runs in any case.
   * @default 'last'
   */
  missed?: MissedRuns;
  /** Called when a run failed; the schedule continues. @default `health()` has the message of the last error */
  onError?: (error: unknown, at: Date) => void;
} & (
  | {
      /** Machine of which an instance is started; its id is the name of the schedule and the due time. */
      start: string;
      /** Returns the input of the instance. @default none */
      input?: (at: Date) => unknown;
    }
  | { instance: { machine: string; id: string }; event: AnyEventObject }
);

/** A schedule as `health` tells it. */
export interface ScheduleHealth {
  name: string;
  /** Milliseconds since the epoch; absent when no due time is left. */
  nextAt?: number;
  /** Message of the last run, if it failed. */
  error?: string;
}

/** The state of a system of instances. */
export interface InstancesHealth {
  /** `failed` after an error of the store; the system takes no more calls then. */
  status: 'open' | 'failed' | 'closed';
  /** Why it failed. */
  error?: SerializedError;
  store: {
    id: string;
    /** Bytes of keys and values written since it was opened, where the store counts them. */
    bytesWritten?: number;
    /** Which kind of store it is, and who owns it, where the store says so. */
    kind?: string;
    owner?: StoreOwner;
  };
  /** Batches in the store; how many changes wait to be written, and for how many milliseconds the oldest has waited. */
  commits: { batches: number; waiting: number; waitingMs: number };
  /** How many there are: in memory, only in the store (also of machines that are not given), and of each other status. */
  instances: { awake: number; asleep: number; quarantined: number; done: number; stopped: number };
  /** The first deadline of all timers, in milliseconds since the epoch, and for how many milliseconds it has been due. */
  timers: { nextDue?: number; lateMs: number };
  schedules: ScheduleHealth[];
}

/** Many instances of several machines in one store. Each is a root of its own. */
export interface DurableInstances<Machines extends MachineMap = MachineMap> extends AsyncDisposable {
  /**
   * Starts an instance; resolves when it is on disk. An id counts once per machine: for one that exists, also one that has
   * ended, it resolves with that instance and starts none. Rejects with the error when the first state cannot be entered
   * or stored; no instance exists then.
   *
   * @throws {TypeError} for an id that is no string, or empty
   */
  start<Name extends keyof Machines & string>(
    machine: Name,
    options: { id: string; input?: InputFrom<MachineOf<Machines[Name]>> },
  ): Promise<DurableInstance<MachineOf<Machines[Name]>>>;
  /** Returns the instance of that id, which need not exist. @throws {TypeError} for an id that is no string, or empty */
  get<Name extends keyof Machines & string>(machine: Name, id: string): DurableInstance<MachineOf<Machines[Name]>>;
  /**
   * Returns the instances that match, as they are on disk. Reads the rows of those that match one of the conditions, and not
   * of the others.
   *
   * @throws {TypeError} for a search attribute that is not declared, an unknown status, and a limit below 0
   */
  list(filter?: InstanceFilter<keyof Machines & string>): Promise<InstanceInfo[]>;
  /**
   * Runs something at the times of a cron expression (with seconds if it has six fields). Each due time runs once, also when the
   * process crashes meanwhile. Call it each time after opening; resolves when missed runs were made up for.
   *
   * @throws {TypeError} for an expression or a time zone that is none, and for a name that is declared twice
   */
  every(name: string, cron: string, options: ScheduleOptions): Promise<void>;
  /** Ends a schedule and forgets when it ran. */
  endSchedule(name: string): Promise<void>;
  /** Returns the state of the system. Reads nothing of the store. */
  health(): InstancesHealth;
  /** Commits pending changes, then closes: running effects are aborted, and nothing further is recorded. */
  close(): Promise<void>;
}
