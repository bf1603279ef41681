/** Going back to a checkpoint: what it would do, the order for it, and how it came out. */

import { orWithoutSandbox, revertsOf } from '../model/advice.ts';
import type { Checkpoint, CheckpointSnapshot, RevertedFile, RollbackOrder } from '../model/checkpoint.ts';
import type { PlanEvent } from '../model/event.ts';
import { Fault } from '../model/fault.ts';
import { mainLink } from '../model/link.ts';
import type { Phase, PlanRecord, PlanState } from '../model/plan.ts';
import { positionOf, type Rollback, undoneBy } from '../model/rollbacks.ts';
import type { ToolCall } from '../model/tool.ts';
import { matchesId } from './match-id.ts';
import type { PlanHost } from './plan-handle.ts';
import { told } from './told.ts';

/** What going back to a checkpoint does, or would do. */
export interface RollbackReport {
  planId: string;
  checkpoint: Checkpoint;
  changes: RevertedFile[];
  impact: {
    /** Children, and theirs, that were made after the checkpoint. */
    childPlanIds: string[];
    sandbox: string;
    decisionsAfter: number;
    toolCallsAfter: number;
    /** Programs and tools that ran since and may have acted beyond the sandbox, which nothing takes back. */
    sideEffects: string[];
  };
  after: { phase: Phase; state: PlanState; checkpointsRemaining: number };
  dryRun: boolean;
}

/** A checkpoint of a plan by its id, the end of one, or its label. @throws {Fault} UNKNOWN_CHECKPOINT */
export function findCheckpoint(checkpoints: readonly Checkpoint[], planId: string, wanted: string): Checkpoint {
  const matching = checkpoints.filter(({ checkpointId, label }) => matchesId(checkpointId, wanted) || label === wanted);
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return only;
  const ids = matching.map(({ checkpointId }) => checkpointId);
  const why =
    only === undefined
      ? `There is no checkpoint "${wanted}"`
      : `"${wanted}" names ${matching.length} checkpoints: ${ids.join(', ')}`;
  throw new Fault('UNKNOWN_CHECKPOINT', why, {
    where: `plan ${planId}`,
    hints: [`troupe plan checkpoint list ${planId}`],
    details: { checkpoints: ids },
  });
}

/** Git collected its files: found before anybody is asked. @throws {Fault} CHECKPOINT_LOST */
async function refuseLost({ project }: PlanHost, { planId }: PlanRecord, checkpoint: Checkpoint): Promise<void> {
  const { checkpointId, treeOid } = checkpoint;
  if ((await project.existing([treeOid])).length > 0) return;
  const where = `checkpoint ${checkpointId}`;
  throw new Fault('CHECKPOINT_LOST', `The files of ${where} are no longer in the repository`, {
    where,
    hints: [`troupe plan checkpoint list ${planId}`, 'git fsck'],
  });
}

/** What the machine knew at a checkpoint: around a tool call that is what it knew at the one before. */
function snapshotAt(checkpoints: readonly Checkpoint[], { decisionSequence }: Checkpoint): CheckpointSnapshot {
  const known = checkpoints
    .filter(each => each.decisionSequence <= decisionSequence)
    .sort((left, right) => left.decisionSequence - right.decisionSequence)
    .findLast(({ snapshot }) => snapshot !== null)?.snapshot;
  // The first checkpoint of every attempt is made by the machine.
  if (!known) throw new TypeError('no checkpoint of the plan holds its machine');
  return known;
}

/** Children and their children whose first fact is later than a position. */
async function childrenAfter(host: PlanHost, planId: string, position: number): Promise<PlanRecord[]> {
  const records = await host.ledger.records();
  const found: PlanRecord[] = [];
  const below = async (parentId: string, all: boolean): Promise<void> => {
    for (const record of records.filter(({ parentPlanId }) => parentPlanId === parentId)) {
      const isLater = all || (await host.ledger.bornAt(record.planId)) > position;
      if (isLater) found.push(record);
      await below(record.planId, isLater);
    }
  };
  await below(planId, false);
  return found;
}

export interface Return {
  order: RollbackOrder;
  report: RollbackReport;
}

/** Everything about going back that can be known before. @throws {Fault} UNKNOWN_CHECKPOINT, PHASE_GUARD, CHECKPOINT_LOST */
export async function planReturn(
  host: PlanHost,
  record: PlanRecord,
  wanted: string,
  { force, dryRun }: { force: boolean; dryRun: boolean },
): Promise<Return> {
  const { planId } = record;
  if (!record.ways.includes('rollback')) throw nothingToTakeBack(record);
  const checkpoints = await host.ledger.checkpoints(planId);
  const checkpoint = findCheckpoint(checkpoints, planId, wanted);
  const { checkpointId, treeOid, sandbox, decisionSequence: sequence } = checkpoint;
  const [decisions, journal, children] = await Promise.all([
    host.ledger.decisions(planId),
    host.ledger.journal(planId),
    childrenAfter(host, planId, sequence),
  ]);
  refuseBehindLanding(record, checkpoint, journal);
  await refuseLost(host, record, checkpoint);
  const childPlanIds = children.map(child => child.planId);
  const order: RollbackOrder = {
    rollbackId: host.mintId(),
    checkpointId,
    treeOid,
    sandbox,
    sequence,
    snapshot: snapshotAt(checkpoints, checkpoint),
    holdsMerged: checkpoints.some(
      each => ['postExecute', 'preApply'].includes(each.trigger) && each.treeOid === treeOid,
    ),
    childPlanIds,
    force,
  };
  const rollbacks = await host.ledger.rollbacks(planId);
  const calls = callsSince(journal, rollbacks, sequence);
  const report: RollbackReport = {
    planId,
    checkpoint,
    changes: dryRun ? await orWithoutSandbox(changesTo(host, record, treeOid), checkpoint) : [],
    impact: {
      childPlanIds,
      sandbox,
      decisionsAfter: decisions.filter(decision => decision.sequence > sequence).length,
      toolCallsAfter: calls.length,
      sideEffects: [...new Set(calls.flatMap(beyondSandbox))],
    },
    after: { phase: 'execute', state: 'queued', checkpointsRemaining: checkpoints.length + (dryRun ? 0 : 1) },
    dryRun,
  };
  return { order, report };
}

function nothingToTakeBack({ planId, phase, state, applySummary }: PlanRecord): Fault {
  const why =
    state === 'applied' ? 'what is applied stays applied' : `there is nothing to take back at ${phase}.${state}`;
  const hints = [`troupe plan explain ${planId}`, ...revertsOf(applySummary?.commits ?? [])];
  return new Fault('PHASE_GUARD', `"rollback" is refused: ${why}`, { where: `plan ${planId}`, hints });
}

/** Parts of a plan that landed after a position in its journal, with what it was based on before each. */
export function landedSince(
  journal: readonly PlanEvent[],
  position: number,
): Extract<PlanEvent, { type: 'plan.part_landed' }>[] {
  return journal.filter(event => event.type === 'plan.part_landed').filter(event => positionOf(event) > position);
}

/**
 * What landed is the user's: going back to before it would take it away again with the next landing, and nobody would
 * have said so. @throws {Fault} PHASE_GUARD
 */
function refuseBehindLanding({ planId }: PlanRecord, checkpoint: Checkpoint, journal: readonly PlanEvent[]): void {
  const { checkpointId, decisionSequence } = checkpoint;
  const landed = landedSince(journal, decisionSequence);
  if (landed.length === 0) return;
  const commits = landed.flatMap(({ part }) => part.commits);
  const named = commits.length === 0 ? '' : ` as ${commits.join(', ')}`;
  const why = `a part of the plan landed after that checkpoint${named}, and what has landed stays`;
  throw new Fault('PHASE_GUARD', `"rollback" is refused: ${why}`, {
    where: `checkpoint ${checkpointId}`,
    hints: [
      `troupe plan checkpoint list ${planId}`,
      `troupe plan fork ${planId} --checkpoint ${checkpointId}`,
      ...revertsOf(commits),
    ],
    details: { commits },
  });
}

/** Calls made after a position that were not taken back since. */
export function callsSince(
  journal: readonly PlanEvent[],
  rollbacks: readonly Rollback[],
  position: number,
): ToolCall[] {
  return journal.flatMap(event =>
    event.type === 'tool.called' && positionOf(event) > position && undoneBy(rollbacks, positionOf(event)) === null
      ? [event.call]
      : [],
  );
}

/** Tools that act on nothing but the sandbox and the plan. */
const withinSandbox = /^(builtin\/(read|write|edit|delete|list|search|decide|plan-subplan)|system\/create_checkpoint)$/;

export function beyondSandbox({ tool, input }: ToolCall): string[] {
  if (withinSandbox.test(tool)) return [];
  const argv = (input as { argv?: unknown } | null)?.argv;
  return [Array.isArray(argv) ? argv.join(' ') : tool];
}

async function changesTo({ project }: PlanHost, record: PlanRecord, to: string): Promise<RevertedFile[]> {
  if (record.sandbox === null) return [];
  const { tree: from } = await project.capture({ key: record.sandbox.key });
  const { files } = await project.changes({ alias: mainLink(record).alias, from, to });
  return files.map(({ path, operation }) => ({ file: path, action: operation === 'deleted' ? 'removed' : 'restored' }));
}

/** Until it is done. @throws {Fault} why it was not, and nothing has changed then */
export function returned(host: PlanHost, planId: string, rollbackId: string): Promise<RevertedFile[]> {
  return told(host, planId, event => {
    if (event.type === 'plan.rolled_back' && event.rollbackId === rollbackId) return event.changes;
    if (event.type === 'plan.rollback_failed' && event.rollbackId === rollbackId) throw Fault.revive(event.fault);
    return undefined;
  });
}
