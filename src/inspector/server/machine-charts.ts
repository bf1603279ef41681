/** The charts of the machines that a plan consists of, and which of them an actor of a checkpoint has. */
import type { AnyStateMachine } from 'xstate';
import { bindPlanMachine, planMachine, retryMachine } from '../../../machines/index.ts';
import { type ActorSnapshot, type Chart, chartOf } from '../../durable.ts';
import { TroupeError } from '../../index.ts';
import type { ActorPosition, ChartLayout } from '../state/events.ts';
import type { ChartLayouter } from './layout-worker.ts';

/** A plan contains groups of plans, as in the runtime. */
const plan = planMachine.provide({});
plan.implementations.actors.subplans = bindPlanMachine(plan);

const charts = new Map<string, Chart>();
for (const machine of [...machinesFrom(plan), retryMachine]) {
  const chart = chartOf(machine);
  if (chart !== null) charts.set(chart.id, chart);
}

/** Returns the positions of a plan's actor and of those below it in the snapshot of a checkpoint. */
export function toActorPosition(snapshot: ActorSnapshot, machine: AnyStateMachine | null = plan): ActorPosition {
  const { id, src = null, state, children = [] } = snapshot;
  return {
    id,
    src,
    value: 'value' in state ? state.value : null,
    status: ('value' in state ? state.status : state.snapshot.status) ?? 'active',
    chart: machine?.id ?? null,
    children: children.map(child => toActorPosition(child, machineOf(child, machine))),
  };
}

export interface MachineCharts {
  /** Lays out the chart of a machine. @throws {TroupeError} USAGE when there is no machine with this id */
  layout(machine: string): Promise<ChartLayout>;
}

export function createMachineCharts(layouter: ChartLayouter): MachineCharts {
  return {
    async layout(machine) {
      const chart = charts.get(machine);
      if (chart === undefined) throw new TroupeError('USAGE', `No machine is called ${machine}`, { where: machine });
      return layouter.layout(chart);
    },
  };
}

function machineOf({ src, state }: ActorSnapshot, parent: AnyStateMachine | null): AnyStateMachine | null {
  if (!('value' in state)) return null;
  const logic: unknown = src === undefined ? undefined : parent?.implementations.actors[src];
  // Where the chart has only the placeholder of an effect, the runtime provides one that is retried.
  return isMachine(logic) ? logic : retryMachine;
}

function machinesFrom(machine: AnyStateMachine, found = new Set<AnyStateMachine>()): Set<AnyStateMachine> {
  if (found.has(machine)) return found;
  found.add(machine);
  for (const logic of Object.values<unknown>(machine.implementations.actors)) {
    if (isMachine(logic)) machinesFrom(logic, found);
  }
  return found;
}

function isMachine(logic: unknown): logic is AnyStateMachine {
  return logic instanceof Object && 'root' in logic;
}
