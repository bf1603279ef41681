import type { AnyActorRef } from 'xstate';
import { type PlanSnapshot, refusal, standing } from '../../machines/index.ts';
import type { DurableSystem, EmittedFact } from '../durable/api.ts';
import { openDurable } from '../durable/system.ts';
import type { PlanCommand } from '../model/contract.ts';
import type { PlanEvent, PlanFact } from '../model/event.ts';
import { Fault } from '../model/fault.ts';
import type { PlanRecord, PlanSpec } from '../model/plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { Project } from '../ports/project.ts';
import type { Store } from '../ports/store.ts';
import type { Seen, TroupeOptions } from './api.ts';
import { type Assembly, worldOf } from './assembly.ts';
import { company } from './company.ts';
import { consents } from './consents.ts';
import { isEnded } from './ended.ts';
import type { Feed } from './feed.ts';
import type { PlanLedger } from './ledger.ts';
import { passesOf } from './passes.ts';
import { patternsOf } from './patterns.ts';
import { purseOf } from './purse.ts';
import { recordOfSnapshot, recordRow } from './record.ts';
import { recordOf } from './record-of.ts';
import { redactedCommand, redactedSpec } from './redaction.ts';
import { rowsOf } from './rows.ts';
import { sealed } from './sealed.ts';
import type { SecretArguments } from './secret-arguments.ts';
import { assertStillThere } from './seen.ts';
import { slotsOf } from './slots.ts';
import { openWithdrawals } from './withdrawals.ts';

/** The running actors behind the doors. */
export interface Stage {
  /** A new root plan; its first command is in the same turn, so in the same batch. */
  create(spec: PlanSpec, first: 'start' | 'execute' | null): Promise<void>;
  /** @throws {Fault} why the plan's state does not allow the command; nothing has changed then */
  send(planId: string, command: PlanCommand, seen?: Seen): Promise<void>;
  close(): Promise<void>;
}

export interface StageOptions {
  store: Store;
  ledger: PlanLedger;
  project: Project;
  options: TroupeOptions;
  assembly: Assembly;
  mintId(): string;
  secrets: SecretArguments;
  feed: Pick<Feed, 'publish' | 'nudge' | 'tap'>;
  /** There are actors to look at. */
  raised(system: Pick<DurableSystem, 'watch'>): void;
  onFatal(fault: Fault): void;
}

/** Raises the actors from the store and lets them go on where the last commit left them. */
export async function raiseStage(stage: StageOptions): Promise<Stage> {
  const { store, ledger, project, options, assembly, mintId } = stage;
  // Before anything begins: what a dead process left at work must not write beside what is begun again.
  const left = await assembly.takeOver(async planId => (await ledger.record(planId)) !== undefined);
  for (const [planId, count] of left) assembly.logs.append(planId, 'troupe', `ended ${count} processes left of before`);
  const { env = {}, resources = [], agentsAtOnce: caps = {} } = options;
  const purse = purseOf(store, assembly.clock);
  const consent = consents({
    ledger,
    feed: stage.feed,
    approve: options.approve,
    answer: ({ planId, approvalId }, answer) => running.send(planId, { type: 'answer', approvalId, answer }),
    log: assembly.logs.append,
  });
  const slots = slotsOf({ ledger, feed: stage.feed });
  const { withdrawable, withdraw } = openWithdrawals();
  const ports = { project, ledger, purse, resources, consent, slots, withdrawable, secrets: stage.secrets };
  const world = worldOf(assembly, { ...ports, mintId, env, caps });
  const patterns = await patternsOf(store);
  const passes = await passesOf(store);

  // Plans that are restored change while the system opens, so this must be there before.
  /** Commands on their way, by plan: one that is wanted is not put to sleep. */
  const wanted = new Map<string, number>();
  /** Plans whose checks before a phase are under way. */
  const checking = new Set<string>();

  /** Whether a plan's checks ended with this change of it. */
  function isChecked(record: PlanRecord): boolean {
    if (!record.checking) return checking.delete(record.planId);
    checking.add(record.planId);
    return false;
  }

  const opening = openDurable({
    store,
    machine: company(world),
    input: {},
    clock: assembly.clock,
    rows: fact => {
      const event = eventOf(fact);
      return [...rowsOf(event, fact.src), ...patterns.rowsOf(event), ...passes.rowsOf(event), ...purse.rowsOf(event)];
    },
    views: ({ src, snapshot }) => {
      if (src !== 'plan') return [];
      const record = recordOfSnapshot(snapshot as PlanSnapshot, timeOf(assembly.clock));
      const checked = isChecked(record);
      if (checked || record.resting || isEnded(record)) setImmediate(settle, record.planId);
      return [recordRow(record)];
    },
    onFatal: stage.onFatal,
  });
  const system = await opening;
  system.subscribe(facts => stage.feed.publish(facts.map(fact => sealed(eventOf(fact)))));
  stage.raised(system);
  const concurrency = options.concurrency ?? 4;
  await system.command(mintId(), root => root.send({ type: 'limit', concurrency }));

  /** The plan's actor, if it is awake. */
  function find(planId: string): AnyActorRef | undefined {
    return system.root.system.get(`plan:${planId}`);
  }

  /** A plan rests or has ended: once that is on disk it is told, and a root plan that waits for a person leaves memory. */
  async function settle(planId: string): Promise<void> {
    try {
      const system = await opening;
      await system.barrier();
      stage.feed.nudge(planId);
      const snapshot = system.root.getSnapshot().children[planId]?.getSnapshot() as PlanSnapshot | undefined;
      const idle = snapshot?.hasTag('resting') && Object.keys(snapshot.children).length === 0;
      if (idle && !wanted.get(planId)) await system.passivate(planId);
      if (!wanted.get(planId)) wanted.delete(planId);
    } catch (thrown) {
      if (!(Fault.is(thrown) && thrown.code === 'SYSTEM_CLOSED')) stage.onFatal(Fault.revive(Fault.store(thrown)));
    }
  }

  const running: Stage = {
    async create(spec, first) {
      await system.command(mintId(), root => {
        root.send({ type: 'plan.used', spec: redactedSpec(spec, assembly.redactor) });
        if (first !== null) system.get(`plan:${spec.planId}`).send({ type: first });
      });
    },
    async send(planId, command, seen) {
      const record = await recordOf(stage, planId);
      wanted.set(planId, (wanted.get(planId) ?? 0) + 1);
      try {
        if (system.asleep().includes(planId)) await system.wake(planId);
        await system.command(mintId(), () => {
          const plan = find(planId);
          if (!plan) throw notAtWork(record, command);
          const snapshot = plan.getSnapshot() as PlanSnapshot;
          if (seen !== undefined)
            assertStillThere({ planId, attempt: snapshot.context.attempt, ...standing(snapshot) }, seen);
          const refused = refusal(snapshot, command);
          if (refused)
            throw new Fault(refused.code, refused.message, { where: `plan ${planId}`, hints: refused.hints });
          plan.send(redactedCommand(command, assembly.redactor));
        });
        if (command.type === 'cancel') withdraw(planId);
      } finally {
        wanted.set(planId, (wanted.get(planId) ?? 1) - 1);
        void settle(planId);
      }
    },
    async close() {
      await system.close();
      // Closing stops what is at work; a program may take a moment to end.
      await assembly.ended('');
    },
  };
  return running;
}

/** A fact as subscribers and the journal have it. */
function eventOf({ seq, at, event }: EmittedFact): PlanEvent {
  return { ...(event as PlanFact), seq, at: new Date(at).toISOString() };
}

function timeOf(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}

/** Why a plan without an actor obeys nothing: it ended, or its parent has not begun it. */
function notAtWork({ planId, parentPlanId, ...record }: PlanRecord, { type }: PlanCommand): Fault {
  const why = isEnded(record)
    ? `it is ${record.state}, and nothing leads on from there`
    : 'it waits for its turn among its siblings';
  const hints = parentPlanId
    ? [`troupe plan explain ${parentPlanId}`, `troupe plan cancel ${parentPlanId}`]
    : ['troupe plan list --all'];
  return new Fault('PHASE_GUARD', `"${type}" is refused: ${why}`, { where: `plan ${planId}`, hints });
}
