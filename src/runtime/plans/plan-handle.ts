import type { CheckpointDraft, RevertedFile } from '../../model/checkpoint.ts';
import { commandHint } from '../../model/command-hint.ts';
import { defaultRevertGuidance } from '../../model/decision.ts';
import type { PlanCommand } from '../../model/effects.ts';
import { TroupeError } from '../../model/errors.ts';
import { withSandboxLostHints } from '../../model/hints.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import type { PlanRecord } from '../../model/plan.ts';
import { primaryProject } from '../../model/primary-project.ts';
import { rollbacksIn, rollbackThatUndid, sequenceOf } from '../../model/rollback-history.ts';
import type { DiffRange, Plan, PlanCheckpoints, PlanConflicts, PlanReview } from '../api.ts';
import { loadReview, prepareApply, previewApply } from '../apply/prepare.ts';
import { prepareRejection } from '../apply/reject-parts.ts';
import { answerApprovals, listApprovals } from '../approvals/answer-approvals.ts';
import { createResolveCommand, loadConflictDetails, loadConflictTexts } from '../conflicts/resolve.ts';
import { loadStrategyDraft, prepareEdit } from '../correction/edit-strategy.ts';
import { prepareCorrection } from '../correction/prepare.ts';
import { resolveDiffRange } from '../diff/range.ts';
import { type RequestCommand, sendForReply } from '../events/command-reply.ts';
import { streamPlanEvents, waitForPreflight, waitUntilIdle } from '../events/plan-events.ts';
import { requireRecord } from '../records/require-record.ts';
import { loadCheckpoint } from '../rollback/checkpoint-state.ts';
import { findCheckpoint, prepareRollback } from '../rollback/prepare.ts';
import type { PlanHost } from './plan-host.ts';
import { readLogs } from './plan-logs.ts';
import { isTerminal } from './plan-status.ts';
import type { PlanVersion } from './plan-version.ts';
import { userDecision } from './user-decision.ts';

/** Creates the client's handle of one plan: its id with its commands and views. Holds no state of its own. */
export function createPlanHandle(host: PlanHost, planId: string, version?: PlanVersion): Plan {
  const target: PlanTarget = {
    host,
    planId,
    record: () => requireRecord(host, planId),
    send: command => host.send(planId, command, version),
    request: command => sendForReply(host, planId, command, target.send),
    async reading(read) {
      const record = await target.record();
      if (!isTerminal(record)) await host.files.assertHere(record);
      try {
        return await read();
      } catch (thrown) {
        throw await host.files.explain(record, thrown);
      }
    },
  };
  return {
    id: planId,
    checkpoints: planCheckpoints(target),
    conflicts: planConflicts(target),
    review: planReview(target),
    record: target.record,
    ifUnchangedSince: seen => createPlanHandle(host, planId, seen),
    ...phaseCommands(target),
    ...guidanceCommands(target),
    ...correctionCommands(target),
    ...planHistory(target),
    ...planOutput(target),
    ...planEvents(target),
  };
}

/** One plan, and how a command gets to it. */
interface PlanTarget {
  host: PlanHost;
  planId: string;
  record(): Promise<PlanRecord>;
  send(command: PlanCommand): Promise<void>;
  /** Sends a command and resolves with the machine's reply. */
  request(command: RequestCommand): Promise<RevertedFile[]>;
  /** Reads files of the plan. @throws {TroupeError} FILES_MISSING when they are in another clone of the repository */
  reading<Result>(read: () => Promise<Result>): Promise<Result>;
}

function planCheckpoints({ host, planId, record, send }: PlanTarget): PlanCheckpoints {
  return {
    list: () => host.ledger.checkpoints(planId),
    get: idOrLabel => loadCheckpoint(host, planId, idOrLabel),
    async create(label) {
      const { sandbox, projectLinks } = await record();
      if (sandbox === null)
        throw new TroupeError('PHASE_GUARD', 'There is nothing to make a checkpoint of before Execute', {
          where: `plan ${planId}`,
          hints: [commandHint('plan execute', { planId })],
        });
      const checkpointId = host.mintId();
      const pin = `checkpoints/${planId}/${checkpointId}`;
      const captured = host.project.capture({ key: sandbox.key, pin });
      const { tree, ref } = await withSandboxLostHints(captured, { planId });
      const checkpoint: CheckpointDraft = {
        checkpointId,
        planId,
        label: label ?? null,
        trigger: 'manual',
        tool: null,
        alias: primaryProject({ planId, projectLinks }).alias,
        sandbox: sandbox.key,
        treeOid: tree,
        ref: ref ?? `refs/troupe/${pin}`,
      };
      await send({ type: 'checkpoint', checkpoint });
      return findCheckpoint(host.ledger, planId, checkpointId);
    },
    async delete(idOrLabel) {
      const { checkpointId, ref } = await findCheckpoint(host.ledger, planId, idOrLabel);
      await send({ type: 'deleteCheckpoint', checkpointId });
      await host.project.unpin(ref.replace(/^refs\/troupe\//, ''));
    },
  };
}

function planConflicts({ host, planId, send }: PlanTarget): PlanConflicts {
  return {
    list: async () => [...(await host.ledger.conflicts(planId))],
    get: path => loadConflictDetails(host, planId, path),
    texts: () => loadConflictTexts(host, planId),
    mergedAdjacent: async () => [...(await host.ledger.mergedAdjacent(planId))],
    async resolve(path, take, { hunk } = {}) {
      await send(await createResolveCommand(host, planId, { path, take, hunk }));
    },
  };
}

function planReview({ host, record, request, reading }: PlanTarget): PlanReview {
  return {
    files: () => reading(async () => loadReview(host, await record())),
    async reject(rejections, options = {}) {
      const { order, report } = await prepareRejection(host, await record(), rejections, options);
      if (report.dryRun) return report;
      await request({ type: 'correct', order });
      return report;
    },
  };
}

/** Commands that start, hold and end the phases. */
function phaseCommands({
  host,
  planId,
  record,
  send,
  request,
  reading,
}: PlanTarget): Pick<
  Plan,
  | 'assertFiles'
  | 'execute'
  | 'apply'
  | 'previewApply'
  | 'approvals'
  | 'answer'
  | 'approve'
  | 'deny'
  | 'pause'
  | 'resume'
  | 'cancel'
> {
  return {
    assertFiles: async () => host.files.assertHere(await record()),
    execute: () => send({ type: 'execute' }),
    async apply(options = {}) {
      await host.files.assertHere(await record());
      const command = await prepareApply(host, await record(), options);
      if (command.type === 'applyPart') await request(command);
      else await send(command);
    },
    previewApply: options => reading(async () => previewApply(host, await record(), options ?? {})),
    approvals: () => listApprovals(host, planId),
    approve: ({ approval, always = false } = {}) =>
      answerApprovals(host, planId, { verdict: 'approved', always, reason: '' }, approval),
    deny: ({ approval, reason = '' } = {}) =>
      answerApprovals(host, planId, { verdict: 'denied', always: false, reason }, approval),
    answer: (text, { approval } = {}) =>
      answerApprovals(host, planId, { verdict: 'answered', always: false, reason: '', text }, approval),
    pause: () => send({ type: 'pause' }),
    resume: () => send({ type: 'resume' }),
    cancel: (reason = 'cancelled by a person') => send({ type: 'cancel', reason }),
  };
}

/** Commands with which the user says what should be different. */
function guidanceCommands(target: PlanTarget): Pick<Plan, 'revert' | 'prompt'> {
  const { send } = target;
  return {
    async revert(guidance = '') {
      await send({
        type: 'revert',
        decision: await userDecision(
          target,
          'reversion',
          'What should be done differently?',
          guidance || defaultRevertGuidance,
        ),
        guidance,
      });
    },
    async prompt(guidance) {
      await send({
        type: 'prompt',
        decision: await userDecision(target, 'user_intervention', 'What else should be known?', guidance),
        guidance,
      });
    },
  };
}

/** Commands that go back to a checkpoint or a decision. */
function correctionCommands(
  target: PlanTarget,
): Pick<Plan, 'rollback' | 'correct' | 'strategyDraft' | 'editStrategy' | 'corrections'> {
  const { host, planId, record, send, request } = target;
  return {
    async rollback(idOrLabel, { force = false, dryRun = false } = {}) {
      const { order, report } = await prepareRollback(host, await record(), idOrLabel, { force, dryRun });
      if (dryRun) return report;
      const name = report.checkpoint.label ?? report.checkpoint.trigger;
      const decision = await userDecision(target, 'user_intervention', 'Rollback', `Back to ${name}`);
      return { ...report, changes: await request({ type: 'rollback', order, decision }) };
    },
    async correct(idOrLabel, options) {
      const { order, report } = await prepareCorrection(host, await record(), idOrLabel, options);
      if (report.dryRun) return report;
      await request({ type: 'correct', order });
      return report;
    },
    strategyDraft: async () => loadStrategyDraft(host, await record()),
    async editStrategy(draft, { dryRun = false } = {}) {
      const { edit, report } = await prepareEdit(host, await record(), draft, dryRun);
      if (edit !== null && !dryRun) await send({ type: 'edit', edit });
      return report;
    },
    corrections: () => host.ledger.corrections(planId),
  };
}

function planHistory({ host, planId }: PlanTarget): Pick<Plan, 'decisions' | 'sessions' | 'toolCalls'> {
  return {
    decisions: options => host.ledger.decisions(planId, options),
    sessions: async () => (await host.ledger.sessions(planId)).sort((left, right) => left.sequence - right.sequence),
    async toolCalls() {
      const journal = await host.ledger.journal(planId);
      const rollbacks = rollbacksIn(journal);
      return journal.flatMap(event =>
        event.type === 'tool.called'
          ? [{ ...event.call, undone: rollbackThatUndid(rollbacks, sequenceOf(event)) !== null }]
          : [],
      );
    },
  };
}

function planOutput({ host, planId, record, reading }: PlanTarget): Pick<Plan, 'changes' | 'diff' | 'logs' | 'export'> {
  const diffRange = async (range: DiffRange) => resolveDiffRange(host, await record(), range);
  return {
    changes: (range = {}) => reading(async () => (await host.project.changes(await diffRange(range))).files),
    diff: ({ stat, paths, ...between } = {}) =>
      reading(async () => {
        const how = omitUndefined({ stat, paths });
        return host.project.diff({ ...(await diffRange(between)), ...how });
      }),
    logs: options => readLogs(host, planId, options),
    export: ({ files = true } = {}) => host.exportLines(planId, { files }),
  };
}

function planEvents({
  host,
  planId,
}: PlanTarget): Pick<Plan, 'events' | 'waitUntilIdle' | 'result' | 'waitForPreflight'> {
  return {
    events: options => streamPlanEvents(host, planId, options),
    waitUntilIdle: options => waitUntilIdle(host, planId, options),
    async result(options) {
      const stopped = await waitUntilIdle(host, planId, options);
      if (stopped.error !== null) throw TroupeError.deserialize(stopped.error);
      if (stopped.state === 'cancelled') {
        const reason = stopped.cancelReason ?? 'no reason given';
        throw new TroupeError('CANCELLED', `The plan was cancelled: ${reason}`, { where: `plan ${planId}` });
      }
      return stopped;
    },
    waitForPreflight: options => waitForPreflight(host, planId, options),
  };
}
