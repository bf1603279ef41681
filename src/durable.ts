/** Entry point `troupe/durable`: runs any XState v5 machine so that it survives crashes. */
import type { AnyStateMachine } from 'xstate';
import { systemClock } from './adapters/clocks/system-clock.ts';
import type { DurableOptions as AllOptions, DurableSystem } from './durable/api.ts';
import type {
  InstancesOptions as AllInstancesOptions,
  DurableInstances,
  MachineMap,
} from './durable/instances/instances-api.ts';
import { openInstances } from './durable/instances/open-instances.ts';
import { assertOpenOptions } from './durable/open-options.ts';
import { openDurable as open } from './durable/system.ts';
import type { Clock } from './ports/clock.ts';

/** Options of {@link openDurable}. */
export type DurableOptions<Logic extends AnyStateMachine> = Omit<
  AllOptions<Logic>,
  'clock' | 'createStoreId' | 'effectKeyPrefix' | 'instance' | 'retainedCommits' | 'traceEffect'
> & {
  /** @default the system clock */
  clock?: Clock;
};

/** Options of {@link openDurable} for many instances. */
export type InstancesOptions<Machines extends MachineMap> = Omit<
  AllInstancesOptions<Machines>,
  'clock' | 'createStoreId'
> & {
  /** @default the system clock */
  clock?: Clock;
};

/**
 * Opens a durable system on a store. A new store starts in the machine's initial state; any other store resumes
 * exactly at its last commit. Each tick of the actors is then written as one atomic batch.
 *
 * @throws {TroupeError} STORE_FORMAT, STORE_DAMAGED, RESTORE_FAILED, ROOT_FAILED, and what opening the store throws
 * @throws {TypeError} for options that miss something
 * @example
 * await using system = await openDurable({ store: levelStore('./data'), machine: shop });
 * await system.command('order-17', root => root.send({ type: 'ORDER', id: 17 }));
 */
export function openDurable<Logic extends AnyStateMachine>(
  options: DurableOptions<Logic>,
): Promise<DurableSystem<Logic>>;
/**
 * Opens a store of many instances of several machines. Each instance is a root of its own: an error in one quarantines that
 * one, and the others continue.
 *
 * @throws {TroupeError} STORE_FORMAT, STORE_DAMAGED, and what opening the store throws
 * @throws {TypeError} for options that miss something
 * @example
 * await using system = await openDurable({ store: levelStore('./data'), machines: { order } });
 * const instance = await system.start('order', { id: '17' });
 * await instance.send({ type: 'PAY' });
 * const waiting = await system.list({ machine: 'order', state: 'paid' });
 */
export function openDurable<Machines extends MachineMap>(
  options: InstancesOptions<Machines>,
): Promise<DurableInstances<Machines>>;
export function openDurable(
  options: DurableOptions<AnyStateMachine> | InstancesOptions<MachineMap>,
): Promise<DurableSystem | DurableInstances> {
  assertOpenOptions(options);
  const all = { ...options, clock: options.clock ?? systemClock(), createStoreId };
  return 'machines' in all && all.machines !== undefined
    ? openInstances(all)
    : open(all as AllOptions<AnyStateMachine>);
}

const createStoreId = () => crypto.randomUUID();

export { type ManualClock, manualClock } from './adapters/clocks/manual-clock.ts';
export { systemClock } from './adapters/clocks/system-clock.ts';
export { memoryStore } from './adapters/stores/memory-store.ts';
export type { PersistedState } from './durable/actor-row.ts';
export type {
  ActorStarted,
  ActorState,
  ActorStopped,
  ActorTransitioned,
  MessageReceived,
  StateDelta,
} from './durable/actor-state.ts';
export type {
  ActorForkOptions as ForkOptions,
  DurableStats,
  DurableSystem,
  EmittedEvent,
  ReadActor,
} from './durable/api.ts';
export type { ChangedActor } from './durable/changed-actor.ts';
export { type Chart, type ChartState, type ChartTransition, chartOf } from './durable/chart.ts';
export { decodeValue, encodeValue } from './durable/codec.ts';
export type { CommandRetention } from './durable/commands.ts';
export { type EffectContext, type EffectOptions, type EffectRetry, effect, type StepEvents } from './durable/effect.ts';
export type {
  DurableInstance,
  DurableInstances,
  InstanceFilter,
  InstanceInfo,
  InstanceStatus,
  InstancesHealth,
  MachineMap,
  MachineOf,
  MachineVersions,
  ScheduleHealth,
  ScheduleOptions,
  SearchAttributes,
  SearchCondition,
  SearchValue,
} from './durable/instances/instances-api.ts';
export type { OpenTelemetry } from './durable/instances/open-telemetry.ts';
export type { LargeState } from './durable/large-states.ts';
export type { ActorLifecycleEvent } from './durable/lifecycle-events.ts';
export type { Migration } from './durable/migrations.ts';
export { repairStore } from './durable/repair.ts';
export type { RepairReport } from './durable/repair-report.ts';
export {
  type ActorSnapshot,
  type StepSnapshot,
  type SystemSnapshot,
  type TimerSnapshot,
  toPersistedSnapshot,
} from './durable/snapshot.ts';
export { type JsonBounds, toBoundedJson } from './durable/to-bounded-json.ts';
export { type ActorTrace, type TraceBatch, type TraceOptions, traceActors } from './durable/trace.ts';
export type { CommandHint, Hint } from './model/command-hint.ts';
export { TroupeError } from './model/errors.ts';
export type { Clock } from './ports/clock.ts';
export type { Operation, Store, StoreOpener, StoreOwner } from './ports/store.ts';
