import { orWithoutSandbox } from '../model/advice.ts';
import type { CheckpointDraft } from '../model/checkpoint.ts';
import type { PlanCommand } from '../model/contract.ts';
import { type DecisionDraft, type DecisionType, unguided } from '../model/decision.ts';
import type { ExportOptions } from '../model/export.ts';
import { Fault } from '../model/fault.ts';
import { mainLink } from '../model/link.ts';
import { positionOf, rollbacksIn, undoneBy } from '../model/rollbacks.ts';
import type { Logs } from '../ports/logs.ts';
import type { Project } from '../ports/project.ts';
import type { Between, Plan, Seen } from './api.ts';
import { answerAll, approvalsIn } from './approving.ts';
import { spanOf } from './comparing.ts';
import { resolveCommand, viewConflict } from './conflicts.ts';
import { corrected, planCorrection } from './correcting.ts';
import { draftOf, planEdit } from './editing.ts';
import type { Feed } from './feed.ts';
import { follow, settled, started } from './follow.ts';
import type { Histories } from './histories.ts';
import { applyCommand, partLanded, previewLanding, review } from './landing.ts';
import type { PlanLedger } from './ledger.ts';
import { readLogs } from './plan-logs.ts';
import { recordOf } from './record-of.ts';
import { planRejection } from './rejecting.ts';
import { findCheckpoint, planReturn, returned } from './returning.ts';

/** What a handle needs of the runtime behind it. */
export interface PlanHost {
  ledger: PlanLedger;
  project: Project;
  logs: Logs;
  feed: Feed;
  histories: Histories;
  mintId(): string;
  /** Sends a command to a plan; resolves once it is on disk. @throws {Fault} why the plan's state does not allow it */
  send(planId: string, command: PlanCommand, seen?: Seen): Promise<void>;
  /** The plan as lines of text. */
  write(planId: string, options: ExportOptions): AsyncIterable<string>;
  /** The fault that stopped the runtime, if one did. */
  stopped(): Fault | null;
}

/** One plan as clients hold it: an id and the commands and views of that id. Holds no state of its own. */
export function planHandle(host: PlanHost, planId: string, seen?: Seen): Plan {
  const record = () => recordOf(host, planId);
  const send = (command: PlanCommand) => host.send(planId, command, seen);

  async function spoken(type: DecisionType, question: string, text: string): Promise<DecisionDraft> {
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
      rationale: 'A person said so.',
      payload: {},
      dependsOn: [],
      contextSnapshot: { treeOid: null, checkpointId: lastCheckpointId, actorStateRef: null },
      artifacts: [],
      supersededBy: null,
    };
  }

  const span = async (between: Between) => spanOf(host, await record(), between);

  return {
    id: planId,
    record,
    asSeen: seen => planHandle(host, planId, seen),
    execute: () => send({ type: 'execute' }),
    async apply(options = {}) {
      const command = await applyCommand(host, await record(), options);
      await send(command);
      if (command.type === 'land') await partLanded(host, planId, command.order.landingId);
    },
    preview: async options => previewLanding(host, await record(), options ?? {}),
    review: async () => review(host, await record()),
    async reject(rejections, options = {}) {
      const { order, report } = await planRejection(host, await record(), rejections, options);
      if (report.dryRun) return report;
      await send({ type: 'correct', order });
      await corrected(host, planId, order.correctionId);
      return report;
    },
    approvals: () => approvalsIn(host, planId),
    approve: ({ approval, always = false } = {}) =>
      answerAll(host, planId, { verdict: 'approved', always, reason: '' }, approval),
    deny: ({ approval, reason = '' } = {}) =>
      answerAll(host, planId, { verdict: 'denied', always: false, reason }, approval),
    pause: () => send({ type: 'pause' }),
    resume: () => send({ type: 'resume' }),
    cancel: (reason = 'cancelled by a person') => send({ type: 'cancel', reason }),
    async revert(guidance = '') {
      await send({
        type: 'revert',
        decision: await spoken('reversion', 'What should be done differently?', guidance || unguided),
        guidance,
      });
    },
    async prompt(guidance) {
      await send({
        type: 'prompt',
        decision: await spoken('user_intervention', 'What else should be known?', guidance),
        guidance,
      });
    },
    async resolve(path, take, { hunk } = {}) {
      await send(await resolveCommand(host, planId, { path, take, hunk }));
    },
    decisions: options => host.ledger.decisions(planId, options),
    conflicts: () => host.ledger.conflicts(planId),
    conflict: path => viewConflict(host, planId, path),
    checkpoints: () => host.ledger.checkpoints(planId),
    async toolCalls() {
      const journal = await host.ledger.journal(planId);
      const rollbacks = rollbacksIn(journal);
      return journal.flatMap(event =>
        event.type === 'tool.called'
          ? [{ ...event.call, undone: undoneBy(rollbacks, positionOf(event)) !== null }]
          : [],
      );
    },
    async checkpoint(label) {
      const { sandbox, projectLinks } = await record();
      if (sandbox === null)
        throw new Fault('PHASE_GUARD', 'There is nothing to make a checkpoint of before Execute', {
          where: `plan ${planId}`,
          hints: [`troupe plan execute ${planId}`],
        });
      const checkpointId = host.mintId();
      const pin = `checkpoints/${planId}/${checkpointId}`;
      const captured = host.project.capture({ key: sandbox.key, pin });
      const { tree, ref } = await orWithoutSandbox(captured, { planId });
      const checkpoint: CheckpointDraft = {
        checkpointId,
        planId,
        label: label ?? null,
        trigger: 'manual',
        tool: null,
        alias: mainLink({ planId, projectLinks }).alias,
        sandbox: sandbox.key,
        treeOid: tree,
        ref: ref ?? `refs/troupe/${pin}`,
      };
      await send({ type: 'checkpoint', checkpoint });
      return findCheckpoint(await host.ledger.checkpoints(planId), planId, checkpointId);
    },
    async deleteCheckpoint(wanted) {
      const { checkpointId, ref } = findCheckpoint(await host.ledger.checkpoints(planId), planId, wanted);
      await send({ type: 'forget', checkpointId });
      await host.project.unpin(ref.replace(/^refs\/troupe\//, ''));
    },
    async rollback(wanted, { force = false, dryRun = false } = {}) {
      const { order, report } = await planReturn(host, await record(), wanted, { force, dryRun });
      if (dryRun) return report;
      const name = report.checkpoint.label ?? report.checkpoint.trigger;
      const decision = await spoken('user_intervention', 'Where should the plan go on from?', `Back to ${name}`);
      await send({ type: 'rollback', order, decision });
      return { ...report, changes: await returned(host, planId, order.rollbackId) };
    },
    async correct(wanted, options) {
      const { order, report } = await planCorrection(host, await record(), wanted, options);
      if (report.dryRun) return report;
      await send({ type: 'correct', order });
      await corrected(host, planId, order.correctionId);
      return report;
    },
    draft: async () => draftOf(host, await record()),
    async edit(draft, { dryRun = false } = {}) {
      const { edit, report } = await planEdit(host, await record(), draft, dryRun);
      if (edit !== null && !dryRun) await send({ type: 'edit', edit });
      return report;
    },
    corrections: () => host.ledger.corrections(planId),
    changes: async (between = {}) => (await host.project.changes(await span(between))).files,
    async diff({ stat, paths, ...between } = {}) {
      const how = { ...(stat === undefined ? {} : { stat }), ...(paths === undefined ? {} : { paths }) };
      return host.project.diff({ ...(await span(between)), ...how });
    },
    logs: options => readLogs(host, planId, options),
    export: ({ files = true } = {}) => host.write(planId, { files }),
    events: options => follow(host, planId, options),
    settled: options => settled(host, planId, options),
    started: options => started(host, planId, options),
  };
}
