import { decodeTime, monotonicFactory } from 'ulid';
import { Action } from '../model/action.ts';
import { Fault } from '../model/fault.ts';
import { Id } from '../model/id.ts';
import type { PlanRecord, PlanSpec } from '../model/plan.ts';
import { reviewsStrategy } from '../model/profile.ts';
import type { Logs } from '../ports/logs.ts';
import type { Store, StoreOpener } from '../ports/store.ts';
import { actionsOf } from './actions.ts';
import type { PlanTree, Troupe, TroupeOptions, UseOptions } from './api.ts';
import type { Assembly } from './assembly.ts';
import { isAtWork, isEnded } from './ended.ts';
import { importPlan } from './export/take-in.ts';
import { exportPlan } from './export/write.ts';
import { feed } from './feed.ts';
import { forkedSpec } from './forking.ts';
import { cleanUp } from './gc/clean-up.ts';
import { headsOf } from './heads.ts';
import { histories } from './histories.ts';
import { refuseBadNames } from './host-names.ts';
import { addInvariant, listInvariants, removeInvariant } from './invariants.ts';
import { keys } from './keys.ts';
import { ledgerOf, type PlanLedger } from './ledger.ts';
import { lookout } from './lookout.ts';
import { makePlan } from './make-plan.ts';
import { matchesId } from './match-id.ts';
import { type PlanHost, planHandle } from './plan-handle.ts';
import { recordOf } from './record-of.ts';
import { upgradeRecords } from './records.ts';
import { secretArguments } from './secret-arguments.ts';
import { assertAsSeen } from './seen.ts';
import { usesOf } from './single-use.ts';
import { raiseStage, type Stage } from './stage.ts';

/** Opens the runtime on a store and a project. Unfinished plans are taken up at once unless `resume` is false. @throws {Fault} INVALID_NAME */
export async function openRuntime(options: TroupeOptions, assembly: Assembly): Promise<Troupe> {
  const { project } = options;
  refuseBadNames(options);
  const store = await openStore(options.store);
  const ledger = ledgerOf(store, options.shelf);
  const actions = actionsOf(store);
  const events = feed();
  const looking = lookout(assembly.redactor);
  const logs: Logs = assembly.logs;
  const secrets = secretArguments(options.env ?? {}, assembly.redactor);
  const mintId = monotonicFactory();
  /** Makes every id from here on sort after those of existing plans, also when the clock was ahead then: the newest plan is the last. */
  const mintAfterPlans = async () => {
    for await (const [key] of store.entries(keys.plans, { reverse: true, limit: 1 })) {
      mintId(Math.max(Date.now(), decodeTime(key.slice(keys.plans.length)) + 1));
    }
  };
  let raising: Promise<Stage> | null = null;
  let closed = false;
  let fault: Fault | null = null;

  /** The running actors, raised at the first need of them. */
  const stage = (): Promise<Stage> => {
    if (closed) return Promise.reject(new Fault('SYSTEM_CLOSED', 'This Troupe was closed'));
    raising ??= raiseStage({
      store,
      ledger,
      project,
      options,
      assembly,
      mintId,
      secrets,
      feed: events,
      raised: looking.raised,
      onFatal,
    }).catch(thrown => {
      raising = null;
      throw thrown;
    });
    return raising;
  };
  const onFatal = (thrown: Fault) => {
    fault = thrown;
    events.end();
  };

  const host: PlanHost = {
    ledger,
    project,
    logs,
    feed: events,
    histories: histories({ ledger, feed: events }),
    mintId,
    stopped: () => fault,
    write: (planId, how) =>
      exportPlan({ store, ledger, project, clock: assembly.clock, redactor: assembly.redactor }, planId, how),
    async send(planId, command, seen) {
      const record = await recordOf(host, planId);
      if (seen !== undefined) assertAsSeen(record, seen);
      const raises = raising === null;
      // Before the plan goes on without it, and fails.
      if (command.type === 'execute') secrets.variables(record);
      const running = await stage();
      const takenUp = raises && command.type === 'execute' && isAtWork(record);
      if (!takenUp) return running.send(planId, command, seen);
      // Taking up what was interrupted is all that was asked for, but for a plan that would stop after Strategize.
      if (record.phase === 'strategize') await running.send(planId, command).catch(exceptAtWork);
    },
  };

  const useOf = usesOf(store, ledger);
  const rules = { ...host, store, shelf: options.shelf, find: (plan: string) => findPlan(ledger, plan) };

  const troupe: Troupe = {
    actions,
    async use(use) {
      const action = typeof use.action === 'string' ? await actions.get(use.action) : Action.parse(use.action);
      return useOf(action, async () => {
        const heads = await headsOf(project, use);
        await mintAfterPlans();
        const { profile = 'supervised', profiles = [], reconciliation = 'builtin', depthMax = 5 } = options;
        const spec = makePlan(use, {
          action,
          heads,
          now: assembly.clock.now(),
          mintId,
          profile,
          profiles,
          reconciliation,
          depthMax,
          ...(options.checkoutGuard === undefined ? {} : { checkoutGuard: options.checkoutGuard }),
          redactor: assembly.redactor,
          env: options.env ?? {},
        });
        secrets.keep(spec.planId, secretValues(spec, use));
        await (await stage()).create(spec, firstCommand(spec, use));
        return planHandle(host, spec.planId);
      });
    },
    async fork(fork) {
      const record = await recordOf(host, await findPlan(ledger, fork.plan));
      await mintAfterPlans();
      const spec = await forkedSpec(ledger, record, fork, {
        mintId,
        now: assembly.clock.now(),
        profiles: options.profiles,
      });
      secrets.inherit(record.rootPlanId, spec.planId);
      await (await stage()).create(spec, firstCommand(spec, fork));
      return planHandle(host, spec.planId);
    },
    plan: async id => planHandle(host, await findPlan(ledger, id)),
    async plans({ all = false, children = false } = {}) {
      const records = await ledger.records();
      return records.filter(record => (children || record.depth === 0) && (all || !isEnded(record)));
    },
    tree: async planId => treeOf(await ledger.records(), planId),
    async *events({ signal } = {}) {
      const reader = events.read({ signal });
      try {
        do {
          for (let event = reader.take(); event; event = reader.take()) yield event;
        } while (await reader.news());
      } finally {
        reader.stop();
      }
    },
    traces: looking.traces,
    async resume() {
      await stage();
      return (await ledger.records())
        .filter(record => record.depth === 0 && !record.resting && !isEnded(record))
        .map(record => record.planId);
    },
    addInvariant: (draft, reach) => addInvariant(rules, draft, reach),
    invariants: ({ plan } = {}) => listInvariants(rules, plan),
    removeInvariant: wanted => removeInvariant(rules, wanted),
    cleanUp: (given = {}) => cleanUp({ store, ledger, project, logs, clock: assembly.clock }, given),
    import: file => importPlan({ store, ledger, project }, file),
    async close() {
      if (closed) return;
      closed = true;
      const running = await raising?.catch(() => null);
      await running?.close();
      looking.end();
      events.end();
      await logs.close();
      await project.close();
      await store.close();
    },
    [Symbol.asyncDispose]: () => troupe.close(),
  };

  if (options.resume ?? true) {
    try {
      await stage();
    } catch (thrown) {
      await troupe.close();
      throw thrown;
    }
  }
  return troupe;
}

/** What was given of a plan's secret arguments. */
function secretValues(
  { secretArguments = [] }: PlanSpec,
  { arguments: given = {} }: UseOptions,
): Record<string, string> {
  const named = secretArguments.filter(name => given[name] !== undefined);
  return Object.fromEntries(named.map(name => [name, String(given[name])]));
}

/** @throws {Fault} STORE_FORMAT */
async function openStore(open: StoreOpener): Promise<Store> {
  const store = await open();
  try {
    await upgradeRecords(store);
  } catch (thrown) {
    await store.close();
    throw thrown;
  }
  return store;
}

/** What a new plan is told in the turn that makes it, so that no crash comes between; null leaves it queued. */
function firstCommand(
  { profileSnapshot }: PlanSpec,
  { start, execute }: Pick<UseOptions, 'start' | 'execute'>,
): 'start' | 'execute' | null {
  if (execute === 'always' || (execute === 'unlessReviewed' && !reviewsStrategy(profileSnapshot))) return 'execute';
  const starts = execute !== undefined || (start ?? profileSnapshot.thresholds.startStrategize < 1);
  return starts ? 'start' : null;
}

/** A plan that is at work may have been told before to go on. */
function exceptAtWork(thrown: unknown): void {
  if (!Fault.is(thrown) || thrown.code !== 'LOCK_CONFLICT') throw thrown;
}

/**
 * The plan meant by an id, or by the beginning or end of one; without one the newest root plan, finished or not: a command that
 * names none never reaches back to an older plan.
 */
async function findPlan(ledger: PlanLedger, id: string | undefined): Promise<string> {
  if (Id.safeParse(id).success && (await ledger.record(String(id)))) return String(id);
  const records = await ledger.records();
  if (id === undefined) {
    const newest = records.filter(record => record.depth === 0).at(-1);
    if (newest) return newest.planId;
    throw new Fault('UNKNOWN_PLAN', 'There is no plan yet', {
      hints: ['troupe init', 'troupe help run'],
    });
  }
  const matching = records.filter(({ planId }) => matchesId(planId, id));
  if (matching.length === 1 && matching[0]) return matching[0].planId;
  const many = matching.length > 1 ? `${matching.length} plans match "${id}"` : `There is no plan "${id}"`;
  throw new Fault('UNKNOWN_PLAN', many, { where: id, hints: ['troupe plan list --all'] });
}

function treeOf(records: readonly PlanRecord[], planId: string): PlanTree {
  const plan = records.find(record => record.planId === planId);
  if (!plan)
    throw new Fault('UNKNOWN_PLAN', `There is no plan ${planId}`, { where: planId, hints: ['troupe plan list --all'] });
  const children = records.filter(record => record.parentPlanId === planId);
  return { plan, children: children.map(child => treeOf(records, child.planId)) };
}
