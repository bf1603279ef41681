import type { AnyActorRef } from 'xstate';
import type { EffectServices } from '../../actors/index.ts';
import { explainRejection, type PlanSnapshot, planStatus } from '../../machines/index.ts';
import type { DurableSystem, EmittedEvent } from '../durable/api.ts';
import type { ChangedActor } from '../durable/changed-actor.ts';
import { openDurable } from '../durable/system.ts';
import { commandHint } from '../model/command-hint.ts';
import type { PlanCommand } from '../model/effects.ts';
import { TroupeError } from '../model/errors.ts';
import type { PlanEvent, PlanEventPayload } from '../model/event.ts';
import type { PlanRecord, PlanSpec } from '../model/plan.ts';
import type { Redactor } from '../model/redactor.ts';
import type { Clock } from '../ports/clock.ts';
import type { Project } from '../ports/project.ts';
import type { Operation, Store } from '../ports/store.ts';
import { createApplyCancellation } from './apply/apply-cancellation.ts';
import { createApprovalWaiter } from './approvals/wait-for-approval.ts';
import { openBudgetTracker, type StoredBudgetTracker } from './budget/budget-tracker.ts';
import { createEffectServices, type LoadedDependencies, type RuntimeServices } from './dependencies.ts';
import type { EventBus } from './events/event-bus.ts';
import { freezeCopy } from './events/freeze-copy.ts';
import { openFailureMemory } from './memory/failure-memory.ts';
import { openValidationCache } from './memory/validation-cache.ts';
import type { TroupeOptions } from './options.ts';
import type { PlanFiles } from './plans/plan-files.ts';
import { isTerminal } from './plans/plan-status.ts';
import type { PlanVersion } from './plans/plan-version.ts';
import { assertStateUnchanged } from './plans/plan-version.ts';
import { provideEffects } from './provide-effects.ts';
import { createCheckpointStates } from './records/checkpoint-states.ts';
import { toEventRows } from './records/event-rows.ts';
import type { PlanLedger } from './records/ledger.ts';
import { activityFromSnapshot, putRecord, recordFromSnapshot } from './records/plan-record.ts';
import { requireRecord } from './records/require-record.ts';
import { redactCommand, redactSpec } from './secrets/redaction.ts';
import type { SecretArguments } from './secrets/secret-arguments.ts';
import { createPlanSlots } from './slots/plan-slots.ts';

/** The running actors behind the API. */
export interface PlanSystem {
  /** Creates a root plan; its first command is in the same tick, so in the same batch. */
  create(spec: PlanSpec, first: 'start' | 'execute' | null): Promise<void>;
  /** @throws {TroupeError} why the plan's state does not allow the command; nothing has changed then */
  send(planId: string, command: PlanCommand, version?: PlanVersion): Promise<void>;
  close(): Promise<void>;
}

export interface PlanSystemOptions {
  store: Store;
  ledger: PlanLedger;
  project: Project;
  options: TroupeOptions;
  dependencies: LoadedDependencies;
  mintId(): string;
  secrets: SecretArguments;
  files: PlanFiles;
  eventBus: Pick<EventBus, 'publish' | 'notifyIdle' | 'subscribeSync'>;
  /** Called when actors can be observed. */
  onStarted(system: Pick<DurableSystem, 'subscribeToActors'>): void;
  onFatal(error: TroupeError): void;
}

/** Starts the actors from the store; they continue at the last commit. */
export async function startPlanSystem(systemOptions: PlanSystemOptions): Promise<PlanSystem> {
  const { store, options, dependencies, mintId, eventBus, files } = systemOptions;
  await prepareInterrupted(systemOptions);
  const budgets = openBudgetTracker(store, dependencies.clock);
  const { cancellable, cancelApply } = createApplyCancellation();
  const services = createServices(systemOptions, {
    ...{ budgets, withdrawable: cancellable },
    answer: ({ planId, approvalId }, answer) => running.send(planId, { type: 'answerApproval', approvalId, answer }),
  });
  const failureMemory = await openFailureMemory(store);
  const validationCache = await openValidationCache(store);
  const checkpointStates = createCheckpointStates();
  // Declared first: plans that are restored change while the system opens.
  const idle = createIdlePlans(systemOptions, () => opening);
  const opening = openDurable({
    createStoreId: mintId,
    store,
    machine: provideEffects(services),
    input: {},
    clock: dependencies.clock,
    deriveEventRows: (emitted, readActor) => {
      const event = toPlanEvent(emitted);
      return [
        ...toEventRows(event, emitted.src),
        ...checkpointStates.rowsFor(event, readActor),
        ...failureMemory.rowsFor(event),
        ...validationCache.rowsFor(event),
        ...budgets.takeChangedRows(),
      ];
    },
    deriveActorRows: actor => deriveRecordRows(actor, systemOptions),
    onActorsChanged(actors) {
      for (const plan of plansIn(actors)) {
        if (plan.resting || isTerminal(plan)) checkpointStates.forget(plan.planId);
        idle.changed(plan);
      }
    },
    onFatal: systemOptions.onFatal,
  });
  const system = await opening;
  system.subscribe(emitted => publishCommitted(emitted, { eventBus, budgets }));
  systemOptions.onStarted(system);
  const concurrency = options.concurrency ?? 4;
  await system.command(mintId(), root => root.send({ type: 'setConcurrency', concurrency }));

  const running: PlanSystem = {
    async create(spec, first) {
      files.begin(spec.planId);
      await system.command(mintId(), root => {
        root.send({ type: 'plan.create', spec: redactSpec(spec, dependencies.redactor) });
        if (first !== null) system.get(`plan:${spec.planId}`).send({ type: first });
      });
    },
    async send(planId, command, version) {
      const record = await requireRecord(systemOptions, planId);
      await idle.whileSending(planId, async () => {
        if (system.passivated().includes(planId)) await system.activate(planId);
        await system.command(mintId(), root =>
          sendCommand(root.system.get(`plan:${planId}`), { record, command, version, redactor: dependencies.redactor }),
        );
        if (command.type === 'cancel') cancelApply(planId);
      });
    },
    async close() {
      await system.close();
      await closeDispatcher(dependencies);
    },
  };
  return running;
}

/** Closing the system stops running work; a program may take a moment to exit. */
async function closeDispatcher({ waitForExit, dispatcher }: PlanSystemOptions['dependencies']): Promise<void> {
  await waitForExit('');
  await dispatcher.close();
}

/**
 * First of all: programs that a crashed process left running must not write while their work runs again, and work whose files are
 * in another clone must not begin.
 */
async function prepareInterrupted({ ledger, dependencies, files }: PlanSystemOptions): Promise<void> {
  const killed = await dependencies.killOrphans(async planId => (await ledger.record(planId)) !== undefined);
  for (const [planId, count] of killed)
    dependencies.logs.append(planId, 'troupe', `ended ${count} processes left of before`);
  await files.checkInterrupted();
}

function createServices(
  { ledger, project, options, dependencies, mintId, secrets, files, eventBus }: PlanSystemOptions,
  {
    answer,
    ...given
  }: Pick<RuntimeServices, 'budgets' | 'withdrawable'> & {
    answer: Parameters<typeof createApprovalWaiter>[0]['answer'];
  },
): EffectServices {
  const { env = {}, resources = [], agentLimits: caps = {} } = options;
  return createEffectServices(dependencies, {
    ...given,
    ...{ project, ledger, resources, secrets, mintId, env, caps, untilHere: files.untilHere },
    waitForApproval: createApprovalWaiter({
      ledger,
      feed: eventBus,
      approve: options.onApprovalRequest,
      answer,
      log: dependencies.logs.append,
    }),
    slots: createPlanSlots({ ledger, feed: eventBus }),
  });
}

/** Sends a command to the plan's actor, if it is active and the plan's state allows the command. */
function sendCommand(
  plan: AnyActorRef | undefined,
  {
    record,
    command,
    version,
    redactor,
  }: { record: PlanRecord; command: PlanCommand; version: PlanVersion | undefined; redactor: Redactor },
): void {
  if (!plan) throw noActorError(record, command);
  const { planId } = record;
  const snapshot = plan.getSnapshot() as PlanSnapshot;
  if (version !== undefined)
    assertStateUnchanged({ planId, attempt: snapshot.context.attempt, ...planStatus(snapshot) }, version);
  const rejected = explainRejection(snapshot, command);
  if (rejected)
    throw new TroupeError(rejected.code, rejected.message, { where: `plan ${planId}`, hints: rejected.hints });
  plan.send(redactCommand(command, redactor));
}

/** Returns the record of a plan, and where it works; nothing for other actors. */
function deriveRecordRows({ src, snapshot }: ChangedActor, { dependencies, files }: PlanSystemOptions): Operation[] {
  if (src !== 'plan') return [];
  const record = recordFromSnapshot(snapshot as PlanSnapshot, isoTime(dependencies.clock));
  return [putRecord(record), ...files.placeRows(record)];
}

type ActivePlan = ReturnType<typeof activityFromSnapshot>;

const plansIn = (actors: readonly ChangedActor[]): ActivePlan[] =>
  actors.flatMap(({ src, snapshot }) => (src === 'plan' ? [activityFromSnapshot(snapshot as PlanSnapshot)] : []));

/**
 * Plans that wait or have ended: notifies readers once that is on disk, and passivates a root plan that waits for a
 * person.
 */
function createIdlePlans({ eventBus, onFatal }: PlanSystemOptions, opening: () => Promise<DurableSystem>) {
  /** Commands being sent, by plan: such a plan is not passivated. */
  const pendingCommands = new Map<string, number>();
  /** Plans whose checks before a phase are running. */
  const checking = new Set<string>();

  /** Returns whether this change of a plan ended its checks. */
  const checksFinished = ({ planId, checking: isChecking }: ActivePlan): boolean => {
    if (!isChecking) return checking.delete(planId);
    checking.add(planId);
    return false;
  };
  const handleIdle = async (planId: string): Promise<void> => {
    try {
      const system = await opening();
      await system.barrier();
      eventBus.notifyIdle(planId);
      const snapshot = system.root.getSnapshot().children[planId]?.getSnapshot() as PlanSnapshot | undefined;
      const idle = snapshot?.hasTag('resting') && Object.keys(snapshot.children).length === 0;
      if (idle && !pendingCommands.get(planId)) await system.passivate(planId);
      if (!pendingCommands.get(planId)) pendingCommands.delete(planId);
    } catch (thrown) {
      if (!(TroupeError.is(thrown) && thrown.code === 'SYSTEM_CLOSED'))
        onFatal(TroupeError.deserialize(TroupeError.serialize(thrown)));
    }
  };
  return {
    /** A plan changed, and its record is on disk. */
    changed(plan: ActivePlan): void {
      const checked = checksFinished(plan);
      if (checked || plan.resting || isTerminal(plan)) setImmediate(handleIdle, plan.planId);
    },
    /** Keeps a plan in memory while a command is sent to it. */
    async whileSending(planId: string, send: () => Promise<void>): Promise<void> {
      pendingCommands.set(planId, (pendingCommands.get(planId) ?? 0) + 1);
      try {
        await send();
      } finally {
        pendingCommands.set(planId, (pendingCommands.get(planId) ?? 1) - 1);
        void handleIdle(planId);
      }
    },
  };
}

/** Gives readers the events of a commit. */
function publishCommitted(
  emitted: readonly EmittedEvent[],
  { eventBus, budgets }: { eventBus: Pick<EventBus, 'publish'>; budgets: Pick<StoredBudgetTracker, 'forgetEnded'> },
): void {
  const events = emitted.map(event => freezeCopy(toPlanEvent(event)));
  for (const event of events) budgets.forgetEnded(event);
  eventBus.publish(events);
}

/** Returns an event in the form of subscribers and the journal. */
function toPlanEvent({ seq, at, event }: EmittedEvent): PlanEvent {
  return { ...(event as PlanEventPayload), seq, at: new Date(at).toISOString() };
}

function isoTime(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}

/** Returns why a plan without an actor rejects commands: it ended, or its parent has not started it. */
function noActorError({ planId, parentPlanId, ...record }: PlanRecord, { type }: PlanCommand): TroupeError {
  const why = isTerminal(record) ? `it is ${record.state}` : 'it waits for its turn among its siblings';
  const hints = parentPlanId
    ? [commandHint('plan explain', { planId: parentPlanId }), commandHint('plan cancel', { planId: parentPlanId })]
    : [commandHint('plan list', { options: { all: true } })];
  return new TroupeError('PHASE_GUARD', `"${type}" is not allowed: ${why}`, { where: `plan ${planId}`, hints });
}
