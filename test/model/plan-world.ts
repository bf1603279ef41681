import type { AnyEventObject } from 'xstate';
import type { PlanSnapshot, planMachine } from '../../machines/index.ts';
import type { Landed } from '../../machines/landing.ts';
import { unanswered } from '../../machines/plan/asking.ts';
import type { Approval } from '../../src/model/approval.ts';
import type { RollbackOrder } from '../../src/model/checkpoint.ts';
import type { CorrectionMode, CorrectionOrder, RunAgain } from '../../src/model/correction.ts';
import type { Invariant } from '../../src/model/invariant.ts';
import type { PartOrder } from '../../src/model/landing.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { blockingIn, type Finding } from '../../src/model/review.ts';
import { checkpointOf } from '../machines/effects.ts';
import { conflictOf, decisionOf, faultOf, idOf, memberOf, resultOf, specOf } from '../machines/spec.ts';
import type { World } from './explore.ts';

const fault = faultOf();
const a = conflictOf('a');
const b = conflictOf('b');
const decision = decisionOf('1');
const broken = resultOf('check', { passed: false });
const remark: Finding = { severity: 'warning', path: 'f', line: 1, text: 'a remark' };
const blocker: Finding = { severity: 'blocking', path: 'f', line: 1, text: 'it is wrong' };
const noted = resultOf('note', { passed: false, required: false });

export const asked: Approval = {
  ...{ approvalId: idOf('Q'), planId: idOf('P'), rootPlanId: idOf('P'), tool: 'builtin/write', input: '{}' },
  ...{ goal: 'Rename', words: 'write a.txt', folder: '/sandbox' },
  ...{ threshold: 'writeFiles', confidence: 1, timeoutSeconds: 60, answer: null },
};

const rule: Invariant = {
  ...{ invariantId: idOf('J'), text: 'keep the names', scope: 'plan', origin: 'plan' },
  ...{ check: null, nonOverridable: false, each: 'phase' },
};

const order: RollbackOrder = {
  rollbackId: 'b',
  checkpointId: 'c',
  treeOid: 't',
  sandbox: 'k',
  sequence: 1,
  snapshot: { lastCompletedStep: -1, confidence: 1, estimate: null, guidance: [], errorDetails: {} },
  holdsMerged: false,
  childPlanIds: [],
  force: false,
};

const correction = (mode: CorrectionMode, from: RunAgain): AnyEventObject => ({
  type: 'correct',
  order: {
    ...{ correctionId: 'k', decisionId: 'd', interventionId: 'i', mode, from, guidance: 'otherwise' },
    ...{ treeOid: from === 'strategize' ? null : 't1', sequence: null, mergedUpTo: null, force: false },
    ...{ decisions: [], superseded: [], childPlanIds: [], kept: [] },
  } satisfies CorrectionOrder,
});

const part: PartOrder = {
  ...{ landingId: 'l', attempt: 1, baseTree: specOf().projectLinks[0]?.baseTree ?? '', treeOid: 't1', left: [] },
  ...{ target: { kind: 'checkout' as const }, subplans: [], commit: null, after: null, checkpointId: 'c' },
};

export const everyCommand: AnyEventObject[] = [
  { type: 'start' },
  { type: 'execute' },
  { type: 'apply', target: { kind: 'checkout' }, approved: false },
  { type: 'land', order: part },
  { type: 'land', order: { ...part, baseTree: 'elsewhere' } },
  { type: 'land', order: { ...part, attempt: 7 } },
  { type: 'approve' },
  { type: 'pause' },
  { type: 'resume' },
  { type: 'cancel', reason: 'enough' },
  { type: 'revert', decision, guidance: 'otherwise' },
  { type: 'prompt', decision, guidance: 'mind this' },
  { type: 'resolve', conflictId: a.conflictId, resolution: { take: 'ours' } },
  { type: 'resolve', conflictId: 'unknown', resolution: { take: 'ours' } },
  { type: 'expire', fault },
  { type: 'rollback', order, decision },
  correction('revert', 'strategize'),
  correction('revert', 'work'),
  correction('append', 'children'),
  { type: 'checkpoint', checkpoint: checkpointOf('manual') },
  { type: 'answer', approvalId: asked.approvalId, answer: unanswered },
  { type: 'answer', approvalId: 'unknown', answer: unanswered },
  { type: 'approval.expired', approvalId: asked.approvalId },
  { type: 'constrain', invariant: rule },
  { type: 'release', invariantId: rule.invariantId },
];

/** Everything but corrections, and answers, which nobody gives who was not asked. */
export const usual = everyCommand
  .map(({ type }) => type)
  .filter(type => !['correct', 'answer', 'approval.expired', 'constrain', 'release', 'land'].includes(type));

/** Where it landed is told apart from where the plan began only by who looks at the base. */
const landed: Landed = {
  ...{ outcome: 'landed', commits: ['c'], files: ['f'], results: [], changeSet: null, after: null },
  ...{ links: specOf().projectLinks, checkpoint: checkpointOf('postApply') },
};

/** What each thing under way may answer: well, badly, and in ways it must not. */
const answers: Record<string, unknown[]> = {
  preflight: [{ checked: [] }],
  reconciliation: [
    { outcome: 'reconciled', invariants: [] },
    { outcome: 'violated', invariants: [], violations: [], fault },
  ],
  strategize: [{ decisions: [decision], confidence: 0.8 }],
  estimate: [{ estimate: null }],
  prepare: [{ sandbox: { key: 'k', path: '/s' }, startTree: 't0', checkpoint: checkpointOf('preExecute') }],
  execute: [{ decisions: [], tree: 't1', toolCalls: 1 }],
  enlist: [
    { members: [], config: specOf().subplanConfig, checkpoint: null },
    { members: [memberOf('A')], config: specOf().subplanConfig, checkpoint: null },
  ],
  subplans: [
    { outcome: 'complete', children: [], statuses: [] },
    { outcome: 'failed', fault, children: [], statuses: [] },
    { outcome: 'cancelled', reason: 'enough', children: [], statuses: [] },
  ],
  merge: [
    { outcome: 'merged', tree: 't2' },
    { outcome: 'failed', fault },
  ],
  place: [{ tree: 't2' }],
  validation: [
    { outcome: 'passed', results: [noted], findings: [remark], fixes: 0, toolCalls: 0, fault: null },
    { outcome: 'passed', results: [noted], findings: [blocker], fixes: 0, toolCalls: 0, fault: null },
    { outcome: 'failed', results: [broken], findings: [], fixes: 3, toolCalls: 0, fault },
    { outcome: 'failed', results: [], findings: [blocker], fixes: 0, toolCalls: 0, fault },
    { outcome: 'failed', results: [], findings: [], fixes: 0, toolCalls: 0, fault },
  ],
  review: [
    { resultTree: 't3', changeSet: changes(1), checkpoint: checkpointOf('postExecute') },
    { resultTree: 't0', changeSet: changes(0), checkpoint: checkpointOf('postExecute') },
  ],
  describe: [
    { message: { subject: 'say it', body: '' }, fault: null, decisions: [] },
    { message: null, fault, decisions: [] },
  ],
  recover: [{ fault, decisions: [], details: {}, checkpoint: null }],
  apply: [
    { outcome: 'landed', commits: ['c'], files: ['f'], results: [], checkpoint: checkpointOf('preApply') },
    { outcome: 'landed', commits: ['c'], files: ['f'], results: [broken], checkpoint: checkpointOf('preApply') },
    { outcome: 'constrained', fault, results: [broken], checkpoint: checkpointOf('preApply') },
    { outcome: 'constrained', fault, results: [], checkpoint: checkpointOf('preApply') },
  ],
  landing: [
    { outcome: 'landed', landed },
    { outcome: 'landed', landed: { ...landed, changeSet: changes(0) } },
    { outcome: 'refused', fault },
  ],
  correction: [
    { outcome: 'corrected', present: checkpointOf('beforeCorrection'), sandbox: { key: 'k', path: '/s' } },
    { outcome: 'corrected', present: null, sandbox: null },
    { outcome: 'refused', fault },
  ],
  rollback: [{ present: checkpointOf('beforeRollback'), changes: [] }],
  dismiss: [{ ref: null }],
};

const folded = { treeOid: 't1', planIds: [] };
const mergeNews: AnyEventObject[] = [
  { type: 'merge.conflicted', tree: 't2', conflicts: [a, b], folded, fault: null },
  { type: 'merge.conflicted', tree: 't2', conflicts: [a], folded, fault: null },
  { type: 'merge.resumed' },
  { type: 'merge.reopened', conflict: a, fault },
];

const groupReports: AnyEventObject[] = [{ type: 'group.waits' }, { type: 'group.wants' }];

export interface PlanWorld {
  spec?: Partial<PlanSpec>;
  gated?: boolean;
  /** Only these commands are given. @default all of them */
  commands?: string[];
  /** Whether agents ask for consent. @default false */
  asks?: boolean;
}

/** The plan chart with everything that can come to it, at any moment it can come. */
export function planWorld({ spec = {}, gated = false, commands, asks = false }: PlanWorld): World<typeof planMachine> {
  const given = everyCommand.filter(({ type }) => commands?.includes(type) ?? true);
  return {
    input: { spec: specOf(spec), gated },
    events: snapshot => [
      ...given.filter(({ type }) => type !== 'constrain' || snapshot.context.spec.invariants.length === 0),
      ...Object.keys(snapshot.children)
        .filter(id => !id.startsWith('dismissal-'))
        .flatMap(id => [...eventsOf(id, snapshot), ...(asks ? questionsOf(id, snapshot) : [])]),
    ],
    key,
  };
}

const everyAnswer = new Map(
  Object.entries(answers).map(([id, outputs]): [string, AnyEventObject[]] => [
    id,
    outputs.map(output => ({ type: `xstate.done.actor.${id}`, actorId: id, output })),
  ]),
);
const everyFailure = new Map(
  Object.keys(answers).map((id): [string, AnyEventObject] => [
    id,
    { type: `xstate.error.actor.${id}`, actorId: id, error: fault },
  ]),
);

/** A group or merge that is held does not end and says nothing, nor does a merge with conflicts: their own proofs show it. */
function eventsOf(id: string, snapshot: PlanSnapshot): AnyEventObject[] {
  const failure = everyFailure.get(id);
  const failures = failure ? [failure] : [];
  const isHeld = (id === 'subplans' || id === 'merge') && isAway(snapshot);
  if (isHeld) return failures;
  const reports = id === 'subplans' && snapshot.context.gated ? groupReports : [];
  if (id !== 'merge') return [...failures, ...reports, ...(everyAnswer.get(id) ?? [])];
  const ends = snapshot.context.place.state === 'conflicted' ? [] : (everyAnswer.get(id) ?? []);
  return [...failures, ...mergeNews, ...ends];
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
  const { validationResults, findings, changeSet, conflicts } = context;
  return [
    validationResults.some(({ required, passed }) => required && !passed),
    blockingIn(findings ?? []).length > 0,
    changeSet?.files.length,
    conflicts.length > 0,
  ];
}

function changes(count: number) {
  const file = { path: 'f', operation: 'added' as const, before: null, after: 'b', mode: '100644' };
  return { alias: 'main', baseTree: 't0', resultTree: 't3', files: Array.from({ length: count }, () => file) };
}
