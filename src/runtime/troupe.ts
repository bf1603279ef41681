import { decodeTime, monotonicFactory, type ULIDFactory } from 'ulid';
import { commandHint } from '../model/command-hint.ts';
import { TroupeError } from '../model/errors.ts';
import { isId } from '../model/is-id.ts';
import { omitUndefined } from '../model/optional-keys.ts';
import type { PlanRecord, PlanSpec } from '../model/plan.ts';
import { reviewsStrategy } from '../model/reviews-strategy.ts';
import type { Logs } from '../ports/logs.ts';
import type { Store, StoreOpener } from '../ports/store.ts';
import { resolveHeads } from './actions/project-heads.ts';
import { singleUseGuard } from './actions/single-use.ts';
import type { Plan, PlanTree, Troupe } from './api.ts';
import type { RuntimeDependencies } from './dependencies.ts';
import { createEventBus, type EventBus } from './events/event-bus.ts';
import { createTraceRelay } from './events/trace-relay.ts';
import { openPinArchiver } from './gc/pin-archiver.ts';
import { assertValidNames } from './option-names.ts';
import type { TroupeOptions, UseOptions } from './options.ts';
import { createPlanHost } from './plans/create-plan-host.ts';
import { createPlanFiles } from './plans/plan-files.ts';
import type { PlanHost } from './plans/plan-host.ts';
import { keys } from './records/keys.ts';
import { openLedger, type PlanLedger } from './records/ledger.ts';
import { migrateRecords } from './records/migrations.ts';
import { requireRecord } from './records/require-record.ts';
import { unfinishedRecords } from './records/unfinished-records.ts';
import { createSecretArguments, type SecretArguments } from './secrets/secret-arguments.ts';
import { createSystemStarter, type SystemStarter } from './system-starter.ts';

/**
 * Opens the runtime on a store and a project. Unfinished plans resume at once unless `resume` is false.
 * @throws {TroupeError} INVALID_NAME
 */
export async function openRuntime(options: TroupeOptions, dependencies: RuntimeDependencies): Promise<Troupe> {
  const { project } = options;
  await assertValidNames(options);
  const store = await openStore(options.store);
  const ledger = openLedger(store, options.globalInvariants);
  const events = createEventBus();
  const pinArchiver = openPinArchiver({ store, ledger, project, feed: events });
  const traceRelay = createTraceRelay(dependencies.redactor);
  const logs: Logs = dependencies.logs;
  const secrets = createSecretArguments(options.env ?? {}, dependencies.redactor);
  const mintId = monotonicFactory();
  const files = createPlanFiles({ store, ledger, project, log: logs.append });
  const starter = createSystemStarter({
    ...{ store, ledger, project, options, dependencies, mintId, secrets, files },
    eventBus: events,
    onStarted: traceRelay.attach,
  });
  const host = createPlanHost({ store, ledger, project, dependencies, events, mintId, secrets, files, starter });
  const runtime: RuntimeParts = { options, dependencies, store, ledger, host, mintId, secrets, starter };
  const troupe: Troupe = {
    ...planCreation(runtime),
    ...planQueries(runtime, events),
    ...invariantCommands(runtime),
    traces: traceRelay.traces,
    workers: async () => (await dependencies.loadWork()).dispatcher.workers(),
    async resume() {
      await starter.system();
      const roots = await unfinishedRecords(ledger, { children: false });
      return roots.filter(({ resting }) => !resting).map(({ planId }) => planId);
    },
    async cleanUp(given = {}) {
      const { cleanUp } = await import('./gc/clean-up.ts');
      return cleanUp({ store, ledger, project, logs, clock: dependencies.clock }, given);
    },
    async import(file) {
      const { importPlan } = await import('./export/import.ts');
      return importPlan({ store, ledger, project }, file);
    },
    async close() {
      if (starter.isClosed()) return;
      await starter.close();
      await pinArchiver.close();
      traceRelay.close();
      events.close();
      await logs.close();
      await project.close();
      await store.close();
    },
    [Symbol.asyncDispose]: () => troupe.close(),
  };

  if (options.resume ?? true) {
    try {
      await starter.system();
    } catch (thrown) {
      await troupe.close();
      throw thrown;
    }
  }
  return troupe;
}

interface RuntimeParts {
  options: TroupeOptions;
  dependencies: RuntimeDependencies;
  store: Store;
  ledger: PlanLedger;
  host: PlanHost;
  mintId: ULIDFactory;
  secrets: SecretArguments;
  starter: SystemStarter;
}

/** New plans, and the actions they are made from. */
function planCreation({
  options,
  dependencies,
  store,
  ledger,
  host,
  mintId,
  secrets,
  starter,
}: RuntimeParts): Pick<Troupe, 'actions' | 'use' | 'fork'> {
  const { project } = host;
  const loadActions = () => import('./actions/actions.ts');
  const registry = async () => (await loadActions()).createActionRegistry(store);
  const actions: Troupe['actions'] = {
    create: async (...given) => (await registry()).create(...given),
    read: async (...given) => (await registry()).read(...given),
    get: async name => (await registry()).get(name),
    list: async () => (await registry()).list(),
  };
  const createOnce = singleUseGuard(store, ledger);
  const startPlan = async (spec: PlanSpec, command: 'start' | 'execute' | null): Promise<Plan> => {
    // Loaded first: the plan must not work on unseen while its caller waits for the handle.
    const createPlanHandle = await loadPlanHandle();
    await (await starter.system()).create(spec, command);
    return createPlanHandle(host, spec.planId);
  };
  return {
    actions,
    async use(use) {
      const action =
        typeof use.action === 'string' ? await actions.get(use.action) : (await loadActions()).parseAction(use.action);
      return createOnce(action, async () => {
        const heads = await resolveHeads(project, use);
        await mintAfterPlans(store, mintId);
        const { createPlanSpec } = await import('./actions/create-plan-spec.ts');
        const { profile = 'supervised', profiles = [], reconciliation = 'builtin', depthMax = 5 } = options;
        const spec = createPlanSpec(use, {
          action,
          heads,
          now: dependencies.clock.now(),
          mintId,
          profile,
          profiles,
          reconciliation,
          depthMax,
          ...omitUndefined({ checkoutGuard: options.checkoutGuard }),
          redactor: dependencies.redactor,
          env: options.env ?? {},
        });
        secrets.set(spec.planId, secretValues(spec, use));
        return startPlan(spec, firstCommand(spec, use));
      });
    },
    async fork(fork) {
      const record = await requireRecord(host, await resolvePlanId(ledger, fork.plan));
      await mintAfterPlans(store, mintId);
      const { createForkSpec } = await import('./fork/fork-spec.ts');
      const spec = await createForkSpec(ledger, record, fork, {
        mintId,
        now: dependencies.clock.now(),
        profiles: options.profiles,
      });
      secrets.inherit(record.rootPlanId, spec.planId);
      return startPlan(spec, firstCommand(spec, fork));
    },
  };
}

/** Loads the commands of a plan on first use: a list of plans does not need them. */
const loadPlanHandle = async () => (await import('./plans/plan-handle.ts')).createPlanHandle;

/** Makes every new id sort after those of existing plans, even if the clock was ahead then: the newest plan is the last. */
async function mintAfterPlans(store: Store, mintId: ULIDFactory): Promise<void> {
  for await (const [key] of store.entries(keys.plans, { reverse: true, limit: 1 })) {
    mintId(Math.max(Date.now(), decodeTime(key.slice(keys.plans.length)) + 1));
  }
}

/** Plans and events as they are. */
function planQueries(
  { ledger, host }: RuntimeParts,
  events: EventBus,
): Pick<Troupe, 'get' | 'list' | 'tree' | 'events'> {
  return {
    get: async id => (await loadPlanHandle())(host, await resolvePlanId(ledger, id)),
    async list({ all = false, children = false } = {}) {
      if (!all) return unfinishedRecords(ledger, { children });
      return (await ledger.records()).filter(({ depth }) => children || depth === 0);
    },
    tree: async planId => buildPlanTree(await ledger.relatives(planId), planId),
    async *events({ signal } = {}) {
      const reader = events.openReader({ signal });
      try {
        do {
          for (let event = reader.poll(); event; event = reader.poll()) yield event;
        } while (await reader.waitForEvents());
        const fatal = host.fatalError();
        if (fatal !== null) throw fatal;
      } finally {
        reader.close();
      }
    },
  };
}

/** The invariants of the project and of plans. */
function invariantCommands({
  options,
  store,
  ledger,
  host,
}: RuntimeParts): Pick<Troupe, 'addInvariant' | 'invariants' | 'removeInvariant'> {
  const load = () => import('./invariants/invariants.ts');
  const invariantHost = {
    ...host,
    store,
    globalInvariants: options.globalInvariants,
    resolvePlanId: (plan: string) => resolvePlanId(ledger, plan),
  };
  return {
    addInvariant: async (draft, reach) => (await load()).addInvariant(invariantHost, draft, reach),
    invariants: async ({ plan } = {}) => (await load()).listInvariants(invariantHost, plan),
    removeInvariant: async wanted => (await load()).removeInvariant(invariantHost, wanted),
  };
}

/** Returns the given values of a plan's secret arguments. */
function secretValues(
  { secretArguments = [] }: PlanSpec,
  { arguments: values = {} }: UseOptions,
): Record<string, string> {
  const named = secretArguments.filter(name => values[name] !== undefined);
  return Object.fromEntries(named.map(name => [name, String(values[name])]));
}

/** @throws {TroupeError} STORE_FORMAT */
async function openStore(open: StoreOpener): Promise<Store> {
  const store = await open();
  try {
    await migrateRecords(store);
  } catch (thrown) {
    await store.close();
    throw thrown;
  }
  return store;
}

/**
 * Returns a new plan's first command, sent in the tick that creates it, so that no crash comes between; null leaves
 * it queued.
 */
function firstCommand(
  { profileSnapshot }: PlanSpec,
  { start, execute }: Pick<UseOptions, 'start' | 'execute'>,
): 'start' | 'execute' | null {
  if (execute === 'always' || (execute === 'unlessReviewed' && !reviewsStrategy(profileSnapshot))) return 'execute';
  const starts = execute !== undefined || (start ?? profileSnapshot.thresholds.startStrategize < 1);
  return starts ? 'start' : null;
}

/**
 * Returns the plan of an id, or of a prefix or suffix of one; without one the newest root plan, finished or not: a
 * command without an id never affects an older plan.
 */
async function resolvePlanId(ledger: PlanLedger, id: string | undefined): Promise<string> {
  if (id !== undefined && isId(id) && (await ledger.record(id))) return id;
  if (id === undefined) {
    const newest = await ledger.newestRoot();
    if (newest !== null) return newest;
    throw new TroupeError('UNKNOWN_PLAN', 'There is no plan yet', {
      hints: [commandHint('init'), commandHint('help run')],
    });
  }
  const matching = await ledger.matching(id);
  if (matching.length === 1 && matching[0]) return matching[0];
  const many = matching.length > 1 ? `${matching.length} plans match "${id}"` : `There is no plan "${id}"`;
  throw new TroupeError('UNKNOWN_PLAN', many, {
    where: id,
    hints: [commandHint('plan list', { options: { all: true } })],
  });
}

function buildPlanTree(records: readonly PlanRecord[], planId: string): PlanTree {
  const plan = records.find(record => record.planId === planId);
  if (!plan)
    throw new TroupeError('UNKNOWN_PLAN', `There is no plan ${planId}`, {
      where: planId,
      hints: [commandHint('plan list', { options: { all: true } })],
    });
  const children = records.filter(record => record.parentPlanId === planId);
  return { plan, children: children.map(child => buildPlanTree(records, child.planId)) };
}
