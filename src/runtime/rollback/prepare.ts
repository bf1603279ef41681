/** Prepares a rollback: its effect, the request to the plan, and its result. */

import type { Checkpoint, RevertedFile, RollbackRequest } from '../../model/checkpoint.ts';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { PlanEvent } from '../../model/event.ts';
import { revertHints, withSandboxLostHints } from '../../model/hints.ts';
import type { Phase, PlanRecord, PlanState } from '../../model/plan.ts';
import { primaryProject } from '../../model/primary-project.ts';
import { type Rollback, rollbackThatUndid, sequenceOf } from '../../model/rollback-history.ts';
import type { ToolCall } from '../../model/tool.ts';
import { matchesId } from '../plans/match-id.ts';
import type { PlanHost } from '../plans/plan-host.ts';

/** What a rollback does, or would do. */
export interface RollbackReport {
  planId: string;
  checkpoint: Checkpoint;
  changes: RevertedFile[];
  impact: {
    /** Children, and their children, created after the checkpoint. */
    childPlanIds: string[];
    sandbox: string;
    decisionsAfter: number;
    toolCallsAfter: number;
    /** Programs and tools that ran since and may have had effects outside the sandbox, which cannot be undone. */
    sideEffects: string[];
  };
  after: { phase: Phase; state: PlanState; checkpointsRemaining: number };
  dryRun: boolean;
}

type CheckpointLedger = Pick<PlanHost['ledger'], 'checkpoints' | 'plansOfCheckpoint'>;

/** Returns a checkpoint of a plan by its id, the end of one, or its label. @throws {TroupeError} UNKNOWN_CHECKPOINT */
export async function findCheckpoint(ledger: CheckpointLedger, planId: string, idOrLabel: string): Promise<Checkpoint> {
  const matching = (await ledger.checkpoints(planId)).filter(
    ({ checkpointId, label }) => matchesId(checkpointId, idOrLabel) || label === idOrLabel,
  );
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return only;
  if (only === undefined) await assertNotOfAnotherPlan(ledger, planId, idOrLabel);
  const ids = matching.map(({ checkpointId }) => checkpointId);
  const why =
    only === undefined
      ? `There is no checkpoint "${idOrLabel}"`
      : `"${idOrLabel}" names ${matching.length} checkpoints: ${ids.join(', ')}`;
  throw new TroupeError('UNKNOWN_CHECKPOINT', why, {
    where: `plan ${planId}`,
    hints: [commandHint('plan checkpoint list', { planId })],
    details: { checkpoints: ids },
  });
}

/** @throws {TroupeError} UNKNOWN_CHECKPOINT */
async function assertNotOfAnotherPlan(ledger: CheckpointLedger, planId: string, idOrLabel: string): Promise<void> {
  const [other = planId, ...more] = await ledger.plansOfCheckpoint(idOrLabel);
  if (other === planId || more.length > 0) return;
  throw new TroupeError('UNKNOWN_CHECKPOINT', `The checkpoint "${idOrLabel}" belongs to another plan, ${other}`, {
    where: `plan ${planId}`,
    hints: [commandHint('plan checkpoint list', { planId })],
  });
}

/** Finds files collected by git before you have to confirm. @throws {TroupeError} CHECKPOINT_LOST */
async function assertCheckpointExists(
  { project }: PlanHost,
  { planId }: PlanRecord,
  checkpoint: Checkpoint,
): Promise<void> {
  const { checkpointId, treeOid } = checkpoint;
  if ((await project.filterExisting([treeOid])).length > 0) return;
  const where = `checkpoint ${checkpointId}`;
  throw new TroupeError('CHECKPOINT_LOST', `The files of ${where} are no longer in the repository`, {
    where,
    hints: [commandHint('plan checkpoint list', { planId }), 'git fsck'],
  });
}

/** Returns the children, and their children, created after a position. */
async function childrenAfter(host: PlanHost, planId: string, position: number): Promise<PlanRecord[]> {
  const records = await host.ledger.relatives(planId);
  const found: PlanRecord[] = [];
  const below = async (parentId: string, all: boolean): Promise<void> => {
    for (const record of records.filter(({ parentPlanId }) => parentPlanId === parentId)) {
      const isLater = all || (await host.ledger.firstSequence(record.planId)) > position;
      if (isLater) found.push(record);
      await below(record.planId, isLater);
    }
  };
  await below(planId, false);
  return found;
}

export interface PreparedRollback {
  order: RollbackRequest;
  report: RollbackReport;
}

/** Prepares a rollback without changing anything. @throws {TroupeError} UNKNOWN_CHECKPOINT, PHASE_GUARD, CHECKPOINT_LOST */
export async function prepareRollback(
  host: PlanHost,
  record: PlanRecord,
  idOrLabel: string,
  { force, dryRun }: { force: boolean; dryRun: boolean },
): Promise<PreparedRollback> {
  const { planId } = record;
  if (!record.availableCommands.includes('rollback')) {
    // If you name a checkpoint of another plan, that is the mistake to report, whatever this plan allows.
    await assertNotOfAnotherPlan(host.ledger, planId, idOrLabel);
    throw rollbackNotAllowedError(record);
  }
  const checkpoint = await findCheckpoint(host.ledger, planId, idOrLabel);
  const { checkpointId, treeOid, sandbox, decisionSequence: sequence } = checkpoint;
  const [checkpoints, decisions, journal, children] = await Promise.all([
    host.ledger.checkpoints(planId),
    host.ledger.decisions(planId),
    host.ledger.journal(planId),
    childrenAfter(host, planId, sequence),
  ]);
  assertNothingAppliedSince(record, checkpoint, journal);
  await assertCheckpointExists(host, record, checkpoint);
  const childPlanIds = children.map(child => child.planId);
  const order: RollbackRequest = {
    rollbackId: host.mintId(),
    checkpointId,
    treeOid,
    sandbox,
    sequence,
    includesMerged: checkpoints.some(
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
    changes: dryRun ? await withSandboxLostHints(changesTo(host, record, treeOid), checkpoint) : [],
    impact: {
      childPlanIds,
      sandbox,
      decisionsAfter: decisions.filter(decision => decision.sequence > sequence).length,
      toolCallsAfter: calls.length,
      sideEffects: [...new Set(calls.flatMap(externalSideEffects))],
    },
    after: { phase: 'execute', state: 'queued', checkpointsRemaining: checkpoints.length + (dryRun ? 0 : 1) },
    dryRun,
  };
  return { order, report };
}

function rollbackNotAllowedError({ planId, phase, state, applySummary }: PlanRecord): TroupeError {
  const why =
    state === 'applied' ? 'an applied result cannot be rolled back' : `there is nothing to undo in ${phase}.${state}`;
  const hints = [commandHint('plan explain', { planId }), ...revertHints(applySummary?.commits ?? [])];
  return new TroupeError('PHASE_GUARD', `"rollback" is not allowed: ${why}`, { where: `plan ${planId}`, hints });
}

/** Returns the parts of a plan applied after a position in its journal, with the base before each. */
export function appliedSince(
  journal: readonly PlanEvent[],
  position: number,
): Extract<PlanEvent, { type: 'plan.part_applied' }>[] {
  return journal.filter(event => event.type === 'plan.part_applied').filter(event => sequenceOf(event) > position);
}

/**
 * Applied work is yours: after a rollback to before it, the next apply would silently remove it.
 * @throws {TroupeError} PHASE_GUARD
 */
function assertNothingAppliedSince(
  { planId }: PlanRecord,
  checkpoint: Checkpoint,
  journal: readonly PlanEvent[],
): void {
  const { checkpointId, decisionSequence } = checkpoint;
  const applied = appliedSince(journal, decisionSequence);
  if (applied.length === 0) return;
  const commits = applied.flatMap(({ part }) => part.commits);
  const named = commits.length === 0 ? '' : ` as ${commits.join(', ')}`;
  const why = `a part of the plan was applied after that checkpoint${named}, and an applied part cannot be rolled back`;
  throw new TroupeError('PHASE_GUARD', `"rollback" is not allowed: ${why}`, {
    where: `checkpoint ${checkpointId}`,
    hints: [
      commandHint('plan checkpoint list', { planId }),
      commandHint('plan fork', { planId, options: { checkpoint: checkpointId } }),
      ...revertHints(commits),
    ],
    details: { commits },
  });
}

/** Returns the calls after a position that were not rolled back since. */
export function callsSince(
  journal: readonly PlanEvent[],
  rollbacks: readonly Rollback[],
  position: number,
): ToolCall[] {
  return journal.flatMap(event =>
    event.type === 'tool.called' &&
    sequenceOf(event) > position &&
    rollbackThatUndid(rollbacks, sequenceOf(event)) === null
      ? [event.call]
      : [],
  );
}

/** Tools that only affect the sandbox and the plan. */
const sandboxTools = /^(builtin\/(read|write|edit|delete|list|search|decide|plan-subplan)|system\/create_checkpoint)$/;

export function externalSideEffects({ tool, input }: ToolCall): string[] {
  if (sandboxTools.test(tool)) return [];
  const argv = (input as { argv?: unknown } | null)?.argv;
  return [Array.isArray(argv) ? argv.join(' ') : tool];
}

async function changesTo({ project }: PlanHost, record: PlanRecord, to: string): Promise<RevertedFile[]> {
  if (record.sandbox === null) return [];
  const { tree: from } = await project.capture({ key: record.sandbox.key });
  const { files } = await project.changes({ alias: primaryProject(record).alias, from, to });
  return files.map(({ path, operation }) => ({ file: path, action: operation === 'deleted' ? 'removed' : 'restored' }));
}
