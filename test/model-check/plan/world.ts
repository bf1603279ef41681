import type { AnyEventObject } from 'xstate';
import type { PlanSnapshot, planMachine } from '../../../machines/index.ts';
import type { PlanSpec } from '../../../src/model/plan.ts';
import { blockingFindings } from '../../../src/model/review.ts';
import { missingResults } from '../../../src/model/validation.ts';
import { sampleError, sampleSpec } from '../../machines/fixtures.ts';
import type { World } from '../explore.ts';
import {
  agentEvents,
  answers,
  everyCommand,
  mergeEvents,
  pendingApproval,
  queueEvents,
  subplansEvents,
} from './inputs.ts';

export interface PlanWorld {
  spec?: Partial<PlanSpec>;
  usesSlots?: boolean;
  /** Only these commands are given. @default all of them */
  commands?: string[];
  /** Whether agents ask for consent. @default false */
  asks?: boolean;
  /** Whether agents wait, and say how far they are. @default false */
  waits?: boolean;
  /** What effects and children answer here, where that is not the usual. */
  outputs?: Record<string, unknown[]>;
}

/** The plan chart with everything that can come to it, at any moment it can come. */
export function planWorld(options: PlanWorld): World<typeof planMachine> {
  const { spec = {}, usesSlots = false, commands, asks = false, waits = false, outputs = {} } = options;
  const given = everyCommand.filter(({ type }) => commands?.includes(type) ?? true);
  const childOutcomes = childAnswers({ ...answers, ...outputs });
  const isAsked = (id: string, snapshot: PlanSnapshot) => (asks ? approvalEvents(id, snapshot) : []);
  return {
    input: { spec: sampleSpec(spec), usesSlots },
    events: snapshot => [
      ...given.filter(({ type }) => type !== 'addInvariant' || snapshot.context.spec.invariants.length === 0),
      ...Object.keys(snapshot.children)
        .filter(id => !id.startsWith('dismissal-'))
        .flatMap(id => [
          ...eventsOf(id, snapshot, childOutcomes),
          ...isAsked(id, snapshot),
          ...((waits && queueEventsOf[id]) || []),
        ]),
    ],
    key: waits ? snapshot => `${key(snapshot)}${waitingKey(snapshot)}` : key,
  };
}

interface ChildAnswers {
  answers: Map<string, AnyEventObject[]>;
  failures: Map<string, AnyEventObject>;
}

function childAnswers(outputs: Record<string, unknown[]>): ChildAnswers {
  const entries = Object.entries(outputs);
  return {
    answers: new Map(
      entries.map(([id, each]) => [id, each.map(output => ({ type: `xstate.done.actor.${id}`, actorId: id, output }))]),
    ),
    failures: new Map(
      entries.map(([id]) => [id, { type: `xstate.error.actor.${id}`, actorId: id, error: sampleError() }]),
    ),
  };
}

/** Who asks agents may have to wait for a turn; who asks with patience, for another try, too. */
const queueEventsOf: Record<string, AnyEventObject[]> = {
  ...{ strategize: agentEvents, execute: agentEvents, validation: agentEvents },
  ...{ estimate: queueEvents, describe: queueEvents },
};

function waitingKey({ context }: PlanSnapshot): string {
  return JSON.stringify([context.waiting !== null, context.queue !== null, context.lastCompletedStep]);
}

/** A group or merge that is held does not end and says nothing, nor does a merge with conflicts: their own proofs show it. */
function eventsOf(id: string, snapshot: PlanSnapshot, childOutcomes: ChildAnswers): AnyEventObject[] {
  const failure = childOutcomes.failures.get(id);
  const failures = failure ? [failure] : [];
  const isHeld = (id === 'subplans' || id === 'merge') && isSuspended(snapshot);
  if (isHeld) return failures;
  const reports = id === 'subplans' && snapshot.context.usesSlots ? subplansEvents : [];
  const ends = childOutcomes.answers.get(id) ?? [];
  if (id !== 'merge') return [...failures, ...reports, ...ends];
  return [...failures, ...mergeEvents, ...(snapshot.context.position.state === 'conflicted' ? [] : ends)];
}

/** What works may ask, one thing at a time; a merge that resolves a conflict does, too. */
function approvalEvents(id: string, { context, value }: PlanSnapshot): AnyEventObject[] {
  const isResolving = id === 'merge' && JSON.stringify(value).includes('"resolving"');
  const works = isResolving || ['strategize', 'execute', 'validation'].includes(id);
  return works && context.approvals?.length === 0 ? [{ type: 'approval.requested', approval: pendingApproval }] : [];
}

/** A group that is being stopped for a rollback or a correction does end. */
function isSuspended({ value }: PlanSnapshot): boolean {
  const text = JSON.stringify(value);
  return /"(paused|resuming|rollingBack|correcting)"/.test(text) && !text.includes('"stoppingSubplans"');
}

/**
 * Everything the chart's guards, targets and inputs depend on where it stands. Left out is what only grows (guidance,
 * details), what nothing asks for any more (trees, once the attempt is over), and dismissals of earlier attempts, which
 * no actor waits for.
 */
function key(snapshot: PlanSnapshot): string {
  const { value, context, status, historyValue, children } = snapshot;
  const { position, stopReason, reversionCount } = context;
  const start = [value, status, position.phase, position.state, stopReason, reversionCount];
  if (status !== 'active' || snapshot.hasTag('state:errored') || 'stopping' in Object(value)) {
    return JSON.stringify([
      ...start,
      context.sandbox !== null,
      context.approvals?.length,
      context.resultTree !== null && position.phase,
      context.subplansRunning,
      partialApplyKey(snapshot),
      validityKey(snapshot),
    ]);
  }
  return JSON.stringify([
    ...start,
    context.pausedFrom,
    context.approvals?.length,
    context.spec.invariants.length,
    context.strategyReady,
    context.autoExecute,
    context.confidence,
    context.confidenceByThreshold,
    context.approved,
    context.slot,
    context.subplansWait,
    context.subplansRunning,
    context.mergeRunning,
    context.rollback?.done != null,
    context.correction && [context.correction.order.from, context.correction.sandbox !== null],
    context.resumeFrom?.isAgentWorkDone,
    partialApplyKey(snapshot),
    context.conflicts.map(({ conflictId }) => conflictId).sort(),
    validityKey(snapshot),
    [context.sandbox, context.startTree, context.workTree, context.mergedTree, context.resultTree].map(
      made => made !== null,
    ),
    isSuspended(snapshot) ? Object.values(historyValue).map(nodes => nodes?.map(({ id }) => id)) : null,
    Object.keys(children)
      .filter(id => !id.startsWith('dismissal-'))
      .sort(),
  ]);
}

/** A part on its way home, and whether any has come. */
function partialApplyKey({ context }: PlanSnapshot): unknown {
  return [context.partialApply?.rebases, context.appliedParts?.length !== 0];
}

function validityKey({ context }: PlanSnapshot): unknown {
  if (context.position.phase === 'strategize') return null;
  const { spec, validationResults, findings, changeSet, conflicts } = context;
  return [
    validationResults.some(({ required, passed }) => required && !passed),
    missingResults(spec.validations, validationResults).length,
    blockingFindings(findings ?? []).length > 0,
    changeSet?.files.length,
    conflicts.length > 0,
  ];
}
