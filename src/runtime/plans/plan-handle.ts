import type { CheckpointDraft } from '../../model/checkpoint.ts';
import { commandHint } from '../../model/command-hint.ts';
import { type DecisionDraft, type DecisionType, defaultRevertGuidance } from '../../model/decision.ts';
import type { PlanCommand } from '../../model/effects.ts';
import { TroupeError } from '../../model/errors.ts';
import { withSandboxLostHints } from '../../model/hints.ts';
import { primaryProject } from '../../model/primary-project.ts';
import { rollbacksIn, rollbackThatUndid, sequenceOf } from '../../model/rollback-history.ts';
import type { DiffRange, Plan, PlanCheckpoints, PlanConflicts, PlanReview } from '../api.ts';
import { loadReview, prepareApply, previewApply } from '../apply/prepare.ts';
import { prepareRejection } from '../apply/reject-parts.ts';
import { answerApprovals, listApprovals } from '../approvals/answer-approvals.ts';
import { createResolveCommand, loadConflictDetails } from '../conflicts/resolve.ts';
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
import type { PlanVersion } from './plan-version.ts';

/** Creates the client's handle of one plan: its id with its commands and views. Holds no state of its own. */
export function createPlanHandle(host: PlanHost, planId: string, version?: PlanVersion): Plan {
  const record = () => requireRecord(host, planId);
  const send = (command: PlanCommand) => host.send(planId, command, version);
  const request = (command: RequestCommand) => sendForReply(host, planId, command, send);

  async function userDecision(type: DecisionType, question: string, text: string): Promise<DecisionDraft> {
    const { decisionRootId, lastCheckpointId } = await record();
    return {
      decisionId: host.mintId(),
      planId,
      parentDecisionId: decisionRootId,
      type,
      question,
      chosenOption: text,
      alternatives: [],
      confidence: 1,
      rationale: 'Requested by the user',
      payload: {},
      dependsOn: [],
      contextSnapshot: { treeOid: null, checkpointId: lastCheckpointId, actorStateRef: null },
      artifacts: [],
      supersededBy: null,
    };
  }

  const diffRange = async (range: DiffRange) => resolveDiffRange(host, await record(), range);

  const checkpoints: PlanCheckpoints = {
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
      return findCheckpoint(await host.ledger.checkpoints(planId), planId, checkpointId);
    },
    async delete(idOrLabel) {
      const { checkpointId, ref } = findCheckpoint(await host.ledger.checkpoints(planId), planId, idOrLabel);
      await send({ type: 'deleteCheckpoint', checkpointId });
      await host.project.unpin(ref.replace(/^refs\/troupe\//, ''));
    },
  };

  const conflicts: PlanConflicts = {
    list: () => host.ledger.conflicts(planId),
    get: path => loadConflictDetails(host, planId, path),
    async resolve(path, take, { hunk } = {}) {
      await send(await createResolveCommand(host, planId, { path, take, hunk }));
    },
  };

  const review: PlanReview = {
    files: async () => loadReview(host, await record()),
    async reject(rejections, options = {}) {
      const { order, report } = await prepareRejection(host, await record(), rejections, options);
      if (report.dryRun) return report;
      await request({ type: 'correct', order });
      return report;
    },
  };

  return {
    id: planId,
    ...{ checkpoints, conflicts, review },
    record,
    ifUnchangedSince: seen => createPlanHandle(host, planId, seen),
    execute: () => send({ type: 'execute' }),
    async apply(options = {}) {
      const command = await prepareApply(host, await record(), options);
      if (command.type === 'applyPart') await request(command);
      else await send(command);
    },
    previewApply: async options => previewApply(host, await record(), options ?? {}),
    approvals: () => listApprovals(host, planId),
    approve: ({ approval, always = false } = {}) =>
      answerApprovals(host, planId, { verdict: 'approved', always, reason: '' }, approval),
    deny: ({ approval, reason = '' } = {}) =>
      answerApprovals(host, planId, { verdict: 'denied', always: false, reason }, approval),
    pause: () => send({ type: 'pause' }),
    resume: () => send({ type: 'resume' }),
    cancel: (reason = 'cancelled by a person') => send({ type: 'cancel', reason }),
    async revert(guidance = '') {
      await send({
        type: 'revert',
        decision: await userDecision(
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
        decision: await userDecision('user_intervention', 'What else should be known?', guidance),
        guidance,
      });
    },
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
    async rollback(idOrLabel, { force = false, dryRun = false } = {}) {
      const { order, report } = await prepareRollback(host, await record(), idOrLabel, { force, dryRun });
      if (dryRun) return report;
      const name = report.checkpoint.label ?? report.checkpoint.trigger;
      const decision = await userDecision('user_intervention', 'Rollback', `Back to ${name}`);
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
    changes: async (range = {}) => (await host.project.changes(await diffRange(range))).files,
    async diff({ stat, paths, ...between } = {}) {
      const how = { ...(stat === undefined ? {} : { stat }), ...(paths === undefined ? {} : { paths }) };
      return host.project.diff({ ...(await diffRange(between)), ...how });
    },
    logs: options => readLogs(host, planId, options),
    export: ({ files = true } = {}) => host.exportLines(planId, { files }),
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
