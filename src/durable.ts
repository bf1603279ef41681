/** `troupe/durable`: any XState v5 machine, made to survive crashes. */
import type { AnyStateMachine } from 'xstate';
import { systemClock } from './adapters/system-clock.ts';
import type { DurableOptions as AllOptions, DurableSystem } from './durable/api.ts';
import { openDurable as open } from './durable/system.ts';
import type { Clock } from './ports/clock.ts';

export type DurableOptions<Logic extends AnyStateMachine> = Omit<AllOptions<Logic>, 'clock'> & {
  /** @default the machine's own time */
  clock?: Clock;
};

/**
 * Opens a durable system on a store: new, from the machine's initial state; otherwise exactly where the last commit left
 * it. From then on each turn of its actors is one atomic batch.
 *
 * @example
 * const system = await openDurable({ store: levelStore('./data'), machine: shop });
 * await system.command('order-17', root => root.send({ type: 'ORDER', id: 17 }));
 */
export function openDurable<Logic extends AnyStateMachine>(
  options: DurableOptions<Logic>,
): Promise<DurableSystem<Logic>> {
  return open<Logic>({ ...options, clock: options.clock ?? systemClock() } as AllOptions<Logic>);
}

export { type ManualClock, manualClock } from './adapters/manual-clock.ts';
export { memoryStore } from './adapters/memory-store.ts';
export { systemClock } from './adapters/system-clock.ts';
export type { ChangedActor, DurableStats, DurableSystem, EmittedFact } from './durable/api.ts';
export type { Chart, ChartState, ChartTransition } from './durable/chart.ts';
export { type EffectContext, effect, type StepReport } from './durable/effect.ts';
export type { Sighting } from './durable/inspection.ts';
export type { Upcaster } from './durable/migrate.ts';
export { type Bounds, plain } from './durable/plain.ts';
export type { ActorState } from './durable/record.ts';
export { type RepairReport, repairStore } from './durable/repair.ts';
export { type Stand, type Step, type Trace, type TraceBatch, type TraceOptions, traceOf } from './durable/trace.ts';
export { Fault } from './model/fault.ts';
export type { Clock } from './ports/clock.ts';
export type { Operation, Store, StoreOpener } from './ports/store.ts';
