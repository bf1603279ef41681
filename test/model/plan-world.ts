import type { AnyEventObject } from 'xstate';
import type { PlanSnapshot, planMachine } from '../../machines/index.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { blockingIn } from '../../src/model/review.ts';
import { unrunOf } from '../../src/model/validation.ts';
import { faultOf, specOf } from '../machines/spec.ts';
import type { World } from './explore.ts';
import { agentNews, answers, asked, everyCommand, groupReports, mergeNews, turnNews } from './plan-answers.ts';

export interface PlanWorld {
  spec?: Partial<PlanSpec>;
  gated?: boolean;
  /** Only these commands are given. @default all of them */
  commands?: string[];
  /** Whether agents ask for consent. @default false */
  asks?: boolean;
  /** Whether agents wait, and say how far they are. @default false */
  waits?: boolean;
  /** What effects and children answer here, where that is not the usual. */
  says?: Record<string, unknown[]>;
}

/** The plan chart with everything that can come to it, at any moment it can come. */
export function planWorld(options: PlanWorld): World<typeof planMachine> {
  const { spec = {}, gated = false, commands, asks = false, waits = false, says = {} } = options;
  const given = everyCommand.filter(({ type }) => commands?.includes(type) ?? true);
  const said = saidBy({ ...answers, ...says });
  const isAsked = (id: string, snapshot: PlanSnapshot) => (asks ? questionsOf(id, snapshot) : []);
  return {
    input: { spec: specOf(spec), gated },
    events: snapshot => [
      ...given.filter(({ type }) => type !== 'constrain' || snapshot.context.spec.invariants.length === 0),
      ...Object.keys(snapshot.children)
        .filter(id => !id.startsWith('dismissal-'))
        .flatMap(id => [...eventsOf(id, snapshot, said), ...isAsked(id, snapshot), ...((waits && newsOf[id]) || [])]),
    ],
    key: waits ? snapshot => `${key(snapshot)}${waitingIn(snapshot)}` : key,
  };
}

interface Said {
  answers: Map<string, AnyEventObject[]>;
  failures: Map<string, AnyEventObject>;
}

function saidBy(outputs: Record<string, unknown[]>): Said {
  const entries = Object.entries(outputs);
  return {
    answers: new Map(
      entries.map(([id, each]) => [id, each.map(output => ({ type: `xstate.done.actor.${id}`, actorId: id, output }))]),
    ),
    failures: new Map(entries.map(([id]) => [id, { type: `xstate.error.actor.${id}`, actorId: id, error: faultOf() }])),
  };
}

/** Who asks agents may have to wait for a turn; who asks with patience, for another try, too. */
const newsOf: Record<string, AnyEventObject[]> = {
  ...{ strategize: agentNews, execute: agentNews, validation: agentNews },
  ...{ estimate: turnNews, describe: turnNews },
};

function waitingIn({ context }: PlanSnapshot): string {
  return JSON.stringify([context.waiting !== null, context.queue !== null, context.lastCompletedStep]);
}

/** A group or merge that is held does not end and says nothing, nor does a merge with conflicts: their own proofs show it. */
function eventsOf(id: string, snapshot: PlanSnapshot, said: Said): AnyEventObject[] {
  const failure = said.failures.get(id);
  const failures = failure ? [failure] : [];
  const isHeld = (id === 'subplans' || id === 'merge') && isAway(snapshot);
  if (isHeld) return failures;
  const reports = id === 'subplans' && snapshot.context.gated ? groupReports : [];
  const ends = said.answers.get(id) ?? [];
  if (id !== 'merge') return [...failures, ...reports, ...ends];
  return [...failures, ...mergeNews, ...(snapshot.context.place.state === 'conflicted' ? [] : ends)];
}

/** What works may ask, one thing at a time; a merge that is settling does, too. */
function questionsOf(id: string, { context, value }: PlanSnapshot): AnyEventObject[] {
  const isSettling = id === 'merge' && JSON.stringify(value).includes('"settling"');
  const works = isSettling || ['strategize', 'execute', 'validation'].includes(id);
  return works && context.approvals?.length === 0 ? [{ type: 'approval.asked', approval: asked }] : [];
}

function isAway({ value }: PlanSnapshot): boolean {
  return /"(paused|resuming|rollingBack|correcting)"/.test(JSON.stringify(value));
}

/**
 * Everything the chart's guards, targets and inputs depend on where it stands. Left out is what only grows (guidance,
 * details), what nothing asks for any more (trees, once the attempt is over), and dismissals of earlier attempts, which
 * nobody waits for.
 */
function key(snapshot: PlanSnapshot): string {
  const { value, context, status, historyValue, children } = snapshot;
  const { place, recall, reversionCount } = context;
  const start = [value, status, place.phase, place.state, recall, reversionCount];
  if (status !== 'active' || snapshot.hasTag('state:errored') || 'recalling' in Object(value)) {
    return JSON.stringify([
      ...start,
      context.sandbox !== null,
      context.approvals?.length,
      context.resultTree !== null && place.phase,
      context.grouped,
      underWay(snapshot),
      soundness(snapshot),
    ]);
  }
  return JSON.stringify([
    ...start,
    context.pausedFrom,
    context.approvals?.length,
    context.spec.invariants.length,
    context.strategized,
    context.hurried,
    context.confidence,
    context.convictions,
    context.approved,
    context.slot,
    context.subplansWait,
    context.grouped,
    context.merging,
    context.rollback?.done != null,
    context.correction && [context.correction.order.from, context.correction.sandbox !== null],
    context.resumeFrom?.isWorked,
    underWay(snapshot),
    context.conflicts.map(({ conflictId }) => conflictId).sort(),
    soundness(snapshot),
    [context.sandbox, context.startTree, context.workTree, context.mergedTree, context.resultTree].map(
      made => made !== null,
    ),
    isAway(snapshot) ? Object.values(historyValue).map(nodes => nodes?.map(({ id }) => id)) : null,
    Object.keys(children)
      .filter(id => !id.startsWith('dismissal-'))
      .sort(),
  ]);
}

/** A part on its way home, and whether any has come. */
function underWay({ context }: PlanSnapshot): unknown {
  return [context.part?.rebases, context.landings?.length !== 0];
}

function soundness({ context }: PlanSnapshot): unknown {
  if (context.place.phase === 'strategize') return null;
  const { spec, validationResults, findings, changeSet, conflicts } = context;
  return [
    validationResults.some(({ required, passed }) => required && !passed),
    unrunOf(spec.validations, validationResults).length,
    blockingIn(findings ?? []).length > 0,
    changeSet?.files.length,
    conflicts.length > 0,
  ];
}
