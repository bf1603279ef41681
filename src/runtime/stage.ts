import { type PlanSnapshot, refusal, standing } from '../../machines/index.ts';
import type { DurableSystem, EmittedFact } from '../durable/api.ts';
import { openDurable } from '../durable/system.ts';
import type { PlanCommand } from '../model/contract.ts';
import type { PlanEvent, PlanFact } from '../model/event.ts';
import { Fault } from '../model/fault.ts';
import type { PlanSpec } from '../model/plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { Project } from '../ports/project.ts';
import type { Store } from '../ports/store.ts';
import type { TroupeOptions } from './api.ts';
import { type Assembly, worldOf } from './assembly.ts';
import { company } from './company.ts';
import type { PlanLedger } from './ledger.ts';
import { recordOfSnapshot, recordRow } from './record.ts';
import { rowsOf } from './rows.ts';

/** The running actors behind the doors. */
export interface Stage {
  /** A new root plan; `start` sends it on into Strategize in the same turn. */
  create(spec: PlanSpec, start: boolean): Promise<void>;
  /** @throws {Fault} why the plan's state does not allow the command; nothing has changed then */
  send(planId: string, command: PlanCommand): Promise<void>;
  close(): Promise<void>;
}

export interface StageOptions {
  store: Store;
  ledger: PlanLedger;
  project: Project;
  options: TroupeOptions;
  assembly: Assembly;
  mintId(): string;
  publish(events: readonly PlanEvent[]): void;
  onFatal(fault: Fault): void;
}

/** Raises the actors from the store and lets them go on where the last commit left them. */
export async function raiseStage(stage: StageOptions): Promise<Stage> {
  const { store, ledger, project, options, assembly, mintId } = stage;
  const world = worldOf(assembly, { project, ledger, mintId, env: options.env ?? {} });
  const system = await openDurable({
    store,
    machine: company(world),
    input: { concurrency: options.concurrency ?? 4 },
    clock: assembly.clock,
    rows: fact => rowsOf(eventOf(fact)),
    views: ({ src, snapshot }) =>
      src === 'plan' ? [recordRow(recordOfSnapshot(snapshot as PlanSnapshot, timeOf(assembly.clock)))] : [],
    onFatal: stage.onFatal,
  });
  system.subscribe(facts => stage.publish(facts.map(eventOf)));

  return {
    async create(spec, start) {
      await system.command(mintId(), root => {
        root.send({ type: 'plan.used', spec });
        if (start) system.get(`plan:${spec.planId}`).send({ type: 'start' });
      });
    },
    async send(planId, command) {
      if (system.asleep().includes(planId)) await system.wake(planId);
      await system.command(mintId(), () => {
        const plan = find(system, planId);
        const refused = plan && refusal(plan.getSnapshot() as PlanSnapshot, command);
        if (refused) throw new Fault(refused.code, refused.message, { where: `plan ${planId}`, hints: refused.hints });
        if (!plan) throw notAlive(planId, command);
        plan.send(command);
      });
    },
    close: () => system.close(),
  };
}

/** A fact as subscribers and the journal have it. */
function eventOf({ seq, at, event }: EmittedFact): PlanEvent {
  return { ...(event as PlanFact), seq, at: new Date(at).toISOString() };
}

function timeOf(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}

function find(system: DurableSystem, planId: string) {
  try {
    return system.get(`plan:${planId}`);
  } catch (thrown) {
    if (Fault.is(thrown)) return undefined;
    throw thrown;
  }
}

function notAlive(planId: string, { type }: PlanCommand): Fault {
  return new Fault('PHASE_GUARD', `"${type}" is refused: the plan is not at work`, {
    where: `plan ${planId}`,
    hints: [`troupe plan explain ${planId}`],
  });
}
